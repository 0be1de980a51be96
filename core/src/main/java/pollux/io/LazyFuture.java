package pollux.io;

import org.jspecify.annotations.Nullable;
import pollux.future.Context;
import pollux.future.Failures;
import pollux.future.RawFuture;
import pollux.internal.trace.Ended;

/** A future for what takes no waiting: does it when it is polled, not before. */
final class LazyFuture<T extends @Nullable Object> extends RawFuture<T> {

    private final String name;
    private @Nullable Action<T> action;

    LazyFuture(String name, Action<T> action) {
        this.name = name;
        this.action = action;
    }

    @Override
    public @Nullable Object pollRaw(Context cx) {
        Action<T> due = action;
        if (due == null) {
            throw Ended.future(this);
        }
        if (cx.mustYield()) {
            return PENDING;
        }
        action = null;
        cx.spend();
        try {
            return due.run(cx);
        } catch (Exception failure) {
            throw Failures.rethrow(failure);
        }
    }

    @Override
    public String toString() {
        return name;
    }

    /** What to do. */
    @FunctionalInterface
    interface Action<T extends @Nullable Object> {

        @Nullable
        T run(Context cx) throws Exception;
    }
}
