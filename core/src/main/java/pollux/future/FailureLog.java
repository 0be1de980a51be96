package pollux.future;

import java.util.ArrayDeque;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The logger of {@link Failures}, looked up when it is first needed, and again after a look-up that has failed. */
final class FailureLog {

    /*
     * Not a static holder: an initialisation that fails once, because no file can be opened or no memory is left, would
     * fail for ever. What could not be logged is kept, up to MOST_KEPT reports, and logged by the next report that can
     * be.
     */

    private static final int MOST_KEPT = 16;

    private record Report(String where, Throwable failure) {}

    private final Supplier<System.Logger> lookUp;
    private final ArrayDeque<Report> kept = new ArrayDeque<>(MOST_KEPT);
    private volatile System.@Nullable Logger logger;

    FailureLog(Supplier<System.Logger> lookUp) {
        this.lookUp = lookUp;
    }

    /** Looks the logger up. Never throws. */
    void prepare() {
        try {
            logger().isLoggable(System.Logger.Level.WARNING); // the JDK makes its own loggers when they are first asked
        } catch (Throwable later) {
            // the first report tries again
        }
    }

    /** Logs. Never throws. */
    void report(String where, Throwable failure) {
        try {
            System.Logger present = logger();
            for (Report late = takeKept(); late != null; late = takeKept()) {
                present.log(System.Logger.Level.WARNING, late.where, late.failure);
            }
            present.log(System.Logger.Level.WARNING, where, failure);
        } catch (Throwable refused) {
            keep(where, failure); // a broken logger must not take a worker with it
        }
    }

    private System.Logger logger() {
        System.Logger present = logger;
        if (present == null) {
            present = lookUp.get();
            logger = present;
        }
        return present;
    }

    private void keep(String where, Throwable failure) {
        try {
            synchronized (kept) {
                if (kept.size() < MOST_KEPT) {
                    kept.add(new Report(where, failure));
                }
            }
        } catch (Throwable noMemory) {
            // there is no place left to tell it
        }
    }

    private @Nullable Report takeKept() {
        synchronized (kept) {
            return kept.poll();
        }
    }
}
