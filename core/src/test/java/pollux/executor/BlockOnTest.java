package pollux.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import pollux.doubles.Gate;
import pollux.future.Context;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.future.Poll;
import pollux.future.Services;

/** From blocking code into a future. */
@Timeout(value = 120)
class BlockOnTest {

    /** Behaviour 9. */
    @Test
    void readyFutureGivesItsValueAndFailureIsThrownAsItIs() {
        assertThat(BlockOn.blockOn(Futures.ready(7))).isEqualTo(7);
        assertThat(BlockOn.<Void>blockOn(Futures.ready(null))).isNull();
        IOException failure = new IOException("checked");
        assertThatThrownBy(() -> BlockOn.blockOn(Futures.failed(failure))).isSameAs(failure);
    }

    @Test
    void threadParksUntilAnotherThreadWakes() {
        Gate gate = new Gate();
        Thread other = new Thread(gate::open);
        BlockOn.blockOn(Futures.defer(() -> {
            other.start();
            return gate;
        }));
        assertThat(gate.polls).isBetween(1, 2);
    }

    @Test
    void selfWakesAndYieldsPollAgain() {
        int[] polls = {0};
        assertThat(BlockOn.<Integer>blockOn(cx -> {
                    if (polls[0] % 2 == 0) {
                        cx.yield();
                    } else {
                        cx.waker().wake();
                    }
                    return ++polls[0] == 10_000 ? Poll.ready(polls[0]) : Poll.pending();
                }))
                .isEqualTo(10_000);
    }

    @Test
    void futureFindsTheServicesItIsGiven() {
        Services.Key<String> key = new Services.Key<>("key");
        String found = BlockOn.blockOn(cx -> Poll.ready(cx.get(key)), Services.NONE.with(key, "value"));
        assertThat(found).isEqualTo("value");
    }

    @Test
    void blockOnInsideAnyPollIsRefused() {
        Future<Object> wrong = cx -> Poll.ready(BlockOn.blockOn(Futures.ready(7)));
        assertThatThrownBy(() -> BlockOn.blockOn(wrong))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("await");
        JoinHandle<Object> inline = Spawner.inline().spawn(wrong);
        assertThatThrownBy(() -> BlockOn.blockOn(inline.join())).isInstanceOf(IllegalStateException.class);
        assertThat(BlockOn.blockOn(Futures.ready(7))).isEqualTo(7);
    }

    @Test
    void nullIsRefused() {
        assertThatThrownBy(() -> BlockOn.blockOn(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> BlockOn.blockOn(Futures.ready(7), null)).isInstanceOf(NullPointerException.class);
    }

    // ------------------------------------------------------------------ interrupts; adversarial case 83

    @Test
    void readyFutureEndsNormallyOnAnInterruptedThread() {
        Thread.currentThread().interrupt();
        assertThat(BlockOn.blockOn(Futures.ready(7))).isEqualTo(7);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void interruptCancelsTheFutureAndIsPassedOn() {
        Gate gate = new Gate();
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> BlockOn.blockOn(gate)).isInstanceOf(CancellationException.class);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(gate.cancels).isEqualTo(1);
    }

    @Test
    void interruptWhileParkedSeesTheCleanUpThrough() throws InterruptedException {
        Gate cleanUp = new Gate();
        CountDownLatch parked = new CountDownLatch(1);
        CountDownLatch cleaning = new CountDownLatch(1);
        AtomicReference<@Nullable Throwable> end = new AtomicReference<>();
        Thread blocked = new Thread(() -> {
            try {
                BlockOn.blockOn(new Future<Void>() {
                    @Override
                    public Poll<Void> poll(Context cx) {
                        parked.countDown();
                        return cleanUp.poll(cx);
                    }

                    @Override
                    public boolean cancel() {
                        cleaning.countDown();
                        return false;
                    }
                });
            } catch (Throwable thrown) {
                end.set(thrown);
            }
        });
        blocked.start();
        parked.await();
        blocked.interrupt();
        cleaning.await();
        blocked.interrupt(); // changes nothing any more
        assertThat(end.get()).isNull();
        cleanUp.open();
        blocked.join();
        assertThat(end.get()).isInstanceOf(CancellationException.class);
    }
}
