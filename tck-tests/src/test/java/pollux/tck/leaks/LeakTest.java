package pollux.tck.leaks;

import static org.assertj.core.api.Assertions.assertThat;

import io.reactivex.rxjava3.core.Flowable;
import io.reactivex.rxjava3.schedulers.Schedulers;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import pollux.reactive.ReactiveStreams;
import pollux.reactor.ReactorAdapter;
import pollux.rxjava.RxJavaAdapter;
import pollux.tck.leaks.Scene.Ending;
import pollux.tck.leaks.Scene.Way;
import pollux.tck.matrix.Row;
import reactor.core.publisher.Flux;

/**
 * After its end no bridge holds on to anything, whatever still holds the bridge: a publisher that never forgets its
 * subscribers, a subscriber that keeps its subscription, an application that keeps the handle of a task (3.13 and
 * beyond).
 */
@Timeout(300)
class LeakTest {

    /** All conversions, and streams that poll the queue of their publisher. */
    static Stream<Row> bridges() {
        return Stream.concat(
                Row.all().stream(),
                Stream.of(
                        Row.intoStream("", "stream(flux), fused", p -> kept(ReactorAdapter.stream(fused(Flux.from(p)))))
                                .indirect(),
                        Row.intoStream(
                                        "",
                                        "stream(flowable), fused",
                                        p -> kept(RxJavaAdapter.stream(
                                                Flowable.fromPublisher(p).observeOn(Schedulers.trampoline()))))
                                .indirect()));
    }

    private static Flux<Integer> fused(Flux<Integer> flux) {
        return flux.publishOn(reactor.core.scheduler.Schedulers.immediate());
    }

    @AfterEach
    void letGo() {
        KEPT.clear();
    }

    @ParameterizedTest
    @MethodSource("bridges")
    void whatTookPartIsCollected(Row row) throws Exception {
        boolean fused = row.name.contains("fused");
        Predicate<String> mayStay = what -> fused && what.startsWith("CANCELLATION"); // the queue may not be empty yet
        TreeSet<String> left = left(row, 1_200, mayStay);
        left.removeIf(mayStay);
        assertThat(left).isEmpty();
    }

    /** Plays all ends in all ways; what is left after them, while the application holds on to what it may. */
    private static TreeSet<String> left(Row row, int collections, Predicate<String> mayStay) throws Exception {
        Watch watch = new Watch();
        List<Object> kept = new ArrayList<>();
        for (Ending ending : Ending.values()) {
            watch.begin(ending);
            for (Way way : Way.values()) {
                kept.addAll(new Scene(row, ending, way, watch).play());
            }
        }
        TreeSet<String> left = watch.left(collections, mayStay);
        Reference.reachabilityFence(kept);
        return left;
    }

    // ------------------------------------------------------------------ bridges that hold on, to see that they would
    // be caught

    private static final Queue<Object> KEPT = new ConcurrentLinkedQueue<>();

    static Stream<Arguments> canaries() {
        return Stream.of(
                canary("an item", Row.intoFuture("", "in", p -> ReactiveStreams.toList(seen(p)))),
                canary("the publisher", Row.intoFuture("", "in", p -> ReactiveStreams.toList(kept(p)))),
                canary("the source", Row.outOfStream("", "out", s -> ReactiveStreams.publisher(kept(s)))),
                canary("an item", Row.outOfStream("", "out", s -> seen(ReactiveStreams.publisher(s)))),
                canary("the subscriber", Row.outOfStream("", "out", s -> seen(ReactiveStreams.publisher(s)))));
    }

    private static Arguments canary(String what, Row row) {
        return Arguments.of(what, row);
    }

    @ParameterizedTest(name = "{1}, keeps {0}")
    @MethodSource("canaries")
    void oneThatHoldsOnIsCaught(String what, Row row) throws Exception {
        TreeSet<String> left = left(row, 20, kept -> false);
        for (Ending ending : Ending.values()) {
            if (ending != Ending.CANCELLATION_AT_ONCE || !what.equals("an item")) {
                assertThat(left).contains(ending + ": " + what);
            }
        }
    }

    private static <X> X kept(X object) {
        KEPT.add(object);
        return object;
    }

    /** Keeps the subscriber and the items. */
    private static <T> Publisher<T> seen(Publisher<? extends T> publisher) {
        return subscriber -> {
            KEPT.add(subscriber);
            publisher.subscribe(new Subscriber<T>() {
                @Override
                public void onSubscribe(Subscription s) {
                    subscriber.onSubscribe(s);
                }

                @Override
                public void onNext(T item) {
                    KEPT.add(item);
                    subscriber.onNext(item);
                }

                @Override
                public void onError(Throwable error) {
                    subscriber.onError(error);
                }

                @Override
                public void onComplete() {
                    subscriber.onComplete();
                }
            });
        };
    }
}
