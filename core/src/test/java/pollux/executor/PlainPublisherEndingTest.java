package pollux.executor;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import pollux.Garbage;
import pollux.async.Async;
import pollux.async.CompiledStreamBlock;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.reactive.ReactiveStreams;
import pollux.stream.AsyncStream;
import pollux.stream.AsyncStreams;
import pollux.sync.AsyncMutex;
import pollux.sync.CancelToken;

/**
 * How a plain publisher of a future or stream ends, on each executor: when its subscriber cancels while the source
 * cleans up, and when other code cancels what the source waits for. The adapters have tables of their own.
 */
@Timeout(180)
class PlainPublisherEndingTest {

    private static final List<Named<Function<Future<Integer>, Future<Integer>>>> OWNERS = List.of(
            owner("alone", loser -> loser),
            owner("race", loser -> Futures.race(loser, Futures.pending())),
            owner("select", loser -> Futures.<Integer>select().on(loser, x -> x).on(Futures.pending(), x -> 0)),
            owner("join", loser -> Futures.join(loser, Futures.<Integer>pending(), Integer::sum)),
            owner("joinAll", loser -> Futures.joinAll(List.of(loser)).map(all -> 0)),
            owner("guard", loser -> new CancelToken().guard(loser)),
            owner("lock", loser -> new AsyncMutex().withLock(() -> loser)),
            owner("chain", loser -> loser.map(x -> x).recover(Futures::failed)),
            owner("shared", loser -> loser.shared().future()),
            owner("fold", loser -> AsyncStreams.once(loser).fold(0, Integer::sum)),
            owner(
                    "buffered",
                    loser -> AsyncStreams.of(1).buffered(2, i -> loser).fold(0, Integer::sum)),
            owner(
                    "bufferedUnordered",
                    loser -> AsyncStreams.of(1).bufferedUnordered(2, i -> loser).fold(0, Integer::sum)));

    private interface Bridge {
        Publisher<Integer> of(Spawner spawner, Future<Integer> future);
    }

    private static final List<Named<Bridge>> BRIDGES = List.of(
            Named.of("future", (spawner, future) -> ReactiveStreams.on(spawner).publisher(future)),
            Named.of("stream", (spawner, future) -> ReactiveStreams.on(spawner).publisher(AsyncStreams.once(future))),
            Named.of(
                    "merged streams",
                    (spawner, future) -> ReactiveStreams.on(spawner)
                            .publisher(AsyncStreams.merge(List.of(AsyncStreams.once(future))))),
            Named.of(
                    "generator",
                    (spawner, future) -> ReactiveStreams.on(spawner).publisher(generator(future))),
            Named.of(
                    "publisher of a publisher",
                    (spawner, future) -> ReactiveStreams.on(spawner)
                            .publisher(ReactiveStreams.fromPublisher(ReactiveStreams.publisher(future)))));

    private static AsyncStream<Integer> generator(Future<Integer> future) {
        CompiledStreamBlock<Integer> block = out -> future.then(out::emitting);
        return Async.stream(block);
    }

    private static Named<Function<Future<Integer>, Future<Integer>>> owner(
            String name, Function<Future<Integer>, Future<Integer>> made) {
        return Named.of(name, made);
    }

    static Stream<Arguments> rows() {
        return BRIDGES.stream()
                .flatMap(bridge -> OWNERS.stream()
                        .flatMap(owner -> Stream.of(Place.values()).map(place -> Arguments.of(bridge, owner, place))));
    }

    /** Keeps what it is told. */
    private static final class Listener implements Subscriber<Integer> {

        private final String name;
        private final CountDownLatch ended = new CountDownLatch(1);
        private volatile @Nullable Throwable error;
        private volatile boolean completed;
        private volatile @Nullable Subscription subscription;

        Listener(String name) {
            this.name = name;
        }

        @Override
        public String toString() {
            return "the subscriber of " + name;
        }

        @Override
        public void onSubscribe(Subscription s) {
            subscription = s;
            s.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(Integer item) {}

        @Override
        public void onError(Throwable t) {
            error = t;
            ended.countDown();
        }

        @Override
        public void onComplete() {
            completed = true;
            ended.countDown();
        }
    }

