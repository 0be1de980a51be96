package pollux.build;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** The jars that a project under test gets, picked by name from the dependencies of this module. */
final class Jars {

    private static final List<Path> ALL = all();

    static final Path CORE = named("pollux-core");
    static final Path COMPILER = named("pollux-async-compiler");

    /** What Maven brings to code that awaits; JSpecify is optional, and not among it. */
    static final String RUNTIME = path(CORE, named("reactive-streams"));

    private Jars() {}

    private static List<Path> all() {
        try {
            String path = Files.readString(Path.of("target/classpath")).strip();
            return Arrays.stream(path.split(File.pathSeparator)).map(Path::of).toList();
        } catch (IOException e) {
            throw new UncheckedIOException("the build writes it before this test", e);
        }
    }

    /** The jar of an artifact. */
    static Path named(String artifact) {
        return ALL.stream()
                .filter(jar -> jar.getFileName().toString().matches(artifact + "-\\d.*\\.jar"))
                .findFirst()
                .orElseThrow(
                        () -> new AssertionError("no jar of " + artifact + " on the class path; mvn verify packs it"));
    }

    /** Joins jars, directories and paths of them. */
    static String path(Object... elements) {
        return Arrays.stream(elements).map(Object::toString).collect(Collectors.joining(File.pathSeparator));
    }

    /** The directory of the whole source tree. */
    static Path root() {
        Path here = Path.of("").toAbsolutePath();
        return Files.exists(here.resolve("README.md")) ? here : here.getParent();
    }
}
