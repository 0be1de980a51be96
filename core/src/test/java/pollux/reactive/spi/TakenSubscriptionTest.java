package pollux.reactive.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import pollux.Garbage;
import pollux.debug.Dump;
import pollux.doubles.RecordingPeer;
import pollux.doubles.RecordingSubscriber;
import pollux.executor.BlockOn;
import pollux.executor.LocalPool;
import pollux.executor.Spawner;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.future.Services;
import pollux.sync.Promise;
import pollux.time.ManualTime;

/** Everything that holds of a constant, and what a value that was taken out of a future has beyond it. */
class TakenSubscriptionTest extends ReadySubscriptionTest {

    @Override
    <T> ReadySubscription<T> made(@Nullable T value, Subscriber<? super T> subscriber, RecordingPeer hooks) {
        return value == null ? super.made(value, subscriber, hooks) : new TakenSubscription<>(value, subscriber, hooks);
    }

    private static <T> Promise<T> completed(T value) {
        Promise<T> promise = new Promise<>();
        assertThat(promise.complete(value)).isTrue();
        return promise;
    }

    /** The two sources of a future. */
    private static <T> FutureSource<T> source(boolean deferred, Promise<T> promise) {
        return deferred
                ? SubscriptionFactory.futures(promise::future)
                : SubscriptionFactory.future(promise.future(), "x");
    }

    private <T> RecordingSubscriber<T> subscribe(FutureSource<T> source, RecordingSubscriber<T> subscriber) {
        source.subscribe(subscriber, peer, Spawner.inline());
        return subscriber;
    }

    // ------------------------------------------------------------------ which futures

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aCompletedPromiseIsServedWithoutATask(boolean deferred) {
        RecordingSubscriber<String> subscriber =
                subscribe(source(deferred, completed("a")), new RecordingSubscriber<>(1));
        assertThat(subscriber.signals).containsExactly("subscribed", "a", "complete");
        assertThat(subscriber.subscription).isInstanceOf(TakenSubscription.class);
    }

    /**
     * The services of a subscriber, as its Reactor Context, are found by code of a task only: a constant has no such
     * code, and what a promise has may be read by others that look for them.
     */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theServicesOfASubscriberDoNotMakeAConstantATask(boolean deferred) {
        Services services = Services.NONE.with(new Services.Key<>("context"), "x");
        BridgeHooks around = new BridgeHooks() {
            @Override
            public Services services() {
                return services;
            }
        };
        Future<String> constant = Futures.ready("a");
        Future<String> promised = completed("a").future();
        for (Future<String> future : List.of(constant, promised)) {
            FutureSource<String> source =
                    deferred ? SubscriptionFactory.futures(() -> future) : SubscriptionFactory.future(future, "x");
            RecordingSubscriber<String> subscriber = new RecordingSubscriber<>(1);
            source.subscribe(subscriber, around, Spawner.inline());
            assertThat(subscriber.signals).containsExactly("subscribed", "a", "complete");
            assertThat(subscriber.subscription)
                    .isExactlyInstanceOf(future == constant ? ReadySubscription.class : FutureSubscription.class);
        }
    }

