package pollux.time;

import org.jspecify.annotations.Nullable;
import pollux.future.AwaitTree;
import pollux.future.Context;
import pollux.future.Future;
import pollux.future.Inspectable;
import pollux.future.RawFuture;
import pollux.internal.trace.Ended;

/**
 * A clock that ticks once in every period; made by {@link Timers#interval}. The first tick is due when it is first
 * asked for, and the others are counted from there, so that lateness does not add up.
 *
 * <p>Belongs to one task at a time; one {@link #tick()} may be under way at a time.
 */
public final class Interval {

    /** Up to here a tick is late because timers are, and not missed; as in Tokio. */
    private static final long TOLERANCE_NANOS = 5_000_000;

    private final long period;
    private final MissedTickBehavior missed;
    private @Nullable Sleep sleep;
    private long number;
    private @Nullable Tick current;

    Interval(long periodNanos, MissedTickBehavior missed) {
        this.period = periodNanos;
        this.missed = missed;
    }

    /**
     * Waits for the next tick.
     *
     * <p><b>Cancellation:</b> nothing is lost, the next {@code tick()} waits for the same one.
     *
     * @return a future that ends with the number of the tick, counted from 0; those that were skipped count too, so
     *     that a gap shows how many
     */
    public Future<Long> tick() {
        return new Tick();
    }

    @Override
    public String toString() {
        return "Timers.interval(" + period + " ns, " + missed + ")";
    }

    private long advance(Sleep due) {
        long deadline = due.deadline();
        long now = due.now();
        long late = now - deadline;
        long steps = 1;
        if (late <= TOLERANCE_NANOS || missed == MissedTickBehavior.BURST) {
            due.set(deadline + period);
        } else if (missed == MissedTickBehavior.DELAY || period == 0) {
            due.set(now + period);
        } else {
            steps += late / period;
            due.set(deadline + steps * period);
        }
        long ticked = number;
        number += steps;
        return ticked;
    }

    /** One {@link #tick()}. */
    private final class Tick extends RawFuture<Long> implements Inspectable {

        private boolean ended;

        @Override
        public @Nullable Object pollRaw(Context cx) {
            if (ended) {
                throw Ended.future(this);
            }
            if (current != this && current != null) {
                throw new IllegalStateException("another tick() of this interval is under way: " + this);
            }
            Sleep set = sleep;
            if (set == null) {
                set = Sleep.after(0);
                sleep = set;
            }
            long left = set.start(cx);
            if (cx.mustYield()) {
                return PENDING;
            }
            if (left > 0) {
                current = this;
                try {
                    set.await(cx);
                } catch (Throwable failure) {
                    cancel(); // the driver is shut down
                    throw failure;
                }
                return PENDING;
            }
            cancel();
            cx.spend();
            return advance(set);
        }

        @Override
        public boolean cancel() {
            ended = true;
            if (current == this) {
                current = null;
                if (sleep != null) {
                    sleep.clear();
                }
            }
            return true;
        }

        @Override
        public void describe(AwaitTree sketch) {
            Sleep set = sleep;
            sketch.name(toString());
            if (set != null) {
                sketch.time("left", set.left());
            }
        }

        @Override
        public String toString() {
            return Interval.this + ".tick()";
        }
    }
}
