package pollux.stream;

import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import pollux.future.Context;

/** {@link AsyncStream#map}. */
final class MapStream<S, T> extends UnaryStream<S, T> {

    private final Function<? super S, ? extends T> function;

    MapStream(AsyncStream<S> source, Function<? super S, ? extends T> function) {
        super(source);
        this.function = Objects.requireNonNull(function, "function");
    }

    @Override
    @Nullable
    @SuppressWarnings("unchecked") // a source answers with its items
    Object produce(Context cx) {
        Object item = source.pollRaw(cx);
        return item == null || item == PENDING
                ? item
                : present(function.apply((S) item), "the function of map() returned null; items are never null");
    }

    @Override
    public String toString() {
        return "AsyncStream.map(" + function + ")";
    }
}
