package pollux.future;

import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import pollux.internal.trace.AwaitedAt;

/**
 * How failures travel: thrown on as they are, or, where no receiver is left, to one logger.
 *
 * <p>A poll may end with any {@code Throwable}, checked ones included, so combinators throw them on without a wrapper.
 * A failure that arrives when its future has ended or was cancelled is never dropped silently: it is logged through
 * {@link System.Logger} under the name {@code pollux}, unless the target library of a bridge has a hook for it.
 */
public final class Failures {

    private static final FailureLog LOG = new FailureLog(() -> System.getLogger("pollux"));

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
     * Logs a failure that has no receiver left. Never throws.
     *
     * @param where what was being done, for the log line
     * @param failure the failure
     */
    public static void report(String where, Throwable failure) {
        LOG.report(where, failure);
    }

    /**
     * Looks the logger up, so that the first report needs no files. For executors, before they start threads: a process
     * that has no descriptors left cannot read a logging configuration.
     */
    public static void prepare() {
        LOG.prepare();
    }

    /**
     * Reports a failure that reaches no receiver: to the {@link DropHook} among the services, or to the log. Never
     * throws.
     *
     * @param services the services of the task that it happened in
     * @param where what was being done, for the log line
     * @param failure the failure
     */
    public static void drop(Services services, String where, Throwable failure) {
        DropHook hook = services.get(DropHook.KEY);
        if (hook == null) {
            report(where, failure);
            return;
        }
        try {
            hook.droppedError(failure);
        } catch (Throwable thrown) {
            report("the hook for dropped errors failed", thrown);
            report(where, failure);
        }
    }

    /**
     * Reports how a cancelled future has ended, if that is a failure. Its {@link CancellationException} is the answer
     * to the cancellation and no failure; what that exception suppresses, a resource that failed to close, is one.
     *
     * @param services the services of the task that it happened in
     * @param cancelled what was cancelled; null if that is not known
     * @param outcome what it has thrown
     */
    public static void dropOfCleanUp(Services services, @Nullable Object cancelled, Throwable outcome) {
        if (!(outcome instanceof CancellationException)) {
            drop(services, "the clean-up of " + nameOf(cancelled) + " failed", outcome);
            return;
        }
        for (Throwable suppressed : outcome.getSuppressed()) {
            if (!(suppressed instanceof AwaitedAt)) { // the record of a trace
                dropOfCleanUp(services, cancelled, suppressed);
            }
        }
    }

    /**
     * Drops a value that reaches no receiver: closes it if it is {@link Droppable}, and hands it to the
     * {@link DropHook} among the services, if there is one. Never throws.
     *
     * @param services the services of the task that it happened in
     * @param value the value; null is ignored
     */
    public static void dropValue(Services services, @Nullable Object value) {
        if (value == null) {
            return;
        }
        if (value instanceof Droppable resource) {
            try {
                resource.close();
            } catch (Throwable thrown) {
                drop(services, "close() of a value that had no receiver failed", thrown);
            }
        }
        DropHook hook = services.get(DropHook.KEY);
        if (hook != null) {
            try {
                hook.droppedValue(value);
            } catch (Throwable thrown) {
                report("the hook for dropped values failed", thrown);
            }
        }
    }

    /**
     * Returns the text of an object of unknown origin.
     *
     * @param object any object
     * @return what its {@code toString} returns; the name of its class if that fails
     */
    public static String nameOf(@Nullable Object object) {
        if (object == null) {
            return "null";
        }
        try {
            return String.valueOf(object);
        } catch (Throwable failure) {
            return object.getClass().getName();
        }
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"
    }) // the cast is not checked at run time, which is the point
    private static <X extends Throwable> X sneak(Throwable failure) throws X {
        throw (X) failure;
    }
}
