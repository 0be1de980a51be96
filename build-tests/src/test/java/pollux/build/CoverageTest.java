package pollux.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jacoco.core.analysis.Analyzer;
import org.jacoco.core.analysis.CoverageBuilder;
import org.jacoco.core.analysis.IClassCoverage;
import org.jacoco.core.analysis.ICounter;
import org.jacoco.core.tools.ExecFileLoader;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** JaCoCo's agent and report over woven classes. */
@Timeout(180)
class CoverageTest {

    @TempDir
    static Path classes;

    @TempDir
    static Path results;

    private static Collection<IClassCoverage> report;

    @BeforeAll
    static void run() throws Exception {
        Projects.compiled(
                Projects.sources("app"),
                classes,
                "-g",
                "-cp",
                Jars.RUNTIME,
                "--processor-path",
                Jars.COMPILER.toString());
        Path data = results.resolve("jacoco.exec");
        Projects.Said said = Projects.fork(
                results,
                List.of(
                        Projects.tool("java"),
                        "-Xverify:all",
                        "-javaagent:" + Jars.named("org.jacoco.agent") + "=destfile=" + data,
                        "-cp",
                        Jars.path(classes, Jars.RUNTIME),
                        "app.Checkout"));
        assertThat(said.status()).as(said.text()).isZero();
        assertThat(said.text().lines()).contains("total 42"); // beside what a slow machine is warned of
        ExecFileLoader loaded = new ExecFileLoader();
        loaded.load(data.toFile());
        CoverageBuilder builder = new CoverageBuilder();
        new Analyzer(loaded.getExecutionDataStore(), builder).analyzeAll(classes.toFile());
        // reports leave out what has no code in their eyes
        report = builder.getClasses().stream()
                .filter(IClassCoverage::containsCode)
                .toList();
    }

    private static IClassCoverage of(String name) {
        return report.stream()
                .filter(type -> type.getName().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** What a line of Checkout counts as, which one of {@link ICounter}'s constants tells. */
    private static List<String> lines(int status) throws Exception {
        List<String> source = Files.readAllLines(Path.of("src/test/projects/app/Checkout.java"));
        IClassCoverage type = of("app/Checkout");
        List<String> lines = new ArrayList<>();
        for (int line = type.getFirstLine(); line <= type.getLastLine(); line++) {
            if (type.getLine(line).getStatus() == status) {
                lines.add(source.get(line - 1).strip());
            }
        }
        return lines;
    }

    @Test
    void what_ran_is_covered_and_what_did_not_is_not() throws Exception {
        assertThat(lines(ICounter.FULLY_COVERED)).contains("out.emit(item);", "total += await(price(item));");
        assertThat(lines(ICounter.NOT_COVERED)).containsExactly("total = await(price(0)); // never reached");
    }

    /** Each await is a branch of its own, ready or not; the first line of a block is one more, begun or resumed. */
    @Test
    void an_await_that_never_suspended_is_a_branch_not_taken() throws Exception {
        assertThat(lines(ICounter.PARTLY_COVERED))
                .contains("if (total < 0) {", "return \"total \" + Pollux.run(() -> await(paid()));");
    }

    @Test
    void the_generated_classes_are_not_in_the_report() {
        assertThat(report).extracting(IClassCoverage::getName).containsExactlyInAnyOrder("app/Checkout", "app/Tax");
    }
}
