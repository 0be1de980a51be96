package pollux.async;

import org.jspecify.annotations.Nullable;
import pollux.future.Context;

/**
 * The calls that compiled code makes in place of an await of {@link Emitter#emitting} or {@link AsyncIterator#advance}.
 * For compiled code only; see {@link pollux.sync.AwaitedCalls}.
 */
public final class AwaitedCalls {

    private AwaitedCalls() {}

    /**
     * Awaits {@link Emitter#emitting}. An item that the consumer takes at once is handed to it, and no emission is made
     * ready. An emitter of the user's, and a wrong argument, go the way of the call in the source.
     *
     * @param <T> the type of the items
     * @param out the receiver
     * @param item the item
     * @param cx the context of this poll
     * @return null, or {@link pollux.future.RawFuture#PENDING}; the future is then {@linkplain Context#suspendAt kept
     *     in the context}
     */
    public static <T> @Nullable Object emitting(Emitter<T> out, T item, Context cx) {
        Object lender = cx.lentTo(); // its class is asked, not that of out: for HotSpot out stays the same in a loop
        if (lender == out && lender instanceof GeneratorStream<?> stream && item != null && pushes(stream, item, cx)) {
            return null;
        }
        return cx.pollAwaited(out.emitting(item));
    }

    /**
     * Awaits {@link AsyncIterator#advance}. The iterator of a loop over {@link Async#each} is polled where its class is
     * known.
     *
     * @param loop the iterator
     * @param cx the context of this poll
     * @return whether there is an item, or {@link pollux.future.RawFuture#PENDING}; the future is then
     *     {@linkplain Context#suspendAt kept in the context}
     */
    public static @Nullable Object advance(AsyncIterator<?> loop, Context cx) {
        if (loop instanceof StreamIterator<?> own) {
            return own.advance(cx);
        }
        return cx.pollAwaited(loop.advance());
    }

    @SuppressWarnings("unchecked") // the stream is the emitter that the item is for
    private static <T> boolean pushes(GeneratorStream<?> stream, T item, Context cx) {
        return ((GeneratorStream<T>) stream).pushesHere(item, cx);
    }
}
