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

/**
 * A scheduler of Reactor or RxJava as a spawner: it runs each poll of a task, and its delays wake the tasks that sleep,
 * so that a scheduler of virtual time drives their sleeps. For adapters.
 */
public final class ScheduledSpawner implements Spawner, TimerService {

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

    /** About 146 years: a scheduler that adds a delay to its clock does not overflow. */
    private static final long LONGEST = 1L << 62;

    /** How far the wall clock of a scheduler may be off; a clock of virtual time mostly begins at zero. */
    private static final long WALL_CLOCK_NANOS = TimeUnit.DAYS.toNanos(2);

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
     * @param clock the time of the scheduler, see {@link #clock}
     * @param delays runs a task later
     */
    public ScheduledSpawner(String name, Executor host, TimeSource clock, Delays delays) {
        this.name = Objects.requireNonNull(name, "name");
        this.host = Spawner.on(host);
        this.clock = Objects.requireNonNull(clock, "clock");
        this.delays = Objects.requireNonNull(delays, "delays");
        this.services = Services.NONE.with(TimerService.KEY, this).with(Spawner.KEY, this);
    }

    /**
     * Chooses the clock for the deadlines of tasks on a scheduler. The clock of a real scheduler is the wall clock,
     * which may be set forward and back; its delays do not follow that, so the deadlines are kept on
     * {@link System#nanoTime()}. A scheduler of virtual time is asked for its own time.
     *
     * @param now the time of the scheduler in nanoseconds
     * @param virtual whether the scheduler is known to be one of virtual time; if not, it is taken for one if its time
     *     is not that of the wall clock, give or take two days
     * @return the clock
     */
    public static TimeSource clock(TimeSource now, boolean virtual) {
        long wallClock = TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis());
        return !virtual && Math.abs(now.nanoTime() - wallClock) < WALL_CLOCK_NANOS ? TimeSource.system() : now;
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
        timer.schedule();
        return timer;
    }

    /**
     * One wake-up. The clock may be coarser than the delays of the scheduler, so a timer that goes off too early on
     * that clock is scheduled once more.
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
            scheduled = delays.schedule(this, Math.min(Math.max(deadlineNanos - clock.nanoTime(), 0), LONGEST));
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
                try {
                    schedule();
                    return;
                } catch (RejectedExecutionException refusal) {
                    // woken too early, the task asks for a timer once more, and fails with the refusal
                }
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
