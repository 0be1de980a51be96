package pollux.tck.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;
import org.reactivestreams.Publisher;
import pollux.reactive.ProtocolViolation;
import pollux.reactive.ReactiveStreams;
import pollux.reactive.Referee;
import pollux.reactor.ReactorAdapter;
import pollux.rxjava.RxJavaAdapter;
import pollux.tck.Elements;
import pollux.tck.TckEnvironment;

/** What a stage that is subscriber and publisher owes: rules 4.1 and 4.2. */
final class ProcessorRules {

    /** A stage: passes on all items. */
    record Party(String library, String name, UnaryOperator<Publisher<Integer>> stage) {
        @Override
        public String toString() {
            return library + " " + name;
        }
    }

    /** A rule: what is looked at, and how. */
    record Rule(String looksAt, BiConsumer<Party, Deadline> check) {}

    static final Map<String, Rule> ALL = new LinkedHashMap<>();

    private ProcessorRules() {}

    static List<Party> ours() {
        return List.of(
                new Party(
                        PublisherParty.OURS,
                        "publisher(stream(publisher))",
                        p -> ReactiveStreams.publisher(
                                ReactiveStreams.<Integer>fromPublisher(p, 4).map(item -> item))),
                new Party(
                        PublisherParty.OURS,
                        "ReactiveStreams.on(pool).publisher(stream(publisher))",
                        p -> ReactiveStreams.on(TckEnvironment.POOL)
                                .publisher(ReactiveStreams.<Integer>fromPublisher(p, 4))),
                new Party(
                        PublisherParty.OURS,
                        "flux(stream(flux))",
                        p -> ReactorAdapter.flux(
                                ReactorAdapter.<Integer>fromPublisher(p, 4).map(item -> item))),
                new Party(
                        PublisherParty.OURS,
                        "flowable(stream(flowable))",
                        p -> RxJavaAdapter.flowable(
                                RxJavaAdapter.<Integer>fromPublisher(p, 4).map(item -> item))));
    }

    static {
        ALL.put(
                "4.1",
                new Rule(
                        "both sides keep their rules over three hundred items, and when cancelled",
                        (party, deadline) -> {
                            List<ProtocolViolation> violations = new CopyOnWriteArrayList<>();
                            Upstream upstream = new Upstream(deadline).numbers(300);
                            probe(deadline, violations)
                                    .to(stage(party, upstream, violations))
                                    .request(1)
                                    .request(7)
                                    .expectItems(8)
                                    .expectSilence()
                                    .request(Long.MAX_VALUE);
                            Upstream cancelled = new Upstream(deadline);
                            Probe probe = probe(deadline, violations)
                                    .to(stage(party, cancelled, violations))
                                    .request(1);
                            cancelled.awaitRequest();
                            probe.cancel();
                            cancelled.awaitCancel();
                            assertThat(cancelled.cancels()).isOne();
                            for (ProtocolViolation violation : violations) {
                                throw new AssertionError(
                                        "the referee saw rule " + violation.rule() + " broken", violation);
                            }
                        }));
        ALL.put("4.2", new Rule("an error passes through, after the items before it", (party, deadline) -> {
            List<ProtocolViolation> violations = new CopyOnWriteArrayList<>();
            Upstream upstream = new Upstream(deadline);
            Probe probe = probe(deadline, violations)
                    .to(stage(party, upstream, violations))
                    .request(5);
            upstream.awaitRequest();
            upstream.subscriber().onNext(0);
            upstream.subscriber().onError(Elements.failure());
            probe.expectItems(1).expectError(IllegalArgumentException.class);
        }));
    }

    private static Probe probe(Deadline deadline, List<ProtocolViolation> violations) {
        return new Probe(deadline, 5, false, (violation, referee) -> violations.add(violation));
    }

    private static Publisher<Integer> stage(Party party, Upstream upstream, List<ProtocolViolation> violations) {
        return party.stage().apply(Referee.publisher(upstream, (violation, referee) -> violations.add(violation)));
    }
}
