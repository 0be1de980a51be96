package pollux.tck.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import pollux.executor.Spawner;
import pollux.future.Future;
import pollux.rxjava.Overflow;
import pollux.rxjava.RxJavaAdapter;
import pollux.stream.AsyncStream;
import pollux.tck.Elements;
import pollux.tck.TckEnvironment;

/**
 * What those owe that observe one of RxJava's types without demand: the rules of a {@link SubscriberRules subscriber}
 * that do not speak of requests. Here null is not thrown back at the caller, as RxJava does not either: it is the end.
 */
final class ObserverRules {

    static final Map<String, SubscriberRules.Rule> ALL = new LinkedHashMap<>();

    static {
        for (String number : List.of("2.2", "2.3", "2.4", "2.5", "2.6", "2.8", "2.9", "2.10", "2.11", "2.12")) {
            ALL.put(number, SubscriberRules.ALL.get(number));
        }
        ALL.put("2.3", new SubscriberRules.Rule("disposes of nothing inside onComplete and onError", t -> {
            for (Consumer<Subscriber<?>> end :
                    List.<Consumer<Subscriber<?>>>of(Subscriber::onComplete, s -> s.onError(Elements.failure()))) {
                Upstream upstream = new Upstream(t.deadline);
                Consumption ended = t.consume(upstream);
                upstream.awaitRequest();
                end.accept(upstream.subscriber());
                t.outcome(ended);
                assertThat(upstream.cancels()).as("disposals inside the end").isZero();
            }
        }));
        ALL.put("2.13", new SubscriberRules.Rule("null is a fault of the source, and the end", t -> {
            for (Consumer<Subscriber<? super Integer>> fault : List.<Consumer<Subscriber<? super Integer>>>of(
                    s -> s.onSubscribe(null), s -> s.onNext(null), s -> s.onError(null))) {
                Upstream upstream = new Upstream(t.deadline);
                Consumption consumption = t.consumeUnwatched(upstream);
                upstream.awaitRequest();
                fault.accept(upstream.subscriber());
                upstream.subscriber().onComplete(); // for the type that has no items
                assertThat(t.outcome(consumption)).isIn("ProtocolViolation 2.13", "null");
            }
        }));
    }

    private ObserverRules() {}

    /** All conversions of ours that observe, each polled inline and on a pool. */
    static Stream<List<SubscriberParty>> ours() {
        return Stream.of(
                ways("future(single)", p -> RxJavaAdapter.future(RxSource.single(p))),
                ways("future(maybe)", p -> RxJavaAdapter.future(RxSource.maybe(p))),
                ways("future(completable)", p -> RxJavaAdapter.future(RxSource.completable(p))),
                ways("stream(observable, error(3))", p -> list(p, Overflow.error(3))),
                ways("stream(observable, dropLatest(3))", p -> list(p, Overflow.dropLatest(3))),
                ways("stream(observable, dropOldest(3))", p -> list(p, Overflow.dropOldest(3))),
                ways("stream(observable, unbounded())", p -> list(p, Overflow.unbounded())));
    }

    private static Future<List<Integer>> list(Publisher<Integer> publisher, Overflow overflow) {
        AsyncStream<Integer> stream = RxJavaAdapter.stream(RxSource.observable(publisher), overflow);
        return stream.toList();
    }

    private static List<SubscriberParty> ways(String name, Function<Publisher<Integer>, Future<?>> conversion) {
        return Stream.of(Spawner.inline(), TckEnvironment.POOL)
                .map(spawner -> new SubscriberParty(
                        PublisherParty.OURS,
                        name,
                        publisher -> Consumption.of(spawner.spawn(conversion.apply(publisher)))))
                .toList();
    }
}
