package pollux.reactive;

/**
 * How many items a stream over a publisher may have requested and not yet handed on: a fixed number, no bound, or a
 * window that follows the consumer's pace.
 *
 * <p>Immutable; the window itself belongs to each stream, whose {@code toString} shows it.
 */
public final class Prefetch {

    private static final Prefetch UNBOUNDED = new Prefetch(Integer.MAX_VALUE, Integer.MAX_VALUE);

    private final int least;
    private final int most;

    private Prefetch(int least, int most) {
        this.least = least;
        this.most = most;
    }

    /**
     * Always the same number.
     *
     * @param items how many items, at least 1; {@link Integer#MAX_VALUE} for no bound
     * @return the prefetch
     * @throws IllegalArgumentException if {@code items} is less than 1
     */
    public static Prefetch of(int items) {
        if (items < 1) {
            throw new IllegalArgumentException("prefetch must be at least 1, was " + items);
        }
        return items == Integer.MAX_VALUE ? UNBOUNDED : new Prefetch(items, items);
    }

    /**
     * Everything at once; the queue has no bound.
     *
     * @return the prefetch
     */
    public static Prefetch unbounded() {
        return UNBOUNDED;
    }

    /**
     * A window between two bounds. It starts at the lower one. At each request it grows by the lower bound if the
     * consumer has had to wait since the request before, and halves if it has not: a source that is far away gets more
     * to do at once, one that keeps ahead holds less in memory.
     *
     * @param least the lower bound, at least 1
     * @param most the upper bound, at least {@code least}
     * @return the prefetch
     * @throws IllegalArgumentException if the bounds are not in that order
     */
    public static Prefetch adaptive(int least, int most) {
        if (least < 1 || most < least || most == Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "adaptive prefetch needs 1 <= least <= most, and a bound; was " + least + " and " + most);
        }
        return new Prefetch(least, most);
    }

    /**
     * Returns the lower bound of the window.
     *
     * @return how many items, {@link Integer#MAX_VALUE} for no bound
     */
    public int least() {
        return least;
    }

    /**
     * Returns the upper bound of the window.
     *
     * @return how many items, {@link Integer#MAX_VALUE} for no bound
     */
    public int most() {
        return most;
    }

    @Override
    public String toString() {
        return this == UNBOUNDED ? "unbounded" : least == most ? String.valueOf(least) : least + " to " + most;
    }
}
