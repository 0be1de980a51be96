package pollux.stream;

import java.util.Iterator;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** {@link AsyncStreams#from(Iterable)}. */
final class IteratorStream<T> extends SourceStream<T> {

    private final Supplier<? extends Iterator<? extends T>> source;
    private final boolean looksAhead;
    private @Nullable Iterator<? extends T> iterator;

    /**
     * @param looksAhead whether asking the iterator for a next item costs nothing, as with a collection; any other may
     *     have to fetch that item
     */
    IteratorStream(Supplier<? extends Iterator<? extends T>> source, boolean looksAhead) {
        this.source = source;
        this.looksAhead = looksAhead;
    }

    @Override
    public Supply itemSupply() {
        return looksAhead ? Supply.AT_HAND : Supply.COMPUTED;
    }

    @Override
    @Nullable
    T produce() {
        Iterator<? extends T> items = iterator();
        return items.hasNext()
                ? OperatorStream.present(items.next(), "the iterator of from() returned null; items are never null")
                : null;
    }

    private Iterator<? extends T> iterator() {
        if (iterator == null) {
            iterator =
                    OperatorStream.present(source.get(), "the iterable of from() returned null instead of an iterator");
        }
        return iterator;
    }

    @Override
    boolean isExhausted() {
        try {
            return looksAhead && !iterator().hasNext();
        } catch (Throwable thrown) {
            return false; // the next poll will meet it again
        }
    }

    @Override
    public String toString() {
        return "AsyncStreams.from(" + source + ")";
    }
}
