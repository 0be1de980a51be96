package pollux.future;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The futures that an owner has cancelled and whose clean-up is still suspended.
 *
 * <p>{@link Future#cancel} may answer false: then its owner must poll on until the future has ended, before it ends itself.
 * Every owner of several futures needs that, and this is the one place that does it. Not thread-safe; it belongs to whoever
 * holds the right to poll.
 *
 * <p>What a clean-up ends with is ignored, except for an {@code Error} or exception thrown by {@code cancel()} itself, which
 * is {@linkplain Failures#report reported}.
 */
public final class CleanUp implements Awaiting {

    private @Nullable List<Future<?>> suspended;

    /** Makes an empty clean-up. */
    public CleanUp() {}

    /**
     * Cancels a future, and keeps it if its clean-up is suspended.
     *
     * @param future a future that has not ended
     */
    public void cancel(Future<?> future) {
        if (!cancelQuietly(future)) {
            if (suspended == null) {
                suspended = new ArrayList<>(2);
            }
            suspended.add(future);
        }
    }

    /**
     * Polls what is still cleaning up.
     *
     * @param cx the context of this poll
     * @return true if everything has ended
     */
    public boolean poll(Context cx) {
        if (suspended != null && suspended.removeIf(future -> hasEnded(future, cx)) && suspended.isEmpty()) {
            suspended = null;
        }
        return suspended == null;
    }

    /**
     * Tells whether nothing is left to poll.
     *
     * @return true if everything has ended
     */
    public boolean isDone() {
        return suspended == null;
    }

    /**
     * Cancels a future and contains what that throws; a throwing {@code cancel()} counts as released.
     *
     * @param future a future that has not ended
     * @return what {@link Future#cancel} answers
     */
    public static boolean cancelQuietly(Future<?> future) {
        try {
            return future.cancel();
        } catch (Throwable failure) {
            Failures.report("cancel() of " + future.getClass().getName() + " failed", failure);
            return true;
        }
    }

    @Override
    public void describe(Sketch sketch) {
        List<Future<?>> remaining = suspended;
        sketch.name("clean-up");
        if (remaining != null) {
            for (Future<?> future : remaining.toArray(new Future<?>[0])) {
                sketch.awaits(future);
            }
        }
    }

    private static boolean hasEnded(Future<?> future, Context cx) {
        try {
            return RawFuture.pollAny(future, cx) != RawFuture.PENDING;
        } catch (Throwable ignored) {
            return true; // the contract: what a cancelled future ends with is ignored
        }
    }
}
