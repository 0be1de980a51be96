package pollux.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import pollux.executor.BlockOn;
import pollux.executor.JoinHandle;
import pollux.executor.LocalPool;
import pollux.executor.Reports;
import pollux.executor.Spawner;
import pollux.executor.TaskPool;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.future.RawFuture;
import pollux.future.Services;
import pollux.scope.TaskScope;
import pollux.time.ManualTime;
import pollux.time.TimerService;
import pollux.time.Timers;

/**
 * A limit ends the wait for a blocking call; what the call returns later is released, and what it throws is reported.
 */
@Timeout(value = 120)
class BlockingStepTest {

    private final QueuedCalls calls = new QueuedCalls();
    private final List<String> released = new ArrayList<>();
    private boolean made;

    private BlockingStep<String> step(Callable<String> call) {
        return new BlockingStep<>(
                "a call",
                () -> {
                    made = true;
                    return call.call();
                },
                released::add);
    }

    // ------------------------------------------------------------------ phases

    @Test
    void cancelBeforeTheFirstPollMakesNoCall() {
        BlockingStep<String> step = step(() -> "value");
        assertThat(step.cancel()).isTrue();
        assertThat(calls.queued()).isZero();
        assertThatThrownBy(() -> calls.poll(step)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void queuedCallIsNeverMade() {
        BlockingStep<String> step = step(() -> "value");
        assertThat(calls.poll(step)).isSameAs(RawFuture.PENDING);
        assertThat(step.cancel()).isTrue();
        assertThat(step.isReleased()).isFalse();
        calls.makeCalls();
        assertThat(made).isFalse();
        assertThat(released).isEmpty();
    }

    @Test
    void valueOfARunningCallIsReleasedOnce() {
        BlockingStep<?>[] step = new BlockingStep<?>[1];
        step[0] = step(() -> {
            assertThat(step[0].cancel()).as("at once").isTrue();
            assertThat(step[0].isReleased()).isTrue();
            assertThat(step[0].isOver()).isFalse();
            assertThat(released).isEmpty();
            return "value";
        });
        calls.poll(step[0]);
        calls.makeCalls();
        assertThat(released).containsExactly("value");
        assertThat(step[0].isOver()).isTrue();
    }

    @Test
    void valueThatWasNotTakenIsReleasedOnce() {
        BlockingStep<String> step = step(() -> "value");
        calls.poll(step);
        calls.makeCalls();
        assertThat(released).isEmpty();
        assertThat(step.cancel()).isTrue();
        assertThat(released).containsExactly("value");
    }

    @Test
    void valueThatWasTakenIsNotReleased() {
        assertThat(calls.run(step(() -> "value"))).isEqualTo("value");
        assertThat(released).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = FilePositionsTest.Phase.class,
            names = {"RUNNING", "RETURNED"})
    void lateFailureIsReportedOnce(FilePositionsTest.Phase phase) {
        for (Throwable failure :
                List.of(new IOException("late"), new IllegalStateException("late"), new Error("late"))) {
            late(phase, failure);
            assertThat(Reports.of(failure)).as("%s", failure).isEqualTo(1);
        }
        for (Throwable ours : List.of(
                new CancellationException("ours"),
                new InterruptedException("ours"),
                new ClosedByInterruptException())) {
            late(phase, ours);
            assertThat(Reports.of(ours)).as("%s", ours).isZero();
        }
    }

    private void late(FilePositionsTest.Phase phase, Throwable failure) {
        BlockingStep<?>[] step = new BlockingStep<?>[1];
        step[0] = step(() -> {
            if (phase == FilePositionsTest.Phase.RUNNING) {
                step[0].cancel();
            }
            throw pollux.future.Failures.rethrow(failure);
        });
        calls.poll(step[0]);
        calls.makeCalls();
        if (phase == FilePositionsTest.Phase.RETURNED) {
            step[0].cancel();
        }
        assertThat(released).isEmpty();
    }

    @Test
    void releaseThatFailsIsReportedOnce() {
        IOException failure = new IOException("release");
        BlockingStep<String> step = new BlockingStep<>("a call", () -> "value", value -> {
            throw failure;
        });
        calls.poll(step);
        calls.makeCalls();
        step.cancel();
        assertThat(Reports.of(failure)).isEqualTo(1);
    }

    /** The handle fails while the call is queued, or runs: nothing is made, or it goes on alone. */
    @Test
    void refusalFailsTheStep() {
        RejectedExecutionException refusal = new RejectedExecutionException("made up");
        BlockingStep<String> queued = step(() -> "value");
        calls.poll(queued);
        calls.refuse(refusal);
        assertThatThrownBy(() -> calls.poll(queued)).isSameAs(refusal);
        calls.makeCalls();
        assertThat(made).isFalse();
        BlockingStep<?>[] running = new BlockingStep<?>[1];
        running[0] = step(() -> {
            calls.refuse(refusal);
            assertThatThrownBy(() -> calls.poll(running[0])).isSameAs(refusal);
            return "value";
        });
        calls.poll(running[0]);
        calls.makeCalls();
        assertThat(released).containsExactly("value");
    }

    /** The handle is cancelled, as by a pool that is closed, and the call has returned all the same. */
    @Test
    void valueThatIsThereIsDelivered() {
        BlockingStep<String> step = step(() -> {
            calls.refuse(new CancellationException("closing"));
            return "value";
        });
        calls.poll(step);
        calls.makeCalls();
        assertThat(calls.poll(step)).isEqualTo("value");
        assertThat(released).isEmpty();
    }

    // ------------------------------------------------------------------ limits, on each executor

    private static List<Spawner> spawners() {
        return new ArrayList<>(List.of(
                TaskPool.builder().workers(1).build(),
                Spawner.inline(),
                Spawner.on(Runnable::run),
                Spawner.on(Executors.newSingleThreadExecutor(body -> {
                    Thread thread = new Thread(body);
                    thread.setDaemon(true);
                    return thread;
                }))));
    }

    /** The call ends only after the timeout has, so a timeout that waits for it would wait for ever. */
    @Test
    void timeoutEndsWhileTheCallRuns() throws InterruptedException {
        List<Spawner> spawners = spawners();
        LocalPool local = new LocalPool();
        spawners.add(local);
        for (Spawner spawner : spawners) {
            ManualTime time = new ManualTime();
            CountDownLatch begun = new CountDownLatch(1);
            CountDownLatch goOn = new CountDownLatch(1);
            CountDownLatch late = new CountDownLatch(1);
            Future<String> timed = Timers.timeout(
                    Duration.ofMillis(500),
                    new BlockingStep<>(
                            "a call",
                            () -> {
                                begun.countDown();
                                goOn.await();
                                return "value";
                            },
                            value -> late.countDown()));
            JoinHandle<String> handle = spawner.spawn(timed, Services.NONE.with(TimerService.KEY, time));
            local.runUntilStalled();
            begun.await();
            Loopback.until(() -> {
                time.advance(Duration.ofSeconds(1));
                local.runUntilStalled();
                return handle.isDone();
            });
            assertThatThrownBy(() -> BlockOn.blockOn(handle.join()))
                    .as("%s", spawner)
                    .isInstanceOf(TimeoutException.class);
            goOn.countDown();
            late.await();
        }
        local.close();
    }

    /** The same in each place that ends a wait early. */
    @Test
    void otherWaysToGiveUpEndWhileTheCallRuns() {
        CountDownLatch goOn = new CountDownLatch(1);
        try (TaskPool pool = TaskPool.builder().workers(1).build()) {
            assertThat(BlockOn.blockOn(pool.spawn(Futures.race(List.of(blocked(goOn), Futures.ready("other"))))
                            .join()))
                    .isEqualTo("other");
            JoinHandle<String> handle = pool.spawn(blocked(goOn));
            handle.cancel();
            assertThatThrownBy(() -> BlockOn.blockOn(handle.join())).isInstanceOf(CancellationException.class);
            assertThatThrownBy(() -> BlockOn.blockOn(pool.spawn(Timers.timeout(
                                    Duration.ofMillis(20),
                                    pool.spawnBlocking(() -> {
                                                goOn.await();
                                                return "value";
                                            })
                                            .join()))
                            .join()))
                    .isInstanceOf(TimeoutException.class);
            goOn.countDown();
        }
    }

    private static Future<String> blocked(CountDownLatch goOn) {
        return new BlockingStep<>("a call", () -> {
            goOn.await();
            return "value";
        });
    }

    /** A scope promises that nothing of it goes on: it interrupts its calls and waits for them. */
    @Test
    void scopeWaitsForItsCalls() throws InterruptedException {
        List<String> order = new ArrayList<>();
        ManualTime time = new ManualTime();
        CountDownLatch begun = new CountDownLatch(1);
        try (TaskPool pool = TaskPool.builder().workers(1).timers(time).build()) {
            Future<String> scope = TaskScope.scoped(pool, children -> {
                children.forkBlocking(() -> {
                    try {
                        begun.countDown();
                        new CountDownLatch(1).await();
                    } finally {
                        order.add("call");
                    }
                    return null;
                });
                return new pollux.sync.Promise<String>().future();
            });
            JoinHandle<String> limited = pool.spawn(Timers.timeout(Duration.ofMillis(20), scope));
            begun.await(); // a call that has not begun is only dropped
            while (time.pendingTimers() == 0) {
                Thread.onSpinWait();
            }
            time.advance(Duration.ofMillis(20));
            assertThatThrownBy(() -> BlockOn.blockOn(limited.join())).isInstanceOf(TimeoutException.class);
            order.add("timeout");
        }
        assertThat(order).containsExactly("call", "timeout");
    }
}
