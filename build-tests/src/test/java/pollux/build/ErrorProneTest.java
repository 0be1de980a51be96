package pollux.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Error Prone, which is a plugin of javac and no processor, and AutoValue in one compilation with ours. */
@Timeout(120)
class ErrorProneTest {

    private static final String LIBRARIES = Jars.path(Jars.RUNTIME, Jars.named("auto-value-annotations"));

    @TempDir
    Path classes;

    @Test
    void code_that_awaits_and_is_in_order_passes_and_runs() throws Exception {
        List<String> sources = new ArrayList<>(Projects.sources("stock"));
        sources.addAll(Projects.sources("app"));
        Projects.Said said = compile(sources);
        assertThat(said.status()).as(said.text()).isZero();
        assertThat(Projects.run("stock.Item", Jars.path(classes, LIBRARIES))).isEqualTo("Item{name=tea, price=42}");
        assertThat(Projects.run("app.Checkout", Jars.path(classes, LIBRARIES))).isEqualTo("total 42");
    }

    @Test
    void a_mistake_in_a_block_that_awaits_is_found_there(@TempDir Path sources) throws Exception {
        Path source = Files.writeString(sources.resolve("Lost.java"), """
                import static pollux.async.Async.*;
                import pollux.future.*;
                class Lost {
                    static Future<Integer> f(Future<Integer> f) {
                        return async(() -> {
                            if (await(f) < 0) {
                                new IllegalStateException("it is not thrown");
                            }
                            return 1;
                        });
                    }
                }
                """);
        Projects.Said said = compile(List.of(source.toString()));
        assertThat(said.status()).isEqualTo(1);
        assertThat(said.text()).contains("Lost.java:7: error: [DeadException]").contains("1 error");
    }

    @Test
    void a_future_that_is_dropped_is_an_error_outside_of_blocks_as_well(@TempDir Path sources) throws Exception {
        Path source = Files.writeString(sources.resolve("Dropped.java"), """
                import java.time.Duration;
                import pollux.Pollux;
                import pollux.async.Async;
                import pollux.future.*;
                import pollux.stream.*;
                import pollux.sync.*;
                import pollux.time.*;
                class Dropped {
                    static void dropped(Future<Integer> f, AsyncStream<Integer> s, AsyncMutex m) {
                        f.map(i -> i + 1);
                        Futures.race(f, Futures.pending());
                        s.forEach(i -> {});
                        AsyncStreams.of(1);
                        Timers.sleep(Duration.ZERO);
                        Async.async(() -> 1);
                        m.lock();
                    }
                    static void used(Future<Integer> f, Future<Integer> g, Promise<Integer> p) {
                        Async.spawn(f);
                        Pollux.spawn(g.map(i -> i + 1));
                        Pollux.blockOn(g);
                        Pollux.run(() -> Async.await(g));
                        p.complete(1);
                    }
                }
                """);
        Projects.Said said = compile(List.of(source.toString()));
        assertThat(said.status()).isEqualTo(1);
        for (int line = 10; line <= 16; line++) {
            assertThat(said.text()).contains("Dropped.java:" + line + ": error: [CheckReturnValue]");
        }
        assertThat(said.text()).contains("7 errors");
    }

    /** It wants internals of javac opened, and so a JVM of its own. */
    private Projects.Said compile(List<String> sources) throws Exception {
        List<String> command = new ArrayList<>(List.of(Projects.tool("javac")));
        for (String internal : List.of("api", "file", "main", "model", "parser", "processing", "tree", "util")) {
            command.add("-J--add-exports=jdk.compiler/com.sun.tools.javac." + internal + "=ALL-UNNAMED");
        }
        for (String internal : List.of("code", "comp")) {
            command.add("-J--add-opens=jdk.compiler/com.sun.tools.javac." + internal + "=ALL-UNNAMED");
        }
        command.addAll(List.of(
                "-XDcompilePolicy=simple",
                "--should-stop=ifError=FLOW",
                "-XDaddTypeAnnotationsToSymbol=true",
                "-Xplugin:ErrorProne -XepDisableWarningsInGeneratedCode"));
        Object[] processors = Stream.concat(
                        Stream.of(Jars.COMPILER, Jars.named("auto-value"), Jars.named("auto-value-annotations")),
                        errorProne())
                .toArray();
        command.addAll(List.of("-d", classes.toString(), "-cp", LIBRARIES, "--processor-path", Jars.path(processors)));
        command.addAll(sources);
        return Projects.fork(classes, command);
    }

    private static Stream<Path> errorProne() {
        return Stream.of(
                        "error_prone_core",
                        "error_prone_annotation",
                        "error_prone_check_api",
                        "error_prone_annotations",
                        "dataflow-errorprone",
                        "java-diff-utils",
                        "software-and-algorithms",
                        "caffeine",
                        "google-java-format",
                        "pcollections",
                        "guava",
                        "failureaccess",
                        "auto-common",
                        "protobuf-java",
                        "javax.inject")
                .map(Jars::named);
    }
}
