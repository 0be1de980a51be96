package pollux.future;

import org.jspecify.annotations.Nullable;
import pollux.internal.trace.Ended;

/** {@link Futures#yieldNow}. */
final class YieldFuture extends RawFuture<Void> {

    private int polls;

    @Override
    public @Nullable Object pollRaw(Context cx) {
        if (polls == 2) {
            throw Ended.future(this);
        }
        polls++;
        if (polls == 1) {
            cx.yield();
            return PENDING;
        }
        return null;
    }

    @Override
    public String toString() {
        return "Futures.yieldNow()";
    }
}
