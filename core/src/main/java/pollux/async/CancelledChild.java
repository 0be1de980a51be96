package pollux.async;

import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import pollux.future.Awaiting;
import pollux.future.Context;
import pollux.future.Future;
import pollux.future.RawFuture;
import pollux.future.Sketch;

/** Stands for the awaited future of a cancelled frame: throws at the await, once the clean-up of that future is done. */
final class CancelledChild extends RawFuture<Object> implements Awaiting {

    private @Nullable Future<?> cleaning;

    CancelledChild(@Nullable Future<?> cleaning) {
        this.cleaning = cleaning;
    }

    @Override
    public @Nullable Object pollRaw(Context cx) {
        Future<?> awaited = cleaning;
        Throwable failure = null;
        if (awaited != null) {
            try {
                if (RawFuture.pollAny(awaited, cx) == PENDING) {
                    return PENDING;
                }
            } catch (Throwable thrown) {
                failure = thrown;
            }
            cleaning = null;
        }
        throw failure(awaited, failure);
    }

    /** What an await of a cancelled future throws, if that has ended with this failure or with a value. */
    static CancellationException failure(@Nullable Future<?> awaited, @Nullable Throwable failure) {
        if (failure instanceof CancellationException own) {
            return own; // the same exception travels outwards, with the trace of the innermost await
        }
        if (failure == null) {
            return new CancellationException("cancelled at an await");
        }
        CancellationException cancelled = new CancellationException("cancelled while awaiting " + awaited);
        cancelled.addSuppressed(failure);
        return cancelled;
    }

    @Override
    public boolean cancel() {
        // an owner cancels once; a frame that is cancelled again goes on with the clean-up it has begun
        return cleaning == null;
    }

    @Override
    public void describe(Sketch sketch) {
        sketch.name("cancelled").awaits(cleaning);
    }

    @Override
    public String toString() {
        return "cancelled" + (cleaning == null ? "" : ", waiting for the clean-up of " + cleaning);
    }
}
