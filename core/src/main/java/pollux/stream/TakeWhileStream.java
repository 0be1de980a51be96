package pollux.stream;

import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import pollux.future.AwaitTree;
import pollux.future.Context;
import pollux.future.Ending;

/** {@link AsyncStream#takeWhile}. */
final class TakeWhileStream<T> extends OperatorStream<T> {

    private final OwnedStream<T> source;
    private final Predicate<? super T> accept;

    TakeWhileStream(AsyncStream<T> source, Predicate<? super T> accept) {
        this.source = new OwnedStream<>(source);
        this.accept = Objects.requireNonNull(accept, "accept");
    }

    @Override
    @Nullable
    @SuppressWarnings("unchecked") // a source answers with its items
    Object produce(Context cx) {
        Object item = source.pollRaw(cx);
        return item == null || item == PENDING || accept.test((T) item) ? item : null;
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
        return "AsyncStream.takeWhile(" + accept + ")";
    }
}
