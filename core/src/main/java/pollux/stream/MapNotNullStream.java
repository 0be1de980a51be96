package pollux.stream;

import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import pollux.future.AwaitTree;
import pollux.future.Context;
import pollux.future.Ending;
import pollux.future.RawFuture;

/** {@link AsyncStream#mapNotNull}. */
final class MapNotNullStream<S, T> extends OperatorStream<T> {

    private final OwnedStream<S> source;
    private final Function<? super S, ? extends @Nullable T> function;

    MapNotNullStream(AsyncStream<S> source, Function<? super S, ? extends @Nullable T> function) {
        this.source = new OwnedStream<>(source);
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
        return "AsyncStream.mapNotNull(" + function + ")";
    }
}
