package pollux.reactive.spi;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
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

    @Test
    void requestsOfManyThreadsBesideTheFirstNeverOverlapAndNoneIsLost() throws Exception { // 2.7
        for (int round = 0; round < 2_000; round++) {
            Strict publisher = new Strict();
            SerialSubscription serial = owned(publisher);
            Thread other = new Thread(() -> {
                serial.request(1);
                serial.request(1);
            });
            other.start();
            serial.open(1);
            serial.request(1);
            other.join();
            assertThat(publisher.overlapped).isFalse();
            assertThat(publisher.requested).hasValue(4);
        }
    }

    private SerialSubscription owned(Subscription publisher) {
        return SerialSubscription.owned(publisher, getClass(), peer, faults::add);
    }

    /** What happens between `owned` and `open(5)`, and what the publisher hears of it then, or has heard before. */
    private enum Early {
        NOTHING("5", false, serial -> {}),
        REQUEST("12", true, serial -> serial.request(7)),
        CANCEL("cancelled", true, SerialSubscription::cancel),
        CANCEL_TWICE("cancelled", true, serial -> {
            serial.cancel();
            serial.cancel();
        }),
        END("0", true, SerialSubscription::forget),
        CANCEL_THEN_END("cancelled", true, serial -> {
            serial.cancel();
            serial.forget();
        }),
        END_THEN_CANCEL("cancelled", true, serial -> {
            serial.forget();
            serial.cancel();
        }),
        CANCEL_BY_THE_MAKER("cancelled", false, SerialSubscription::cancel),
        END_OF_THE_MAKER("0", false, SerialSubscription::forget);

        private final String heard;
        private final boolean byAnother;
        private final Consumer<SerialSubscription> call;

        Early(String heard, boolean byAnother, Consumer<SerialSubscription> call) {
            this.heard = heard;
            this.byAnother = byAnother;
            this.call = call;
        }
    }

    @ParameterizedTest
    @EnumSource(Early.class)
    void whatComesBeforeTheFirstRequestIsNotLost(Early early) throws Exception {
        Strict publisher = new Strict();
        SerialSubscription serial = owned(publisher);
        if (early.byAnother) {
            Thread other = new Thread(() -> early.call.accept(serial));
            other.start();
            other.join();
            assertThat(publisher.requested).hasValue(0);
            assertThat(publisher.cancels).hasValue(0);
        } else {
            early.call.accept(serial);
            assertThat(publisher.cancels).hasValue(early.heard.equals("cancelled") ? 1 : 0);
        }
        serial.open(5);
        assertThat(publisher.cancels.get() == 0 ? publisher.requested.toString() : "cancelled")
                .isEqualTo(early.heard);
        assertThat(publisher.cancels).hasValueLessThan(2);
        serial.cancel();
        boolean over = early == Early.END || early == Early.END_OF_THE_MAKER;
        assertThat(publisher.cancels).hasValue(over ? 0 : 1);
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
