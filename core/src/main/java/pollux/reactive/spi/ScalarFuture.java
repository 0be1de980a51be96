package pollux.reactive.spi;

import org.jspecify.annotations.Nullable;
import pollux.future.Context;
import pollux.future.Failures;
import pollux.future.RawFuture;
import pollux.internal.trace.Ended;

/**
 * The value of a source that can be asked for it there and then, without a subscription. For the adapters, which know
 * how to ask.
 *
 * <p>For sources whose code runs when they are asked; a constant is a {@code Futures.ready}.
 *
 * <p><b>Cancellation:</b> before the first poll nothing has run; the source is let go.
 *
 * @param <S> the type of the source
 * @param <T> the type of the value
 */
public abstract class ScalarFuture<S, T> extends RawFuture<T> {

    private @Nullable S source; // null once called

    /**
     * Makes a future that has not asked yet.
     *
     * @param source what to ask
     */
    protected ScalarFuture(S source) {
        this.source = source;
    }

    /**
     * Asks the source. Called once, on the polling thread.
     *
     * @param source the source
     * @return its value; null if it is empty
     * @throws Throwable its failure, which becomes that of this future
     */
    protected abstract @Nullable T call(S source) throws Throwable;

    @Override
    public final @Nullable Object pollRaw(Context cx) {
        S called = source;
        if (called == null) {
            throw Ended.future(this);
        }
        if (cx.mustYield()) {
            return PENDING;
        }
        cx.spend();
        source = null;
        try {
            return call(called);
        } catch (Throwable failure) {
            throw Failures.rethrow(failure);
        }
    }

    @Override
    public final boolean cancel() {
        source = null;
        return true;
    }

    @Override
    public final String toString() {
        return "CalledFuture[" + (source == null ? "ended" : source) + "]";
    }
}
