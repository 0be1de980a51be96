package pollux.time;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import pollux.future.Context;
import pollux.future.Future;
import pollux.internal.checks.CheckReturnValue;

/**
 * Futures that wait for a time: sleep, timeout, interval.
 *
 * <p>They are measured by the {@link TimerService} among the services of the task that polls them, or else by {@link
 * #fallback()}. Nothing starts before the first poll, the clock included. The resolution is that of the driver, 1 ms
 * with Pollux's own; a timer may be late, never early. Zero and negative durations are over at once; huge ones, up to
 * {@code Duration.ofSeconds(Long.MAX_VALUE)}, wait for as good as ever. If the driver is shut down, a future that has
 * to wait fails with {@link java.util.concurrent.RejectedExecutionException}.
 */
@CheckReturnValue
public final class Timers {

    private Timers() {}

    /**
     * Waits for a while.
     *
     * <p><b>Cancellation:</b> withdraws the timer; nothing is lost.
     *
     * @param delay how long, from the first poll on
     * @return a future that ends with null
     */
    public static Future<Void> sleep(Duration delay) {
        return Sleep.after(Sleep.nanos(delay));
    }

    /**
     * Waits for a moment.
     *
     * <p><b>Cancellation:</b> withdraws the timer; nothing is lost.
     *
     * @param deadlineNanos the moment, on the {@link TimerService#timeSource()} of the polling task
     * @return a future that ends with null
     */
    public static Future<Void> sleepUntil(long deadlineNanos) {
        return Sleep.until(deadlineNanos);
    }

    /**
     * Returns the moment that is a while from now, for {@link #sleepUntil} and repeated waits.
     *
     * @param cx the context of the running poll; its timers have the clock
     * @param delay how far off; negative ones count as zero
     * @return a deadline on that clock
     */
    public static long deadline(Context cx, Duration delay) {
        return Sleep.driver(cx).timeSource().nanoTime() + Sleep.nanos(delay);
    }

    /**
     * Limits the time that a future may take. When the time is over, it is cancelled, its clean-up is seen through, and
     * after that the result fails. If the value and the time limit arrive together, the value wins: each poll asks the
     * future first, and once more if the {@linkplain pollux.future.Context budget} ended inside it.
     *
     * <p><b>Cancellation:</b> cancels the future and withdraws the timer.
     *
     * @param <T> the type of the value
     * @param limit how long, from the first poll on
     * @param future what to limit; belongs to the result
     * @return a future that ends as the given one does, or fails with {@link java.util.concurrent.TimeoutException}
     */
    public static <T extends @Nullable Object> Future<T> timeout(Duration limit, Future<T> future) {
        return new Timeout<>(Objects.requireNonNull(limit, "limit"), Objects.requireNonNull(future, "future"));
    }

    /**
     * Makes a clock that ticks at once and then once in every period, see {@link Interval}; missed ticks come in a
     * {@link MissedTickBehavior#BURST}.
     *
     * @param period the time between ticks
     * @return an interval that starts with its first tick
     */
    public static Interval interval(Duration period) {
        return interval(period, MissedTickBehavior.BURST);
    }

    /**
     * Makes a clock that ticks at once and then once in every period, see {@link Interval}.
     *
     * @param period the time between ticks; with zero or less every tick is due at once
     * @param missed what to do about ticks that were not requested in time
     * @return an interval that starts with its first tick
     */
    public static Interval interval(Duration period, MissedTickBehavior missed) {
        return new Interval(Sleep.nanos(period), Objects.requireNonNull(missed, "missed"));
    }

    /**
     * Returns the timers of tasks that have none around them: polled by hand, inline, or on a foreign executor. One
     * daemon thread, {@code pollux-timer}, started by the first registration and gone after some idle seconds. It calls
     * {@code wake()} and runs no task: an inline task that it wakes continues on a worker of the shared pool.
     *
     * @return the driver, always the same object, unless {@link #fallback(TimerService)} says otherwise on this thread
     */
    public static TimerService fallback() {
        return TimerThread.fallback();
    }

    /**
     * Lets other timers be the {@link #fallback()} on the current thread: for simulations, in which inline tasks have
     * to live on the simulation's clock.
     *
     * @param driver the timers
     * @return puts back what was before; to be called on the same thread, the newest first
     */
    public static Runnable fallback(TimerService driver) {
        return TimerThread.FALLBACK.set(Objects.requireNonNull(driver, "driver"));
    }
}
