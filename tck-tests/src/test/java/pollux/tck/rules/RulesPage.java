package pollux.tck.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** docs/rules-matrix.md: what is on it, and what the tests have seen. */
final class RulesPage {

    static final Path FILE = Path.of("../docs/rules-matrix.md");
    static final boolean WRITES = "write".equals(System.getProperty("pollux.docs"));

    /** Who is under which rules. */
    enum Part {
        PUBLISHERS("Publishers and their subscriptions", PublisherRules.ALL.keySet()),
        SUBSCRIBERS("Subscribers", SubscriberRules.ALL.keySet()),
        OBSERVERS("Observers of RxJava's types without demand", ObserverRules.ALL.keySet()),
        PROCESSORS("Stages", ProcessorRules.ALL.keySet());

        final String title;
        final Set<String> rules;

        Part(String title, Set<String> rules) {
            this.title = title;
            this.rules = rules;
        }
    }

    private final List<String> lines;
    private final Map<Part, List<String>> table = new LinkedHashMap<>();
    private final List<String> seen = new ArrayList<>();
    private int rows;

    RulesPage() {
        try {
            lines = Files.exists(FILE) ? Files.readAllLines(FILE) : List.of();
        } catch (IOException broken) {
            throw new java.io.UncheckedIOException(broken);
        }
    }

    /** How long to wait for a party: not long where the page says that it hangs. */
    Deadline deadline(String library, String name, String rule) {
        return !library.equals(PublisherParty.OURS)
                        && lines.stream().anyMatch(line -> line.startsWith(note(library, name, rule, Verdict.HANGS)))
                ? Deadline.brief()
                : Deadline.generous();
    }

    /** Takes a row, and compares it with the page; if it is one of ours it has to be green besides. */
    void check(Part part, String library, String name, List<Verdict> row) {
        if (library.equals(PublisherParty.OURS)) {
            List<Throwable> failures =
                    row.stream().filter(v -> !v.isKept()).map(Verdict::failure).collect(Collectors.toList());
            if (!failures.isEmpty()) {
                AssertionError all = new AssertionError(name + " breaks rules "
                        + row.stream()
                                .filter(v -> !v.isKept())
                                .map(Verdict::rule)
                                .toList());
                failures.forEach(all::addSuppressed);
                throw all;
            }
        }
        String line = "| " + library + " | `" + name + "` | "
                + row.stream().map(Verdict::mark).collect(Collectors.joining(" | ")) + " |";
        List<String> notes = row.stream()
                .filter(verdict -> !verdict.isKept())
                .map(verdict -> note(library, name, verdict.rule(), verdict.mark()) + verdict.seen())
                .toList();
        synchronized (this) {
            table.computeIfAbsent(part, p -> new ArrayList<>()).add(line);
            seen.addAll(notes);
            rows++;
        }
        if (!WRITES) {
            assertThat(lines)
                    .as("docs/rules-matrix.md; if the new behaviour is meant, run with -Dpollux.docs=write")
                    .containsAll(Stream.concat(Stream.of(line), notes.stream()).toList());
        }
    }

    private static String note(String library, String name, String rule, String mark) {
        return "- " + library + " `" + name + "`, " + rule + " " + mark + ": ";
    }

    int rows() {
        return rows;
    }

    String text() {
        StringBuilder page = new StringBuilder("""
                # Rules matrix

                The 43 rules of Reactive Streams 1.0.4 over every bridge of ours and over the peers. Written and checked by `RulesTest` in
                `tck-tests`; rewrite it with `mvn -pl tck-tests -am test -Dtest=RulesTest -Dpollux.docs=write
                -Dsurefire.failIfNoSpecifiedTests=false`.

                ✓ kept · ✗ broken · hangs: what has to come does not · – cannot be shown by a publisher of so few items.
                Each of our publishers was met with a source at hand and with one on another thread, by a plain subscriber and by one of
                Reactor's and RxJava's own kind; each of our subscribers was polled inline and on a pool. A build fails if one of ours is not
                green. The peers were met as they come, by a plain party on the other side; that they are listed says what to expect from them,
                and no more: some of it is documented by them as a relaxation.

                """);
        page.append("Peers: ").append(Peers.versions()).append(".\n");
        table.forEach((part, partRows) -> {
            page.append("\n## ").append(part.title).append("\n\n| library | party | ");
            page.append(String.join(" | ", part.rules)).append(" |\n|").append("---|".repeat(part.rules.size() + 2));
            partRows.forEach(row -> page.append('\n').append(row));
            page.append('\n');
        });
        page.append("\n## What was seen where a rule was not kept\n\n");
        seen.forEach(note -> page.append(note).append('\n'));
        page.append("\n## What is looked at\n\n| rule | |\n|---|---|\n");
        PublisherRules.ALL.forEach((number, rule) -> page.append(described(number, rule.looksAt())));
        SubscriberRules.ALL.forEach((number, rule) -> page.append(described(number, rule.looksAt())));
        ProcessorRules.ALL.forEach((number, rule) -> page.append(described(number, rule.looksAt())));
        for (String own : List.of("2.3", "2.13")) {
            page.append(
                    described(own + ", observers", ObserverRules.ALL.get(own).looksAt()));
        }
        return page.toString();
    }

    private static String described(String number, String looksAt) {
        return "| " + number + " | " + looksAt + " |\n";
    }
}
