package pollux.reactive.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Subscriber;
import pollux.doubles.HandSpawner;
import pollux.doubles.HandStream;
import pollux.doubles.RecordingPeer;
import pollux.doubles.RecordingSubscriber;
import pollux.executor.Spawner;
import pollux.future.Context;
import pollux.stream.AsyncStream;
import pollux.stream.AsyncStreams;
import pollux.stream.RawStream;

/** What the adapters make queues of, without an adapter. */
@Timeout(120)
class FusibleSubscriptionTest {

    private static final List<Integer> NUMBERS =
            IntStream.range(0, 1_000).boxed().toList();

    /** An adapter's subscription, as plain as can be; refuses items that its test does not want. */
    private static final class Queue<T> extends FusibleSubscription<T> {

        private final Consumer<T> refused;

        Queue(
                AsyncStream<? extends T> stream,
                Subscriber<? super T> subscriber,
                BridgeHooks peer,
                Consumer<T> refused) {
            super(stream, subscriber, peer);
            this.refused = refused;
        }

        @Override
        protected boolean signal(Subscriber<? super T> to, T item) {
            if (item instanceof Integer number && number % 3 != 0) {
                refused.accept(item);
                return false;
            }
            return super.signal(to, item);
        }

        boolean ask(boolean barrier) {
            return handOver(barrier);
        }

        @Nullable
        T poll() {
            return take();
        }

        boolean isEmpty() {
            return isDry();
        }

        void clear() {
            drop();
        }

        List<T> pollAll() {
            List<T> items = new ArrayList<>();
            for (T item = poll(); item != null; item = poll()) {
                items.add(item);
            }
            return items;
        }
    }

    /** Says so, at least. */
    private abstract static class AtHand extends RawStream<Object> {

        private final String name;

        AtHand(String name) {
            this.name = name;
        }

        @Override
        public Supply itemSupply() {
            return Supply.AT_HAND;
        }

