package pollux.reactive.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Subscription;
import pollux.doubles.ByHand;
import pollux.doubles.HandPublisher;
import pollux.doubles.RecordingPeer;
import pollux.reactive.Prefetch;
import pollux.reactive.ProtocolViolation;

/** A stream over a queue of the publisher's. */
@Timeout(120)
class FusedStreamTest {

    private final RecordingPeer peer = new RecordingPeer();
    private final HandPublisher<Integer> publisher = new HandPublisher<>();

    /** A queue whose content the test makes; 13 throws. */
    private static final class HandQueue extends FusedQueue<Integer> {

        final ArrayDeque<Integer> items = new ArrayDeque<>();
        final List<Integer> discarded = new ArrayList<>();

        HandQueue(boolean synchronous, Integer... items) {
            super(synchronous);
            this.items.addAll(List.of(items));
        }

        @Override
        protected @Nullable Integer poll() {
            Integer item = items.poll();
            if (item != null && item == 13) {
                throw new IllegalArgumentException("13");
            }
            return item;
        }

        @Override
        protected boolean isEmpty() {
            return items.isEmpty();
        }

        @Override
        protected void discardAll() {
            discarded.addAll(items);
            items.clear();
        }
    }

    private ByHand<Integer> pull(HandQueue queue, Prefetch prefetch) {
        return ByHand.of(new PublisherStream<Integer>(publisher, prefetch) {
            @Override
            protected FusedQueue<Integer> fuse(Subscription upstream) {
                return queue;
            }

            @Override
            protected BridgeHooks peer() {
                return peer;
            }
        });
    }

    @Test
    void aSynchronousQueueIsPolledToItsEndWithoutRequests() {
        ByHand<Integer> stream = pull(new HandQueue(true, 1, 2, 3), Prefetch.of(1));
        assertThat(List.of(stream.poll(), stream.poll(), stream.poll())).containsExactly(1, 2, 3);
        assertThat(stream.poll()).isNull();
        assertThat(publisher.requests).isEmpty();
        assertThat(publisher.cancels).hasValue(0);
    }

