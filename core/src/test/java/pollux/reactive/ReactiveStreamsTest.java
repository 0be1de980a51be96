package pollux.reactive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.SubmissionPublisher;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.FlowAdapters;
import org.reactivestreams.Publisher;
import pollux.doubles.ByHand;
import pollux.doubles.HandFuture;
import pollux.doubles.HandPublisher;
import pollux.doubles.HandSpawner;
import pollux.doubles.RecordingSubscriber;
import pollux.executor.JoinHandle;
import pollux.executor.Spawner;
import pollux.executor.TaskPool;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.reactive.spi.PublisherStream;
import pollux.stream.AsyncStream;
import pollux.stream.AsyncStreams;

@Timeout(120)
class ReactiveStreamsTest {

    private static <T> RecordingSubscriber<T> subscribe(Publisher<T> publisher, long demand) {
        RecordingSubscriber<T> subscriber = new RecordingSubscriber<>(demand);
        publisher.subscribe(subscriber);
        return subscriber;
    }

    // ------------------------------------------------------------------ inline

    @Test
    void servesOnTheRequestersThreadBeforeRequestReturns() {
        RecordingSubscriber<Integer> subscriber = new RecordingSubscriber<>();
        ReactiveStreams.publisher(AsyncStreams.range(0, 3)).subscribe(subscriber);
        subscriber.subscription.request(2);
        assertThat(subscriber.signals).containsExactly("subscribed", 0, 1);
        subscriber.subscription.request(1);
        assertThat(subscriber.signals).containsExactly("subscribed", 0, 1, 2, "complete");
    }

    @Test
    void cancelIsSeenThroughBeforeItReturns() {
        HandFuture<String> future = new HandFuture<>();
        RecordingSubscriber<String> subscriber = subscribe(ReactiveStreams.publisher(future), 1);
        subscriber.subscription.cancel();
        assertThat(future.cancels).isOne();
    }

    @Test
    void servesOnTheSpawnerIfOneIsGiven() throws Exception {
        try (TaskPool pool = TaskPool.builder().workers(1).build()) {
            CompletableFuture<Thread> thread = new CompletableFuture<>();
            RecordingSubscriber<Integer> subscriber =
                    new RecordingSubscriber<Integer>(1).onItem(item -> thread.complete(Thread.currentThread()));
            ReactiveStreams.on(pool).publisher(AsyncStreams.of(1)).subscribe(subscriber);
            assertThat(thread.get()).isNotSameAs(Thread.currentThread());
        }
    }

    // ------------------------------------------------------------------ single runs and recipes

    static Stream<Publisher<Integer>> singleRuns() {
        return Stream.of(
                ReactiveStreams.publisher(Futures.ready(1)),
                ReactiveStreams.publisher(AsyncStreams.of(1)),
                ReactiveStreams.publisher(List.of(Futures.ready(1)), 1),
                ReactiveStreams.publisherOrdered(List.of(Futures.ready(1)), 1));
    }

    @ParameterizedTest
    @MethodSource("singleRuns")
    void aSecondSubscriberOfASingleRunIsToldWhatToUse(Publisher<Integer> publisher) { // 3a-43
        assertThat(subscribe(publisher, 1).signals).containsExactly("subscribed", 1, "complete");
        RecordingSubscriber<Integer> second = subscribe(publisher, 1);
        assertThat(second.signals).containsExactly("subscribed", "error");
        assertThat(second.error)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("runs once")
                .hasMessageContaining("ReactiveStreams.defer");
    }

    static Stream<Function<Throwable, Publisher<Integer>>> failingRuns() {
        return Stream.of(
                failure -> ReactiveStreams.publisher(Futures.failed(failure)),
                failure -> ReactiveStreams.publisher(AsyncStreams.error(failure)),
                failure -> ReactiveStreams.publisher(List.of(Futures.failed(failure)), 1),
                failure -> ReactiveStreams.publisherOrdered(List.of(Futures.failed(failure)), 1));
    }

