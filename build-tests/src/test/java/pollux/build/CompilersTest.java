package pollux.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.eclipse.jdt.core.compiler.batch.BatchCompiler;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** javac and ecj on the command line, with the options that people give them. */
@Timeout(180)
class CompilersTest {

    private static final List<String> APP = Projects.sources("app");

    @TempDir
    Path classes;

    private void runs() throws Exception {
        assertThat(Projects.run("app.Checkout", Jars.path(classes, Jars.RUNTIME)))
                .isEqualTo("total 42");
    }

    @Test
    void javac_on_the_command_line() throws Exception {
        List<String> javac = new ArrayList<>(List.of(Projects.tool("javac"), "-d", classes.toString()));
        javac.addAll(List.of("-cp", Jars.RUNTIME, "--processor-path", Jars.COMPILER.toString()));
        javac.addAll(APP);
        assertThat(Projects.fork(classes, javac)).isEqualTo(new Projects.Said(0, ""));
        assertThat(Projects.fork(
                        classes,
                        List.of(Projects.tool("java"), "-cp", Jars.path(classes, Jars.RUNTIME), "app.Checkout")))
                .isEqualTo(new Projects.Said(0, "total 42\n"));
    }

    @Test
    void ecj_and_the_weave_command() throws Exception {
        ecj(classes);
        assertThat(weave(classes)).isEqualTo(new Projects.Said(0, "Pollux wove 1 class\n"));
        runs();
        Map<String, byte[]> once = Projects.contents(classes);
        assertThat(weave(classes)).isEqualTo(new Projects.Said(0, "Pollux wove 0 classes\n"));
        assertThat(Projects.contents(classes)).usingRecursiveComparison().isEqualTo(once);
    }

    /** Compiles the project with ecj alone. */
    static void ecj(Path classes) {
        StringWriter said = new StringWriter();
        List<String> arguments = new ArrayList<>(List.of("-17", "-nowarn", "-proc:none"));
        arguments.addAll(List.of("-cp", Jars.RUNTIME, "-d", classes.toString()));
        arguments.addAll(APP);
        boolean compiled = BatchCompiler.compile(
                arguments.toArray(new String[0]), new PrintWriter(said), new PrintWriter(said), null);
        assertThat(compiled).as(said.toString()).isTrue();
    }

    /** Runs the command as docs/await.md tells it. */
    static Projects.Said weave(Path classes) throws Exception {
        return Projects.fork(
                classes,
                List.of(
                        Projects.tool("java"),
                        "-jar",
                        Jars.COMPILER.toString(),
                        "-cp",
                        Jars.RUNTIME,
                        classes.toString()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-g",
                "-g:none",
                "-g:source",
                "-parameters",
                "--release 17",
                "-Xlint:all -Werror",
                "-Apollux.debug=true"
            })
    void javac_says_nothing_and_the_code_runs_with(String options) throws Exception {
        List<String> all = new ArrayList<>(List.of(options.split(" ")));
        all.addAll(List.of("-cp", Jars.RUNTIME, "--processor-path", Jars.COMPILER.toString()));
        Projects.compiled(APP, classes, all.toArray(new String[0]));
        runs();
    }

    @Test
    void a_module_with_dependencies_on_the_module_path() throws Exception {
        List<String> sources = new ArrayList<>(APP);
        sources.addAll(Projects.sources("module"));
        Projects.compiled(
                sources, classes, "-Werror", "-p", Jars.RUNTIME, "--processor-path", Jars.COMPILER.toString());
        assertThat(Projects.fork(
                        classes,
                        List.of(
                                Projects.tool("java"),
                                "-p",
                                Jars.path(classes, Jars.RUNTIME),
                                "-m",
                                "app/app.Checkout")))
                .isEqualTo(new Projects.Said(0, "total 42\n"));
    }

    @Test
    void a_class_compiled_alone_leaves_the_others_untouched() throws Exception {
        String path = Jars.path(classes, Jars.RUNTIME);
        Projects.compiled(APP, classes, "-cp", path, "--processor-path", Jars.COMPILER.toString());
        Map<String, byte[]> before = Projects.contents(classes);
        List<String> tax =
                APP.stream().filter(file -> file.endsWith("Tax.java")).toList();
        Projects.compiled(tax, classes, "-cp", path, "--processor-path", Jars.COMPILER.toString());
        List<String> checkout =
                APP.stream().filter(file -> file.endsWith("Checkout.java")).toList();
        Projects.compiled(checkout, classes, "-cp", path, "--processor-path", Jars.COMPILER.toString());
        assertThat(Projects.contents(classes)).usingRecursiveComparison().isEqualTo(before);
        runs();
    }

    @Test
    void the_bytes_depend_on_nothing_but_the_sources(@TempDir Path elsewhere) throws Exception {
        Path copies = Files.createDirectories(elsewhere.resolve("copies/deeper/app"));
        List<String> copied = new ArrayList<>();
        for (String source : APP) {
            Path copy = copies.resolve(Path.of(source).getFileName());
            copied.add(0, Files.copy(Path.of(source), copy).toString()); // in another order, too
        }
        Path again = elsewhere.resolve("classes");
        Projects.compiled(APP, classes, "-cp", Jars.RUNTIME, "--processor-path", Jars.COMPILER.toString());
        Projects.compiled(copied, again, "-cp", Jars.RUNTIME, "--processor-path", Jars.COMPILER.toString());
        assertThat(Projects.contents(again))
                .hasSize(7)
                .usingRecursiveComparison()
                .isEqualTo(Projects.contents(classes));
    }
}
