package pollux.async;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.CancellationException;
import pollux.stream.AsyncStream;

/** A loop that parks a virtual thread between items. */
@SuppressWarnings("IterableAndIterator") // one loop only: a second iterator() is refused
final class BlockingLoop<T> implements BlockingIterable<T>, Iterator<T> {

    private static final String CALL = "Async.blockEach";

    private final StreamIterator<T> items;

    BlockingLoop(AsyncStream<? extends T> source) {
        items = new StreamIterator<>(source);
    }

    @Override
    @SuppressWarnings("ReturnValueIgnored") // called for what it refuses
    public Iterator<T> iterator() {
        items.iterator(); // refuses a second loop
        return this;
    }

    @Override
    public boolean hasNext() {
        try {
            return Boolean.TRUE.equals(UncompiledAwait.block(items.advance(), CALL));
        } catch (CancellationException interrupted) {
            close();
            throw interrupted;
        }
    }

    @Override
    public T next() {
        if (!hasNext()) {
            throw new NoSuchElementException("the stream has ended");
        }
        return items.next();
    }

    @Override
    public void close() {
        UncompiledAwait.finish(items.close(), CALL);
    }

    @Override
    public String toString() {
        return "blockEach(" + items + ")";
    }
}
