package pollux.compiler.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** When an awaiting loop gives its source up: before anything that comes after the loop. */
@Timeout(120)
class LeavingLoopsTest {

    @TempDir
    static Path classes;

    private static ClassLoader loader;

    @BeforeAll
    static void compile() throws IOException {
        List<Path> sources = Programs.sources().stream()
                .filter(source -> source.getFileName().toString().startsWith("Each"))
                .toList();
        Programs.compile(Programs.Way.PROCESSOR, classes, sources);
        loader = Programs.load(classes);
    }

    @ParameterizedTest
    @CsvSource({
        "breaks, source cancelled, after",
        "throwsOut, source cancelled, caught",
        "returnThroughFinally, inner 1, source cancelled",
        "returnThroughFinally, source cancelled, outer finally",
        "labelledOutOfPlainLoop, source cancelled, left",
    })
    void the_source_is_cancelled_between(String program, String before, String after) throws Exception {
        for (boolean slow : new boolean[] {false, true}) {
            List<String> log = Run.polled(
                            Class.forName("streams.Each", true, loader).getMethod(program, Env.class),
                            new Env.Plan(1, 0, 0, slow))
                    .log();
            assertThat(log).containsSubsequence(before, after);
            if (slow && before.equals("source cancelled")) {
                assertThat(log).containsSubsequence("source cancelled", "source cleaned", after);
            }
        }
    }

    /** All sources of a program are given up, whatever an enhanced for statement goes over. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "covariant",
                "inheritedCovariant",
                "genericIterator",
                "interfaceType",
                "anonymous",
                "localClass",
                "casts",
                "conditional",
                "awaitedSource",
                "nestedGenerics",
                "typeVariable",
                "ownPlainIterator",
            })
    void a_source_of_any_form_is_cancelled(String program) throws Exception {
        Run run = Run.polled(
                Class.forName("streams.EachForms", true, loader).getMethod(program, Env.class),
                new Env.Plan(1, 0, 0, true));
        assertThat(run.outcome()).startsWith("value ").doesNotContain("open sources");
        assertThat(run.log()).containsSubsequence("source cancelled", "source cleaned");
    }

    /** A failing accessor of a record pattern leaves the loops like any other exception. */
    @ParameterizedTest
    @EnabledForJreRange(min = JRE.JAVA_21)
    @CsvSource({
        "instanceOf, source inner cancelled; source outer cancelled",
        "insideFinally, source inner cancelled; middle; source outer cancelled; finally",
        "caughtBetween, default; default; source inner cancelled; caught; default; default; source inner cancelled; caught;"
                + " source outer cancelled; after",
        "caughtInside, 1; 2; caught; 4",
        "inMethod, source inner cancelled; source outer cancelled",
    })
    void a_failing_record_pattern_closes_from_the_inside_out(String program, String log) throws Exception {
        Run run = Run.polled(
                Class.forName("streams.EachPatterns21", true, loader).getMethod(program, Env.class),
                new Env.Plan(1, 0, 0, false));
        assertThat(String.join("; ", run.log())).isEqualTo(log);
        assertThat(run.outcome()).doesNotContain("open sources");
    }

    /**
     * javac calls iterator() of Iterable there with a result that it has not: without the weaver, that is a
     * NoSuchMethodError.
     */
    @Test
    void a_source_whose_type_is_an_intersection_is_looped_over() throws Exception {
        Path source = Files.writeString(classes.resolve("Intersection.java"), """
                import static pollux.async.Async.*;
                import pollux.async.*;
                import pollux.compiler.conformance.Env;
                import pollux.future.Future;
                public class Intersection {
                    static <T extends Comparable<String> & AsyncIterable<Integer>> Future<Object> over(T items) {
                        return async(() -> {
                            for (int x : items) if (x == 1) return x;
                            return "none";
                        });
                    }
                    record Both(Env e) implements Comparable<String>, AsyncIterable<Integer> {
                        public int compareTo(String other) { return 0; }
                        public AsyncIterator<Integer> iterator() { return each(e.items(3)).iterator(); }
                    }
                    public static Future<Object> run(Env e) { return over(new Both(e)); }
                }
                """);
        for (Programs.Way way : new Programs.Way[] {Programs.Way.PROCESSOR, Programs.Way.COMMAND}) {
            Path out = Files.createDirectory(classes.resolve(way + "-intersection"));
            Programs.compile(way, out, List.of(source));
            Run run = Run.polled(
                    Class.forName("Intersection", true, Programs.load(out)).getMethod("run", Env.class),
                    new Env.Plan(1, 0, 0, false));
            if (Runtime.version().feature() > 17 && !run.outcome().equals("value 1")) {
                // newer compilers name java.lang.Iterable at such a loop, so the weaver cannot know it; docs/await.md
                // says so
                assertThat(run.outcome()).contains("was not compiled by Pollux");
                continue;
            }
            assertThat(run.outcome()).isEqualTo("value 1");
            assertThat(run.log()).containsExactly("source cancelled");
        }
    }
}
