package pollux.stream;

import org.jspecify.annotations.Nullable;
import pollux.future.Context;
import pollux.future.Poll;
import pollux.future.RawFuture;

/**
 * A stream that answers without allocating: to {@link AsyncStream} what {@link RawFuture} is to {@code Future}.
 *
 * @param <T> the type of the items
 */
public abstract class RawStream<T> implements AsyncStream<T> {

    /** What {@link #pollNextRaw} returns while there is no answer; the same object as {@link RawFuture#PENDING}. */
    public static final Object PENDING = RawFuture.PENDING;

    /** For subclasses. */
    protected RawStream() {}

    /**
     * Polls once, see {@link AsyncStream#pollNext}.
     *
     * @param cx the context of this poll
     * @return the item, null at the end, or {@link #PENDING}
     */
    public abstract @Nullable Object pollNextRaw(Context cx);

    @Override
    @SuppressWarnings("unchecked") // pollNextRaw answers with a T, null or PENDING
    public final Poll<T> pollNext(Context cx) {
        Object answer = pollNextRaw(cx);
        return answer == PENDING ? Poll.pending() : Poll.ready((T) answer);
    }

    /**
     * Polls any stream in the raw form.
     *
     * @param stream the stream to poll
     * @param cx the context of this poll
     * @return the item, null at the end, or {@link #PENDING}
     * @throws NullPointerException if a foreign stream answers with null instead of a {@code Poll}
     */
    public static @Nullable Object pollAny(AsyncStream<?> stream, Context cx) {
        if (stream instanceof RawStream<?> raw) {
            return raw.pollNextRaw(cx);
        }
        Poll<?> poll = stream.pollNext(cx);
        if (poll == null) {
            throw new NullPointerException(stream.getClass().getName() + ".pollNext returned null instead of a Poll");
        }
        return poll.isPending() ? PENDING : poll.value();
    }
}
