package pollux.stream;

import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import pollux.future.Context;

/** {@link AsyncStream#takeWhile}. */
final class TakeWhileStream<T> extends UnaryStream<T, T> {

    private final Predicate<? super T> accept;

    TakeWhileStream(AsyncStream<T> source, Predicate<? super T> accept) {
        super(source);
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
    public String toString() {
        return "AsyncStream.takeWhile(" + accept + ")";
    }
}
