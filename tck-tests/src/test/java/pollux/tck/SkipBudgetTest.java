package pollux.tck;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.reactivestreams.tck.PublisherVerification;
import org.reactivestreams.tck.SubscriberBlackboxVerification;
import org.reactivestreams.tck.SubscriberWhiteboxVerification;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/**
 * Reads the reports of all verifications and fails if one is missing, or skipped anything that skips.txt does not name
 * for its kind. An optional test of the TCK that fails is reported as skipped, so a skip may hide a fault.
 *
 * <p>Runs after the verifications, in an execution of its own.
 */
class SkipBudgetTest {

    private static final Path REPORTS = Path.of("target/surefire-reports");
    private static final Path CLASSES = Path.of("target/test-classes");
    private static final int FEWEST_CLASSES = 24;

    @Test
    void nothingIsSkippedButWhatTheTckCannotRun() throws Exception {
        Map<String, List<String>> budget = budget();
        List<String> verifications = verifications();
        int executed = 0;
        int skipped = 0;
        for (String verification : verifications) {
            Path report = REPORTS.resolve("TEST-" + verification + ".xml");
            assertThat(report).as("the report of " + verification).exists();
            List<String> skips = new ArrayList<>();
            NodeList cases = testCases(report);
            for (int i = 0; i < cases.getLength(); i++) {
                Element test = (Element) cases.item(i);
                if (test.getElementsByTagName("skipped").getLength() > 0) {
                    skips.add(test.getAttribute("name"));
                }
            }
            assertThat(skips)
                    .as("what " + verification + " skipped")
                    .containsExactlyInAnyOrderElementsOf(budget.get(kind(verification)));
            executed += cases.getLength() - skips.size();
            skipped += skips.size();
        }
        assertThat(verifications).hasSizeGreaterThanOrEqualTo(FEWEST_CLASSES);
        System.out.println("Reactive Streams TCK: " + verifications.size() + " verification classes, " + executed
                + " tests executed, " + skipped + " skipped, all of them named in skips.txt");
    }

    private static String kind(String name) throws ReflectiveOperationException {
        Object verification = Class.forName(name).getConstructor().newInstance();
        if (verification instanceof PublisherVerification<?> publisher) {
            return publisher.maxElementsFromPublisher() == 1 ? "single-value publisher" : "publisher";
        }
        if (verification instanceof SubscriberWhiteboxVerification<?>) {
            return "whitebox";
        }
        assertThat(verification).isInstanceOf(SubscriberBlackboxVerification.class);
        return "blackbox";
    }

    private static List<String> verifications() throws IOException {
        try (Stream<Path> files = Files.walk(CLASSES)) {
            return files.map(file -> CLASSES.relativize(file).toString().replace('\\', '/'))
                    .filter(file -> file.endsWith("TckTest.class"))
                    .map(file ->
                            file.substring(0, file.length() - ".class".length()).replace('/', '.'))
                    .sorted()
                    .toList();
        }
    }

    private static NodeList testCases(Path report) throws Exception {
        return DocumentBuilderFactory.newDefaultInstance()
                .newDocumentBuilder()
                .parse(report.toFile())
                .getElementsByTagName("testcase");
    }

    private static Map<String, List<String>> budget() throws IOException {
        Map<String, List<String>> budget = new TreeMap<>();
        try (InputStream in = SkipBudgetTest.class.getResourceAsStream("skips.txt");
                BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            List<String> section = List.of();
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("[")) {
                    section = new ArrayList<>();
                    budget.put(line.substring(1, line.length() - 1), section);
                } else if (!line.isBlank() && !line.startsWith("#")) {
                    section.add(line);
                }
            }
        }
        return budget;
    }
}
