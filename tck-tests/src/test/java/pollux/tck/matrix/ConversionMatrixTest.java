package pollux.tck.matrix;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Runs every conversion in every scenario, with a synchronous and with a distant source, and compares what was seen
 * with docs/conversion-matrix.md. {@code mvn -pl tck-tests -am test -Dpollux.docs=write} writes the page anew.
 */
@Timeout(300)
class ConversionMatrixTest {

    private static final Path PAGE = Path.of("../docs/conversion-matrix.md");
    private static final boolean WRITES = "write".equals(System.getProperty("pollux.docs"));
    private static final List<Row> ROWS = Row.all();
    private static final Map<String, String> SEEN = new ConcurrentHashMap<>();

    static Stream<Row> conversions() {
        return ROWS.stream();
    }

    @ParameterizedTest
    @MethodSource("conversions")
    void behavesAsThePageSays(Row row) throws Exception {
        Map<Scenario, String> cells = new TreeMap<>();
        for (Scenario scenario : Scenario.values()) {
            boolean expectsCancel = expected(row, scenario).contains("source cancelled");
            String near = row.observe(scenario, false, expectsCancel);
            String distant = row.observe(scenario, true, expectsCancel);
            assertThat(distant)
                    .as("%s, %s: a source on another thread makes no difference", row, scenario)
                    .isEqualTo(near);
            cells.put(scenario, near);
        }
        String line = "| `" + row.name + "` | " + String.join(" | ", cells.values()) + " |";
        SEEN.put(row.section + row.name, line);
        if (!WRITES) {
            assertThat(Files.readAllLines(PAGE))
                    .as("docs/conversion-matrix.md; if the new behaviour is meant, run with -Dpollux.docs=write")
                    .contains(line);
        }
    }

    /** What the page says; where a page that is written anew says nothing, a cancellation has a moment to come. */
    private static String expected(Row row, Scenario scenario) throws IOException {
        return WRITES
                ? ""
                : Files.readAllLines(PAGE).stream()
                        .filter(line -> line.startsWith("| `" + row.name + "` | "))
                        .map(line -> line.split(" \\| ")[1 + scenario.ordinal()])
                        .collect(Collectors.joining());
    }

    @AfterAll
    static void thePageHasAllRowsAndNoOthers() throws IOException {
        if (SEEN.size() < ROWS.size()) {
            return; // a row has failed already, or only some were run
        }
        String page = page();
        if (WRITES) {
            Files.writeString(PAGE, page);
        }
        assertThat(Files.readString(PAGE)).isEqualTo(page);
    }

    private static String page() {
        StringBuilder page = new StringBuilder(
                "# Conversion matrix\n\n"
                        + "Every conversion against every way its source can behave. Written and checked by `ConversionMatrixTest` in\n"
                        + "`tck-tests`; each cell was seen with a synchronous source and with one that signals from another thread, and both\n"
                        + "did the same. Rewrite it with `mvn -pl tck-tests -am test -Dtest=ConversionMatrixTest -Dpollux.docs=write\n"
                        + "-Dsurefire.failIfNoSpecifiedTests=false`.\n\n"
                        + "The source has the item 1, or the items 1, 2, 3, and then ends; fails with IllegalArgumentException; or is silent.\n"
                        + "Signals out of Pollux stand in their order, `end` is onComplete. *Cancel before* is before the first poll or inside\n"
                        + "onSubscribe; *during*, while the source is silent; *after*, after its end. *Untouched* means never polled or requested.\n");
        Map<String, List<Row>> sections = ROWS.stream()
                .collect(Collectors.groupingBy(r -> r.section, java.util.LinkedHashMap::new, Collectors.toList()));
        sections.forEach((section, rows) -> {
            page.append("\n## ").append(section).append("\n\n| conversion |");
            for (Scenario scenario : Scenario.values()) {
                page.append(' ').append(scenario.title).append(" |");
            }
            page.append("\n|")
                    .append("---|".repeat(Scenario.values().length + 1))
                    .append('\n');
            for (Row row : rows) {
                page.append(SEEN.get(row.section + row.name)).append('\n');
            }
        });
        return page.toString();
    }
}