    @Test
    void aSynchronousQueueThatComesLateWakesTheConsumer() {
        publisher.silent();
        ByHand<Integer> stream = pull(new HandQueue(true, 1), Prefetch.of(1));
        assertThat(stream.poll()).isSameAs(ByHand.PENDING);
        publisher.subscriber.onSubscribe(publisher.subscription());
        assertThat(stream.wakes).isOne();
        assertThat(stream.poll()).isEqualTo(1);
        assertThat(stream.poll()).isNull();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatThePollThrowsCancelsThePublisherAndDiscardsTheRest(boolean synchronous) {
        HandQueue queue = new HandQueue(synchronous, 1, 13, 2);
        ByHand<Integer> stream = pull(queue, Prefetch.of(8));
        assertThat(stream.poll()).isEqualTo(1);
        assertThatThrownBy(stream::poll).isInstanceOf(IllegalArgumentException.class);
        assertThat(publisher.cancels).hasValue(1);
        assertThat(queue.discarded).containsExactly(2);
        assertThatThrownBy(stream::poll).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void anAsynchronousQueueIsRequestedLikeAnyPublisher() {
        HandQueue queue = new HandQueue(false);
        ByHand<Integer> stream = pull(queue, Prefetch.of(4));
        assertThat(stream.poll()).isSameAs(ByHand.PENDING);
        assertThat(publisher.requests).containsExactly(4L);
        for (int i = 0; i < 4; i++) {
            queue.items.add(i);
        }
        publisher.subscriber.onNext(null);
        assertThat(stream.wakes).isOne();
        for (int i = 0; i < 4; i++) {
            assertThat(stream.poll()).isEqualTo(i);
        }
        assertThat(publisher.requests).containsExactly(4L, 3L);
        publisher.complete();
        assertThat(stream.poll()).isNull();
    }

    @Test
    void cancelDiscardsWhatIsInTheQueueAndWhatComesLate() {
        HandQueue queue = new HandQueue(false, 1, 2);
        ByHand<Integer> stream = pull(queue, Prefetch.of(4));
        assertThat(stream.poll()).isEqualTo(1);
        stream.cancel();
        assertThat(publisher.cancels).hasValue(1);
        queue.items.add(3);
        publisher.subscriber.onNext(null);
        assertThat(queue.discarded).containsExactly(2, 3);
    }

    /** The signal says that no item will be put in; what is behind the queue still has some, and a resource. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anAsynchronousQueueThatHasSignalledItsEndIsCancelledIfItIsLeftEarly(boolean failed) {
        HandQueue queue = new HandQueue(false, 1, 2);
        ByHand<Integer> stream = pull(queue, Prefetch.of(4));
        assertThat(stream.poll()).isEqualTo(1);
        end(failed);
        assertThat(publisher.cancels).hasValue(0);
        stream.cancel();
        assertThat(publisher.cancels).hasValue(1);
        assertThat(queue.discarded).containsExactly(2);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anAsynchronousQueueThatIsPolledToItsEndIsNotCancelled(boolean failed) {
        ByHand<Integer> stream = pull(new HandQueue(false, 1), Prefetch.of(4));
        assertThat(stream.poll()).isEqualTo(1);
        end(failed);
        if (failed) {
            assertThat(stream.failure()).hasMessage("failed");
        } else {
            assertThat(stream.poll()).isNull();
        }
        stream.cancel();
        assertThat(publisher.cancels).hasValue(0); // 2.4
    }

    @Test
    void whatAPollThrowsAfterTheSignalCancelsThePublisherAllTheSame() {
        HandQueue queue = new HandQueue(false, 13, 2);
        ByHand<Integer> stream = pull(queue, Prefetch.of(4));
        assertThat(stream.pollEnd()).isFalse();
        publisher.complete();
        assertThatThrownBy(stream::poll).isInstanceOf(IllegalArgumentException.class);
        assertThat(publisher.cancels).hasValue(1);
        assertThat(queue.discarded).containsExactly(2);
    }

    /**
     * The second call comes while the first one has not published its subscription yet, as it may from another thread.
     */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void ofTwoCallsOfOnSubscribeAtOnceTheSecondIsCancelled(boolean fuses) { // 2.5
        HandPublisher<Integer> second = new HandPublisher<>();
        HandQueue queue = new HandQueue(false);
        ByHand<Integer> stream = ByHand.of(new PublisherStream<Integer>(publisher, 4) {
            private boolean inside;

            @Override
            protected @Nullable FusedQueue<Integer> fuse(Subscription upstream) {
                if (!inside) {
                    inside = true;
                    onSubscribe(second.subscription());
                }
                return fuses ? queue : null;
            }

            @Override
            protected BridgeHooks peer() {
                return peer;
            }
        });
        assertThat(stream.poll()).isSameAs(ByHand.PENDING);
        assertThat(second.cancels).hasValue(1);
        assertThat(second.requests).isEmpty();
        assertThat(publisher.cancels).hasValue(0);
        assertThat(publisher.requests).containsExactly(4L);
        assertThat(peer.dropped)
                .hasSize(1)
                .first()
                .isInstanceOfSatisfying(
                        ProtocolViolation.class,
                        violation -> assertThat(violation.rule()).isEqualTo("2.12"));
    }

    private void end(boolean failed) {
        if (failed) {
            publisher.error(new IllegalStateException("failed"));
        } else {
            publisher.complete();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void pollEndAsksTheQueue(boolean synchronous) {
        HandQueue queue = new HandQueue(synchronous, 1);
        ByHand<Integer> stream = pull(queue, Prefetch.of(4));
        assertThat(stream.pollEnd()).isFalse();
        assertThat(stream.poll()).isEqualTo(1);
        if (!synchronous) {
            assertThat(stream.pollEnd()).isFalse();
            publisher.complete();
        }
        assertThat(stream.pollEnd()).isTrue();
        assertThat(stream.poll()).isNull();
    }

    @Test
    void anAdaptiveWindowGrowsWhileTheConsumerWaitsAndHalvesWhileItDoesNot() {
        PublisherStream<Integer> adaptive = new PublisherStream<>(publisher, Prefetch.adaptive(2, 8));
        ByHand<Integer> stream = ByHand.of(adaptive);
        List<Long> windows = new ArrayList<>();
        assertThat(stream.poll()).isSameAs(ByHand.PENDING);
        assertThat(adaptive.toString()).contains("prefetch 2 of 2 to 8");
        for (int i = 0; i < 40; i++) { // one item at a time: it always waits
            publisher.next(i);
            assertThat(stream.poll()).isEqualTo(i);
            assertThat(stream.poll()).isSameAs(ByHand.PENDING);
        }
        assertThat(adaptive.toString()).contains("prefetch 8 of 2 to 8");
        long requested = publisher.requests.stream().mapToLong(Long::longValue).sum();
        assertThat(requested - 40).isLessThanOrEqualTo(8);
        for (long i = requested - 40; i > 0; i--) { // all that was requested at once: it never waits
            publisher.next((int) i);
        }
        while (stream.poll() != ByHand.PENDING) {
            long now = publisher.requests.stream().mapToLong(Long::longValue).sum();
            for (; requested < now; requested++) {
                publisher.next((int) requested);
            }
            windows.add(requested);
            if (windows.size() == 100) {
                break;
            }
        }
        assertThat(adaptive.toString()).contains("prefetch 2 of 2 to 8");
    }
}
