package pollux.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import pollux.doubles.Gate;
import pollux.future.Futures;
import pollux.time.ManualTime;

/** What becomes of failures that no party asks for. */
@Timeout(value = 120)
class UnhandledFailureTest {

    private final IllegalStateException failure = new IllegalStateException("not asked for");
    private final ManualTime time = new ManualTime();

    @Test
    void failureOfADetachedTaskIsLoggedOnceAfterAMoment() {
        LocalPool pool = new LocalPool(time);
        pool.spawn(Futures.failed(failure));
        pool.runUntilStalled();
        assertThat(Reports.of(failure)).isZero();
        time.advance(Duration.ofMillis(200));
        assertThat(Reports.of(failure)).isEqualTo(1);
        pool.close();
        assertThat(Reports.of(failure)).isEqualTo(1);
    }

    @Test
    void joinBeforeOrShortlyAfterTheFailureKeepsItQuiet() {
        LocalPool pool = new LocalPool(time);
        pool.spawn(Futures.failed(failure)).join();
        pool.spawn(Futures.failed(failure)).toCompletableFuture();
        JoinHandle<Object> late = pool.spawn(Futures.failed(failure));
        pool.runUntilStalled();
        time.advance(Duration.ofMillis(199));
        late.join();
        time.advance(Duration.ofMillis(200));
        pool.close();
        assertThat(Reports.of(failure)).isZero();
    }

    @Test
    void closeReportsWhatIsStillWatched() {
        LocalPool pool = new LocalPool(time);
        pool.spawn(Futures.failed(failure));
        pool.runUntilStalled();
        pool.close();
        assertThat(Reports.of(failure)).isEqualTo(1);
    }

    @Test
    void ownCancellationIsNoFailureAndThatOfOthersIs() {
        LocalPool pool = new LocalPool(time);
        pool.spawn(new Gate()).cancel();
        CancellationException ofOthers = new CancellationException();
        pool.spawn(Futures.failed(ofOthers));
        pool.runUntilStalled();
        pool.close();
        assertThat(Reports.of(ofOthers)).isOne();
    }

    @Test
    void ignoredFailureIsKeptForALaterJoin() {
        LocalPool pool = new LocalPool(time, UnhandledFailure.IGNORE);
        JoinHandle<Object> handle = pool.spawn(Futures.failed(failure));
        pool.runUntilStalled();
        time.advance(Duration.ofSeconds(1));
        assertThatThrownBy(() -> pool.runUntil(handle.join())).isSameAs(failure);
        pool.close();
        assertThat(Reports.of(failure)).isZero();
    }

    /** Behaviour 35. */
    @Test
    void shutdownPolicyClosesThePool() {
        TaskPool pool = TaskPool.builder()
                .workers(1)
                .timers(time)
                .unhandledFailure(UnhandledFailure.SHUTDOWN)
                .build();
        JoinHandle<Void> other = pool.spawn(new Gate());
        JoinHandle<Object> failing = pool.spawn(Futures.failed(failure));
        while (!failing.isDone() || time.pendingTimers() == 0) {
            Thread.onSpinWait();
        }
        time.advance(Duration.ofMillis(200));
        assertThatThrownBy(() -> BlockOn.blockOn(other.join())).isInstanceOf(CancellationException.class);
        assertThat(pool.spawn(Futures.ready(7)).isCancelled()).isTrue();
        pool.close();
        assertThat(Reports.of(failure)).isEqualTo(1);
    }

    @Test
    void codeThatThrowsInExecuteIsReported() {
        TaskPool pool = TaskPool.builder().workers(1).build();
        pool.execute(() -> {
            throw failure;
        });
        while (pool.liveTasks() > 0) {
            Thread.onSpinWait();
        }
        pool.close();
        assertThat(Reports.of(failure)).isEqualTo(1);
    }
}
