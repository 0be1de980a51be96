package pollux.stream;

import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import pollux.future.Context;
import pollux.future.RawFuture;

/** {@link AsyncStream#filter}. */
final class FilterStream<T> extends UnaryStream<T, T> {

    private final Predicate<? super T> accept;

    FilterStream(AsyncStream<T> source, Predicate<? super T> accept) {
        super(source);
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
    public String toString() {
        return "AsyncStream.filter(" + accept + ")";
    }
}
