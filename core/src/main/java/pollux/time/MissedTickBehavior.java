package pollux.time;

/**
 * What an {@link Interval} does when ticks were not asked for in time. With a period of 300 ms, and no request from 300
 * to 950, the ticks after that are those of the table.
 *
 * <pre>
 *     BURST   600 and 900 at once, then 1200, 1500
 *     DELAY   600 at once, then 1250, 1550
 *     SKIP    600 at once, then 1200, 1500
 * </pre>
 *
 * <p>A tick that is up to 5 ms late is not missed.
 *
 * <p>After Tokio's {@code MissedTickBehavior}.
 */
public enum MissedTickBehavior {

    /** Ticks as fast as asked until it has caught up: the number of ticks is right in the long run. */
    BURST,

    /** Starts afresh from the late tick: two ticks are never closer together than the period, less those 5 ms. */
    DELAY,

    /** Leaves out what was missed and goes on with the next multiple of the period. */
    SKIP
}
