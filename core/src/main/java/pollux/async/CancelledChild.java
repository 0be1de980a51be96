package pollux.async;

import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import pollux.future.Context;
import pollux.future.Future;
import pollux.future.RawFuture;

/** Stands for the awaited future of a cancelled frame: throws at the await, once the clean-up of that future is done. */
final class CancelledChild extends RawFuture<Object> {

    private @Nullable Future<?> cleaning;

    CancelledChild(@Nullable Future<?> cleaning) {
        this.cleaning = cleaning;
    }

    @Override
    public @Nullable Object pollRaw(Context cx) {
        CancellationException cancelled = null;
        if (cleaning != null) {
            try {
                if (RawFuture.pollAny(cleaning, cx) == PENDING) {
                    return PENDING;
                }
            } catch (CancellationException own) {
                cancelled = own; // the same exception travels outwards, with the trace of the innermost await
            } catch (Throwable failure) {
                cancelled = new CancellationException("cancelled while awaiting " + cleaning);
                cancelled.addSuppressed(failure);
            }
            cleaning = null;
        }
        throw cancelled != null ? cancelled : new CancellationException("cancelled at an await");
    }

    @Override
    public boolean cancel() {
        // an owner cancels once; a frame that is cancelled again goes on with the clean-up it has begun
        return cleaning == null;
    }

    @Override
    public String toString() {
        return "cancelled" + (cleaning == null ? "" : ", waiting for the clean-up of " + cleaning);
    }
}
