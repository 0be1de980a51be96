package pollux.async;

import org.jspecify.annotations.Nullable;
import pollux.future.Context;

/**
 * The call of {@link Emitter#emit} that compiled code makes in place of an await of {@link Emitter#emitting}. For
 * compiled code only; see {@link pollux.sync.AwaitedCalls}.
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
        if (out instanceof GeneratorStream<T> stream && item != null && cx.hasBudget() && stream.pushes(item, cx)) {
            cx.spend();
            return null;
        }
        return cx.pollAwaited(out.emitting(item));
    }
}
