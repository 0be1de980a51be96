package pollux.stream;

import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import pollux.future.AwaitTree;
import pollux.future.Context;
import pollux.future.Ending;

/** {@link AsyncStream#map}. */
final class MapStream<S, T> extends OperatorStream<T> {

    private final OwnedStream<S> source;
    private final Function<? super S, ? extends T> function;

    MapStream(AsyncStream<S> source, Function<? super S, ? extends T> function) {
        this.source = new OwnedStream<>(source);
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
    boolean isExhausted(Context cx) {
        return source.pollEnd(cx);
    }

    @Override
    boolean isPartDecided() {
        return source.hasDecided();
    }

    @Override
    void giveUp(Ending ending) {
        source.giveUp(ending);
    }

    @Override
    void describeParts(AwaitTree sketch) {
        sketch.awaits(source);
    }

    @Override
    public String toString() {
        return "AsyncStream.map(" + function + ")";
    }
}
