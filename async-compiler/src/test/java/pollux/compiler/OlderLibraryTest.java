package pollux.compiler;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import pollux.async.Async;

/** A library that lacks what compiled code calls is refused by the build, not by the first await that runs. */
@Timeout(180)
class OlderLibraryTest {

    private static final String AWAITING =
            Sources.IMPORTS + "class Snippet {\nFuture<Integer> f(Future<Integer> x) {\nreturn ready(await(x)); } }";

    @TempDir
    static Path older;

    private static String classPath;

    @TempDir
    Path classes;

    @BeforeAll
    static void copy() throws Exception {
        Path library = Path.of(
                Async.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        if (Files.isDirectory(library)) {
            copy(library);
        } else {
            try (FileSystem jar = FileSystems.newFileSystem(library)) {
                copy(jar.getPath("/"));
            }
        }
        classPath = Stream.concat(
                        Stream.of(older.toString()),
                        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                                .filter(element -> !Path.of(element).equals(library)))
                .collect(Collectors.joining(File.pathSeparator));
        Files.delete(older.resolve(Names.NEWEST + ".class"));
    }

    private static void copy(Path library) throws IOException {
        try (Stream<Path> files = Files.walk(library)) {
            for (Path file : files.filter(f -> f.toString().endsWith(".class")).toList()) {
                Path to = older.resolve(library.relativize(file).toString());
                Files.createDirectories(to.getParent());
                Files.copy(file, to);
            }
        }
    }

    @Test
    void the_processor_says_so_at_the_await() throws Exception {
        assertThat(Sources.compile(classes, AWAITING, "-cp", classPath))
                .singleElement()
                .asString()
                .startsWith("3:")
                .contains(Texts.OLDER_LIBRARY);
        assertThat(classes.resolve("Snippet.class")).doesNotExist();
    }

    @Test
    void the_command_line_says_so() throws Exception {
        assertThat(Sources.compileUnguarded(classes, List.of(Sources.source("Snippet", AWAITING))))
                .isEmpty();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int status =
                WeaverCli.run(new PrintStream(out, true, StandardCharsets.UTF_8), "-cp", classPath, classes.toString());
        assertThat(status).isEqualTo(1);
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("Snippet.class:3: " + Texts.OLDER_LIBRARY);
        assertThat(classes.resolve("Snippet.class")).doesNotExist();
    }

    @Test
    void code_that_does_not_await_needs_nothing_new() throws Exception {
        String code = AWAITING.replace("ready(await(x))", "x");
        assertThat(Sources.compile(classes, code, "-cp", classPath)).isEmpty();
        assertThat(classes.resolve("Snippet.class")).exists();
    }
}