    @ParameterizedTest(name = "{0} of {1}, {2}")
    @MethodSource("rows")
    void aForeignCancellationIsAnError(Bridge bridge, Function<Future<Integer>, Future<Integer>> owner, Place place)
            throws InterruptedException {
        try (Place.Running running = place.open()) {
            CompletableFuture<Integer> foreign = new CompletableFuture<>();
            Listener listener = new Listener("one");
            bridge.of(running.spawner(), owner.apply(Futures.from(foreign))).subscribe(listener);
            running.settle();
            foreign.cancel(true);
            running.settle();
            if (place == Place.LOCAL) {
                assertThat(listener.ended.getCount()).isZero();
            }
            listener.ended.await();
            assertThat(listener.error).isInstanceOf(CancellationException.class);
            assertThat(listener.completed).isFalse();
            assertThat(Reports.of(listener.error)).isZero();
        }
    }

    @ParameterizedTest(name = "{0} of {1}, {2}")
    @MethodSource("rows")
    void aCleanUpThatFailsIsReportedOnce(Bridge bridge, Function<Future<Integer>, Future<Integer>> owner, Place place)
            throws InterruptedException {
        IllegalStateException failure = new IllegalStateException("of the clean-up");
        Listener listener = new Listener("one");
        try (Place.Running running = place.open()) {
            Loser<Integer> loser = new Loser<>();
            bridge.of(running.spawner(), owner.apply(loser)).subscribe(listener);
            running.settle();
            loser.awaitPolled();
            listener.subscription.cancel();
            running.settle();
            loser.awaitCancelled();
            loser.fail(failure);
            running.settle();
        }
        assertThat(Reports.of(failure)).isOne();
        assertThat(listener.error).isNull();
        assertThat(listener.completed).isFalse();
    }

    static Stream<Arguments> bridgesAndPlaces() {
        return BRIDGES.stream().flatMap(bridge -> Stream.of(Place.values()).map(place -> Arguments.of(bridge, place)));
    }

    /** Rule 3.13, also while the clean-up of the source is suspended. All owners at once, for one collection. */
    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("bridgesAndPlaces")
    void aCancelledSubscriptionLetsItsSubscriberGo(Bridge bridge, Place place) throws InterruptedException {
        try (Place.Running running = place.open()) {
            List<Loser<Integer>> losers = new ArrayList<>();
            List<Subscription> kept = new ArrayList<>();
            List<WeakReference<Listener>> gone = new ArrayList<>();
            for (Named<Function<Future<Integer>, Future<Integer>>> owner : OWNERS) {
                Loser<Integer> loser = new Loser<>();
                losers.add(loser);
                gone.add(subscribed(
                        bridge.of(running.spawner(), owner.getPayload().apply(loser)), kept, owner.getName()));
            }
            running.settle();
            for (int i = 0; i < losers.size(); i++) {
                losers.get(i).awaitPolled();
                kept.get(i).cancel();
                running.settle();
                losers.get(i).awaitCancelled();
            }
            for (int i = 0; i < 3; i++) {
                running.settle(); // until the polls that have cancelled are over
            }
            Garbage.awaitCollected(gone.toArray(WeakReference[]::new));
            losers.forEach(Loser::release);
            running.settle();
            assertThat(kept).hasSameSizeAs(OWNERS);
        }
    }

    private static WeakReference<Listener> subscribed(
            Publisher<Integer> publisher, List<Subscription> kept, String name) {
        Listener listener = new Listener(name);
        publisher.subscribe(listener);
        kept.add(listener.subscription);
        return new WeakReference<>(listener);
    }

    /** What the table above would say of a subscription that keeps its subscriber. */
    @Test
    void canaryASubscriptionThatKeepsItsSubscriberIsSeen() {
        List<Subscription> kept = new ArrayList<>();
        WeakReference<Listener> listener = subscribed(
                subscriber -> subscriber.onSubscribe(new Subscription() {
                    private final Subscriber<?> keeps = subscriber;

                    @Override
                    public void request(long n) {}

                    @Override
                    public void cancel() {
                        keeps.hashCode();
                    }
                }),
                kept,
                "kept");
        kept.get(0).cancel();
        System.gc();
        assertThat(listener.refersTo(null)).isFalse();
        assertThat(kept).hasSize(1);
    }
}
