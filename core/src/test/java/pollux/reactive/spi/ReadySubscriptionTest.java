package pollux.reactive.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import pollux.doubles.RecordingPeer;
import pollux.doubles.RecordingSubscriber;

/** Numbers in comments are rules of Reactive Streams. */
@Timeout(120)
class ReadySubscriptionTest {

    final RecordingPeer peer = new RecordingPeer();
    private final List<Object> signals = new ArrayList<>();

    /** Makes what is tested. */
    <T> ReadySubscription<T> made(@Nullable T value, Subscriber<? super T> subscriber, RecordingPeer hooks) {
        return new ReadySubscription<>(value, subscriber, hooks);
    }

    /** Subscribes, and does something inside onSubscribe; a signal named by {@code throwing} throws. */
    private Subscription serve(Object value, String throwing, Consumer<Subscription> first) {
        Subscription[] given = new Subscription[1];
        this.<Object>made(
                        value,
                        new Subscriber<>() {
                            private void signal(String name, Object shown) {
                                signals.add(shown);
                                if (name.equals(throwing)) {
                                    throw new IllegalStateException(name);
                                }
                            }

                            @Override
                            public void onSubscribe(Subscription s) {
                                given[0] = s;
                                first.accept(s);
                                if (throwing.equals("onSubscribe")) {
                                    throw new IllegalStateException();
                                }
                            }

                            @Override
                            public void onNext(Object item) {
                                signal("onNext", item);
                            }

                            @Override
                            public void onError(Throwable error) {
                                signal("onError", error.getClass().getSimpleName());
                            }

                            @Override
                            public void onComplete() {
                                signal("onComplete", "end");
                            }
                        },
                        peer)
                .start();
        return given[0];
    }

    @Test
    void theValueWaitsForDemandAndTheEndFollowsIt() {
        Subscription subscription = serve("a", "", s -> {});
        assertThat(signals).isEmpty();
        subscription.request(1);
        subscription.request(1);
        subscription.cancel();
        assertThat(signals).containsExactly("a", "end");
        assertThat(peer.discarded).isEmpty();
    }

    @Test
    void anEmptyEndWaitsForNothing() { // 2.10
        serve(null, "", s -> {}).request(1);
        assertThat(signals).containsExactly("end");
    }

    @Test
    void requestInsideOnSubscribeIsServedAfterIt() { // 3b-37
        serve("a", "", s -> {
            s.request(Long.MAX_VALUE);
            assertThat(signals).isEmpty();
        });
        assertThat(signals).containsExactly("a", "end");
    }

