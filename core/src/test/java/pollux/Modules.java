package pollux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** The modules of this repository with main sources in Java, as its poms name them. */
final class Modules {

    private static final Path ROOT = Path.of("..");

    private Modules() {}

    static List<String> all() {
        List<String> all = Pattern.compile("<module>(.+)</module>")
                .matcher(pom())
                .results()
                .map(found -> found.group(1))
                .filter(module -> Files.exists(main(module)))
                .toList();
        assertThat(all).contains("core", "examples", "examples/redis", "benchmarks");
        return all;
    }

    /** Those that are published: they have the file that profiles of the build look for. */
    static List<String> published() {
        List<String> published = all().stream()
                .filter(module -> Files.exists(ROOT.resolve(module).resolve(".published")))
                .toList();
        assertThat(published).contains("core", "async-compiler", "maven-plugin", "spring");
        return published;
    }

    static Path main(String module) {
        return ROOT.resolve(module).resolve("src/main/java");
    }

    private static String pom() {
        try {
            return Files.readString(ROOT.resolve("pom.xml"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
