package pollux.tck.adversarial;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.opentest4j.TestAbortedException;
import pollux.tck.matrix.Row;
import pollux.tck.rules.Deadline;
import pollux.tck.rules.SubscriberParty;
import pollux.tck.rules.Upstream;

/**
 * Every case against every bridge, compared with docs/adversarial-matrix.md. {@code mvn -pl tck-tests -am test
 * -Dpollux.docs=write} writes the page anew.
 */
@Timeout(300)
class AdversarialTest {

    private static final Path PAGE = Path.of("../docs/adversarial-matrix.md");
    private static final boolean WRITES = "write".equals(System.getProperty("pollux.docs"));
    private static final Map<String, String> SEEN = new ConcurrentHashMap<>();

    static Stream<Arguments> publishers() {
        return InCase.ALL.stream().flatMap(one -> SubscriberParty.ours().map(ways -> Arguments.of(one, ways)));
    }

    static Stream<Arguments> subscribers() {
        return OutCase.ALL.stream().flatMap(one -> rows().map(row -> Arguments.of(one, row)));
    }

    private static Stream<Row> rows() {
        return Row.all().stream().filter(row -> row.isOutbound() && (row.isDirect() || row.mostItems() <= 1));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("publishers")
    void aBridgeMeetsAPublisher(InCase one, List<SubscriberParty> ways) throws Exception {
        TreeSet<String> ends = new TreeSet<>();
        for (SubscriberParty way : ways) {
            Deadline deadline = Deadline.generous();
            ends.add(seen(() -> one.act().play(new InCase.Play(way, new Upstream(deadline), deadline))));
        }
        assertThat(ends).as("polled inline and on a pool").hasSize(1);
        compare(one.toString(), ways.get(0).name(), ends.first());
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("subscribers")
    void aBridgeMeetsASubscriber(OutCase one, Row row) throws Exception {
        TreeSet<String> ends = new TreeSet<>();
        for (boolean distant : new boolean[] {false, true}) {
            boolean expectsCancel = !WRITES && cell(one.toString(), row.name).contains("source cancelled");
            OutCase.Play play = new OutCase.Play(row, distant, expectsCancel);
            ends.add(seen(() -> one.act().play(play)));
            play.judge(one.number());
        }
        assertThat(ends).as("with a source at hand and a distant one").hasSize(1);
        compare(one.toString(), row.name, ends.first());
    }

    /** What may be seen. */
    @FunctionalInterface
    private interface Play {
        String play() throws Exception;
    }

    private static String seen(Play play) throws Exception {
        try {
            return play.play();
        } catch (TestAbortedException left) {
            return "–";
        }
    }

    private static void compare(String one, String bridge, String end) throws IOException {
        SEEN.put(one + bridge, end);
        if (!WRITES) {
            assertThat(end)
                    .as("docs/adversarial-matrix.md; if the new behaviour is meant, run with -Dpollux.docs=write")
                    .isEqualTo(cell(one, bridge));
        }
    }

    /** What the page says: its tables have one line per bridge and outcome under each case. */
    private static String cell(String one, String bridge) throws IOException {
        boolean here = false;
        for (String line : Files.readAllLines(PAGE)) {
            if (line.startsWith("### ")) {
                here = line.equals("### " + one);
            } else if (here && line.contains("`" + bridge + "`")) {
                return line.substring(2, line.indexOf(" | "));
            }
        }
        return "nothing";
    }

    @AfterAll
    static void thePageHasAllCasesAndNoOthers() throws IOException {
        if (SEEN.size() < publishers().count() + subscribers().count()) {
            return; // one has failed already, or only some were run
        }
        StringBuilder page = new StringBuilder("""
                # Adversarial matrix

                Publishers and subscribers that misbehave, and what each bridge makes of them. Written and checked by `AdversarialTest` in
                `tck-tests`; rewrite it with `mvn -pl tck-tests -am test -Dtest=AdversarialTest -Dpollux.docs=write
                -Dsurefire.failIfNoSpecifiedTests=false`.

                The law: a bridge never hangs, never loses an error silently, and never breaks a rule downstream because upstream did. Each
                cell was seen inline and on a pool, or with a source at hand and a distant one, and both did the same; a wait that lasts too
                long fails the build. *Cancelled* is the publisher. What the peers do is in [the rules matrix](rules-matrix.md), and for the publishers
                here in [a table of its own](adversarial-peers.md).

                Cases that are no table have tests of their own: 3a-26 is also `DiscardTest`, each item delivered or discarded once over
                100,000 random cancellations; 3a-29, 3b-49, 3b-50, 3b-52 and 3b-55 `CasesTest`; 3b-53 `ThreadLocalsTest`.

                ## Publishers that misbehave
                """);
        List<String> in = SubscriberParty.ours().map(ways -> ways.get(0).name()).toList();
        InCase.ALL.forEach(one -> append(page, one.toString(), in));
        page.append("\n## Subscribers that misbehave\n");
        List<String> out = rows().map(row -> row.name).toList();
        OutCase.ALL.forEach(one -> append(page, one.toString(), out));
        if (WRITES) {
            Files.writeString(PAGE, page.toString());
        }
        assertThat(Files.readString(PAGE)).isEqualTo(page.toString());
    }

    private static void append(StringBuilder page, String one, List<String> bridges) {
        page.append("\n### ").append(one).append("\n\n| outcome | bridges |\n|---|---|\n");
        List<String> outcomes = new ArrayList<>(bridges.stream()
                .map(bridge -> SEEN.get(one + bridge))
                .distinct()
                .toList());
        for (String outcome : outcomes) {
            page.append("| ").append(outcome).append(" | ");
            page.append(bridges.stream()
                    .filter(bridge -> outcome.equals(SEEN.get(one + bridge)))
                    .map(bridge -> "`" + bridge + "`")
                    .collect(Collectors.joining(" · ")));
            page.append(" |\n");
        }
    }
}
