package pollux.async;

import java.util.Iterator;
import pollux.future.Future;

/**
 * The iterator of an awaiting for loop. Compiled code awaits {@link #advance} where the loop says {@code hasNext}, and
 * {@link #close} where it is left early; both futures belong to the iterator and may be polled one at a time.
 *
 * @param <T> the type of the items
 */
public interface AsyncIterator<T> extends Iterator<T> {

    /**
     * Awaits the next item; code that calls this directly, not through an enhanced for statement, has to {@link #close}
     * for itself.
     *
     * @return true if {@link #next} has an item
     */
    @Override
    @Awaits("advance")
    boolean hasNext();

    /**
     * Asks for the next item.
     *
     * <p><b>Cancellation:</b> stops waiting; an item that arrives is kept for the next call. The source goes on until
     * {@link #close}.
     *
     * @return a future that ends with true if {@link #next} has an item
     */
    Future<Boolean> advance();

    /**
     * Gives the source up, if it has not ended. To ask for items afterwards is an {@link IllegalStateException}.
     *
     * <p><b>Cancellation:</b> the clean-up of the source goes on in the next poll; nothing is lost.
     *
     * @return a future that ends when the clean-up of the source has ended
     */
    Future<Void> close();
}
