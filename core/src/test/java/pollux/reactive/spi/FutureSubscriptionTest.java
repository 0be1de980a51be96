package pollux.reactive.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Subscription;
import pollux.async.CompiledBlock;
import pollux.doubles.HandFuture;
import pollux.doubles.HandSpawner;
import pollux.doubles.RecordingPeer;
import pollux.doubles.RecordingSubscriber;
import pollux.executor.Spawner;
import pollux.future.Block;
import pollux.future.Future;
import pollux.future.Futures;

@Timeout(120)
class FutureSubscriptionTest {

    private final RecordingPeer peer = new RecordingPeer();
    private final HandSpawner spawner = new HandSpawner();

    private <T> RecordingSubscriber<T> subscribe(Future<T> future, RecordingSubscriber<T> subscriber) {
        new FutureSubscription<T>(future, subscriber, peer).start(spawner);
        spawner.run();
        return subscriber;
    }

    @Test
    void theValueIsFollowedByTheEndWithoutAFurtherRequest() { // 3a-46
        assertThat(subscribe(Futures.ready("a"), new RecordingSubscriber<>(1)).signals)
                .containsExactly("subscribed", "a", "complete");
        assertThat(spawner.last.done).isTrue();
    }

    /** As by {@code subscribe}: the next subscriber is told of the failure. */
    @Test
    void aRunOfASubscriptionThatIsMadeAloneIsNoted() {
        IOException failure = new IOException("of the run");
        FutureSource<String> source = SubscriptionFactory.future(Futures.failed(failure), "x");
        RecordingSubscriber<String> first = new RecordingSubscriber<>(1);
        source.serve(first, peer).start(Spawner.inline());
        assertThat(first.error).isSameAs(failure);
        RecordingSubscriber<String> second = new RecordingSubscriber<>(1);
        source.subscribe(second, peer, Spawner.inline());
        assertThat(second.error).hasMessageContaining("runs once").hasCause(failure);
    }

    @Test
    void theValueWaitsForDemand() { // 1.1
        RecordingSubscriber<String> subscriber = subscribe(Futures.ready("a"), new RecordingSubscriber<>());
        assertThat(subscriber.signals).containsExactly("subscribed");
        subscriber.subscription.request(1);
        spawner.run();
        assertThat(subscriber.signals).containsExactly("subscribed", "a", "complete");
    }

    @Test
    void nullIsAnEmptyEndAndNeedsNoDemand() { // 2.9
        assertThat(subscribe(Futures.ready(null), new RecordingSubscriber<>()).signals)
                .containsExactly("subscribed", "complete");
    }

    @Test
    void aFailureNeedsNoDemand() { // 2.10, 1.4
        Error failure = new StackOverflowError("not really");
        RecordingSubscriber<Object> subscriber = subscribe(Futures.failed(failure), new RecordingSubscriber<>());
        assertThat(subscriber.signals).containsExactly("subscribed", "error");
        assertThat(subscriber.error).isSameAs(failure);
    }

    @Test
    void cancelCancelsTheFutureAndSeesItsCleanUpThrough() {
        HandFuture<String> future = new HandFuture<String>().withSuspendedCleanUp();
        RecordingSubscriber<String> subscriber = subscribe(future, new RecordingSubscriber<>(1));
        subscriber.subscription.cancel();
        spawner.run();
        assertThat(future.cancels).isOne();
        assertThat(spawner.last.done).isFalse();
        future.ready("late");
        spawner.run();
        assertThat(spawner.last.done).isTrue();
        assertThat(subscriber.signals).containsExactly("subscribed");
    }

    @Test
    void aValueThatWaitsForDemandIsDiscardedByCancel() { // 3a-26
        RecordingSubscriber<String> subscriber = subscribe(Futures.ready("a"), new RecordingSubscriber<>());
        subscriber.subscription.cancel();
        spawner.run();
        assertThat(peer.discarded).containsExactly("a");
        assertThat(spawner.last.done).isTrue();
    }

    @Test
    void cancelInsideOnNextMeansNoOnComplete() { // 1.8
        RecordingSubscriber<String> subscriber = new RecordingSubscriber<>(1);
        subscriber.onItem(item -> subscriber.subscription.cancel());
        subscribe(Futures.ready("a"), subscriber);
        assertThat(subscriber.signals).containsExactly("subscribed", "a");
        assertThat(peer.discarded).isEmpty();
        assertThat(spawner.last.done).isTrue();
    }

    /** What a subscriber may do while it is handed its subscription, and the signals that follow. */
    static Stream<Arguments> blocks() {
        return Stream.of(
                arguments((Block<String>) () -> "a", List.of("subscribed", "a", "complete")),
                arguments((Block<String>) () -> null, List.of("subscribed", "complete")),
                arguments(
                        (Block<String>) () -> {
                            throw new IOException();
                        },
                        List.of("subscribed", "error")));
    }

    @ParameterizedTest
    @MethodSource("blocks")
    void aBlockIsRunAtTheFirstPoll(Block<String> block, List<Object> signals) {
        RecordingSubscriber<String> subscriber = new RecordingSubscriber<>(1);
        new FutureSubscription<String>(block, subscriber, peer).start(spawner);
        assertThat(subscriber.signals).containsExactly("subscribed");
        spawner.run();
        assertThat(subscriber.signals).isEqualTo(signals);
        assertThat(spawner.last.done).isTrue();

        RecordingSubscriber<String> inline = new RecordingSubscriber<>(1);
        new FutureSubscription<String>(block, inline, peer).start(Spawner.inline());
        assertThat(inline.signals).isEqualTo(signals);
    }

