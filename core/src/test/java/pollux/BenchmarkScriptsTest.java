package pollux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The scripts beside the benchmarks, without measuring; skipped where there is no Python. */
class BenchmarkScriptsTest {

    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    @TempDir
    Path directory;

    /** What a script returned and said. */
    private record Said(int status, String text) {}

    @BeforeAll
    static void python() throws Exception {
        boolean there;
        try {
            there = run(List.of("python3", "--version")).status == 0;
        } catch (IOException e) {
            there = false;
        }
        assumeTrue(there, "no python3 here");
    }

    @Test
    void compareSaysWhatItIs() throws Exception {
        Said help = script("compare", "--help");
        assertThat(help.status).isZero();
        assertThat(help.text).contains("benchmarks/compare BASE [ROWS...]", "--gc", "--forks");
    }

    @Test
    void compareRefusesWhatItCannotMeasure() throws Exception {
        Said nothing = script("compare");
        assertThat(nothing.status).isEqualTo(2);
        assertThat(nothing.text).endsWith("needs BASE, or --read DIR\n");
        Said unknown = script("compare", "no-such-commit");
        assertThat(unknown.status).isEqualTo(2);
        assertThat(unknown.text).startsWith("benchmarks/compare: ").doesNotContain("Traceback");
        Said forks = script("compare", "HEAD", "-f", "0");
        assertThat(forks.status).isEqualTo(2);
        assertThat(forks.text).endsWith("at least 1 is needed\n");
        Said empty = script("compare", "--read", directory.toString());
        assertThat(empty.status).isEqualTo(2);
        assertThat(empty.text)
                .contains("does not hold the results of a comparison")
                .doesNotContain("Traceback");
    }

    @Test
    void compareTellsRatiosAndFailures() throws Exception {
        Files.writeString(directory.resolve("plan.json"), """
                {"commits": {"base": "aaaaaaaaaaaaaa", "now": "bbbbbbbbbbbbbb"}, "forks": 3, "gc": true, "rows": {
                  "base": ["A.pollux (size 1)", "B.pollux", "D.pollux"],
                  "now": ["A.pollux (size 1)", "B.pollux", "C.pollux", "D.pollux"]}}
                """);
        double[] base = {10, 20, 40};
        double[] now = {5, 20, 80};
        for (int turn = 0; turn < 3; turn++) {
            List<String> before = new ArrayList<>(
                    List.of(result("x.A.pollux", "\"size\": \"1\"", base[turn], 16), result("x.D.pollux", "", 100, 0)));
            List<String> after = new ArrayList<>(
                    List.of(result("x.A.pollux", "\"size\": \"1\"", now[turn], 24), result("x.D.pollux", "", 50, 0)));
            after.add(result("x.C.pollux", "", 7, 0));
            if (turn < 2) {
                before.add(result("x.B.pollux", "", 3, 0));
            }
            after.add(result("x.B.pollux", "", 3, 0));
            Files.writeString(directory.resolve("base-" + (turn + 1) + ".json"), before.toString());
            Files.writeString(directory.resolve("now-" + (turn + 1) + ".json"), after.toString());
        }
        Said table = script("compare", "--read", directory.toString());
        assertThat(table.text.lines().map(line -> line.replaceAll(" +", " ")).toList())
                .contains(
                        "row | base | now | ratio ± error | B/op base | B/op now",
                        // ratios of the turns 1/2, 1 and 2: their mean is 1, and it says nothing
                        "A.pollux (size 1) | 20.0 | 20.0 | 1.000 ± more than itself | 16.0 | 24.0",
                        "B.pollux | failed | 3.00 | 1.000 ± 0.000 | 0.00 | 0.00",
                        "C.pollux | absent | 7.00 | | | 0.00",
                        "D.pollux | 100 | 50.0 | 0.500 ± 0.000 | 0.00 | 0.00",
                        "failed: B.pollux on base");
        assertThat(table.status).isEqualTo(1);
    }

