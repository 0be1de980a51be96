package pollux.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import pollux.doubles.HandTask;
import pollux.executor.Reports;
import pollux.future.Future;

@Timeout(120)
class PromiseTest {

    private final HandTask task = new HandTask();
    private final List<String> undelivered = new ArrayList<>();
    private final Promise<String> promise = new Promise<>(undelivered::add);

    @Test
    void aValueThatIsThereIsRead() {
        assertThat(promise.complete("v")).isTrue();
        assertThat(task.value(promise.future())).isEqualTo("v");
        assertThat(promise).hasToString("Promise[read]");
    }

    @Test
    void nullIsAValue() {
        assertThat(promise.complete(null)).isTrue();
        assertThat(task.value(promise.future())).isNull();
    }

    @Test
    void aFailureIsThrownAsItIs() {
        IOException failure = new IOException("down");
        assertThat(promise.fail(failure)).isTrue();
        Future<String> future = promise.future();
        assertThatThrownBy(() -> task.poll(future)).isSameAs(failure);
        assertThatThrownBy(() -> task.poll(future)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void onlyTheFirstEndCounts() {
        assertThat(promise.complete("first")).isTrue();
        assertThat(promise.complete("late")).isFalse();
        assertThat(promise.fail(new IOException())).isFalse();
        Future<String> future = promise.future();
        assertThat(task.value(future)).isEqualTo("first");
        assertThat(promise.complete("later")).isFalse();
        assertThat(undelivered).isEmpty();
    }

    @Test
    void aReaderThatLeftRefusesTheValue() {
        Future<String> future = task.waiting(promise.future());
        future.cancel();
        assertThat(promise.isCancelled()).isTrue();
        assertThat(promise.isDone()).isTrue();
        assertThat(promise.complete("late")).isFalse();
        assertThat(undelivered).isEmpty();
    }

    @Test
    void aValueThatWasNotReadIsHandedOver() {
        Future<String> future = task.waiting(promise.future());
        promise.complete("v");
        future.cancel();
        assertThat(undelivered).containsExactly("v");
        assertThat(promise.isCancelled()).isFalse();
    }

    @Test
    void aThrowingUndeliveredFunctionDoesNotBreakCancel() {
        Promise<String> broken = new Promise<>(v -> {
            throw new IllegalStateException("thrown because this test wants it");
        });
        broken.complete("v");
        assertThat(broken.future().cancel()).isTrue();
    }

    @Test
    void whatTheUndeliveredFunctionThrowsIsReported() {
        IllegalStateException thrown = new IllegalStateException("thrown because this test wants it");
        Promise<String> broken = new Promise<>(v -> {
            throw thrown;
        });
        broken.complete("v");
        broken.future().cancel();
        assertThat(Reports.of(thrown)).isOne();
    }

    @Test
    void aFailureThatWasNotReadIsReported() {
        IOException failure = new IOException("wanted by this test");
        promise.fail(failure);
        promise.future().cancel();
        assertThat(Reports.of(failure)).isOne();
        assertThat(undelivered).isEmpty();
    }

    @Test
    void aCancellationThatWasNotReadIsNoNews() {
        CancellationException failure = new CancellationException("wanted by this test");
        promise.fail(failure);
        promise.future().cancel();
        assertThat(Reports.of(failure)).isZero();
    }

    @Test
    void anOpenPromiseIsNotDone() {
        assertThat(promise.isDone()).isFalse();
        promise.complete("v");
        assertThat(promise.isDone()).isTrue();
    }

    @Test
    void theFutureIsForOneParty() {
        promise.future();
        assertThatThrownBy(promise::future)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("shared()");
    }

    @Test
    void cancellationIsSeenByThoseWhoAskedBeforeAndAfter() {
        AtomicInteger calls = new AtomicInteger();
        promise.onCancel(calls::incrementAndGet);
        Future<Void> before = task.waiting(promise.cancelled());
        promise.future().cancel();
        promise.onCancel(calls::incrementAndGet);
        assertThat(calls).hasValue(2);
        assertThat(task.wakes()).isOne();
        task.value(before);
        task.value(promise.cancelled());
    }

    @Test
    void anActionThatThrowsDoesNotKeepTheOthersFromBeingCalled() {
        AtomicInteger calls = new AtomicInteger();
        IllegalStateException thrown = new IllegalStateException("thrown because this test wants it");
        promise.onCancel(() -> {
            throw thrown;
        });
        promise.onCancel(calls::incrementAndGet);
        assertThat(promise.future().cancel()).isTrue();
        assertThat(calls).hasValue(1);
        assertThat(Reports.of(thrown)).isOne();
    }

    @Test
    void completionIsNotCancellation() {
        AtomicInteger calls = new AtomicInteger();
        promise.onCancel(calls::incrementAndGet);
        Future<String> future = promise.future();
        promise.complete("v");
        task.value(future);
        promise.onCancel(calls::incrementAndGet);
        task.waiting(promise.cancelled());
        assertThat(calls).hasValue(0);
    }

    @Test
    void saysHowItIs() {
        assertThat(promise).hasToString("Promise[open]");
        promise.complete("v");
        assertThat(promise).hasToString("Promise[completed]");
        Promise<String> failed = new Promise<>();
        failed.fail(new IOException());
        assertThat(failed).hasToString("Promise[failed]");
        Promise<String> cancelled = new Promise<>();
        cancelled.future().cancel();
        assertThat(cancelled).hasToString("Promise[cancelled]");
    }

    @Test
    void refusesNullFailures() {
        assertThatThrownBy(() -> promise.fail(null)).isInstanceOf(NullPointerException.class);
    }

    /**
     * Three writers and a reader that leaves at once: every value is refused, read or handed over, and that exactly
     * once.
     */
    @Test
    void exactlyOneOutcomeUnderARace() throws Exception {
        int writers = 2;
        CyclicBarrier barrier = new CyclicBarrier(writers + 1);
        List<Promise<String>> promises = new ArrayList<>();
        AtomicInteger accepted = new AtomicInteger();
        AtomicInteger handedOver = new AtomicInteger();
        int rounds = 2_000;
        for (int i = 0; i < rounds; i++) {
            promises.add(new Promise<>(v -> handedOver.incrementAndGet()));
        }
        Thread[] threads = new Thread[writers];
        for (int w = 0; w < writers; w++) {
            threads[w] = new Thread(() -> {
                for (Promise<String> each : promises) {
                    meet(barrier);
                    if (each.complete("v")) {
                        accepted.incrementAndGet();
                    }
                }
            });
            threads[w].start();
        }
        int read = 0;
        int left = 0;
        for (int i = 0; i < rounds; i++) {
            Promise<String> each = promises.get(i);
            Future<String> future = each.future();
            meet(barrier);
            if (i % 2 == 0) {
                future.cancel();
                left += each.isCancelled() ? 1 : 0;
            } else {
                assertThat(task.await(future)).isEqualTo("v");
                read++;
            }
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(accepted.get()).isEqualTo(read + handedOver.get());
        assertThat(accepted.get() + left).isEqualTo(rounds);
    }

    private static void meet(CyclicBarrier barrier) {
        try {
            barrier.await(60, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
