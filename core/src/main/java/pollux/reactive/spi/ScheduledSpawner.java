package pollux.reactive.spi;

import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import pollux.executor.CurrentTask;
import pollux.executor.JoinHandle;
import pollux.executor.Spawner;
import pollux.future.Future;
import pollux.future.Services;
import pollux.future.Waker;
import pollux.time.TimeSource;
import pollux.time.TimerService;
import pollux.time.Timers;

/**
 * A scheduler of Reactor or RxJava as a spawner: it runs each poll of a task, and its delays wake the tasks that sleep,
 * so that a scheduler of virtual time drives their sleeps. For adapters.
 */
public final class ScheduledSpawner implements Spawner, TimerService {

    /*
     * A scheduler that is disposed of drops its delays without a report. So a timer on the clock of Pollux's own
     * timers is registered there, too, and goes off shortly after the deadline if the delay has not: it wakes the task,
     * the scheduler refuses to run it, and the task fails with the refusal. A scheduler of virtual time has no such
     * second timer: no other clock knows how late it is there.
     */

    /** How a scheduler runs a task later. */
    @FunctionalInterface
    public interface Delays {

        /**
         * Schedules a task.
         *
         * @param task what to run
         * @param delayNanos how long to wait, not negative
         * @return what withdraws it; null if the scheduler runs nothing later
         * @throws java.util.concurrent.RejectedExecutionException if the scheduler is shut down
         */
        @Nullable
        Registration schedule(Runnable task, long delayNanos);
    }

    /** How long after a deadline the second timer goes off, so that the scheduler is first while it works. */
    private static final long SECOND_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /** About 146 years: a scheduler that adds a delay to its clock does not overflow. */
    private static final long LONGEST = 1L << 62;

    /** How far the wall clock of a scheduler may be off; a clock of virtual time mostly begins at zero. */
    private static final long WALL_CLOCK_NANOS = TimeUnit.DAYS.toNanos(2);

    private final String name;
    private final Spawner host;
    private final TimeSource clock;
    private final Delays delays;

    /** Timers on the same clock that do not depend on the scheduler; null if there are none. */
    private final @Nullable TimerService own;

    private final Services services;

    /**
     * Makes a spawner of the abilities of a scheduler.
     *
     * @param name what {@link #toString} shows
     * @param host runs each poll; if it rejects one, the task ends with that failure
     * @param clock the time of the scheduler, see {@link #clock}
     * @param delays runs a task later
     */
    public ScheduledSpawner(String name, Executor host, TimeSource clock, Delays delays) {
        this.name = Objects.requireNonNull(name, "name");
        this.host = Spawner.on(host);
        this.clock = Objects.requireNonNull(clock, "clock");
        this.delays = Objects.requireNonNull(delays, "delays");
        TimerService fallback = Timers.fallback();
        this.own = fallback.timeSource() == clock ? fallback : null;
        this.services = Services.NONE.with(TimerService.KEY, this).with(Spawner.KEY, this);
    }

    /**
     * Chooses the clock for the deadlines of tasks on a scheduler. The clock of a real scheduler is {@link
     * System#nanoTime()}, or the wall clock, which may be set forward and back; its delays do not follow that, so the
     * deadlines are kept on {@link System#nanoTime()}. A scheduler of virtual time is asked for its own time.
     *
     * @param now the time of the scheduler in nanoseconds
     * @param virtual whether the scheduler is known to be one of virtual time; if not, it is taken for one if its time
     *     is neither {@link System#nanoTime()} nor that of the wall clock, give or take two days
     * @return the clock
     */
    public static TimeSource clock(TimeSource now, boolean virtual) {
        long wallClock = TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis());
        long before = System.nanoTime();
        long reading = now.nanoTime();
        boolean isMonotonic = reading - before >= 0 && System.nanoTime() - reading >= 0;
        boolean isReal = isMonotonic || Math.abs(reading - wallClock) < WALL_CLOCK_NANOS;
        return isReal && !virtual ? TimeSource.system() : now;
    }

    @Override
    public <T extends @Nullable Object> JoinHandle<T> spawn(Future<T> future, Services around) {
        return host.spawn(future, around.over(services));
    }

    @Override
    public <T extends @Nullable Object> JoinHandle<T> spawnBlocking(Callable<T> call) {
        Objects.requireNonNull(call, "call");
        Services task = CurrentTask.services();
        // what the call spawns runs here, on the timers of this scheduler; the host knows neither
        Services around = services.over(task == null ? Services.NONE : task);
        return host.spawnBlocking(() -> CurrentTask.call(around, call));
    }

    @Override
    public TimerService timers() {
        return this;
    }

    @Override
    public TimeSource timeSource() {
        return clock;
    }

    @Override
    public Registration register(long deadlineNanos, Waker waker) {
        Timer timer = new Timer(deadlineNanos, waker);
        timer.start();
        return timer;
    }

    /**
     * One wake-up. The clock may be coarser than the delays of the scheduler, so a timer that goes off too early on
     * that clock is scheduled once more. As a waker it is that of the second timer.
     */
    private final class Timer implements Registration, Runnable, Waker {

        private final long deadlineNanos;
        private volatile @Nullable Waker waker;
        private volatile @Nullable Registration scheduled;
        private volatile @Nullable Registration second;

        Timer(long deadlineNanos, Waker waker) {
            this.deadlineNanos = deadlineNanos;
            this.waker = waker;
        }

        void start() {
            boolean hasDelays = schedule();
            if (own != null) {
                second = own.register(hasDelays ? deadlineNanos + SECOND_NANOS : deadlineNanos, this);
            } else if (!hasDelays) {
                throw new RejectedExecutionException(name + " has no delays, and a clock of its own");
            }
        }

        /** Answers whether the scheduler has delays. */
        private boolean schedule() {
            Registration delay =
                    delays.schedule(this, Math.min(Math.max(deadlineNanos - clock.nanoTime(), 0), LONGEST));
            scheduled = delay;
            if (waker == null) {
                cancel(); // it was cancelled meanwhile, or is over
            }
            return delay != null;
        }

        @Override
        public void run() {
            if (waker != null && clock.nanoTime() - deadlineNanos < 0) {
                try {
                    schedule();
                    return;
                } catch (RejectedExecutionException refusal) {
                    // woken too early, the task asks for a timer once more, and fails with the refusal
                }
            }
            wake();
        }

        @Override
        public void wake() {
            Waker due = waker;
            if (due != null) {
                waker = null;
                due.wake();
            }
        }

        @Override
        public void cancel() {
            waker = null;
            Registration delay = scheduled;
            scheduled = null;
            if (delay != null) {
                delay.cancel();
            }
            Registration late = second;
            second = null;
            if (late != null) {
                late.cancel();
            }
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