    @Test
    void theChartAndTheTableAreDrawnFromTheData() throws Exception {
        Said svg = script("chart", "--svg");
        assertThat(svg.status).isZero();
        assertThat(svg.text).isEqualTo(read("docs/images/benchmarks.svg"));
        Said table = script("chart", "--table");
        assertThat(table.status).isZero();
        String page = read("docs/benchmarks.md");
        assertThat(page).contains("<!-- ratios: begin -->\n\n" + table.text + "\n<!-- ratios: end -->");
        assertThat(page.lines().count()).isLessThanOrEqualTo(150);
    }

    /** A figure of the data is the one of its row and column in a table of docs/evidence. */
    @Test
    void theDataIsWhatWasMeasured() throws Exception {
        Map<String, Map<String, String>> sittings = new HashMap<>();
        for (var sitting : Map.of("0c962f1", "jdk25", "f901699", "later", "b58e5b4", "marks", "94f68ca", "second")
                .entrySet()) {
            sittings.put(sitting.getKey(), figures(read("docs/evidence/benchmarks-" + sitting.getValue() + ".md")));
        }
        List<String> data = read("docs/evidence/benchmarks.csv").lines().skip(1).toList();
        assertThat(data).hasSizeGreaterThan(50);
        for (String line : data) {
            List<String> cells = cells(line);
            assertThat(sittings.get(cells.get(7)))
                    .as(line)
                    .containsEntry(cells.get(1) + "|" + cells.get(2), cells.get(3))
                    .containsEntry(cells.get(1) + "|" + cells.get(5), cells.get(6));
        }
        assertThat(figures("| workload | pollux |\n|---|---|\n| A (x 1) | **1,2** (1; \u00b12) |\n"))
                .isEqualTo(Map.of("A (x 1)|pollux", "1,2"));
    }

    /** The bold figures of all tables, by "row|column". */
    private static Map<String, String> figures(String page) {
        Map<String, String> figures = new HashMap<>();
        String[] columns = {};
        for (String line : page.lines().toList()) {
            String[] cells = line.split("\\|", -1);
            if (line.startsWith("| workload |")) {
                columns = cells;
            } else if (!line.startsWith("|")) {
                columns = new String[0];
            }
            for (int i = 2; i < Math.min(cells.length, columns.length); i++) {
                Matcher figure = Pattern.compile("^ \\*\\*([0-9.,]+)\\*\\*").matcher(cells[i]);
                if (figure.find()) {
                    figures.put(cells[1].strip() + "|" + columns[i].strip(), figure.group(1));
                }
            }
        }
        return figures;
    }

    private static List<String> cells(String line) {
        List<String> cells = new ArrayList<>();
        Matcher cell = Pattern.compile("(?:\"([^\"]*)\"|([^,]*))(?:,|$)").matcher(line);
        while (cell.find() && cell.start() < line.length()) {
            cells.add(cell.group(1) != null ? cell.group(1) : cell.group(2));
        }
        return cells;
    }

    private static String read(String file) throws IOException {
        return Files.readString(ROOT.resolve(file));
    }

    private static String result(String benchmark, String params, double ns, int bytes) {
        return ("{\"benchmark\": \"%s\", \"params\": {%s}, \"primaryMetric\": {\"scoreUnit\": \"ns/op\", \"rawData\": "
                        + "[[%s, %s, %s]]}, \"secondaryMetrics\": {\"gc.alloc.rate.norm\": {\"score\": %d}}}")
                .formatted(benchmark, params, ns, ns, ns, bytes);
    }

    private static Said script(String name, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(
                List.of("python3", ROOT.resolve("benchmarks").resolve(name).toString()));
        command.addAll(List.of(arguments));
        return run(command);
    }

    private static Said run(List<String> command) throws Exception {
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(ROOT.toFile()).redirectErrorStream(true);
        builder.environment().put("PYTHONIOENCODING", "utf-8");
        Process process = builder.start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Said(process.waitFor(), text.replace("\r", ""));
    }
}
