package pollux.executor;

/**
 * How many tasks a worker polls from its own queues before it looks into the inject queue first: so many that outside
 * work waits about 200 µs, whatever a poll costs here.
 */
final class InjectInterval {

    private static final double TARGET_NANOS = 200_000;
    private static final double WEIGHT = 0.1;
    private static final int SHORTEST = 2;
    private static final int LONGEST = 127;

    private final boolean fixed;
    private int ticks;
    private double pollNanos;

    /** Makes one that tunes itself, or with a positive number one that stays there. */
    InjectInterval(int ticks) {
        fixed = ticks > 0;
        this.ticks = fixed ? ticks : 61;
        pollNanos = TARGET_NANOS / this.ticks;
    }

    int ticks() {
        return ticks;
    }

    /** Learns from some polls in a row; moves only if it is worth it, so that the interval does not flutter. */
    void learn(long nanos, int polls) {
        if (!fixed && nanos > 0 && polls > 0) {
            pollNanos += WEIGHT * ((double) nanos / polls - pollNanos);
            int wanted = (int) Math.max(SHORTEST, Math.min(LONGEST, TARGET_NANOS / pollNanos));
            if (Math.abs(wanted - ticks) > 2) {
                ticks = wanted;
            }
        }
    }
}
