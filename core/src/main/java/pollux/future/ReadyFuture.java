package pollux.future;

import org.jspecify.annotations.Nullable;
import pollux.internal.trace.Ended;

/** {@link Futures#ready} and {@link Futures#failed}. */
final class ReadyFuture<T extends @Nullable Object> extends RawFuture<T> {

    private @Nullable Object value;

    /**
     * Not final: after a barrier at the end of the constructor HotSpot would not see what {@link #peek} finds. A
     * failure gets one from {@link Futures#failed}.
     */
    @SuppressWarnings("FieldMayBeFinal")
    private @Nullable Throwable failure;

    ReadyFuture(@Nullable T value, @Nullable Throwable failure) {
        this.value = value;
        this.failure = failure;
    }

    @Override
    public @Nullable Object pollRaw(Context cx) {
        Object answer = value;
        if (answer == PENDING) { // PENDING in place of the value marks the end: no further field, no further branch
            throw Ended.future(this);
        }
        value = PENDING;
        if (failure != null) {
            throw Failures.rethrow(failure);
        }
        return answer;
    }

    /** {@link RawFuture#peek}. */
    @Nullable
    Object peek() {
        return failure != null ? PENDING : value;
    }

    /** {@link RawFuture#taken}. */
    void taken() {
        value = PENDING;
    }

    @Override
    public String toString() {
        if (failure != null) {
            return "Futures.failed(" + failure + ")";
        }
        return "Futures.ready(" + (value == PENDING ? "ended" : value) + ")";
    }
}
