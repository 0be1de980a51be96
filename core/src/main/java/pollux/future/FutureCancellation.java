package pollux.future;

import org.jspecify.annotations.Nullable;

/**
 * Gives one future up: cancels it and polls it until it has ended. Never fails.
 *
 * <p>A future whose outcome {@linkplain RawFuture#hasDecided is decided} is not cancelled yet: the code that waits for
 * the outcome gets it first. A value goes to the {@link DropHook}, a failure to {@link Failures#drop}.
 */
final class FutureCancellation extends RawFuture<Void> implements Inspectable {

    private final Future<?> future;
    private boolean cancelled;

    FutureCancellation(Future<?> future, boolean cancelled) {
        this.future = future;
        this.cancelled = cancelled;
    }

    /**
     * Cancels the future unless its outcome is decided; true if it has released everything. What cancel() throws is
     * thrown.
     */
    boolean cancelFuture() {
        if (cancelled || RawFuture.hasDecided(future)) {
            return false;
        }
        cancelled = true;
        return future.cancel();
    }

    @Override
    public @Nullable Object pollRaw(Context cx) {
        try {
            while (true) {
                if (cancelFuture()) {
                    return null;
                }
                Object value = RawFuture.pollAny(future, cx);
                if (value != PENDING) {
                    Failures.dropValue(cx.services(), value);
                    return null;
                }
                if (cancelled || RawFuture.hasDecided(future)) {
                    return PENDING;
                }
            }
        } catch (Throwable failure) {
            if (cancelled) {
                Failures.dropOfCleanUp(cx.services(), future, failure);
            } else {
                Failures.drop(cx.services(), "a future failed after it was given up", failure);
            }
            return null;
        }
    }

    @Override
    public boolean cancel() {
        return false; // the clean-up is under way
    }

    @Override
    public void describe(AwaitTree sketch) {
        sketch.name("clean-up").awaits(future);
    }

    @Override
    public String toString() {
        return "cancellation of " + Failures.nameOf(future);
    }
}
