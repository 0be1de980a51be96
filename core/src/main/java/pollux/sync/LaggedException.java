package pollux.sync;

/**
 * Tells a receiver of a {@link Broadcast} that it was too slow and has missed items. The next receive goes on with the
 * oldest item that is still there.
 */
public final class LaggedException extends RuntimeException {

    private static final long serialVersionUID = 1;

    /** How many items were missed. */
    private final long missed;

    /**
     * Makes one.
     *
     * @param missed the number of items that were missed
     */
    public LaggedException(long missed) {
        super("the receiver was too slow and missed " + missed
                + " items; receive() again to go on with the oldest one left");
        this.missed = missed;
    }

    /**
     * Returns how many items were missed.
     *
     * @return the number of items since the one received last
     */
    public long missed() {
        return missed;
    }
}
