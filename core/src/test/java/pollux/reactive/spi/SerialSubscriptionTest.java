package pollux.reactive.spi;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.reactivestreams.Subscription;
import pollux.doubles.RecordingPeer;
import pollux.reactive.ProtocolViolation;

@Timeout(120)
class SerialSubscriptionTest {

    private final RecordingPeer peer = new RecordingPeer();
    private final List<ProtocolViolation> faults = new ArrayList<>();

    private SerialSubscription serial(Subscription publisher) {
        return new SerialSubscription(publisher, getClass(), peer, faults::add);
    }

    /** Counts calls that overlap on different threads. */
    private static final class Strict implements Subscription {
        final AtomicInteger inside = new AtomicInteger();
        final AtomicBoolean overlapped = new AtomicBoolean();
        final AtomicLong requested = new AtomicLong();
        final AtomicInteger cancels = new AtomicInteger();

        @Override
        public void request(long n) {
            call(() -> requested.addAndGet(n));
        }

        @Override
        public void cancel() {
            call(cancels::incrementAndGet);
        }

        private void call(Runnable body) {
            if (inside.incrementAndGet() != 1) {
                overlapped.set(true);
            }
            body.run();
            Thread.onSpinWait();
            inside.decrementAndGet();
        }
    }

    @Test
    void requestsOfManyThreadsNeverOverlapAndNoneIsLost() throws Exception { // 2.7
        Strict publisher = new Strict();
        hammer(serial(publisher), 4, 20_000);
        assertThat(publisher.overlapped).isFalse();
        assertThat(publisher.requested).hasValue(4 * 20_000);
    }

    @Test
    void theTestAboveNoticesCallsThatOverlap() throws Exception { // its canary
        Strict publisher = new Strict();
        for (int round = 0; round < 100 && !publisher.overlapped.get(); round++) {
            hammer(publisher, 4, 20_000);
        }
        assertThat(publisher.overlapped).isTrue();
    }

    private static void hammer(Subscription subscription, int threads, int requests) throws InterruptedException {
        Thread[] requesters = new Thread[threads];
        for (int i = 0; i < threads; i++) {
            requesters[i] = new Thread(() -> {
                for (int n = 0; n < requests; n++) {
                    subscription.request(1);
                }
            });
            requesters[i].start();
        }
        for (Thread requester : requesters) {
            requester.join();
        }
    }

    @Test
    void aCancelDuringARequestOnAnotherThreadFollowsIt() throws Exception { // 2.7
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch leave = new CountDownLatch(1);
        List<String> calls = new ArrayList<>();
        SerialSubscription serial = serial(new Subscription() {
            @Override
            public void request(long n) {
                entered.countDown();
                try {
                    leave.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                calls.add("requested");
            }

            @Override
            public void cancel() {
                calls.add("cancelled");
            }
        });
        Thread requester = new Thread(() -> serial.request(1));
        requester.start();
        entered.await();
        serial.cancel();
        leave.countDown();
        requester.join();
        assertThat(calls).containsExactly("requested", "cancelled");
    }

    @Test
    void aCancelInsideARequestGoesThroughAtOnceAndOnce() {
        List<String> calls = new ArrayList<>();
        SerialSubscription[] serial = new SerialSubscription[1];
        serial[0] = serial(new Subscription() {
            @Override
            public void request(long n) {
                serial[0].cancel();
                serial[0].cancel();
                calls.add("request returns");
            }

            @Override
            public void cancel() {
                calls.add("cancelled");
            }
        });
        serial[0].request(1);
        serial[0].request(1);
        assertThat(calls).containsExactly("cancelled", "request returns");
    }

    @Test
    void aThrowingRequestCancelsAndIsAFault() { // 3.16
        Strict cancels = new Strict();
        SerialSubscription serial = serial(new Subscription() {
            @Override
            public void request(long n) {
                throw new IllegalArgumentException();
            }

            @Override
            public void cancel() {
                cancels.cancel();
            }
        });
        serial.request(1);
        serial.request(1);
        assertThat(faults).hasSize(1);
        assertThat(faults.get(0).rule()).isEqualTo("3.16");
        assertThat(cancels.cancels).hasValue(1);
    }
}
