package pollux.stream;

import java.util.Iterator;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** {@link AsyncStreams#from(Iterable)}. */
final class IteratorStream<T> extends SourceStream<T> {

    private final Supplier<? extends Iterator<? extends T>> source;
    private @Nullable Iterator<? extends T> iterator;

    IteratorStream(Supplier<? extends Iterator<? extends T>> source) {
        this.source = source;
    }

    @Override
    @Nullable
    T produce() {
        if (iterator == null) {
            iterator =
                    OperatorStream.present(source.get(), "the iterable of from() returned null instead of an iterator");
        }
        return iterator.hasNext()
                ? OperatorStream.present(iterator.next(), "the iterator of from() returned null; items are never null")
                : null;
    }

    @Override
    public String toString() {
        return "AsyncStreams.from(" + source + ")";
    }
}
