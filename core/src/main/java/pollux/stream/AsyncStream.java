package pollux.stream;

import pollux.future.Context;
import pollux.future.Poll;

/**
 * A sequence of items that does nothing until it is polled: to {@code Future} what {@code Iterator} is to a value.
 *
 * <p>The contract of polling is that of {@link pollux.future.Future#poll}: one thread at a time, pending means that the waker of this
 * poll was stored, a poll that throws has ended the stream, and nobody polls after the end. Items are never null: {@code
 * ready(null)} is the end.
 *
 * <p>It has two abstract methods on purpose: a generator lambda must never fit it.
 *
 * <p><b>Backpressure</b> is the absence of a poll: a stream produces nothing that nobody asked for.
 *
 * <p>After {@code futures::Stream}.
 *
 * @param <T> the type of the items
 */
public interface AsyncStream<T> {

    /**
     * Asks for the next item.
     *
     * @param cx the context of this poll
     * @return ready with an item; ready with null at the end; or pending
     */
    Poll<T> pollNext(Context cx);

    /**
     * Gives this stream up. Called at most once, only by whoever holds the right to poll, never after the end.
     *
     * @return true if everything is released, and the stream must not be polled again; false if the clean-up has to wait
     *     itself, and the owner must go on polling until the stream ends, ignoring what it yields
     */
    boolean cancel();
}
