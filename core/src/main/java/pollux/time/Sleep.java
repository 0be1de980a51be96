package pollux.time;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import pollux.future.AwaitTree;
import pollux.future.Context;
import pollux.future.Inspectable;
import pollux.future.RawFuture;
import pollux.future.Waker;
import pollux.internal.trace.Ended;

/**
 * {@code Timers.sleep} and {@code Timers.sleepUntil}: one deadline and the at most one registration for it.
 *
 * <p>Intervals and timeouts have one, too, and use it by its parts instead of polling it.
 */
final class Sleep extends RawFuture<Void> implements Inspectable {

    /** About 146 years, the longest delay: deadlines stay comparable by difference, whatever the clock says. */
    private static final long LONGEST = 1L << 62;

    /*
     * A task that sleeps has one of these for each sleep, so its few states are in the references: 32 bytes.
     *
     *     driver    registration       registered
     *     null      null               DELAY             not polled; nanos is a delay
     *     null      null               null              not polled; nanos is the deadline, as in all that follow
     *     set       null               null              polled; perhaps registered before
     *     set       a registration     its waker         waits
     *     any       ENDED              null              ended or cancelled
     */

    private static final TimerService.Registration ENDED = () -> {};
    private static final Waker DELAY = () -> {};

    /** The deadline; before the first poll perhaps a delay from then on. */
    private long nanos;

    /** Null before the first poll. */
    private @Nullable TimerService driver;

    private TimerService.@Nullable Registration registration;
    private @Nullable Waker registered;

    private Sleep(@Nullable Waker registered, long nanos) {
        this.registered = registered;
        this.nanos = nanos;
    }

    static Sleep after(long delayNanos) {
        return new Sleep(DELAY, delayNanos);
    }

    static Sleep until(long deadlineNanos) {
        return new Sleep(null, deadlineNanos);
    }

    /** Converts any duration; the negative ones become 0 and the ones that overflow {@link #LONGEST}. */
    static long nanos(Duration duration) {
        if (duration.isNegative()) {
            return 0;
        }
        return duration.toSeconds() >= LONGEST / 1_000_000_000 ? LONGEST : duration.toNanos();
    }

    static TimerService driver(Context cx) {
        TimerService around = cx.get(TimerService.KEY);
        return around == null ? TimerThread.fallback() : around;
    }

    @Override
    public @Nullable Object pollRaw(Context cx) {
        if (registration == ENDED) {
            throw Ended.future(this);
        }
        long left = start(cx);
        if (cx.mustYield()) {
            return PENDING;
        }
        if (left > 0) {
            try {
                await(cx);
            } catch (Throwable refused) {
                end();
                throw refused;
            }
            return PENDING;
        }
        end();
        cx.spend();
        return null;
    }

    @Override
    public boolean cancel() {
        end();
        return true;
    }

    private void end() {
        clear();
        registration = ENDED;
    }

    /** Fixes the deadline at the first call, with one look at the clock; answers how long it is until then. */
    long start(Context cx) {
        if (driver == null) {
            driver = driver(cx);
            if (registered == DELAY) {
                registered = null;
                long delay = nanos;
                nanos = now() + delay;
                return delay;
            }
        }
        return left();
    }

    // ------------------------------------------------------------------ from start() on

    long now() {
        return Objects.requireNonNull(driver).timeSource().nanoTime();
    }

    long deadline() {
        return nanos;
    }

    /** How long it is until the deadline; negative if it has passed. */
    long left() {
        return nanos - now();
    }

    /** Sets another deadline; there must be no registration. */
    void set(long deadlineNanos) {
        nanos = deadlineNanos;
    }

    /**
     * Arranges the wake-up of a poll that answers pending. A deadline that passes meanwhile needs no second look: the
     * driver wakes for it all the same.
     *
     * @throws java.util.concurrent.RejectedExecutionException if the driver is shut down
     */
    void await(Context cx) {
        Waker waker = cx.waker();
        if (registered != waker) {
            clear();
            registration = Objects.requireNonNull(driver).register(nanos, waker);
            registered = waker;
        }
    }

    /** Withdraws the registration, if there is one. */
    void clear() {
        TimerService.Registration withdrawn = registration;
        registration = null;
        registered = null;
        if (withdrawn != null) {
            withdrawn.cancel();
        }
    }

    @Override
    public void describe(AwaitTree sketch) {
        sketch.name("Timers.sleep");
        if (driver == null) {
            sketch.note("not polled yet");
        } else {
            sketch.time("left", left());
        }
    }

    @Override
    public String toString() {
        if (driver != null) {
            return "Timers.sleep(" + left() + " ns left)";
        }
        return registered == DELAY ? "Timers.sleep(" + nanos + " ns)" : "Timers.sleepUntil(" + nanos + ")";
    }
}
