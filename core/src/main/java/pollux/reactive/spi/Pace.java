package pollux.reactive.spi;

import org.jspecify.annotations.Nullable;
import pollux.future.Context;
import pollux.time.TimeSource;
import pollux.time.TimerService;

/**
 * How much a poll may ask of a publisher at once. A synchronous publisher answers inside of our request, so a large
 * request keeps the polling thread for as long as the publisher likes, and neither a cancel nor a limit around it gets
 * its turn. So the first request of a demand without bound is for one item. If nothing comes until it has returned, and
 * {@code subscribe} too, the publisher has threads of its own, and gets the whole demand at once. If it answers,
 * requests double while they take little time. A request that takes long is followed by one for a single item, whatever
 * the demand.
 *
 * <p>Belongs to the poller. The time is that of the timers around the task.
 */
final class Pace {

    /** The most that is asked of a synchronous publisher at once. */
    static final long MOST = 256;

    /** What a request may take before the next one is for less. */
    private static final long LONG_NANOS = 500_000;

    /** The most that a publisher may emit from inside of subscribe(), and for how long. */
    private static final long MOST_EARLY = 4096;

    private static final long LONG_START_NANOS = 100_000_000;

    /** The time that counts as one ready answer: a poll with a full budget ends after a millisecond or so. */
    private static final long STEP_NANOS = LONG_NANOS / Context.BUDGET * 2;

    private long size;
    private long began;
    private @Nullable TimeSource clock;

    /** Makes a pace for a demand, which is asked for at once if it has a bound. */
    Pace(long demand) {
        size = demand == Long.MAX_VALUE ? 1 : Long.MAX_VALUE;
    }

    /** How much to ask for next, at most. */
    long size() {
        return size;
    }

    /** Notes that a call into the publisher begins. */
    void begin(Context cx) {
        TimerService timers = cx.get(TimerService.KEY);
        TimeSource time = timers != null ? timers.timeSource() : TimeSource.system();
        clock = time;
        began = time.nanoTime();
    }

    /** Tells whether a publisher that has emitted so many items since {@link #begin} may emit more. */
    boolean allowsMore(long emitted) {
        TimeSource time = clock;
        return emitted < MOST_EARLY && time != null && time.nanoTime() - began < LONG_START_NANOS;
    }

    /**
     * Notes that the call has returned, and charges the time to the budget of the poll.
     *
     * @param cx the context of the poll
     * @param answered whether the publisher has signalled inside of the call
     */
    void end(Context cx, boolean answered) {
        TimeSource time = clock;
        if (time == null) {
            return;
        }
        if (!answered) {
            size = Long.MAX_VALUE;
            return;
        }
        long taken = time.nanoTime() - began;
        size = taken > LONG_NANOS ? 1 : Math.min(size, MOST / 2) * 2;
        for (long step = taken / STEP_NANOS; step > 0 && cx.hasBudget(); step--) {
            cx.spend();
        }
    }
}
