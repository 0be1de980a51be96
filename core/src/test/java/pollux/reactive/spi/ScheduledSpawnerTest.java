package pollux.reactive.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import pollux.executor.JoinHandle;
import pollux.executor.Spawner;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.sync.Promise;
import pollux.time.Interval;
import pollux.time.ManualTime;
import pollux.time.TimeSource;
import pollux.time.TimerService;
import pollux.time.Timers;

/** A scheduler that drops its delays when it is shut down, and refuses from then on: no task on it waits for ever. */
@Timeout(120)
class ScheduledSpawnerTest {

    private static final Duration DELAY = Duration.ofSeconds(5);

    /** What Pollux's own timers wait for longer. */
    private static final Duration SECOND = Duration.ofMillis(100);

    private final ManualTime own = new ManualTime();
    private final Scheduler scheduler = new Scheduler();
    private final Spawner spawner;
    private final Promise<String> promise = new Promise<>();

    ScheduledSpawnerTest() {
        Runnable restore = Timers.fallback(own);
        spawner = new ScheduledSpawner("scheduler", scheduler::execute, own.timeSource(), scheduler::delay);
        restore.run();
    }

    private final class Scheduler {

        final Queue<Runnable> queue = new ArrayDeque<>();
        ManualTime delays = new ManualTime();
        boolean isShutDown;
        boolean hasDelays = true;

        void execute(Runnable task) {
            refuse();
            queue.add(task);
        }

        TimerService.@Nullable Registration delay(Runnable task, long nanos) {
            refuse();
            return hasDelays ? delays.register(delays.nanoTime() + nanos, task::run) : null;
        }

        private void refuse() {
            if (isShutDown) {
                throw new RejectedExecutionException("shut down");
            }
        }

        void run() {
            for (Runnable next = queue.poll(); next != null; next = queue.poll()) {
                next.run();
            }
        }

        void shutDown() {
            isShutDown = true;
            queue.clear();
            delays.reset();
        }
    }

    private enum Wait {
        SLEEP {
            @Override
            Future<?> begin() {
                return Timers.sleep(DELAY);
            }
        },
        TIMEOUT {
            @Override
            Future<?> begin() {
                return Timers.timeout(DELAY, Futures.pending());
            }
        },
        TICK {
            @Override
            Future<?> begin() {
                Interval interval = Timers.interval(DELAY);
                return interval.tick().then(first -> interval.tick());
            }
        };

        abstract Future<?> begin();
    }

    private static void assertRefused(JoinHandle<?> handle) {
        assertThat(handle.isDone()).isTrue();
        assertThatThrownBy(() -> handle.toCompletableFuture().join())
                .hasCauseInstanceOf(RejectedExecutionException.class)
                .hasMessageContaining("shut down");
    }

    @ParameterizedTest
    @EnumSource(Wait.class)
    void aTaskWhoseDelayWasDroppedFails(Wait wait) {
        JoinHandle<?> handle = spawner.spawn(wait.begin());
        scheduler.run();
        scheduler.shutDown();
        own.advance(DELAY);
        assertThat(handle.isDone()).isFalse();
        own.advance(SECOND);
        assertRefused(handle);
        assertThat(own.pendingTimers()).isZero();
    }

    @ParameterizedTest
    @EnumSource(Wait.class)
    void aDelayThatIsRefusedFailsTheTaskAtOnce(Wait wait) {
        JoinHandle<?> handle = spawner.spawn(wait.begin());
        Queue<Runnable> queued = new ArrayDeque<>(scheduler.queue);
        scheduler.shutDown();
        queued.remove().run(); // a poll that is under way
        assertRefused(handle);
        assertThat(own.pendingTimers()).isZero();
    }

    @Test
    void aWakeThatIsRefusedFailsTheTask() {
        JoinHandle<?> handle = spawner.spawn(promise.future());
        scheduler.run();
        scheduler.shutDown();
        promise.complete("late");
        assertRefused(handle);
    }

