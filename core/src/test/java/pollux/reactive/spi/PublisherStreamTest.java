package pollux.reactive.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Publisher;
import pollux.doubles.ByHand;
import pollux.doubles.HandPublisher;
import pollux.doubles.InlineConsumer;
import pollux.doubles.RecordingPeer;
import pollux.reactive.ProtocolViolation;

/** Numbers in comments: 2.13 is a rule of Reactive Streams, 3a-1 a case of the list of adversaries. */
@Timeout(120)
class PublisherStreamTest {

    private final RecordingPeer peer = new RecordingPeer();
    private final HandPublisher<Integer> publisher = new HandPublisher<>();

    private <T> ByHand<T> pull(Publisher<T> source, int prefetch) {
        return ByHand.of(new PublisherStream<T>(source, prefetch) {
            @Override
            protected BridgeHooks peer() {
                return peer;
            }
        });
    }

    private ByHand<Integer> started(int prefetch) {
        ByHand<Integer> stream = pull(publisher, prefetch);
        assertThat(stream.poll()).isSameAs(ByHand.PENDING);
        return stream;
    }

    /** Emits 0, 1, 2, … as requested, synchronously, up to a count. */
    private HandPublisher<Integer> counting(int count) {
        int[] next = {0};
        return publisher.onRequest(n -> {
            for (long i = 0; i < n && next[0] < count; i++) {
                publisher.next(next[0]++);
            }
            if (next[0] == count) {
                next[0]++;
                publisher.complete();
            }
        });
    }

    private static List<Object> drain(ByHand<?> stream) {
        List<Object> items = new ArrayList<>();
        for (Object item = stream.poll(); item != null && item != ByHand.PENDING; item = stream.poll()) {
            items.add(item);
        }
        return items;
    }

    // ------------------------------------------------------------------ demand

