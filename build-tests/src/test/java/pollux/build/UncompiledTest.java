package pollux.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import groovy.lang.GroovyClassLoader;
import java.io.IOException;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jetbrains.kotlin.cli.common.ExitCode;
import org.jetbrains.kotlin.cli.jvm.K2JVMCompiler;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Every row of the table in docs/await.md: what becomes of awaits in a build that is set up so. */
@Timeout(120)
class UncompiledTest {

    private static final String COMPILED = "compiled";
    private static final String AT_COMPILE_TIME = "error of javac";
    private static final String AT_WEAVE_TIME = "error of the command";
    private static final String AT_RUN_TIME = "error of the first await";

    private static final Path KOTLIN = Jars.named("kotlin-stdlib");

    @TempDir
    Path home;

    /** Compiles and runs in one of the ways; returns the outcome, in the words of the table. */
    private interface Way {
        String outcome(Path classes) throws Exception;
    }

    private static Way way(String row) {
        String compiler = Jars.COMPILER.toString();
        String foreign = Jars.named("mapstruct-processor").toString();
        String library = Jars.RUNTIME;
        return switch (row) {
            case "processor path with Pollux" -> javac("-cp", library, "--processor-path", compiler);
            case "processor path with Pollux, module path" -> module("--processor-path", compiler);
            case "processor path with Pollux, `-proc:none`" ->
                javac("-cp", library, "--processor-path", compiler, "-proc:none");
            case "processor path with others only" -> javac("-cp", library, "--processor-path", foreign);
            case "no processor path, Pollux on the class path" -> javac("-cp", Jars.path(library, compiler));
            case "the same and `-proc:none`" -> javac("-cp", Jars.path(library, compiler), "-proc:none");
            case "no processor path, only core on the class path" -> javac("-cp", library);
            case "no processor path, module path" -> module();
            case "ecj, woven afterwards" ->
                classes -> {
                    CompilersTest.ecj(classes);
                    CompilersTest.weave(classes);
                    return run(classes);
                };
            case "ecj, not woven" ->
                classes -> {
                    CompilersTest.ecj(classes);
                    return run(classes);
                };
            case "Kotlin: a lambda as `AsyncBlock`" -> UncompiledTest::kotlin;
            case "the same, woven afterwards" ->
                classes -> {
                    compileKotlin(classes);
                    Projects.Said said = CompilersTest.weave(classes);
                    assertThat(said.status()).isOne();
                    assertThat(said.text())
                            .startsWith(
                                    "error: app/Checkout.class:11: await is only possible in a block, or in a method or lambda");
                    return AT_WEAVE_TIME;
                };
            case "Groovy: a closure as `AsyncBlock`" -> classes -> groovy();
            default -> throw new AssertionError("no way to build: " + row);
        };
    }

    private static Way javac(String... options) {
        return classes -> javac(Projects.sources("app"), classes, options);
    }

    private static Way module(String... options) {
        return classes -> {
            List<String> all = new ArrayList<>(List.of(options));
            all.addAll(List.of("-p", Jars.RUNTIME));
            List<String> sources = new ArrayList<>(Projects.sources("app"));
            sources.addAll(Projects.sources("module"));
            return javac(sources, classes, all.toArray(new String[0]));
        };
    }

    private static String javac(List<String> sources, Path classes, String... options) throws Exception {
        Projects.Said said = Projects.javac(sources, classes, options);
        if (said.status() == 0) {
            return run(classes);
        }
        assertThat(said.text().lines())
                .anyMatch(line ->
                        line.matches(".*Checkout.java:\\d+: error: this await would not be compiled by Pollux\\. Add"
                                + " pollux-async-compiler to .*"));
        return AT_COMPILE_TIME;
    }

    private static String run(Path classes) throws Exception {
        return outcome(
                "app\\.Checkout\\.lambda\\$\\S+\\(Checkout\\.java:4\\d\\) was not compiled by Pollux\\. Add pollux-async-compiler to"
                        + " annotationProcessorPaths .*",
                () -> Projects.run("app.Checkout", Jars.path(classes, Jars.RUNTIME)));
    }

    private static void compileKotlin(Path classes) {
        List<String> arguments = new ArrayList<>(List.of("-no-stdlib", "-no-reflect", "-nowarn", "-jvm-target", "17"));
        arguments.addAll(List.of("-d", classes.toString(), "-cp", Jars.path(Jars.RUNTIME, KOTLIN)));
        arguments.addAll(Projects.files(Path.of("src/test/projects/kotlin"), ".kt"));
        assertThat(new K2JVMCompiler().exec(System.err, arguments.toArray(new String[0])))
                .isEqualTo(ExitCode.OK);
    }

    private static String kotlin(Path classes) throws Exception {
        compileKotlin(classes);
        return outcome(
                "app\\.Checkout\\.\\S+\\(Checkout\\.kt:11\\) was not compiled by Pollux\\. It compiles Java only: write this block in"
                        + " Java, or call it on a virtual thread",
                () -> Projects.run("app.Checkout", Jars.path(classes, Jars.RUNTIME, KOTLIN)));
    }

    private static String groovy() throws Exception {
        try (URLClassLoader runtime =
                        new URLClassLoader(Projects.urls(Jars.RUNTIME), UncompiledTest.class.getClassLoader());
                GroovyClassLoader loader = new GroovyClassLoader(runtime)) {
            loader.parseClass(
                    Path.of("src/test/projects/groovy/Checkout.groovy").toFile());
            return outcome(
                    "app\\.Checkout\\S+\\(Checkout\\.groovy:11\\) was not compiled by Pollux\\. It compiles Java only: write this block"
                            + " in Java, or call it on a virtual thread",
                    () -> Projects.run("app.Checkout", loader));
        }
    }

    /** Runs code that ends well, or as an await ends that was not compiled. */
    private static String outcome(String message, Callable<String> run) throws Exception {
        try {
            assertThat(run.call()).isEqualTo("total 42");
            return COMPILED;
        } catch (IllegalStateException e) {
            assertThat(e).hasMessageMatching("Async\\.await in " + message);
            return AT_RUN_TIME;
        }
    }

    @TestFactory
    Stream<DynamicTest> every_row() throws IOException {
        List<String> lines = Files.readAllLines(Jars.root().resolve("docs/await.md"));
        int header = lines.indexOf("| build | JDK 17 to 22 | JDK 23 and newer |");
        assertThat(header).as("the table in docs/await.md").isPositive();
        int column = Runtime.version().feature() < 23 ? 2 : 3;
        return lines.stream()
                .skip(header + 2)
                .takeWhile(line -> line.startsWith("|"))
                .map(line -> Arrays.stream(line.split("\\|")).map(String::strip).toList())
                .map(cells -> dynamicTest(
                        cells.get(1),
                        () -> assertThat(way(cells.get(1)).outcome(Files.createTempDirectory(home, "classes")))
                                .isEqualTo(cells.get(column))));
    }
}
