package pollux.stream;

import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import pollux.future.Context;
import pollux.future.RawFuture;

/** {@link AsyncStream#mapNotNull}. */
final class MapNotNullStream<S, T> extends UnaryStream<S, T> {

    private final Function<? super S, ? extends @Nullable T> function;

    MapNotNullStream(AsyncStream<S> source, Function<? super S, ? extends @Nullable T> function) {
        super(source);
        this.function = Objects.requireNonNull(function, "function");
    }

    @Override
    @Nullable
    @SuppressWarnings("unchecked") // a source answers with its items
    Object produce(Context cx) {
        while (true) {
            Object item = RawFuture.pollStep(source, cx);
            if (item == null || item == PENDING) {
                return item;
            }
            T result = function.apply((S) item);
            if (result != null) {
                return result;
            }
        }
    }

    @Override
    public String toString() {
        return "AsyncStream.mapNotNull(" + function + ")";
    }
}