    /** Promises that a poll has to look at, and what their subscriber gets. */
    static Stream<Arguments> others() {
        Promise<String> failed = new Promise<>();
        failed.fail(new IOException());
        Promise<String> nothing = new Promise<>();
        nothing.complete(null);
        Promise<String> released = new Promise<>(value -> {});
        released.complete("a");
        Promise<String> named = Promise.named("n");
        named.complete("a");
        return Stream.of(
                arguments("failed", failed, List.of("subscribed", "error")),
                arguments("null", nothing, List.of("subscribed", "complete")),
                arguments("released", released, List.of("subscribed", "a", "complete")),
                arguments("named", named, List.of("subscribed", "a", "complete")),
                arguments("open", new Promise<>(), List.of("subscribed")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("others")
    void otherPromisesArePolled(String name, Promise<String> promise, List<Object> signals) {
        RecordingSubscriber<String> subscriber = subscribe(source(false, promise), new RecordingSubscriber<>(1));
        assertThat(subscriber.signals).isEqualTo(signals);
        assertThat(subscriber.subscription).isInstanceOf(FutureSubscription.class);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aValueThatHasToBeReleasedIsReleased(boolean deferred) {
        List<String> released = new ArrayList<>();
        Promise<String> promise = new Promise<>(released::add);
        promise.complete("a");
        RecordingSubscriber<String> subscriber =
                subscribe(source(deferred, promise), new RecordingSubscriber<>(Subscription::cancel));
        assertThat(subscriber.signals).containsExactly("subscribed");
        assertThat(released).containsExactly("a");
    }

    @Test
    void aPromiseWhoseReaderHasItIsSpent() {
        Promise<String> promise = completed("a");
        FutureSource<String> source = source(false, promise);
        assertThat(subscribe(source, new RecordingSubscriber<>(1)).signals).contains("a");
        RecordingSubscriber<String> second = subscribe(source, new RecordingSubscriber<>(1));
        assertThat(second.signals).containsExactly("subscribed", "error");
        assertThat(second.error).hasMessageContaining("runs once").hasMessageContaining("use x");
        assertThat(promise).hasToString("Promise[read]");
    }

    // ------------------------------------------------------------------ turns

    /** Nested calls would end the stack. */
    @Test
    void subscriptionsInsideOnNextTakeTurns() {
        int[] left = {200_000};
        subscribeAgain(left);
        assertThat(left[0]).isZero();
    }

    private void subscribeAgain(int[] left) {
        if (left[0] > 0) {
            left[0]--;
            subscribe(
                    source(false, completed("a")),
                    new RecordingSubscriber<String>(1).onItem(item -> subscribeAgain(left)));
        }
    }

    /** The same, where each value waits for a request that the one before makes. */
    @Test
    void requestsInsideOnNextTakeTurns() {
        int[] emitted = {0};
        List<RecordingSubscriber<String>> all = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            int next = i + 1;
            Consumer<String> asks = item -> {
                emitted[0]++;
                if (next < all.size()) {
                    all.get(next).subscription.request(1);
                }
            };
            all.add(subscribe(source(false, completed("a")), new RecordingSubscriber<String>().onItem(asks)));
        }
        all.get(0).subscription.request(1);
        assertThat(emitted[0]).isEqualTo(all.size());
    }

    /** Inside so many signals that the next turn comes later: what is wished in between counts. */
    @ParameterizedTest(name = "{0}, {1}")
    @CsvSource({"true, cancel", "false, cancel", "true, bad", "false, request", "true, request"})
    void aWishBeforeTheTurnIsSeen(boolean early, String wish) {
        Consumer<Subscription> asks = s -> s.request(1);
        RecordingSubscriber<Object> late = new RecordingSubscriber<>(early ? asks : s -> {});
        atTheDepthOfTurns(() -> {
            subscribe(source(false, completed("late")), late);
            late.subscription.request(1);
            assertThat(late.signals).containsExactly("subscribed");
            switch (wish) {
                case "cancel" -> late.subscription.cancel();
                case "bad" -> late.subscription.request(-1);
                default -> late.subscription.request(2);
            }
        });
        assertThat(late.signals)
                .isEqualTo(
                        wish.equals("cancel")
                                ? List.of("subscribed")
                                : wish.equals("bad")
                                        ? List.of("subscribed", "error")
                                        : List.of("subscribed", "late", "complete"));
        assertThat(peer.discarded).isEqualTo(wish.equals("request") ? List.of() : List.of("late"));
    }

    /** Acts inside signals so deep that a subscription there is not served at once. */
    private void atTheDepthOfTurns(Runnable action) {
        RecordingSubscriber<String> deeper = new RecordingSubscriber<>(1);
        deeper.onItem(item -> {
            RecordingSubscriber<String> probe = subscribe(source(false, completed("a")), new RecordingSubscriber<>(1));
            if (probe.signals.contains("a")) {
                atTheDepthOfTurns(action);
            } else {
                action.run();
            }
        });
        subscribe(source(false, completed("a")), deeper);
    }

    /** As with a task: onNext is called inside a poll, where code must not block, and onSubscribe is not. */
    @Test
    void theValueIsSignalledInsideAPoll() {
        List<Throwable> refused = new ArrayList<>();
        Runnable blocks = () -> {
            try {
                BlockOn.blockOn(Futures.ready(1));
            } catch (IllegalStateException refusal) {
                refused.add(refusal);
            }
        };
        RecordingSubscriber<String> subscriber = new RecordingSubscriber<>(s -> {
            blocks.run();
            assertThat(refused).isEmpty();
            s.request(1);
        });
        subscriber.onItem(item -> blocks.run());
        subscribe(source(false, completed("a")), subscriber);
        assertThat(subscriber.signals).containsExactly("subscribed", "a", "complete");
        assertThat(refused).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void insideATaskItIsServedAtOnce(boolean late) {
        LocalPool pool = new LocalPool(new ManualTime());
        RecordingSubscriber<String> subscriber = late ? new RecordingSubscriber<>() : new RecordingSubscriber<>(1);
        pool.spawn(Futures.defer(() -> {
            subscribe(source(false, completed("a")), subscriber);
            if (late) {
                subscriber.subscription.request(1);
            }
            assertThat(subscriber.signals).containsExactly("subscribed", "a", "complete");
            return Futures.ready(1);
        }));
        pool.runUntilStalled();
        assertThat(subscriber.signals).containsExactly("subscribed", "a", "complete");
        pool.close();
    }

    // ------------------------------------------------------------------ dumps

    /** Has a name that no other test shows. */
    private static final class Lazy extends RecordingSubscriber<String> {}

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aDumpShowsItWhileTheValueWaitsForDemand(boolean cancels) {
        Lazy subscriber = new Lazy();
        subscribe(source(false, completed("a")), subscriber);
        assertThat(Dump.ofEverything().toString())
                .contains("no pool")
                .contains("TakenSubscription")
                .contains("subscriber " + Lazy.class.getName())
                .contains("demand 0");
        if (cancels) {
            subscriber.subscription.cancel();
        } else {
            subscriber.subscription.request(1);
        }
        assertThat(Dump.ofEverything().toString()).doesNotContain(Lazy.class.getName());
    }

    @Test
    void whatIsForgottenIsNotKept() {
        WeakReference<Object> value = new WeakReference<>(new Object());
        WeakReference<Subscription> subscription = forgotten(value.get());
        Garbage.awaitCollected(value, subscription);
    }

    private WeakReference<Subscription> forgotten(Object value) {
        RecordingSubscriber<Object> subscriber =
                subscribe(source(false, completed(value)), new RecordingSubscriber<>());
        return new WeakReference<>(subscriber.subscription);
    }

    @Test
    void aPollOfOneThatWasTakenSaysSo() {
        Promise<String> promise = completed("a");
        var future = promise.future();
        subscribe(SubscriptionFactory.future(future, "x"), new RecordingSubscriber<>(1));
        assertThatThrownBy(() -> BlockOn.blockOn(future)).isInstanceOf(IllegalStateException.class);
    }
}
