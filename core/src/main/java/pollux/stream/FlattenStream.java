package pollux.stream;

import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import pollux.future.AwaitTree;
import pollux.future.Context;
import pollux.future.Ending;
import pollux.future.RawFuture;

/** {@link AsyncStream#concatMap}, {@link AsyncStreams#flatten} and {@link AsyncStreams#streamDefer}. */
final class FlattenStream<S, T> extends OperatorStream<T> {

    private final String name;
    private final OwnedStream<S> source;
    private final Function<? super S, ? extends AsyncStream<? extends T>> function;
    private @Nullable OwnedStream<T> inner;

    FlattenStream(
            String name,
            AsyncStream<? extends S> source,
            Function<? super S, ? extends AsyncStream<? extends T>> function) {
        this.name = name;
        this.source = new OwnedStream<>(source);
        this.function = Objects.requireNonNull(function, "function");
    }

    @Override
    @Nullable
    @SuppressWarnings("unchecked") // a source answers with its items
    Object produce(Context cx) {
        while (true) {
            if (inner != null) {
                Object item = inner.pollRaw(cx);
                if (item != null) {
                    return item;
                }
                inner = null;
            }
            Object next = RawFuture.pollStep(source, cx);
            if (next == null || next == PENDING) {
                return next;
            }
            inner = new OwnedStream<>(
                    present(function.apply((S) next), name + "() was given null instead of a stream"));
        }
    }

    @Override
    boolean isExhausted(Context cx) {
        return (inner == null || inner.pollEnd(cx)) && source.pollEnd(cx);
    }

    @Override
    boolean isPartDecided() {
        return inner != null && inner.hasDecided() || source.hasDecided();
    }

    @Override
    void giveUp(Ending ending) {
        if (inner != null) {
            inner.giveUp(ending);
        }
        source.giveUp(ending);
    }

    @Override
    void describeParts(AwaitTree sketch) {
        sketch.awaits(inner).awaits(source);
    }

    @Override
    public String toString() {
        return name + "(" + (inner == null ? "between two streams" : inner) + ")";
    }
}
