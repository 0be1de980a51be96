package pollux.stream;

import org.jspecify.annotations.Nullable;
import pollux.future.Failures;

/** {@link AsyncStreams#empty} and {@link AsyncStreams#error}: streams without items. */
final class EmptyStream<T> extends SourceStream<T> {

    private final @Nullable Throwable failure;

    EmptyStream(@Nullable Throwable failure) {
        this.failure = failure;
    }

    @Override
    @Nullable
    T produce() {
        if (failure != null) {
            throw Failures.rethrow(failure);
        }
        return null;
    }

    @Override
    public Supply itemSupply() {
        return failure == null
                ? Supply.AT_HAND
                : Supply.AWAITED; // the party that polls does so on demand, and a failure needs none
    }

    @Override
    boolean isExhausted() {
        return true;
    }

    @Override
    public String toString() {
        return failure == null ? "AsyncStreams.empty()" : "AsyncStreams.error(" + failure + ")";
    }
}