    @ParameterizedTest
    @MethodSource("failingRuns")
    void aSecondSubscriberIsToldWhatTheSingleRunHasFailedWith(Function<Throwable, Publisher<Integer>> made) {
        Throwable failure = new IOException("of the run");
        Publisher<Integer> publisher = made.apply(failure);
        assertThat(subscribe(publisher, 1).error).isSameAs(failure);
        for (int i = 0; i < 2; i++) {
            assertThat(subscribe(publisher, 1).error)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("runs once")
                    .cause()
                    .isSameAs(failure);
        }
    }

    @ParameterizedTest
    @MethodSource("singleRuns")
    void aNullSubscriberIsRefused(Publisher<Integer> publisher) { // 1.9
        assertThatThrownBy(() -> publisher.subscribe(null)).isInstanceOf(NullPointerException.class);
    }

    @Test
    void recipesRunOncePerSubscriber() {
        int[] runs = {0};
        Publisher<Integer> futures = ReactiveStreams.deferFuture(() -> Futures.ready(++runs[0]));
        Publisher<Integer> streams = ReactiveStreams.deferStream(() -> AsyncStreams.of(++runs[0]));
        assertThat(runs[0]).isZero();
        assertThat(subscribe(futures, 1).signals).containsExactly("subscribed", 1, "complete");
        assertThat(subscribe(futures, 1).signals).containsExactly("subscribed", 2, "complete");
        assertThat(subscribe(streams, 1).signals).containsExactly("subscribed", 3, "complete");
        assertThat(subscribe(streams, 1).signals).containsExactly("subscribed", 4, "complete");
    }

    @Test
    void aRecipeThatThrowsOrReturnsNullFailsThatSubscriber() {
        IllegalArgumentException thrown = new IllegalArgumentException();
        RecordingSubscriber<Object> first = subscribe(
                ReactiveStreams.deferFuture(() -> {
                    throw thrown;
                }),
                1);
        assertThat(first.error).isSameAs(thrown);
        assertThat(subscribe(ReactiveStreams.deferStream(() -> null), 1).error)
                .isInstanceOf(NullPointerException.class)
                .hasMessageContaining("supplier");
    }

    @Test
    void aHandleServesManyAndCancelDetaches() {
        HandFuture<String> future = new HandFuture<>();
        JoinHandle<String> handle = Spawner.inline().spawn(future);
        Publisher<String> publisher = ReactiveStreams.publisher(handle);
        RecordingSubscriber<String> first = subscribe(publisher, 1);
        RecordingSubscriber<String> second = subscribe(publisher, 1);
        first.subscription.cancel();
        assertThat(future.cancels).isZero();
        future.ready("a");
        assertThat(first.signals).containsExactly("subscribed");
        assertThat(second.signals).containsExactly("subscribed", "a", "complete");
        assertThat(subscribe(publisher, 1).signals).containsExactly("subscribed", "a", "complete");
    }

    @Test
    void cancelPropagatesIfTold() {
        HandFuture<String> future = new HandFuture<>();
        JoinHandle<String> handle = Spawner.inline().spawn(future);
        subscribe(ReactiveStreams.publisher(handle, CancelPolicy.PROPAGATE), 1)
                .subscription
                .cancel();
        assertThat(future.cancels).isOne();
        assertThat(handle.isCancelled()).isTrue();
    }

    // ------------------------------------------------------------------ many futures

    @Test
    void futuresArriveAsTheyComplete() {
        HandFuture<Integer> slow = new HandFuture<>();
        HandFuture<Integer> fast = new HandFuture<>();
        RecordingSubscriber<Integer> subscriber =
                subscribe(ReactiveStreams.publisher(List.of(slow, fast), 2), Long.MAX_VALUE);
        fast.ready(2);
        slow.ready(1);
        assertThat(subscriber.signals).containsExactly("subscribed", 2, 1, "complete");
    }

    @Test
    void orderedFuturesArriveInOrder() {
        HandFuture<Integer> slow = new HandFuture<>();
        HandFuture<Integer> fast = new HandFuture<>();
        RecordingSubscriber<Integer> subscriber =
                subscribe(ReactiveStreams.publisherOrdered(List.of(slow, fast), 2), Long.MAX_VALUE);
        fast.ready(2);
        slow.ready(1);
        assertThat(subscriber.signals).containsExactly("subscribed", 1, 2, "complete");
    }

