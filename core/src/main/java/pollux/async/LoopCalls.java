package pollux.async;

import java.util.Iterator;
import org.jspecify.annotations.Nullable;
import pollux.future.Context;

/**
 * The calls that compiled code makes where a loop over {@link Async#each} asks for an item and takes it at once: the
 * item is the answer then, and the iterator never holds it. For compiled code only; see {@link AwaitedCalls}.
 *
 * <p>What has waited, and an iterator of the user's, answers with a Boolean, and the item is in the iterator.
 */
public final class LoopCalls {

    private LoopCalls() {}

    /**
     * Awaits {@link AsyncIterator#advance}, and takes the item.
     *
     * @param loop the iterator
     * @param cx the context of this poll
     * @return the item; or whether there is one, which is in the iterator; or {@link pollux.future.RawFuture#PENDING},
     *     and the future is {@linkplain Context#suspendAt kept in the context}
     */
    public static @Nullable Object advance(AsyncIterator<?> loop, Context cx) {
        if (loop instanceof StreamIterator<?> own) {
            return own.advanceTaking(cx);
        }
        return cx.pollAwaited(loop.advance());
    }

    /**
     * Tells whether there is an item.
     *
     * @param answer that of the await
     * @return false at the end
     */
    public static boolean hasNext(Object answer) {
        return answer.getClass() != Boolean.class || (Boolean) answer;
    }

    /**
     * Returns the item.
     *
     * @param loop the iterator
     * @param answer that of the await, which was not the end
     * @return the item
     */
    public static @Nullable Object next(Iterator<?> loop, Object answer) {
        return answer.getClass() == Boolean.class ? loop.next() : answer;
    }
}