    @Test
    void aCancellationThatIsRefusedFailsTheTask() {
        JoinHandle<?> handle = spawner.spawn(promise.future());
        scheduler.run();
        scheduler.shutDown();
        handle.cancel();
        assertRefused(handle);
        assertThat(promise.isCancelled()).isTrue();
    }

    @Test
    void aYieldThatIsRefusedFailsTheTask() {
        JoinHandle<?> handle = spawner.spawn(Futures.yieldNow());
        Queue<Runnable> queued = new ArrayDeque<>(scheduler.queue);
        scheduler.shutDown();
        queued.remove().run();
        assertRefused(handle);
    }

    @Test
    void aChildThatIsRefusedFailsWithItsParent() {
        JoinHandle<?> handle = spawner.spawn(Futures.defer(() -> {
            scheduler.shutDown();
            return spawner.spawn(Futures.ready("a")).join();
        }));
        scheduler.queue.remove().run();
        assertRefused(handle);
    }

    /** The first timer wins, and takes the other one back. */
    @ParameterizedTest
    @EnumSource(Wait.class)
    void aSchedulerThatWorksIsFirst(Wait wait) {
        JoinHandle<?> handle = spawner.spawn(wait.begin());
        scheduler.run();
        assertThat(own.pendingTimers()).isEqualTo(1);
        own.advance(DELAY);
        scheduler.run();
        assertThat(handle.isDone()).isFalse();
        scheduler.delays.advance(DELAY);
        scheduler.run();
        assertThat(handle.isDone()).isTrue();
        assertThat(own.pendingTimers()).isZero();
    }

    @Test
    void aCancelledSleepKeepsNoTimer() {
        JoinHandle<?> handle = spawner.spawn(Timers.sleep(DELAY));
        scheduler.run();
        handle.cancel();
        scheduler.run();
        assertThat(handle.isCancelled()).isTrue();
        assertThat(own.pendingTimers() + scheduler.delays.pendingTimers()).isZero();
    }

    @ParameterizedTest
    @EnumSource(Wait.class)
    void withoutDelaysTheTimersOfPolluxWakeTheTaskInTime(Wait wait) {
        scheduler.hasDelays = false;
        JoinHandle<?> handle = spawner.spawn(wait.begin());
        scheduler.run();
        own.advance(DELAY.minusNanos(1));
        scheduler.run();
        assertThat(handle.isDone()).isFalse();
        own.advance(Duration.ofNanos(1));
        scheduler.run();
        assertThat(handle.isDone()).isTrue();
    }

    /** Nothing would ever wake it. */
    @Test
    void withoutDelaysAndOnAClockOfItsOwnASleepFails() {
        scheduler.hasDelays = false;
        Spawner virtual =
                new ScheduledSpawner("virtual", scheduler::execute, new ManualTime().timeSource(), scheduler::delay);
        JoinHandle<?> handle = virtual.spawn(Timers.sleep(DELAY));
        scheduler.run();
        assertThatThrownBy(() -> handle.toCompletableFuture().join())
                .hasCauseInstanceOf(RejectedExecutionException.class)
                .hasMessageContaining("virtual has no delays");
    }

    /** Reactor's schedulers tell nanoTime, those of RxJava the wall clock. */
    @Test
    void theClockOfARealSchedulerIsThatOfPolluxsTimers() {
        TimeSource wall = () -> TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis());
        for (TimeSource real : List.<TimeSource>of(System::nanoTime, wall)) {
            assertThat(ScheduledSpawner.clock(real, false))
                    .isSameAs(Timers.fallback().timeSource());
            assertThat(ScheduledSpawner.clock(real, true)).isSameAs(real);
        }
        for (long reading : new long[] {0, System.nanoTime() - 1_000_000, System.nanoTime() + 1_000_000_000_000L}) {
            TimeSource virtual = new ManualTime(reading);
            assertThat(ScheduledSpawner.clock(virtual, false)).isSameAs(virtual);
        }
    }
}
