package pollux.future;

/**
 * How failures travel: thrown on as they are, or, where nobody is left to receive them, to one logger.
 *
 * <p>A poll may end with any {@code Throwable}, checked ones included, so combinators throw them on without a wrapper. A
 * failure that arrives when its future has ended or was cancelled is never dropped silently: it is logged through {@link
 * System.Logger} under the name {@code pollux}, unless the target library of a bridge has a hook for it.
 */
public final class Failures {

    private Failures() {}

    /**
     * Throws any throwable as it is, checked or not.
     *
     * @param failure what to throw
     * @return never; declared so that callers can write {@code throw Failures.rethrow(e)}
     */
    public static RuntimeException rethrow(Throwable failure) {
        throw Failures.<RuntimeException>sneak(failure);
    }

    /**
     * Logs a failure that nobody can receive any more. Never throws.
     *
     * @param where what was being done, for the log line
     * @param failure the failure
     */
    public static void report(String where, Throwable failure) {
        try {
            LoggerHolder.LOGGER.log(System.Logger.Level.WARNING, where, failure);
        } catch (Throwable ignored) {
            // a broken logger must not take a worker with it, and there is nobody left to tell
        }
    }

    @SuppressWarnings("unchecked") // the cast is not checked at run time, which is the point
    private static <X extends Throwable> X sneak(Throwable failure) throws X {
        throw (X) failure;
    }

    /** Looked up on first use, so that loading the library starts no logging system. */
    private static final class LoggerHolder {
        static final System.Logger LOGGER = System.getLogger("pollux");
    }
}
