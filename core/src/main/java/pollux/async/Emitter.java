package pollux.async;

import pollux.future.Future;

/**
 * Takes the items of a {@link StreamBlock}. It belongs to one run of the block, and to the task that polls the stream.
 *
 * @param <T> the type of the items
 */
public interface Emitter<T> {

    /**
     * Emits an item, and suspends the code until it has been taken.
     *
     * <p><b>Cancellation:</b> when the stream is cancelled, a suspended call throws {@link
     * java.util.concurrent.CancellationException}, so that finally blocks run; the item may or may not have been seen.
     *
     * <p><b>Backpressure:</b> returns when the consumer asks for the item after this one.
     *
     * @param item the item, not null
     * @throws NullPointerException if the item is null
     * @throws IllegalStateException if the block has ended, or if the calling code was not compiled by Pollux
     */
    @Awaits("emitting")
    void emit(T item);

    /**
     * Returns {@link #emit} as a future, for code that combines it with others. Items are taken in the order in which
     * these futures are first polled.
     *
     * <p><b>Cancellation:</b> withdraws the item if it has not been taken.
     *
     * @param item the item, not null
     * @return a future that emits the item when first polled, and ends when the item has been taken; it fails with an
     *     {@link IllegalStateException} if the block has ended
     * @throws NullPointerException if the item is null
     */
    Future<Void> emitting(T item);
}
