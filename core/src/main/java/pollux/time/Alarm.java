package pollux.time;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import pollux.future.Context;
import pollux.future.Waker;

/** One deadline and the at most one registration for it: what a future that waits for a time is made of. */
final class Alarm {

    /** About 146 years, the longest delay: deadlines stay comparable by difference, whatever the clock says. */
    static final long LONGEST = 1L << 62;

    private final TimerDriver driver;
    private long deadline;
    private TimerDriver.@Nullable Registration registration;
    private @Nullable Waker registered;

    private Alarm(TimerDriver driver) {
        this.driver = driver;
    }

    /** Makes an alarm on the timers of the polled task. */
    static Alarm in(Context cx) {
        return new Alarm(driver(cx));
    }

    static TimerDriver driver(Context cx) {
        TimerDriver around = cx.get(TimerDriver.KEY);
        return around == null ? Timers.fallback() : around;
    }

    /** Converts any duration; the negative ones become 0 and the ones that overflow {@link #LONGEST}. */
    static long nanos(Duration duration) {
        if (duration.isNegative()) {
            return 0;
        }
        return duration.getSeconds() >= LONGEST / 1_000_000_000 ? LONGEST : duration.toNanos();
    }

    long now() {
        return driver.timeSource().nanoTime();
    }

    long deadline() {
        return deadline;
    }

    /** How long it is until the deadline, for dumps; negative if it has passed. */
    long left() {
        return deadline - now();
    }

    /** Sets the deadline; there must be no registration. */
    void set(long deadlineNanos) {
        deadline = deadlineNanos;
    }

    boolean isDue() {
        return now() - deadline >= 0;
    }

    /**
     * Arranges the wake-up of a poll that answers pending. A deadline that passes meanwhile needs no second look: the driver
     * wakes for it all the same.
     *
     * @throws java.util.concurrent.RejectedExecutionException if the driver is shut down
     */
    void await(Context cx) {
        Waker waker = cx.waker();
        if (registered != waker) {
            clear();
            registration = driver.register(deadline, waker);
            registered = waker;
        }
    }

    /** Withdraws the registration, if there is one. */
    void clear() {
        TimerDriver.Registration withdrawn = registration;
        registration = null;
        registered = null;
        if (withdrawn != null) {
            withdrawn.cancel();
        }
    }
}
