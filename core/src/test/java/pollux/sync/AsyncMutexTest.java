package pollux.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import pollux.doubles.HandTask;
import pollux.future.Context;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.future.Poll;

@Timeout(120)
class AsyncMutexTest {

    private final AsyncMutex mutex = new AsyncMutex();
    private final HandTask first = new HandTask();
    private final HandTask second = new HandTask();

    @Test
    void oneHoldsIt() {
        AsyncMutex.Guard guard = first.value(mutex.lock());
        assertThat(mutex.isLocked()).isTrue();
        assertThat(mutex.tryLock()).isNull();
        Future<AsyncMutex.Guard> next = second.waiting(mutex.lock());
        guard.close();
        guard.close();
        assertThat(second.wakes()).isOne();
        assertThat(mutex.tryLock()).as("overtaking the one it was granted to").isNull();
        second.value(next).close();
        assertThat(mutex).hasToString("AsyncMutex[free, 0 waiting]");
    }

    @Test
    void aGuardOfAnEarlierTurnGivesNothingBack() {
        AsyncMutex.Guard earlier = mutex.tryLock();
        assertThat(earlier).hasToString("Guard[held]");
        earlier.close();
        AsyncMutex.Guard later = first.value(mutex.lock());
        earlier.close();
        assertThat(mutex.isLocked()).isTrue();
        assertThat(earlier).hasToString("Guard[released]");
        assertThat(later).hasToString("Guard[held]");
        later.close();
        earlier.close();
        later.close();
        assertThat(mutex).hasToString("AsyncMutex[free, 0 waiting]");
    }

    /** The turn that was granted to the one that gave up goes on, and belongs to no guard before. */
    @Test
    void noGuardGivesBackTheTurnOfOneThatGaveUp() {
        AsyncMutex.Guard guard = mutex.tryLock();
        Future<AsyncMutex.Guard> leaves = first.waiting(mutex.lock());
        guard.close();
        leaves.cancel();
        assertThat(mutex.isLocked()).isFalse();
        AsyncMutex.Guard next = mutex.tryLock();
        guard.close();
        assertThat(mutex.isLocked()).isTrue();
        next.close();
        assertThat(mutex.isLocked()).isFalse();
    }

    /** Behaviour 51. */
    @Test
    void aLockGrantedToAWaiterThatGivesUpGoesOn() {
        AsyncMutex.Guard guard = mutex.tryLock();
        Future<AsyncMutex.Guard> a = first.waiting(mutex.lock());
        Future<AsyncMutex.Guard> b = second.waiting(mutex.lock());
        guard.close();
        a.cancel();
        second.value(b);
    }

    @Test
    void withLockHoldsItWhileTheBodyRuns() {
        Promise<String> work = new Promise<>();
        Future<String> body = first.waiting(mutex.withLock(work::future));
        assertThat(mutex.isLocked()).isTrue();
        work.complete("done");
        assertThat(first.value(body)).isEqualTo("done");
        assertThat(mutex.isLocked()).isFalse();
    }

    @Test
    void withLockReleasesAfterFailures() {
        IOException failure = new IOException("down");
        assertThatThrownBy(() -> first.poll(mutex.withLock(() -> Futures.failed(failure))))
                .isSameAs(failure);
        assertThat(mutex.isLocked()).isFalse();
        assertThatThrownBy(() -> first.poll(mutex.withLock(() -> {
                    throw new IllegalArgumentException("thrown because this test wants it");
                })))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(mutex.isLocked()).isFalse();
        assertThatThrownBy(() -> first.poll(mutex.withLock(() -> null))).isInstanceOf(NullPointerException.class);
        assertThat(mutex.isLocked()).isFalse();
    }

    @Test
    void withLockCancelledWhileWaitingNeverCallsTheBody() {
        AsyncMutex.Guard guard = mutex.tryLock();
        Future<String> body = first.waiting(mutex.withLock(() -> {
            throw new AssertionError("called");
        }));
        assertThat(body.cancel()).isTrue();
        guard.close();
        assertThat(mutex.isLocked()).isFalse();
    }

    @Test
    void withLockCancelledInsideReleasesAtOnce() {
        Promise<String> work = new Promise<>();
        Future<String> body = first.waiting(mutex.withLock(work::future));
        assertThat(body.cancel()).isTrue();
        assertThat(work.isCancelled()).isTrue();
        assertThat(mutex.isLocked()).isFalse();
    }

    @Test
    void saysHowItIs() {
        AsyncMutex.Guard guard = mutex.tryLock();
        assertThat(guard.toString()).isNotEqualTo(closed().toString()).doesNotContain("@");
        assertThat(mutex.withLock(() -> Futures.ready(1))).hasToString("AsyncMutex.withLock()");
    }

    private static AsyncMutex.Guard closed() {
        AsyncMutex.Guard other = new AsyncMutex().tryLock();
        other.close();
        return other;
    }

    @Test
    void withLockHoldsItUntilTheCleanUpHasEnded() {
        Promise<Void> cleanUp = new Promise<>();
        Future<Void> waiting = cleanUp.future();
        Future<Void> slowToLeave = new Future<>() {
            private boolean cancelled;

            @Override
            public Poll<Void> poll(Context cx) {
                return cancelled ? waiting.poll(cx) : Poll.pending();
            }

            @Override
            public boolean cancel() {
                cancelled = true;
                return false;
            }
        };
        Future<Void> body = first.waiting(mutex.withLock(() -> slowToLeave));
        assertThat(body.cancel()).isFalse();
        first.waiting(body);
        assertThat(mutex.isLocked()).isTrue();
        cleanUp.complete(null);
        assertThatThrownBy(() -> first.poll(body)).isInstanceOf(java.util.concurrent.CancellationException.class);
        assertThat(mutex.isLocked()).isFalse();
    }

    /** A plain counter behind the lock; lost updates would show. */
    @Test
    void whatTheHolderWroteIsSeenByTheNext() throws Exception {
        int[] counter = {0};
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 3; t++) {
            Thread thread = new Thread(() -> {
                HandTask task = new HandTask();
                for (int i = 0; i < 5_000; i++) {
                    AsyncMutex.Guard guard = task.await(mutex.lock());
                    counter[0]++;
                    guard.close();
                }
            });
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(counter[0]).isEqualTo(15_000);
    }
}
