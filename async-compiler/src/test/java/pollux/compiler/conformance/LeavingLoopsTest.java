package pollux.compiler.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When an awaiting loop gives its source up: before anything that comes after the loop. */
@Timeout(120)
class LeavingLoopsTest {

    @TempDir
    static Path classes;

    private static ClassLoader loader;

    @BeforeAll
    static void compile() throws IOException {
        Programs.compile(Programs.Way.PROCESSOR, classes, List.of(Path.of("src/test/programs/streams/Each.java")));
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
}
