package pollux.reactive.spi;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import pollux.doubles.ByHand;
import pollux.doubles.RecordingPeer;
import pollux.future.Context;
import pollux.reactive.ProtocolViolation;

@Timeout(120)
class CallbackFutureTest {

    private final RecordingPeer peer = new RecordingPeer();

    /** A source whose handle is a name. */
    private final class SubscriptionFactory extends CallbackFuture<String, String> {

        final List<String> released = new ArrayList<>();
        int starts;

        @Override
        protected void start(Context cx) {
            starts++;
        }

        @Override
        protected synchronized void release(String handle) {
            released.add(handle);
        }

        @Override
        protected BridgeHooks peer() {
            return peer;
        }
    }

    @Test
    void startsOnceAtTheFirstPoll() {
        SubscriptionFactory source = new SubscriptionFactory();
        ByHand<String> future = ByHand.of(source);
        assertThat(source.starts).isZero();
        future.poll();
        future.poll();
        assertThat(source.starts).isOne();
    }

    @Test
    void theFirstSignalDecidesAndTheOthersGoToThePeer() {
        SubscriptionFactory source = new SubscriptionFactory();
        ByHand<String> future = ByHand.of(source);
        future.poll();
        assertThat(source.value("a")).isTrue();
        IllegalArgumentException late = new IllegalArgumentException();
        assertThat(source.value("b")).isFalse();
        assertThat(source.empty()).isFalse();
        assertThat(source.failure(late)).isFalse();
        assertThat(future.wakes).isOne();
        assertThat(future.poll()).isEqualTo("a");
        assertThat(peer.discarded).containsExactly("b");
        assertThat(peer.dropped).containsExactly(late);
    }

    @Test
    void aNullValueIsAFaultOfTheSource() { // 2.13
        SubscriptionFactory source = new SubscriptionFactory();
        ByHand<String> future = ByHand.of(source);
        future.poll();
        source.value(null);
        assertThat(((ProtocolViolation) future.failure()).rule()).isEqualTo("2.13");
    }

    @Test
    void aHandleThatComesAfterCancelIsReleased() { // 3a-22
        SubscriptionFactory source = new SubscriptionFactory();
        source.cancel();
        assertThat(source.attach("late")).isFalse();
        assertThat(source.released).containsExactly("late");
        assertThat(peer.dropped).isEmpty();
    }

    @Test
    void aSecondHandleIsReleasedAndReported() { // 3a-4, 2.5
        SubscriptionFactory source = new SubscriptionFactory();
        assertThat(source.attach("first")).isTrue();
        assertThat(source.attach("second")).isFalse();
        assertThat(source.released).containsExactly("second");
        assertThat(peer.dropped).hasSize(1);
        source.cancel();
        assertThat(source.released).containsExactly("second", "first");
    }

    @Test
    void aForgottenHandleIsNotReleased() { // 2.4
        SubscriptionFactory source = new SubscriptionFactory();
        source.attach("handle");
        source.forget();
        source.cancel();
        assertThat(source.released).isEmpty();
    }

    @Test
    void whatThrowsFromAHookGoesNoFurther() { // 3d-101
        CallbackFuture<String, String> source = new CallbackFuture<>() {
            @Override
            protected void start(Context cx) {}

            @Override
            protected void release(String handle) {
                throw new IllegalStateException("release");
            }

            @Override
            protected BridgeHooks peer() {
                return new BridgeHooks() {
                    @Override
                    protected void onErrorDropped(Throwable error) {
                        throw new IllegalStateException("dropped");
                    }

                    @Override
                    protected void onDiscard(Object item) {
                        throw new IllegalStateException("discard");
                    }
                };
            }
        };
        source.attach("handle");
        source.value("a");
        assertThat(source.cancel()).isTrue();
        source.failure(new IllegalArgumentException());
    }

    @Test
    void valueAgainstCancelIsDeliveredOrDiscardedNeverBothNeverNeither() throws Exception { // 3a-26
        CyclicBarrier start = new CyclicBarrier(2);
        int rounds = 5_000;
        int[] delivered = {0};
        List<SubscriptionFactory> sources = new ArrayList<>();
        for (int i = 0; i < rounds; i++) {
            sources.add(new SubscriptionFactory());
        }
        Thread signals = new Thread(() -> {
            for (SubscriptionFactory source : sources) {
                await(start);
                source.attach("handle");
                source.value("a");
            }
        });
        signals.start();
        for (SubscriptionFactory source : sources) {
            ByHand<String> future = ByHand.of(source);
            future.poll();
            await(start);
            if (future.poll() != ByHand.PENDING) {
                delivered[0]++;
            } else {
                future.cancel();
            }
        }
        signals.join();
        assertThat(delivered[0] + peer.discarded.size()).isEqualTo(rounds);
        assertThat(peer.dropped).isEmpty();
        assertThat(sources)
                .allSatisfy(source -> assertThat(source.released.size()).isLessThanOrEqualTo(1));
    }

    private static void await(CyclicBarrier barrier) {
        try {
            barrier.await();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
