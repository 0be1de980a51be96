package pollux.compiler;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import pollux.future.Context;
import pollux.future.Future;
import pollux.future.Poll;
import pollux.future.Services;
import pollux.future.Waker;

/** A class is compiled again where state classes of its earlier form lie about. */
@Timeout(120)
class RecompilationTest {

    @TempDir
    Path classes;

    enum Way {
        PROCESSOR,
        COMMAND
    }

    private void compile(Way way, String methods) throws IOException {
        String code = Sources.IMPORTS + "public class Snippet {\n" + methods + "\n}";
        if (way == Way.PROCESSOR) {
            assertThat(Sources.compile(classes, code)).isEmpty();
        } else {
            assertThat(Sources.compileUnguarded(classes, List.of(Sources.source("Snippet", code))))
                    .isEmpty();
            WeaverCli.run(System.out, "-cp", System.getProperty("java.class.path"), classes.toString());
        }
    }

    /** Runs {@code run(Future)} over a future that is pending once; then links each class file that lies there. */
    private Object run() throws Exception {
        URLClassLoader loader = new URLClassLoader(
                new URL[] {classes.toUri().toURL()}, getClass().getClassLoader());
        boolean[] asked = {false};
        Future<String> later = cx -> {
            boolean pending = !asked[0];
            asked[0] = true;
            return pending ? Poll.pending() : Poll.ready("x");
        };
        Future<?> run = (Future<?>)
                loader.loadClass("Snippet").getMethod("run", Future.class).invoke(null, later);
        Context cx = new Context(Waker.noop(), Services.NONE);
        assertThat(run.poll(cx).isPending()).isTrue();
        Poll<?> answer = run.poll(cx);
        for (String name : names()) {
            Class<?> type = Class.forName(name, true, loader);
            assertThat(type.getDeclaredConstructors()).as(name).isNotEmpty();
        }
        return answer.value();
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(classes)) {
            return files.map(file -> file.getFileName().toString().replace(".class", ""))
                    .sorted()
                    .toList();
        }
    }

    private static final String NUMBERS =
            "public static Future<Object> run(Future<String> f) { return async(() -> { int i = 1; long l = 2;"
                    + " return await(f) + i + l; }); }";
    private static final String TEXTS =
            "public static Future<Object> run(Future<String> f) { return async(() -> { String a = \"a\"; double d = 0.5;"
                    + " List<String> c = List.of(a); return await(f) + a + d + c; }); }";
    private static final String OTHER =
            "static Future<String> before(Future<String> f) { long l = f.hashCode(); return ready(await(f) + l); }\n";

    @ParameterizedTest
    @EnumSource
    void a_state_class_of_another_shape_is_overwritten(Way way) throws Exception {
        compile(way, NUMBERS);
        assertThat(run()).isEqualTo("x12");
        compile(way, TEXTS);
        assertThat(run()).isEqualTo("xa0.5[a]");
        assertThat(names()).containsExactly("Snippet", "Snippet$run-async1");
    }

    @ParameterizedTest
    @EnumSource
    void awaits_of_another_method_take_the_number_of_the_first(Way way) throws Exception {
        compile(way, NUMBERS + OTHER);
        assertThat(run()).isEqualTo("x12");
        compile(way, OTHER + TEXTS);
        assertThat(run()).isEqualTo("xa0.5[a]");
        compile(way, NUMBERS);
        assertThat(run()).isEqualTo("x12");
    }

    /** As its nested classes do under javac: a build tool deletes them, and to everything else they are dead code. */
    @ParameterizedTest
    @EnumSource
    void a_state_class_that_nobody_names_any_more_does_no_harm(Way way) throws Exception {
        compile(way, OTHER + TEXTS);
        compile(way, NUMBERS);
        assertThat(run()).isEqualTo("x12");
        compile(way, "public static Future<Object> run(Future<String> f) { return f.map(x -> x + 1); }");
        assertThat(run()).isEqualTo("x1");
        assertThat(names()).contains("Snippet", "Snippet$run-async1");
    }

    @Test
    void the_command_weaves_what_was_compiled_over_woven_classes() throws Exception {
        compile(Way.PROCESSOR, TEXTS);
        compile(Way.COMMAND, NUMBERS);
        assertThat(run()).isEqualTo("x12");
    }
}