    @Test
    void demandAndConcurrencyLimitHowManyRunAndCancelCancelsThese() {
        List<HandFuture<Integer>> futures =
                Stream.generate(() -> new HandFuture<Integer>()).limit(6).toList();
        RecordingSubscriber<Integer> subscriber = subscribe(ReactiveStreams.publisher(futures, 4), 2);
        assertThat(futures.stream().filter(f -> f.polls > 0)).hasSize(2);
        subscriber.subscription.request(10);
        assertThat(futures.stream().filter(f -> f.polls > 0)).hasSize(4);
        subscriber.subscription.cancel();
        assertThat(futures.stream().mapToInt(f -> f.cancels)).containsExactly(1, 1, 1, 1, 0, 0);
    }

    @Test
    void aFailureCancelsTheOthers() {
        HandFuture<Integer> one = new HandFuture<>();
        HandFuture<Integer> two = new HandFuture<>();
        RecordingSubscriber<Integer> subscriber =
                subscribe(ReactiveStreams.publisher(List.of(one, two), 2), Long.MAX_VALUE);
        IllegalArgumentException failure = new IllegalArgumentException();
        one.fail(failure);
        assertThat(subscriber.error).isSameAs(failure);
        assertThat(two.cancels).isOne();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1})
    void concurrencyBelowOneIsRefused(int concurrency) {
        assertThatThrownBy(() -> ReactiveStreams.publisher(List.<Future<Integer>>of(), concurrency))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("concurrency");
    }

    // ------------------------------------------------------------------ round trips

    @Test
    void roundTripsUnwrap() {
        AsyncStream<Integer> stream = AsyncStreams.of(1);
        assertThat(ReactiveStreams.fromPublisher(ReactiveStreams.publisher(stream)))
                .isSameAs(stream);
        Future<Integer> future = Futures.ready(1);
        assertThat(ReactiveStreams.future(ReactiveStreams.publisher(future))).isSameAs(future);
        HandPublisher<Integer> publisher = new HandPublisher<>();
        assertThat(ReactiveStreams.publisher(ReactiveStreams.fromPublisher(publisher)))
                .isSameAs(publisher);
    }

    @Test
    void roundTripsThroughFlowUnwrapToo() { // 3a-29
        AsyncStream<Integer> stream = AsyncStreams.of(1);
        assertThat(ReactiveStreams.fromPublisher(
                        ReactiveStreams.fromFlow(ReactiveStreams.toFlow(ReactiveStreams.publisher(stream)))))
                .isSameAs(stream);
        Future<Integer> future = Futures.ready(1);
        assertThat(ReactiveStreams.future(
                        ReactiveStreams.fromFlow(ReactiveStreams.toFlow(ReactiveStreams.publisher(future)))))
                .isSameAs(future);
        try (SubmissionPublisher<Integer> publisher = new SubmissionPublisher<>()) {
            assertThat(ReactiveStreams.<Integer>toFlow(ReactiveStreams.publisher(
                            ReactiveStreams.fromPublisher(ReactiveStreams.fromFlow(publisher)))))
                    .isSameAs(publisher);
        }
        HandPublisher<Integer> hand = new HandPublisher<>();
        assertThat(FlowAdapters.toPublisher(ReactiveStreams.<Integer>toFlow(hand)))
                .isSameAs(hand);
    }

    @Test
    void aRoundTripTakesTheRunAway() {
        Publisher<Integer> publisher = ReactiveStreams.publisher(AsyncStreams.of(1));
        ReactiveStreams.fromPublisher(publisher);
        assertThat(subscribe(publisher, 1).error).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void whatWasTouchedOrHasASpawnerIsNotUnwrapped() {
        HandPublisher<Integer> publisher = new HandPublisher<>();
        AsyncStream<Integer> polled = ReactiveStreams.fromPublisher(publisher);
        ByHand.of(polled).poll();
        assertThat(ReactiveStreams.publisher(polled)).isNotSameAs(publisher);

        AsyncStream<Integer> stream = AsyncStreams.of(1);
        Publisher<Integer> elsewhere = ReactiveStreams.on(new HandSpawner()).publisher(stream);
        assertThat(ReactiveStreams.fromPublisher(elsewhere)).isNotSameAs(stream);
    }

    // ------------------------------------------------------------------ the JDK

    @Test
    void aPublisherOfTheJdkIsReadToItsEnd() {
        SubmissionPublisher<Integer> publisher = new SubmissionPublisher<>(Runnable::run, 16);
        ByHand<List<Integer>> list = ByHand.of(ReactiveStreams.<Integer>toList(ReactiveStreams.fromFlow(publisher)));
        assertThat(list.poll()).isSameAs(ByHand.PENDING);
        publisher.submit(1);
        publisher.submit(2);
        publisher.close();
        assertThat(list.poll()).isEqualTo(List.of(1, 2));
    }

    @Test
    void theCulpritOfAViolationIsThePublisherOfTheJdkNotTheAdapter() {
        Flow.Publisher<Integer> wrong = subscriber -> subscriber.onNext(1);
        assertThat(ByHand.of(ReactiveStreams.fromPublisher(ReactiveStreams.fromFlow(wrong)))
                        .failure())
                .hasMessageContaining("1.9")
                .hasMessageContaining("ReactiveStreamsTest");
    }

    @Test
    void aStageIsAwaited() {
        CompletableFuture<String> stage = new CompletableFuture<>();
        ByHand<String> future = ByHand.of(ReactiveStreams.future(stage));
        assertThat(future.poll()).isSameAs(ByHand.PENDING);
        stage.complete("a");
        assertThat(future.poll()).isEqualTo("a");
    }

    // ------------------------------------------------------------------ every word once, end to end

    @Test
    void theWordsForOneValue() {
        Publisher<Integer> three = ReactiveStreams.deferStream(() -> AsyncStreams.of(1, 2, 3));
        assertThat(ByHand.of(ReactiveStreams.first(three)).poll()).isEqualTo(1);
        assertThat(ByHand.of(ReactiveStreams.firstOrNull(three)).poll()).isEqualTo(1);
        assertThat(ByHand.of(ReactiveStreams.last(three)).poll()).isEqualTo(3);
        assertThat(ByHand.of(ReactiveStreams.completion(three)).poll()).isNull();
        assertThat(ByHand.of(ReactiveStreams.toList(three)).poll()).isEqualTo(List.of(1, 2, 3));
        assertThat(ByHand.of(ReactiveStreams.exactlyOne(three)).failure()).isInstanceOf(IllegalStateException.class);
        assertThat(ByHand.of(ReactiveStreams.future(three)).failure()).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aStreamThereAndBackKeepsOrderAcrossPrefetches() {
        for (int prefetch : new int[] {1, 2, 3, 16, 256, Integer.MAX_VALUE}) {
            Publisher<Integer> publisher = ReactiveStreams.deferStream(() -> AsyncStreams.range(0, 1_000));
            ByHand<Integer> stream = ByHand.of(ReactiveStreams.fromPublisher(publisher, prefetch));
            List<Object> items = new ArrayList<>();
            for (Object item = stream.poll(); item != null; item = stream.poll()) {
                if (item != ByHand.PENDING) {
                    items.add(item);
                }
            }
            assertThat(items).hasSize(1_000).startsWith(0, 1, 2).endsWith(998, 999);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 16, 256, Integer.MAX_VALUE})
    void betweenTwoPoolsNothingIsLostAndNobodySleepsForEver(int prefetch) throws Exception { // hops 1 to 3
        int count = prefetch == 1 ? 20_000 : 100_000;
        try (TaskPool producers = TaskPool.builder().workers(1).build();
                TaskPool consumers = TaskPool.builder().workers(1).build()) {
            Publisher<Integer> publisher = ReactiveStreams.on(producers).publisher(AsyncStreams.range(0, count));
            long[] expected = {0};
            JoinHandle<Void> consumer = consumers.spawn(new PublisherStream<>(publisher, prefetch).forEach(item -> {
                if (item != expected[0]++) {
                    throw new AssertionError("expected " + (expected[0] - 1) + ", got " + item);
                }
            }));
            consumer.toCompletableFuture().get();
            assertThat(expected[0]).isEqualTo(count);
        }
    }
}
