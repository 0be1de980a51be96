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

    /**
     * Looks, without producing or asking for an item, whether this stream is at its end: a bridge has to tell its subscriber
     * of the end, or of a failure, even if that has no demand left (Reactive Streams 2.9, 2.10).
     *
     * <p>If the answer is false and the end may come by itself, the waker is registered as by a poll. A stream that would have to
     * work on an item to find out answers false, and its end is found by the next poll; so does this default. Never throws.
     *
     * @param cx the context of this poll
     * @return true if further polls are certain to yield no item, only the end or a failure
     */
    public boolean pollEnd(Context cx) {
        return false;
    }

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

    /**
     * Calls {@link #pollEnd} on any stream; one that is not a {@code RawStream} cannot tell.
     *
     * @param stream the stream to ask
     * @param cx the context of this poll
     * @return true if further polls are certain to yield no item
     */
    public static boolean pollEndAny(AsyncStream<?> stream, Context cx) {
        return stream instanceof RawStream<?> raw && raw.pollEnd(cx);
    }
}