    @Test
    void subscribesAndRequestsAtTheFirstPollAndNotBefore() {
        ByHand<Integer> stream = pull(publisher, 8);
        assertThat(publisher.subscriber).isNull();
        stream.poll();
        assertThat(publisher.requests).containsExactly(8L);
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "2, 2", "3, 3", "4, 3", "8, 6", "256, 192"})
    void refillsWhenThreeQuartersWereTaken(int prefetch, int refill) {
        ByHand<Integer> stream = started(prefetch);
        publisher.next(IntStream.range(0, prefetch).boxed().toArray(Integer[]::new));
        for (int i = 0; i < refill; i++) {
            assertThat(stream.poll()).isEqualTo(i);
            assertThat(publisher.requests).containsExactly((long) prefetch);
        }
        stream.poll(); // the next poll, not the one that took the last of them
        assertThat(publisher.requests).containsExactly((long) prefetch, (long) refill);
    }

    @Test
    void prefetchOfOneMeansOneInFlight() {
        ByHand<Integer> stream = pull(counting(3), 1);
        assertThat(stream.poll()).isEqualTo(0);
        assertThat(publisher.requests).containsExactly(1L);
        assertThat(stream.poll()).isEqualTo(1);
        assertThat(publisher.requests).containsExactly(1L, 1L);
    }

    @Test
    void maximalPrefetchRequestsMoreAndMoreOfASynchronousPublisher() {
        ByHand<Integer> stream = pull(counting(1000), Integer.MAX_VALUE);
        List<Object> items = new ArrayList<>();
        for (Object item = stream.poll(); item != null; item = stream.poll()) {
            items.add(item);
        }
        assertThat(items).hasSize(1000).startsWith(0, 1).endsWith(999);
        assertThat(publisher.requests)
                .startsWith(1L)
                .allMatch(n -> n <= Pace.MOST); // how fast it grows is a matter of time
    }

    @Test
    void maximalPrefetchRequestsEverythingOfAnAsynchronousPublisher() {
        started(Integer.MAX_VALUE);
        assertThat(publisher.requests).containsExactly(1L, Long.MAX_VALUE - 1);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, Integer.MIN_VALUE})
    void prefetchBelowOneIsRefused(int prefetch) {
        assertThatThrownBy(() -> new PublisherStream<>(publisher, prefetch))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("prefetch");
    }

    @Test
    void aMillionItemsOneByOneSynchronouslyUseNoStack() { // 3a-20, 3.3
        ByHand<Integer> stream = pull(counting(1_000_000), 1);
        for (int i = 0; i < 1_000_000; i++) {
            if (!Integer.valueOf(i).equals(stream.poll())) {
                throw new AssertionError("item " + i + " is missing");
            }
        }
        assertThat(stream.poll()).isNull();
    }

    @Test
    void requestsFromInsideOnNextDoNotRecurse() { // 3a-20, 3.3: an inline consumer polls inside onNext
        int[] depth = {0, 0};
        int[] next = {0};
        publisher.onRequest(n -> {
            depth[1] = Math.max(depth[1], ++depth[0]);
            for (long i = 0; i < n && next[0] < 100_000; i++) {
                publisher.next(next[0]++);
            }
            depth[0]--;
        });
        PublisherStream<Integer> stream = new PublisherStream<>(publisher, 1);
        int[] taken = {0};
        InlineConsumer consumer = new InlineConsumer(stream, item -> taken[0]++);
        consumer.wake();
        assertThat(taken[0]).isEqualTo(100_000);
        assertThat(depth[1]).isEqualTo(1);
    }

    // ------------------------------------------------------------------ waking

    @Test
    void theFirstItemWaitsForNoBatch() {
        ByHand<Integer> stream = started(256);
        publisher.next(1);
        assertThat(stream.wakes).isOne();
        assertThat(stream.poll()).isEqualTo(1);
    }

    @Test
    void onlyTheItemThatEndsTheEmptinessWakes() {
        ByHand<Integer> stream = started(256);
        publisher.next(1, 2, 3);
        assertThat(stream.wakes).isOne();
        stream.poll();
        publisher.next(4);
        assertThat(stream.wakes).isOne();
        drain(stream);
        publisher.next(5);
        assertThat(stream.wakes).isEqualTo(2);
    }

    // ------------------------------------------------------------------ the end

    @Test
    void completesAfterTheItems() {
        ByHand<Integer> stream = started(8);
        publisher.next(1, 2);
        publisher.complete();
        assertThat(stream.poll()).isEqualTo(1);
        assertThat(stream.poll()).isEqualTo(2);
        assertThat(stream.poll()).isNull();
        assertThat(publisher.cancels).hasValue(0);
    }

    @Test
    void failsAfterTheItems() { // conformance 21
        ByHand<Integer> stream = started(8);
        Error fatal = new OutOfMemoryError("not really"); // 3a-28
        publisher.next(1);
        publisher.error(fatal);
        assertThat(stream.poll()).isEqualTo(1);
        assertThat(stream.failure()).isSameAs(fatal);
    }

    @Test
    void pollAfterTheEndIsRefused() {
        ByHand<Integer> stream = started(8);
        publisher.complete();
        stream.poll();
        assertThat(stream.failure()).isInstanceOf(IllegalStateException.class).hasMessageContaining("after its end");
    }

    @Test
    void pollEndSeesTheEndWithoutTakingAnything() {
        ByHand<Integer> stream = pull(publisher, 8);
        assertThat(stream.pollEnd()).isFalse();
        assertThat(publisher.subscriber).isNotNull();
        assertThat(publisher.requests).as("asking for the end asks for no item").isEmpty();
        stream.poll();
        publisher.next(1);
        publisher.complete();
        assertThat(stream.pollEnd()).isFalse();
        assertThat(stream.poll()).isEqualTo(1);
        assertThat(stream.pollEnd()).isTrue();
        assertThat(stream.poll()).isNull();
    }

    @Test
    void pollEndHearsOfAFailureBeforeAnythingIsRequested() { // 2.10
        ByHand<Integer> stream = pull(publisher, 8);
        assertThat(stream.pollEnd()).isFalse();
        publisher.error(new IllegalArgumentException());
        assertThat(stream.wakes).isOne();
        assertThat(stream.pollEnd()).isTrue();
        assertThat(stream.failure()).isInstanceOf(IllegalArgumentException.class);
        assertThat(publisher.requests).isEmpty();
    }

    @Test
    void theFirstPollRequestsWhetherTheSubscriptionCameBeforeOrComesAfterIt() {
        ByHand<Integer> before = pull(publisher, 8);
        before.pollEnd();
        before.poll();
        assertThat(publisher.requests).containsExactly(8L);

        HandPublisher<Integer> late = new HandPublisher<Integer>().silent();
        ByHand<Integer> after = pull(late, 8);
        after.poll();
        late.subscriber.onSubscribe(late.subscription());
        assertThat(late.requests).containsExactly(8L);
    }

    @Test
    void pollEndRegistersItsWaker() {
        ByHand<Integer> stream = started(8);
        publisher.next(1);
        stream.poll();
        stream.wakes = 0;
        assertThat(stream.pollEnd()).isFalse();
        publisher.complete();
        assertThat(stream.wakes).isOne();
        assertThat(stream.pollEnd()).isTrue();
    }

    // ------------------------------------------------------------------ cancellation

    @Test
    void cancelBeforeTheFirstPollNeverSubscribes() {
        ByHand<Integer> stream = pull(publisher, 8);
        assertThat(stream.cancel()).isTrue();
        assertThat(publisher.subscriber).isNull();
    }

    @Test
    void cancelCancelsUpstreamOnceAndDiscardsEachItemOnce() { // 3a-26
        ByHand<Integer> stream = started(8);
        publisher.next(1, 2, 3);
        stream.poll();
        stream.cancel();
        publisher.next(4);
        publisher.complete();
        assertThat(publisher.cancels).hasValue(1);
        assertThat(peer.discarded).containsExactly(2, 3, 4);
        assertThat(peer.dropped).isEmpty();
    }

    @Test
    void anErrorInTheQueueOrAfterCancelIsDroppedButCancellationIsNot() {
        IllegalArgumentException failure = new IllegalArgumentException();
        ByHand<Integer> stream = started(8);
        publisher.error(failure);
        stream.cancel();
        assertThat(peer.dropped).containsExactly(failure);

        HandPublisher<Integer> other = new HandPublisher<>();
        ByHand<Integer> second = pull(other, 8);
        second.poll();
        second.cancel();
        other.error(new CancellationException());
        assertThat(peer.dropped).containsExactly(failure);
    }

    @Test
    void aPublisherThatNeverSubscribesCanBeCancelled() { // 3a-16
        publisher.silent();
        assertThat(started(8).cancel()).isTrue();
    }

    @Test
    void aSubscriptionThatComesAfterCancelIsCancelledAtOnceAndNeverRequested() { // 3a-22
        publisher.silent();
        started(8).cancel();
        publisher.subscriber.onSubscribe(publisher.subscription());
        assertThat(publisher.cancels).hasValue(1);
        assertThat(publisher.requests).isEmpty();
    }

    @Test
    void itemsInFlightWhileCancellingAreDiscardedExactlyOnce() throws Exception { // 3a-26
        for (int round = 0; round < 500; round++) {
            HandPublisher<Integer> source = new HandPublisher<>();
            ByHand<Integer> stream = pull(source, 64);
            stream.poll();
            Thread emitter =
                    new Thread(() -> source.next(IntStream.range(0, 64).boxed().toArray(Integer[]::new)));
            emitter.start();
            List<Object> taken = new ArrayList<>();
            for (int polls = 0; polls < round % 70; polls++) {
                Object item = stream.poll();
                if (item != ByHand.PENDING) {
                    taken.add(item);
                }
            }
            stream.cancel();
            emitter.join();
            taken.addAll(peer.discarded);
            assertThat(taken).hasSize(64).doesNotHaveDuplicates();
            assertThat(source.cancels).hasValue(1);
            peer.discarded.clear();
        }
    }

    // ------------------------------------------------------------------ publishers that break the rules

    @Test
    void onNextBeforeOnSubscribe() { // 3a-1
        publisher.silent();
        ByHand<Integer> stream = started(8);
        publisher.next(1);
        publisher.subscriber.onSubscribe(publisher.subscription());
        assertViolation(stream.failure(), "1.9");
        assertThat(publisher.cancels).hasValue(1);
        assertThat(publisher.requests).isEmpty();
        assertThat(peer.discarded).containsExactly(1);
    }

    @Test
    void onErrorBeforeOnSubscribe() { // 3a-2
        publisher.silent();
        ByHand<Integer> stream = started(8);
        IllegalArgumentException failure = new IllegalArgumentException();
        publisher.error(failure);
        assertThat(stream.failure()).isSameAs(failure);
    }

    @Test
    void onCompleteBeforeOnSubscribe() { // 3a-2
        publisher.silent();
        ByHand<Integer> stream = started(8);
        publisher.complete();
        assertViolation(stream.failure(), "1.9");
    }

    @Test
    void onSubscribeTwice() { // 3a-4
        ByHand<Integer> stream = started(8);
        HandPublisher<Integer> second = new HandPublisher<>();
        publisher.subscriber.onSubscribe(second.subscription());
        assertThat(second.cancels).hasValue(1);
        assertThat(publisher.cancels).hasValue(0);
        assertViolation(peer.dropped.get(0), "2.12");
        publisher.next(1);
        assertThat(stream.poll()).isEqualTo(1);
    }

    @Test
    void onSubscribeWithNull() { // 3a-5
        publisher.silent();
        ByHand<Integer> stream = started(8);
        assertThatThrownBy(() -> publisher.subscriber.onSubscribe(null)).isInstanceOf(NullPointerException.class);
        assertViolation(stream.failure(), "2.13");
    }

    @Test
    void nullSignals() { // 3a-7
        ByHand<Integer> stream = started(8);
        publisher.next(1);
        assertThatThrownBy(() -> publisher.subscriber.onNext(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> publisher.error(null)).isInstanceOf(NullPointerException.class);
        assertThat(publisher.cancels).hasValue(1);
        assertThat(stream.poll()).isEqualTo(1);
        assertViolation(stream.failure(), "2.13");
        assertThat(peer.dropped).hasSize(1);
    }

    @Test
    void onErrorWithNullIsTheEndSoNothingIsCancelled() { // 3a-7, 2.3
        ByHand<Integer> stream = started(8);
        assertThatThrownBy(() -> publisher.error(null)).isInstanceOf(NullPointerException.class);
        assertViolation(stream.failure(), "2.13");
        assertThat(publisher.cancels).hasValue(0);
    }

    @Test
    void signalsAfterTheEnd() { // 3a-8, 3a-10
        ByHand<Integer> stream = started(8);
        publisher.complete();
        publisher.next(1);
        publisher.complete();
        publisher.error(new IllegalArgumentException());
        assertThat(stream.poll()).isNull();
        assertThat(peer.discarded).containsExactly(1);
        assertThat(peer.dropped).hasSize(3).allSatisfy(dropped -> assertViolation(dropped, "1.7"));
    }

    @Test
    void moreItemsThanRequested() { // 3a-11
        ByHand<Integer> stream = started(2);
        publisher.next(1, 2, 3, 4, 5);
        assertThat(publisher.cancels).hasValue(1);
        assertThat(stream.poll()).isEqualTo(1);
        assertThat(stream.poll()).isEqualTo(2);
        Throwable failure = stream.failure();
        assertViolation(failure, "1.1");
        assertThat(failure).hasMessageContaining("HandPublisher").hasMessageNotContaining("3");
        assertThat(peer.discarded).containsExactly(3, 4, 5);
        assertThat(peer.dropped).isEmpty();
    }

    @Test
    void throwsFromSubscribeAfterOnSubscribe() { // 3a-13
        IllegalArgumentException thrown = new IllegalArgumentException();
        ByHand<Integer> stream = pull(
                s -> {
                    publisher.subscribe(s);
                    throw thrown;
                },
                8);
        Throwable failure = stream.failure();
        assertViolation(failure, "1.9");
        assertThat(failure).hasCause(thrown);
        assertThat(publisher.cancels).hasValue(1);
    }

    @Test
    void throwsFromRequest() { // 3a-14
        publisher.onRequest(n -> {
            throw new IllegalArgumentException();
        });
        ByHand<Integer> stream = pull(publisher, 8);
        assertViolation(stream.failure(), "3.16");
        assertThat(publisher.cancels).hasValue(1);
    }

    @Test
    void throwsFromCancel() { // 3.15
        publisher.onCancel(() -> {
            throw new IllegalArgumentException();
        });
        started(8).cancel();
        assertViolation(peer.dropped.get(0), "3.15");
    }

    @Test
    void onNextFromTwoThreadsLosesNeitherItemsNorTheEnd() throws Exception { // 3a-17
        for (int round = 0; round < 200; round++) {
            HandPublisher<Integer> source = new HandPublisher<>();
            ByHand<Integer> stream = pull(source, 256);
            stream.poll();
            Runnable emit = () -> source.next(IntStream.range(0, 100).boxed().toArray(Integer[]::new));
            Thread other = new Thread(emit);
            other.start();
            emit.run();
            other.join();
            source.complete();
            int taken = 0;
            try {
                while (stream.poll() != null) {
                    taken++;
                }
            } catch (ProtocolViolation violation) {
                assertThat(violation.rule()).isIn("1.3", "1.1");
            }
            assertThat(taken).isBetween(1, 200);
            peer.dropped.clear();
            peer.discarded.clear();
        }
    }

    static void assertViolation(Throwable failure, String rule) {
        assertThat(failure).isInstanceOf(ProtocolViolation.class);
        assertThat(((ProtocolViolation) failure).rule()).isEqualTo(rule);
    }
}
