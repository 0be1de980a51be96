package pollux.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Modules of users that require a published one, with no more on the module path than Maven brings. */
@Timeout(180)
class ModulesTest {

    @TempDir
    Path home;

    private String source(String name, String text) throws Exception {
        Path file = home.resolve("src").resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text).toString();
    }

    private static String modulePath(String artifacts) {
        return Jars.path(List.of(artifacts.split(" ")).stream().map(Jars::named).toArray());
    }

    @ParameterizedTest
    @CsvSource({
        "pollux.core, pollux-core reactive-streams",
        "pollux.reactor, pollux-reactor-adapter pollux-core reactive-streams reactor-core",
        "pollux.rxjava, pollux-rxjava-adapter pollux-core reactive-streams rxjava",
        "pollux.testing, pollux-testing pollux-core reactive-streams",
        "pollux.observability, pollux-observability pollux-core reactive-streams"
    })
    void a_module_needs_no_optional_dependency(String module, String artifacts) throws Exception {
        String declaration = source("module-info.java", "module user { requires transitive " + module + "; }");
        String code = source("user/Program.java", """
                package user;

                import static pollux.async.Async.*;
                import static pollux.future.Futures.*;

                class Program {
                    pollux.future.Future<Integer> two() {
                        return ready(await(ready(1)) + 1);
                    }
                }
                """);
        Projects.compiled(
                List.of(declaration, code),
                home.resolve("classes"),
                "-Xlint:all,-requires-transitive-automatic",
                "-Werror",
                "-p",
                modulePath(artifacts),
                "--processor-path",
                Jars.COMPILER.toString());
    }

    @Test
    void jlink_makes_an_image_of_core_alone() throws Exception {
        String declaration = source("module-info.java", "module user { requires pollux.core; }");
        String code = source("user/Program.java", """
                package user;

                import static pollux.async.Async.*;

                public class Program {
                    public static void main(String[] arguments) {
                        int sum = pollux.Pollux.run(() -> {
                            int total = 0;
                            for (int x : each(pollux.stream.AsyncStreams.of(1, 2, 3))) {
                                total += await(spawn(() -> x));
                            }
                            return total;
                        });
                        System.out.println(sum);
                    }
                }
                """);
        Path classes = home.resolve("classes");
        Projects.compiled(
                List.of(declaration, code), classes, "-p", Jars.RUNTIME, "--processor-path", Jars.COMPILER.toString());
        Path image = home.resolve("image");
        assertThat(Projects.fork(
                        home,
                        List.of(
                                Projects.tool("jlink"),
                                "-p",
                                Jars.path(classes, Jars.CORE),
                                "--add-modules",
                                "user",
                                "--output",
                                image.toString())))
                .isEqualTo(new Projects.Said(0, ""));
        assertThat(Projects.fork(home, List.of(image.resolve("bin/java").toString(), "-m", "user/user.Program")))
                .isEqualTo(new Projects.Said(0, "6\n"));
    }
}
