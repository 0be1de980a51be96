package pollux.async;

import java.util.Iterator;

/**
 * What {@link Async#blockEach} makes of a stream, for an enhanced for statement on a virtual thread that no block
 * surrounds.
 *
 * <p>One thread at a time. {@code hasNext} parks the virtual thread that calls it, and throws
 * {@link IllegalStateException} on a platform thread.
 *
 * <p><b>Cancellation:</b> an interrupt while it parks cancels the stream, sees its clean-up through, and throws {@link
 * java.util.concurrent.CancellationException}.
 *
 * <p><b>Backpressure:</b> an item is asked for when the one before was taken.
 *
 * @param <T> the type of the items
 */
public interface BlockingIterable<T> extends Iterable<T>, AutoCloseable {

    /**
     * Takes the source; a second loop over the same object fails.
     *
     * @return the iterator of the one loop
     */
    @Override
    Iterator<T> iterator();

    /**
     * Cancels the stream unless it has ended, and parks until its clean-up is through. Calling it again does nothing.
     */
    @Override
    void close();
}