        @Override
        public boolean cancel() {
            throw new AssertionError("there is nothing to release");
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private final RecordingPeer peer = new RecordingPeer();
    private final RecordingSubscriber<Object> subscriber = new RecordingSubscriber<>();
    private final List<Object> refused = new ArrayList<>();

    /** Asks for fusion in onSubscribe. */
    private <T> @Nullable Queue<T> fused(AsyncStream<T> stream, boolean barrier, Spawner spawner) {
        boolean[] granted = new boolean[1];
        Queue<T> queue = new Queue<>(
                stream,
                new RecordingSubscriber<T>(subscription -> granted[0] = ((Queue<?>) subscription).ask(barrier)) {
                    @Override
                    public void onNext(T item) {
                        throw new AssertionError("signalled, and not polled: " + item);
                    }

                    @Override
                    public void onComplete() {
                        assertThat(granted[0]).as("signalled the end").isFalse();
                    }
                },
                peer,
                refused::add);
        queue.start(spawner);
        return granted[0] ? queue : null;
    }

    private <T> Queue<T> fused(AsyncStream<T> stream) {
        Queue<T> queue = fused(stream, true, Spawner.inline());
        assertThat(queue).as("is handed over").isNotNull();
        return queue;
    }

    private static Iterator<Integer> numbers() {
        return NUMBERS.iterator();
    }

    // ------------------------------------------------------------------ who is handed over

    static Stream<Arguments> streams() {
        return Stream.of(
                arguments("range", (Supplier<?>) () -> AsyncStreams.range(0, 9), true, true),
                arguments("of", (Supplier<?>) () -> AsyncStreams.of(1, 2), true, true),
                arguments("a collection", (Supplier<?>) () -> AsyncStreams.from(NUMBERS), true, true),
                arguments("empty", (Supplier<?>) AsyncStreams::empty, true, true),
                arguments("failed", (Supplier<?>) () -> AsyncStreams.error(new Error()), false, false),
                arguments(
                        "an iterable",
                        (Supplier<?>) () -> AsyncStreams.from((Iterable<Integer>) FusibleSubscriptionTest::numbers),
                        true,
                        false),
                arguments("an iterator", (Supplier<?>) () -> AsyncStreams.fromIterator(numbers()), true, false),
                arguments(
                        "an operator",
                        (Supplier<?>) () -> AsyncStreams.range(0, 9).map(i -> i),
                        false,
                        false),
                arguments("pending", (Supplier<?>) AsyncStreams::never, false, false),
                arguments("any other", (Supplier<?>) HandStream::new, false, false));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("streams")
    void onlyWhatIsAtHandIsHandedOver(
            String name, Supplier<AsyncStream<?>> stream, boolean asIs, boolean acrossThreads) {
        assertThat(fused(stream.get(), false, Spawner.inline()) != null).isEqualTo(asIs);
        assertThat(fused(stream.get(), true, Spawner.inline()) != null).isEqualTo(acrossThreads);
    }

    @Test
    void aSpawnerPollsItself() {
        HandSpawner spawner = new HandSpawner();
        assertThat((Object) fused(AsyncStreams.range(0, 3), false, spawner)).isNull();
        spawner.run();
    }

    @Test
    void afterOnSubscribeItIsTooLate() {
        Queue<Integer> queue = new Queue<>(AsyncStreams.range(0, 1), subscriber, peer, refused::add);
        queue.start(Spawner.inline());
        assertThat(queue.ask(false)).isFalse();
        queue.request(1);
        assertThat(subscriber.signals).containsExactly("subscribed", 0, "complete");
    }

    @Test
    void whoHasCancelledIsNotHandedAnything() {
        boolean[] granted = new boolean[1];
        new Queue<>(
                        AsyncStreams.range(0, 1),
                        new RecordingSubscriber<Integer>(subscription -> {
                            subscription.cancel();
                            granted[0] = ((Queue<?>) subscription).ask(false);
                        }),
                        peer,
                        refused::add)
                .start(Spawner.inline());
        assertThat(granted[0]).isFalse();
    }

    // ------------------------------------------------------------------ polls

    @Test
    void moreItemsThanABudgetComeInOrderAndThenTheEndForEver() {
        Queue<Integer> queue = fused(AsyncStreams.from(NUMBERS));
        assertThat(queue.pollAll()).isEqualTo(NUMBERS);
        assertThat(queue.poll()).isNull();
        assertThat(queue.isEmpty()).isTrue();
    }

    @Test
    void lookingTakesNothing() {
        Queue<Integer> queue = fused(AsyncStreams.range(0, 2));
        assertThat(queue.isEmpty()).isFalse();
        assertThat(queue.poll()).isZero();
        assertThat(queue.isEmpty()).isFalse();
        assertThat(queue.poll()).isOne();
        assertThat(queue.isEmpty()).as("the end is known before it is polled").isTrue();
        assertThat(queue.poll()).isNull();
    }

    @Test
    void requestsAreNotCounted() {
        Queue<Integer> queue = fused(AsyncStreams.range(0, 2));
        queue.request(1);
        assertThat(queue.pollAll()).containsExactly(0, 1);
    }

    @Test
    void whatAPollThrowsComesOnceAfterTheItems() {
        IllegalArgumentException failure = new IllegalArgumentException();
        Queue<Integer> queue = fused(
                AsyncStreams.from((Iterable<Integer>) () -> Stream.of(1, 2)
                        .peek(i -> {
                            if (i == 2) {
                                throw failure;
                            }
                        })
                        .iterator()),
                false,
                Spawner.inline());
        assertThat(queue.poll()).isOne();
        assertThatThrownBy(queue::poll).isSameAs(failure);
        assertThat(queue.poll()).isNull();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aFailureIsNotTakenForTheEnd(boolean looksFirst) {
        IllegalArgumentException failure = new IllegalArgumentException();
        Queue<Object> queue = fused(new AtHand("fails") {
            @Override
            public Object pollNextRaw(Context cx) {
                throw failure;
            }

            @Override
            public boolean pollEnd(Context cx) {
                return true;
            }
        });
        if (looksFirst) {
            assertThat(queue.isEmpty()).isFalse();
            assertThat(queue.isEmpty()).isFalse();
        }
        assertThatThrownBy(queue::poll).isSameAs(failure);
        assertThat(queue.isEmpty()).isTrue();
        assertThat(queue.poll()).isNull();
    }

    @Test
    void aStreamThatWaitsAlthoughItSaysItDoesNotIsBlamed() {
        Queue<Object> queue = fused(new AtHand("a liar") {
            @Override
            public Object pollNextRaw(Context cx) {
                return PENDING;
            }
        });
        assertThatThrownBy(queue::poll)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("a liar");
    }

    // ------------------------------------------------------------------ other ends

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 200})
    void aCancelIsTheEnd(int taken) {
        Queue<Integer> queue = fused(AsyncStreams.from(NUMBERS));
        for (int i = 0; i < taken; i++) {
            queue.poll();
        }
        queue.cancel();
        assertThat(queue.isEmpty()).isTrue();
        assertThat(queue.poll()).isNull();
        assertThat(peer.discarded).as("nothing was held").isEmpty();
    }

    @Test
    void whatIsClearedIsGone() {
        Queue<Integer> queue = fused(AsyncStreams.range(0, 9));
        queue.poll();
        queue.clear();
        assertThat(queue.isEmpty()).isTrue();
        assertThat(queue.poll()).isNull();
    }

    @Test
    void aBadRequestIsThrownAtTheNextPoll() { // 3.9
        Queue<Integer> queue = fused(AsyncStreams.range(0, 9));
        queue.poll();
        queue.request(0);
        assertThat(queue.isEmpty()).isFalse();
        assertThatThrownBy(queue::poll)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("3.9");
        assertThat(queue.poll()).isNull();
    }

    @Test
    void anOnSubscribeThatThrowsAfterwardsIsACancel() { // 2.13
        IllegalArgumentException thrown = new IllegalArgumentException();
        Queue<?>[] queue = new Queue<?>[1];
        queue[0] = new Queue<>(
                AsyncStreams.range(0, 9),
                new RecordingSubscriber<Integer>(subscription -> {
                    assertThat(((Queue<?>) subscription).ask(true)).isTrue();
                    throw thrown;
                }),
                peer,
                refused::add);
        queue[0].start(Spawner.inline());
        assertThat(peer.dropped).containsExactly(thrown);
        assertThat((Object) queue[0].poll()).isNull();
    }

    // ------------------------------------------------------------------ signals that may be refused

    @Test
    void aRefusedItemDoesNotCountAgainstTheDemand() {
        Queue<Integer> queue = new Queue<>(AsyncStreams.range(0, 100), subscriber, peer, refused::add);
        queue.start(Spawner.inline());
        queue.request(3);
        assertThat(subscriber.signals).containsExactly("subscribed", 0, 3, 6);
        assertThat(refused).containsExactly(1, 2, 4, 5);
        queue.request(1);
        assertThat(subscriber.signals).containsExactly("subscribed", 0, 3, 6, 9);
    }

    @Test
    void aCancelWithARefusalStopsAtOnce() {
        HandStream<Integer> source = new HandStream<Integer>().yield(0, 1, 2, 3);
        Queue<?>[] queue = new Queue<?>[1];
        queue[0] = new Queue<>(source, subscriber, peer, item -> queue[0].cancel());
        queue[0].start(Spawner.inline());
        queue[0].request(10);
        assertThat(subscriber.signals).containsExactly("subscribed", 0);
        assertThat(source.polls).isEqualTo(2);
        assertThat(source.cancels).isOne();
    }
}