    @Test
    void cancelDiscardsTheValueOnce() {
        Subscription subscription = serve("a", "", Subscription::cancel);
        subscription.cancel();
        subscription.request(1);
        assertThat(signals).isEmpty();
        assertThat(peer.discarded).containsExactly("a");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MIN_VALUE})
    void aBadRequestIsAnError(long n) { // 3.9
        Subscription subscription = serve("a", "", s -> {});
        subscription.request(n);
        subscription.request(1);
        assertThat(signals).containsExactly("IllegalArgumentException");
        assertThat(peer.discarded).containsExactly("a");
    }

    @ParameterizedTest
    @ValueSource(strings = {"onSubscribe", "onNext", "onComplete"})
    void whatTheSubscriberThrowsIsDroppedAndNothingFollows(String where) { // 2.13
        serve("a", where, s -> {}).request(1);
        assertThat(signals)
                .isEqualTo(
                        where.equals("onSubscribe")
                                ? List.of()
                                : where.equals("onNext") ? List.of("a") : List.of("a", "end"));
        assertThat(peer.dropped).hasSize(1);
    }

    /** What is wished inside onSubscribe, what is signalled after it, and whether the value is given back. */
    static Stream<Arguments> wishes() {
        Consumer<Subscription> request = s -> s.request(1);
        Consumer<Subscription> bad = s -> s.request(-7);
        Consumer<Subscription> cancel = Subscription::cancel;
        List<String> all = List.of("a", "end");
        List<String> error = List.of("IllegalArgumentException");
        return Stream.of(
                arguments("request", request, all, false),
                arguments("request, request", request.andThen(request), all, false),
                arguments("cancel", cancel, List.of(), true),
                arguments("cancel, request", cancel.andThen(request), List.of(), true),
                arguments("request, cancel", request.andThen(cancel), List.of(), true),
                arguments("bad request", bad, error, true),
                arguments("bad request, request", bad.andThen(request), error, true),
                arguments("request, bad request", request.andThen(bad), error, true),
                arguments("bad request, cancel", bad.andThen(cancel), List.of(), true));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("wishes")
    void aWishInsideOnSubscribeIsServedAfterIt(
            String name, Consumer<Subscription> wish, List<String> expected, boolean discards) {
        Subscription subscription = serve("a", "", s -> {
            wish.accept(s);
            assertThat(signals).isEmpty();
        });
        isOver(subscription, expected, discards);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("wishes")
    void aWishOfAnotherThreadInsideOnSubscribeIsServedAfterIt(
            String name, Consumer<Subscription> wish, List<String> expected, boolean discards) throws Exception {
        Subscription subscription = serve("a", "", s -> {
            onAnotherThread(() -> wish.accept(s));
            assertThat(signals).isEmpty();
        });
        isOver(subscription, expected, discards);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("wishes")
    void wishesOfBothThreadsInsideOnSubscribeAreServedAfterIt(
            String name, Consumer<Subscription> wish, List<String> expected, boolean discards) throws Exception {
        Subscription subscription = serve("a", "", s -> {
            s.request(1);
            onAnotherThread(() -> wish.accept(s));
            assertThat(signals).isEmpty();
        });
        isOver(subscription, expected, discards);
    }

    /** Nothing that comes later makes a signal or gives anything back. */
    private void isOver(Subscription subscription, List<String> expected, boolean discards) {
        subscription.request(1);
        subscription.request(0);
        subscription.cancel();
        assertThat(signals).isEqualTo(expected);
        assertThat(peer.discarded).isEqualTo(discards ? List.of("a") : List.of());
        assertThat(subscription).hasToString("ReadySubscription[ended]");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("wishes")
    void anEmptyEndNeedsNoWishAndIsStoppedByCancelOnly(
            String name, Consumer<Subscription> wish, List<String> expected, boolean discards) {
        Subscription subscription = serve(null, "", wish);
        assertThat(signals).isEqualTo(expected.contains("a") ? List.of("end") : expected);
        isOver(subscription, signals.stream().map(String::valueOf).toList(), false);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Integer.MIN_VALUE + 1L})
    void theErrorSaysWhatWasRequested(long n) {
        List<String> messages = new ArrayList<>();
        RecordingSubscriber<Object> early = new RecordingSubscriber<>(s -> s.request(n));
        made("a", early, peer).start();
        RecordingSubscriber<Object> late = new RecordingSubscriber<>();
        made("a", late, peer).start();
        late.subscription.request(n);
        messages.add(early.error.getMessage());
        messages.add(late.error.getMessage());
        assertThat(messages).allSatisfy(message -> assertThat(message).endsWith("was " + n));
    }

    @ParameterizedTest(name = "early {0}")
    @ValueSource(booleans = {true, false})
    void callsInsideOnNext(boolean early) { // 1.8, 3.2
        Consumer<Subscription> first = early ? s -> s.request(1) : s -> {};
        RecordingSubscriber<Object> asks = new RecordingSubscriber<>(first);
        asks.onItem(item -> asks.subscription.request(1));
        RecordingSubscriber<Object> refused = new RecordingSubscriber<>(first);
        refused.onItem(item -> refused.subscription.request(0));
        RecordingSubscriber<Object> leaves = new RecordingSubscriber<>(first);
        leaves.onItem(item -> leaves.subscription.cancel());
        for (RecordingSubscriber<Object> each : List.of(asks, refused, leaves)) {
            made("a", each, peer).start();
            each.subscription.request(1);
        }
        assertThat(asks.signals).containsExactly("subscribed", "a", "complete");
        assertThat(refused.signals).containsExactly("subscribed", "a", "complete");
        assertThat(leaves.signals).containsExactly("subscribed", "a");
        assertThat(peer.discarded).isEmpty();
    }

    /** Another thread wishes at any time from onSubscribe on, 5,000 rounds in lockstep. The value has one fate. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("wishes")
    void aWishOfAnotherThreadIsServedWheneverItComes(
            String name, Consumer<Subscription> wish, List<String> expected, boolean discards) throws Exception {
        int rounds = 5_000;
        AtomicReference<Subscription> given = new AtomicReference<>();
        AtomicInteger done = new AtomicInteger();
        Thread other = new Thread(() -> {
            for (int round = 0; round < rounds; round++) {
                Subscription next = given.getAndSet(null);
                while (next == null) {
                    Thread.yield();
                    next = given.getAndSet(null);
                }
                wish.accept(next);
                done.set(round + 1);
            }
        });
        other.setDaemon(true);
        other.start();
        List<Object> wrong = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            boolean here = round % 2 == 0;
            RecordingPeer own = new RecordingPeer();
            RecordingSubscriber<String> subscriber = new RecordingSubscriber<>(s -> {
                given.set(s);
                if (here) {
                    s.request(1);
                }
            });
            made("a", subscriber, own).start();
            while (done.get() <= round) {
                Thread.yield();
            }
            boolean emitted = subscriber.signals.contains("a");
            boolean completed = subscriber.signals.contains("complete");
            if (subscriber.signals.size() > 3
                    || emitted == own.discarded.contains("a")
                    || own.discarded.size() > 1
                    || !own.dropped.isEmpty()
                    || !discards && !completed) {
                wrong.add(subscriber.signals + " " + own.discarded + " " + own.dropped);
            }
        }
        other.join();
        assertThat(wrong).isEmpty();
    }

    /** What is taken is not signalled, whichever thread takes it. */
    @Test
    void aFusedValueIsTakenOnceAndNotSignalled() throws Exception {
        Fusible taken = new Fusible(s -> assertThat(((Fusible) s).fuse()).isTrue());
        assertThat(taken.subscriber.signals).containsExactly("subscribed");
        onAnotherThread(() -> assertThat(taken.take()).isEqualTo("a"));
        assertThat(taken.take()).isNull();
        taken.cancel();
        assertThat(peer.discarded).isEmpty();

        Fusible inside = new Fusible(s -> {
            assertThat(((Fusible) s).take()).isNull(); // not before it is fused
            assertThat(((Fusible) s).fuse()).isTrue();
            onAnotherThread(() -> assertThat(((Fusible) s).take()).isEqualTo("a"));
        });
        assertThat(inside.subscriber.signals).containsExactly("subscribed");

        Fusible left = new Fusible(s -> assertThat(((Fusible) s).fuse()).isTrue());
        left.cancel();
        assertThat(left.take()).isNull();
        assertThat(peer.discarded).containsExactly("a");

        Fusible late = new Fusible(s -> {
            s.request(1);
            assertThat(((Fusible) s).fuse()).isFalse();
        });
        assertThat(late.subscriber.signals).containsExactly("subscribed", "a", "complete");
        assertThat(late.take()).isNull();
    }

    private final class Fusible extends ReadySubscription<String> {

        final RecordingSubscriber<String> subscriber;

        Fusible(Consumer<Subscription> first) {
            this(new RecordingSubscriber<>(first));
        }

        private Fusible(RecordingSubscriber<String> subscriber) {
            super("a", subscriber, peer);
            this.subscriber = subscriber;
            start();
        }
    }

    private static void onAnotherThread(Runnable action) {
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread other = new Thread(action);
        other.setUncaughtExceptionHandler((thread, thrown) -> failure.set(thrown));
        other.start();
        try {
            other.join();
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
        assertThat(failure.get()).isNull();
    }
}
