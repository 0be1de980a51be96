package pollux.stream;

import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import pollux.future.AwaitTree;
import pollux.future.Context;
import pollux.future.Ending;
import pollux.future.RawFuture;

/** {@link AsyncStream#filter}. */
final class FilterStream<T> extends OperatorStream<T> {

    private final OwnedStream<T> source;
    private final Predicate<? super T> accept;

    FilterStream(AsyncStream<T> source, Predicate<? super T> accept) {
        this.source = new OwnedStream<>(source);
        this.accept = Objects.requireNonNull(accept, "accept");
    }

    @Override
    @Nullable
    @SuppressWarnings("unchecked") // a source answers with its items
    Object produce(Context cx) {
        while (true) {
            Object item = RawFuture.pollStep(source, cx);
            if (item == null || item == PENDING || accept.test((T) item)) {
                return item;
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
        return "AsyncStream.filter(" + accept + ")";
    }
}
