package pollux.time;

/**
 * A clock that only measures: nanoseconds since some fixed, arbitrary moment.
 *
 * <p>Two readings are compared by their difference ({@code a - b < 0}), never by {@code <}, so that the count may wrap.
 * The wall clock is never asked.
 */
@FunctionalInterface
public interface TimeSource {

    /**
     * Reads the clock. May be called from any thread.
     *
     * @return nanoseconds, see {@link System#nanoTime()}
     */
    long nanoTime();

    /**
     * Returns the JVM's own clock.
     *
     * @return {@link System#nanoTime()}
     */
    static TimeSource system() {
        return System::nanoTime;
    }
}
