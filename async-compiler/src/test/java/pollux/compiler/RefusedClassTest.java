package pollux.compiler;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.tools.JavaFileObject;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A class that cannot be woven does not stay in the output as javac wrote it, and no tool says that all is well. */
class RefusedClassTest {

    @TempDir
    Path directory;

    private Path classes;

    @BeforeEach
    void createOutput() throws IOException {
        classes = Files.createDirectory(directory.resolve("classes"));
    }

    /** Its code is a little smaller than a method may be, and larger once it is woven: only the weaver finds out. */
    private static final String REFUSED = "static Future<Object> refused() { return async(() -> { int a = 1, b = 2;\n"
            + "int n = await(ready(1));\n" + "n = n * 31 + 7;\n".repeat(7_000) + "return n + a + b; }); }\n";

    private static final String SMALL = "static Future<Object> small() { return async(() -> await(ready(1))); }\n";

    private List<String> compile(String... declarations) throws IOException {
        String code = Sources.IMPORTS + String.join("\n", declarations);
        List<JavaFileObject> sources = List.of(Sources.source("Snippet", code));
        return Sources.compile(classes, sources, List.of(new AwaitProcessor()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "class Snippet { # }",
                "class Snippet { static class Nested { # } }",
                "class Snippet { % static class Nested { # } }",
                "class Snippet { static class Nested { % class Inner { } } static class Other { # } static class Last { % } }",
                "class Snippet { % } class Second { # }",
                "class First { # } class Snippet { % } class Last { % }",
                "interface Snippet { # }",
                "enum Snippet { ONE { Object of() { class Local { # } return null; } }; Object of() { return null; } }",
                "record Snippet(int a) { # }",
            })
    void javac_leaves_neither_the_class_nor_the_top_level_classes_of_its_file(String shape) throws IOException {
        String refused = shape.replace("%", SMALL).replace("#", REFUSED);
        assertThat(compile(refused)).singleElement().asString().contains("Split it");
        assertThat(classes.resolve("Snippet.class")).doesNotExist();
        assertThat(compile(shape.replace("%", SMALL).replace("#", SMALL))).isEmpty();
        assertThat(classes.resolve("Snippet.class")).exists();
        assertThat(compile(refused)).hasSize(1);
        assertThat(classes.resolve("Snippet.class")).doesNotExist();
    }

    @Test
    void a_second_build_refuses_again() throws IOException {
        for (int build = 1; build <= 2; build++) {
            assertThat(compile("class Snippet { " + REFUSED + " }"))
                    .as("build %d", build)
                    .singleElement()
                    .asString()
                    .contains("Split it");
            assertThat(classes.resolve("Snippet.class")).doesNotExist();
        }
    }

    private String command(int status, String classPath, Path... targets) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        String[] arguments = new String[2 + targets.length];
        arguments[0] = "-cp";
        arguments[1] = classPath;
        for (int i = 0; i < targets.length; i++) {
            arguments[2 + i] = targets[i].toString();
        }
        assertThat(WeaverCli.run(new PrintStream(out, true, StandardCharsets.UTF_8), arguments))
                .isEqualTo(status);
        return out.toString(StandardCharsets.UTF_8).replace("\r", "");
    }

    private void compileUnwoven(String code) throws IOException {
        assertThat(Sources.compileUnguarded(classes, List.of(Sources.source("Snippet", Sources.IMPORTS + code))))
                .isEmpty();
    }

    private static final String CLASS_PATH = System.getProperty("java.class.path");

    @Test
    void the_command_takes_a_refused_class_away_and_fails_until_it_is_compiled_anew() throws IOException {
        compileUnwoven("class Snippet { int plain() { return await(ready(1)); } static class Good { " + SMALL + " } }");
        assertThat(command(1, CLASS_PATH, classes))
                .contains("error: Snippet.class:1: await is only possible", "Pollux wove 1 class\n");
        assertThat(classes.resolve("Snippet.class")).doesNotExist();
        assertThat(command(1, CLASS_PATH, classes))
                .contains("error: Snippet.class:1: await is only possible", "Pollux wove 0 classes\n");
        compileUnwoven("class Snippet { " + SMALL + " }");
        assertThat(command(0, CLASS_PATH, classes)).isEqualTo("Pollux wove 1 class\n");
        assertThat(classes.resolve("Snippet.class")).exists();
        assertThat(classes.resolve("Snippet.class.refused")).doesNotExist();
        assertThat(command(0, CLASS_PATH, classes)).isEqualTo("Pollux wove 0 classes\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                SMALL_BLOCK,
                "class Snippet { static Future<Object> f(Future<Object> g) { return ready(await(g)); } }",
            })
    void the_command_fails_without_core_on_its_class_path(String code) throws IOException {
        compileUnwoven(code);
        byte[] before = Files.readAllBytes(classes.resolve("Snippet.class"));
        assertThat(command(1, directory.toString(), classes))
                .contains(
                        "error: pollux.async.Async is called and is not on the class path, so awaits cannot be seen. Name"
                                + " pollux-core, and the adapters that are used, with -cp\n");
        assertThat(Files.readAllBytes(classes.resolve("Snippet.class"))).isEqualTo(before);
        assertThat(command(0, CLASS_PATH, classes)).isEqualTo("Pollux wove 1 class\n");
    }

    private static final String SMALL_BLOCK =
            "class Snippet { static Future<Object> small() { return async(() -> await(ready(1))); } }";

    @Test
    void the_command_needs_no_core_for_classes_that_do_not_call_it() throws IOException {
        compileUnwoven("class Snippet { int length(String s) { return s.length(); } }");
        assertThat(command(0, directory.toString(), classes)).isEqualTo("Pollux wove 0 classes\n");
    }

    @Test
    void the_command_names_what_is_not_there() throws IOException {
        Path nothing = directory.resolve("nothing");
        assertThat(command(2, CLASS_PATH, nothing)).isEqualTo("error: " + nothing + " is not a directory\n");
        Path empty = Files.createDirectory(directory.resolve("empty"));
        assertThat(command(0, nothing.toString(), empty))
                .isEqualTo("warning: the class path element " + nothing + " does not exist\n"
                        + "warning: there is no class file in " + empty + "\nPollux wove 0 classes\n");
    }

    @Test
    void a_class_that_is_called_and_not_found_may_have_been_an_await_point() throws IOException {
        Path library = Files.createDirectory(directory.resolve("library"));
        assertThat(Sources.compile(library, List.of(Sources.source("lib.Calls", """
                package lib;
                public class Calls { public static void run() {} }
                """)), List.of()))
                .isEmpty();
        assertThat(Sources.compile(
                        classes,
                        List.of(Sources.source("Snippet", "class Snippet { void run() { lib.Calls.run(); } }")),
                        List.of(),
                        "-cp",
                        library + java.io.File.pathSeparator + CLASS_PATH))
                .isEmpty();
        assertThat(command(0, CLASS_PATH, classes))
                .isEqualTo(
                        "warning: lib.Calls are called and are not on the class path; awaits that they declare are not seen\n"
                                + "Pollux wove 0 classes\n");
    }
}