    @Test
    void theValueOfABlockWaitsForDemandAndIsDiscardedIfThereIsNone() {
        RecordingSubscriber<String> served = new RecordingSubscriber<>();
        new FutureSubscription<String>((Block<String>) () -> "a", served, peer).start(Spawner.inline());
        assertThat(served.signals).containsExactly("subscribed");
        served.subscription.request(1);
        assertThat(served.signals).containsExactly("subscribed", "a", "complete");
        assertThat(peer.discarded).isEmpty();

        RecordingSubscriber<String> left = new RecordingSubscriber<>();
        new FutureSubscription<String>((Block<String>) () -> "b", left, peer).start(Spawner.inline());
        left.subscription.cancel();
        assertThat(left.signals).containsExactly("subscribed");
        assertThat(peer.discarded).containsExactly("b");
    }

    @Test
    void aBlockThatIsCancelledBeforeTheFirstPollIsNotStarted() {
        AtomicInteger runs = new AtomicInteger();
        Block<Integer> block = runs::incrementAndGet;
        new FutureSubscription<>(block, new RecordingSubscriber<>(Subscription::cancel), peer).start(Spawner.inline());
        RecordingSubscriber<Integer> subscriber = new RecordingSubscriber<>(1);
        new FutureSubscription<>(block, subscriber, peer).start(spawner);
        subscriber.subscription.cancel();
        spawner.run();
        assertThat(runs).hasValue(0);
        assertThat(spawner.last.done).isTrue();
    }

    @Test
    void aSuspendedBlockIsCancelledAndSeenThrough() {
        HandFuture<String> run = new HandFuture<String>().withSuspendedCleanUp();
        CompiledBlock<String> block = () -> run;
        RecordingSubscriber<String> subscriber = new RecordingSubscriber<>(1);
        new FutureSubscription<>(block, subscriber, peer).start(spawner);
        spawner.run();
        subscriber.subscription.cancel();
        spawner.run();
        assertThat(run.cancels).isOne();
        assertThat(spawner.last.done).isFalse();
        run.ready("late");
        spawner.run();
        assertThat(spawner.last.done).isTrue();
        assertThat(subscriber.signals).containsExactly("subscribed");
    }

    static Stream<Arguments> wishesInsideOnSubscribe() {
        Consumer<Subscription> request = s -> s.request(1);
        Consumer<Subscription> cancel = Subscription::cancel;
        return Stream.of(
                arguments("request", request, List.of("subscribed", "a", "complete")),
                arguments("cancel", cancel, List.of("subscribed")),
                arguments("request, cancel", request.andThen(cancel), List.of("subscribed")),
                arguments("bad request", (Consumer<Subscription>) s -> s.request(0), List.of("subscribed", "error")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("wishesInsideOnSubscribe")
    void inlineAWishInsideOnSubscribeNeedsNoPollOfItsOwn(
            String name, Consumer<Subscription> wish, List<Object> signals) {
        HandFuture<String> future = new HandFuture<>();
        RecordingSubscriber<String> subscriber = new RecordingSubscriber<>(wish);
        new FutureSubscription<>(future, subscriber, peer).start(Spawner.inline());
        assertThat(future.polls).isLessThanOrEqualTo(1); // one, or none when it was given up
        future.ready("a");
        assertThat(subscriber.signals).isEqualTo(signals);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("wishesInsideOnSubscribe")
    void inlineAWishOfAnotherThreadInsideOnSubscribeIsServed(
            String name, Consumer<Subscription> wish, List<Object> signals) {
        HandFuture<String> future = new HandFuture<>();
        RecordingSubscriber<String> subscriber = new RecordingSubscriber<>(s -> onAnotherThread(() -> wish.accept(s)));
        new FutureSubscription<>(future, subscriber, peer).start(Spawner.inline());
        future.ready("a");
        assertThat(subscriber.signals).isEqualTo(signals);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("wishesInsideOnSubscribe")
    void inlineAWishOfAnotherThreadIsServedWheneverItComes(
            String name, Consumer<Subscription> wish, List<Object> signals) throws Exception {
        boolean emits = signals.contains("a");
        for (int round = 0; round < 2_000; round++) {
            Thread[] other = new Thread[1];
            RecordingSubscriber<String> subscriber = new RecordingSubscriber<>(s -> {
                other[0] = new Thread(() -> wish.accept(s));
                other[0].start(); // before, while or after the first poll
            });
            new FutureSubscription<>(Futures.ready("a"), subscriber, new RecordingPeer()).start(Spawner.inline());
            other[0].join();
            if (emits || subscriber.signals.size() < 3) { // a cancel may come too late
                assertThat(subscriber.signals).isEqualTo(signals);
            }
        }
    }

    private static void onAnotherThread(Runnable action) {
        Thread other = new Thread(action);
        other.start();
        boolean interrupted = false;
        while (other.isAlive()) {
            try {
                other.join();
            } catch (InterruptedException again) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MIN_VALUE})
    void requestOfNothingCancelsTheFuture(long n) { // 3a-31, 3.9
        HandFuture<String> future = new HandFuture<>();
        RecordingSubscriber<String> subscriber = subscribe(future, new RecordingSubscriber<>(n));
        assertThat(subscriber.signals).containsExactly("subscribed", "error");
        assertThat(subscriber.error)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("3.9");
        assertThat(future.polls).isZero();
        assertThat(future.cancels).isOne();
    }

    @Test
    void aThrowingOnNextCountsAsCancelled() { // 3a-40, 2.13
        IllegalArgumentException thrown = new IllegalArgumentException();
        RecordingSubscriber<String> subscriber = new RecordingSubscriber<String>(1).onItem(item -> {
            throw thrown;
        });
        subscribe(Futures.ready("a"), subscriber);
        assertThat(subscriber.signals).containsExactly("subscribed", "a");
        assertThat(peer.dropped).containsExactly(thrown);
    }
}
