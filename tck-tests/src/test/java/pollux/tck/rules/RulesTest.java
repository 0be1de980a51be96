package pollux.tck.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import pollux.reactive.ReactiveStreams;
import pollux.reactor.ReactorAdapter;
import pollux.rxjava.RxJavaAdapter;
import pollux.tck.Elements;
import pollux.tck.TckEnvironment;

/**
 * Every rule of Reactive Streams over every bridge and over the peers, compared with docs/rules-matrix.md: ours have to
 * keep them all, of the peers it is written down. {@code mvn -pl tck-tests -am test -Dpollux.docs=write} writes the
 * page anew.
 */
@Timeout(300)
class RulesTest {

    private static final RulesPage PAGE = new RulesPage();

    /** One party, in all the ways it is met. */
    private record Case<P>(P party, List<P> ways, boolean kin) {
        @Override
        public String toString() {
            return party.toString();
        }
    }

    // ------------------------------------------------------------------ parties; one more is one more line

    static Stream<Case<PublisherParty>> publishers() {
        List<PublisherParty> alone = List.of(
                PublisherParty.of(
                        "publisher(1000 futures, 4)",
                        n -> ReactiveStreams.publisher(Elements.futures(n), 4),
                        () -> ReactiveStreams.publisher(Elements.failedFutures(), 4)),
                PublisherParty.of(
                        "ReactorAdapter.on(pool).flux(1000 futures, 4)",
                        n -> ReactorAdapter.on(TckEnvironment.POOL).flux(Elements.futures(n), 4),
                        () -> ReactorAdapter.on(TckEnvironment.POOL).flux(Elements.failedFutures(), 4)),
                PublisherParty.of(
                        "fluxOrdered(1000 futures, 4)",
                        n -> ReactorAdapter.fluxOrdered(Elements.futures(n), 4),
                        () -> ReactorAdapter.fluxOrdered(Elements.failedFutures(), 4)),
                PublisherParty.of(
                        "flowable(1000 futures, 4)",
                        n -> RxJavaAdapter.flowable(Elements.futures(n), 4),
                        () -> RxJavaAdapter.flowable(Elements.failedFutures(), 4)));
        return Stream.of(
                        PublisherParty.ours().stream()
                                .map(ways -> new Case<>(
                                        ways.get(0), ways, ways.get(0).direct())),
                        alone.stream().map(party -> new Case<>(party, List.of(party), true)),
                        Peers.publishers().stream().map(party -> new Case<>(party, List.of(party), false)))
                .flatMap(Function.identity());
    }

    static Stream<Case<SubscriberParty>> subscribers() {
        return Stream.concat(
                SubscriberParty.ours().map(ways -> new Case<>(ways.get(0), ways, true)),
                Peers.subscribers().stream().map(party -> new Case<>(party, List.of(party), false)));
    }

    static Stream<Case<SubscriberParty>> observers() {
        return ObserverRules.ours().map(ways -> new Case<>(ways.get(0), ways, true));
    }

    static Stream<ProcessorRules.Party> processors() {
        return Stream.of(ProcessorRules.ours(), Peers.stages()).flatMap(List::stream);
    }

    // ------------------------------------------------------------------ rules

    @ParameterizedTest
    @MethodSource("publishers")
    void publisherKeepsTheRules(Case<PublisherParty> met) {
        PublisherParty party = met.party;
        List<Verdict> row = new ArrayList<>();
        for (Map.Entry<String, PublisherRules.Rule> rule : PublisherRules.ALL.entrySet()) {
            List<Verdict> verdicts = new ArrayList<>();
            for (PublisherParty way : met.ways) {
                for (boolean kin : met.kin ? new boolean[] {false, true} : new boolean[] {false}) {
                    Deadline deadline = PAGE.deadline(party.library(), party.name(), rule.getKey());
                    verdicts.add(Verdict.of(rule.getKey(), deadline, () -> {
                        Trial trial = new Trial(way, kin, deadline);
                        rule.getValue().check().accept(trial);
                        trial.judge(rule.getKey());
                    }));
                }
            }
            row.add(Verdict.worst(verdicts));
        }
        PAGE.check(RulesPage.Part.PUBLISHERS, party.library(), party.name(), row);
    }

    @ParameterizedTest
    @MethodSource("subscribers")
    void subscriberKeepsTheRules(Case<SubscriberParty> met) {
        checkSubscriber(RulesPage.Part.SUBSCRIBERS, SubscriberRules.ALL, met);
    }

    @ParameterizedTest
    @MethodSource("observers")
    void observerKeepsTheRules(Case<SubscriberParty> met) {
        checkSubscriber(RulesPage.Part.OBSERVERS, ObserverRules.ALL, met);
    }

    private static void checkSubscriber(
            RulesPage.Part part, Map<String, SubscriberRules.Rule> rules, Case<SubscriberParty> met) {
        SubscriberParty party = met.party;
        List<Verdict> row = new ArrayList<>();
        rules.forEach((number, rule) -> {
            List<Verdict> verdicts = new ArrayList<>();
            for (SubscriberParty way : met.ways) {
                Deadline deadline = PAGE.deadline(party.library(), party.name(), number);
                verdicts.add(Verdict.of(number, deadline, () -> {
                    SubscriberRules.Test test = new SubscriberRules.Test(way, deadline);
                    rule.check().accept(test);
                    test.judge(number);
                }));
            }
            row.add(Verdict.worst(verdicts));
        });
        PAGE.check(part, party.library(), party.name(), row);
    }

    @ParameterizedTest
    @MethodSource("processors")
    void processorKeepsTheRules(ProcessorRules.Party party) {
        List<Verdict> row = new ArrayList<>();
        ProcessorRules.ALL.forEach((number, rule) -> {
            Deadline deadline = PAGE.deadline(party.library(), party.name(), number);
            row.add(Verdict.of(number, deadline, () -> rule.check().accept(party, deadline)));
        });
        PAGE.check(RulesPage.Part.PROCESSORS, party.library(), party.name(), row);
    }

    @Test
    void noRuleIsLeftOut() {
        List<String> rules = new ArrayList<>();
        addRules(rules, 1, 11);
        addRules(rules, 2, 13);
        addRules(rules, 3, 17);
        addRules(rules, 4, 2);
        assertThat(Stream.of(PublisherRules.ALL, SubscriberRules.ALL, ProcessorRules.ALL)
                        .flatMap(part -> part.keySet().stream()))
                .containsExactlyInAnyOrderElementsOf(rules)
                .hasSize(43);
    }

    private static void addRules(List<String> rules, int chapter, int count) {
        for (int i = 1; i <= count; i++) {
            rules.add(chapter + "." + i);
        }
    }

    @AfterAll
    static void thePageHasAllPartiesAndNoOthers() throws IOException {
        int parties = (int) (publishers().count()
                + subscribers().count()
                + observers().count()
                + processors().count());
        if (PAGE.rows() < parties) {
            return; // one has failed already, or only some were run
        }
        String page = PAGE.text();
        if (RulesPage.WRITES) {
            Files.writeString(RulesPage.FILE, page);
        }
        assertThat(Files.readString(RulesPage.FILE)).isEqualTo(page);
    }
}
