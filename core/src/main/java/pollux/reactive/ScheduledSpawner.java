package pollux.reactive;

import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import pollux.executor.JoinHandle;
import pollux.executor.Spawner;
import pollux.future.Future;
import pollux.future.Services;
import pollux.future.Waker;
import pollux.time.TimeSource;
import pollux.time.TimerDriver;

/**
 * A scheduler of Reactor or RxJava as a spawner: it runs each poll of a task, and keeps the time of the tasks, so that a
 * scheduler of virtual time drives their sleeps. For adapters.
 */
public final class ScheduledSpawner implements Spawner, TimerDriver {

    /** How a scheduler runs a task later. */
    @FunctionalInterface
    public interface Delays {

        /**
         * Schedules a task.
         *
         * @param task what to run
         * @param delayNanos how long to wait, not negative
         * @return what withdraws it
         * @throws java.util.concurrent.RejectedExecutionException if the scheduler is shut down
         */
        Registration schedule(Runnable task, long delayNanos);
    }

    private final String name;
    private final Spawner host;
    private final TimeSource clock;
    private final Delays delays;
    private final Services services;

    /**
     * Makes a spawner of the abilities of a scheduler.
     *
     * @param name what {@link #toString} shows
     * @param host runs each poll; if it rejects one, the task ends with that failure
     * @param clock the time of the scheduler
     * @param delays runs a task later
     */
    public ScheduledSpawner(String name, Executor host, TimeSource clock, Delays delays) {
        this.name = Objects.requireNonNull(name, "name");
        this.host = Spawner.on(host);
        this.clock = Objects.requireNonNull(clock, "clock");
        this.delays = Objects.requireNonNull(delays, "delays");
        this.services = Services.NONE.with(TimerDriver.KEY, this).with(Spawner.KEY, this);
    }

    @Override
    public <T> JoinHandle<T> spawn(Future<T> future, Services around) {
        return host.spawn(future, around.over(services));
    }

    @Override
    public <T> JoinHandle<T> spawnBlocking(Callable<T> call) {
        return host.spawnBlocking(call);
    }

    @Override
    public TimerDriver timers() {
        return this;
    }

    @Override
    public TimeSource timeSource() {
        return clock;
    }

    @Override
    public Registration register(long deadlineNanos, Waker waker) {
        Timer timer = new Timer(deadlineNanos, waker);
        timer.schedule();
        return timer;
    }

    /**
     * One wake-up. The clock of a scheduler may be coarser than its delays, or be set back; so a timer that goes off too early on that
     * clock is scheduled once more.
     */
    private final class Timer implements Registration, Runnable {

        private final long deadlineNanos;
        private volatile @Nullable Waker waker;
        private volatile @Nullable Registration scheduled;

        Timer(long deadlineNanos, Waker waker) {
            this.deadlineNanos = deadlineNanos;
            this.waker = waker;
        }

        void schedule() {
            scheduled = delays.schedule(this, Math.max(deadlineNanos - clock.nanoTime(), 0));
            if (waker == null) {
                cancel(); // it was cancelled meanwhile, or is over
            }
        }

        @Override
        public void run() {
            Waker due = waker;
            if (due == null) {
                return;
            }
            if (clock.nanoTime() - deadlineNanos < 0) {
                schedule();
                return;
            }
            waker = null;
            due.wake();
        }

        @Override
        public void cancel() {
            waker = null;
            Registration open = scheduled;
            scheduled = null;
            if (open != null) {
                open.cancel();
            }
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
