package orders;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** docs/spring.md shows the files of this project as they are, and cites tests that exist. */
class PageTest {

    static final Path ROOT = root();

    private static Path root() {
        Path path = Path.of("").toAbsolutePath();
        while (!Files.exists(path.resolve("docs/spring.md"))) {
            path = path.getParent();
        }
        return path;
    }

    static String page() throws IOException {
        return Files.readString(ROOT.resolve("docs/spring.md"));
    }

    /** The files that the page shows: path and text. */
    static List<String[]> shown() throws IOException {
        return Pattern.compile("(?s)```\\w+\n(?://|#|--) (src/\\S+)\n(.*?)\n```")
                .matcher(page())
                .results()
                .map(found -> new String[] {found.group(1), found.group(2)})
                .toList();
    }

    @TestFactory
    Stream<DynamicTest> files() throws IOException {
        List<String[]> shown = shown();
        assertThat(shown).hasSizeGreaterThan(6);
        return shown.stream()
                .map(file -> DynamicTest.dynamicTest(
                        file[0],
                        () -> assertThat(file[1])
                                .isEqualTo(Files.readString(ROOT.resolve("examples/spring-orders")
                                                .resolve(file[0]))
                                        .strip())));
    }

    @Test
    void cited_tests_exist() throws IOException {
        var cited = Pattern.compile("`(\\w+Test)\\.(\\w+)`").matcher(page());
        while (cited.find()) {
            Path source = ROOT.resolve("spring/src/test/java/pollux/spring/" + cited.group(1) + ".java");
            assertThat(Files.readString(source)).contains("void " + cited.group(2) + "(");
        }
    }
}
