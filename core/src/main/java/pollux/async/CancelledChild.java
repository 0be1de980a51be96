package pollux.async;

import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import pollux.future.AwaitTree;
import pollux.future.Context;
import pollux.future.Failures;
import pollux.future.Future;
import pollux.future.Inspectable;
import pollux.future.RawFuture;

/**
 * Stands for the awaited future of a cancelled frame: throws at the await, once the clean-up of that future is done.
 */
final class CancelledChild extends RawFuture<Object> implements Inspectable {

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
                Object value = RawFuture.pollAny(awaited, cx);
                if (value == PENDING) {
                    return PENDING;
                }
                Failures.dropValue(cx.services(), value);
            } catch (Throwable thrown) {
                failure = thrown;
            }
            cleaning = null;
        }
        throw failure(cx, awaited, failure);
    }

    /**
     * What an await of a cancelled future throws, if that has ended with this failure or with a value. Another failure
     * than the cancellation is that of its clean-up: it is reported here, since the code around the await gets the
     * cancellation.
     */
    static CancellationException failure(Context cx, @Nullable Future<?> awaited, @Nullable Throwable failure) {
        if (failure instanceof CancellationException own) {
            return own; // the same exception travels outwards, with the trace of the innermost await
        }
        if (failure == null) {
            return new CancellationException("cancelled at an await");
        }
        Failures.dropOfCleanUp(cx.services(), awaited, failure);
        return new CancellationException("cancelled while awaiting " + Failures.nameOf(awaited));
    }

    @Override
    public boolean cancel() {
        // an owner cancels once; a frame that is cancelled again goes on with the clean-up it has begun
        return cleaning == null;
    }

    @Override
    public void describe(AwaitTree sketch) {
        sketch.name("cancelled").awaits(cleaning);
    }

    @Override
    public String toString() {
        return "cancelled" + (cleaning == null ? "" : ", waiting for the clean-up of " + cleaning);
    }
}
