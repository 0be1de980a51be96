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
     * Takes an item that is there already as one step of the poll: for consumers that poll in a loop. A stream answers
     * null where anything else is to be done, and the consumer {@linkplain #pollNextRaw polls} then. So the quick way
     * of a loop is separate from all others.
     *
     * @param cx the context of this poll
     * @return the item, one of the budget is spent for it; null, and nothing is spent, if there is no budget, no item,
     *     or something else to do; null unless overridden
     */
    public @Nullable Object takeReady(Context cx) {
        return null;
    }

    /**
     * Takes items inside the poll that it is lent to, instead of one item for each poll.
     *
     * @param <T> the type of the items
     */
    public interface Sink<T> {

        /**
         * Tells whether the receiver still takes items at all.
         *
         * @return false if it has cancelled; the stream then answers pending, and is cancelled soon
         */
        boolean isOpen();

        /**
         * Tells whether an item may be pushed now, or answered. True when the sink is lent.
         *
         * @return true if the receiver is open and has demand
         */
        boolean wants();

        /**
         * Hands an item over. Never throws.
         *
         * @param item the item
         */
        void push(T item);

        /**
         * Hands an item over as one step of the poll, if it is wanted and there is budget. Never throws.
         *
         * @param item the item
         * @param cx the context of this poll
         * @return false if the item was not taken; nothing is spent then
         */
        default boolean pushStep(T item, Context cx) {
            if (!cx.hasBudget() || !wants()) {
                return false;
            }
            cx.spend();
            push(item);
            return true;
        }
    }

    /**
     * Polls with a sink that may take items before the answer. A stream that pushes what it has as soon as it has it
     * spares itself a suspension for each item; so do generators. This default pushes nothing.
     *
     * <p><b>Backpressure:</b> nothing is pushed, and after a push nothing is answered, unless {@link Sink#wants} says
     * so; each item spends budget. A stream that stops for that reason tells its end as {@link #pollEnd} does, and is
     * pending otherwise.
     *
     * @param cx the context of this poll
     * @param sink valid until this poll returns, on this thread only
     * @return the item that comes after the pushed ones, null at the end, or {@link #PENDING}
     */
    public @Nullable Object pollInto(Context cx, Sink<? super T> sink) {
        return pollNextRaw(cx);
    }

    /** Where the items of a stream come from, as far as it matters to an owner that polls in its own way. */
    public enum Supply {
        /** A poll may be pending, or the stream has something to release. */
        AWAITED,
        /** At hand, but made by code of the user's, which belongs on the thread that was to poll. */
        COMPUTED,
        /** At hand: data and nothing else. */
        AT_HAND
    }

    /**
     * Tells where the items come from. At hand means that every poll answers with an item, the end or a failure, and is
     * pending only when the budget is used up; that it does not begin with a failure, which would wait for demand then;
     * and that there is nothing to release, so that the stream may be dropped instead of cancelled. A bridge may let
     * the other library poll such a stream wherever it likes.
     *
     * @return {@code AWAITED} unless overridden; always the same
     */
    public Supply itemSupply() {
        return Supply.AWAITED;
    }

    /**
     * Looks, without asking for an item or handing one out, whether this stream is at its end: a bridge has to tell its
     * subscriber of the end, or of a failure, even if that has no demand left (Reactive Streams 2.9, 2.10).
     *
     * <p>If the answer is false and the end may come by itself, the waker is registered as by a poll. A stream that
     * would have to work on an item to find out answers false, and its end is found by the next poll; so does this
     * default. A generator runs on to its end, or to its next emission, which is suspended. Never throws.
     *
     * @param cx the context of this poll
     * @return true if further polls are certain to yield no item, only the end or a failure
     */
    public boolean pollEnd(Context cx) {
        return false;
    }

    /**
     * Tells whether an answer is decided in here that no poll has delivered yet: an item, the end, or a failure. It is
     * delivered even though a cancellation comes, see {@link RawFuture#hasDecided()}.
     *
     * @return false unless overridden
     */
    public boolean hasDecided() {
        return false;
    }

    /**
     * Asks any stream whether an answer {@linkplain #hasDecided() is decided}.
     *
     * @param stream the stream; null has none
     * @return true if a cancellation has to wait for the answer
     */
    public static boolean hasDecided(@Nullable AsyncStream<?> stream) {
        return stream instanceof RawStream<?> raw && raw.hasDecided();
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
     * Polls any stream as one step of a loop, as {@link RawFuture#pollStep} polls a future: an item, the end and a
     * failure spend at least one of the budget, and without budget nothing is polled.
     *
     * @param stream the stream to poll
     * @param cx the context of this poll
     * @return the item, null at the end, or {@link #PENDING}
     * @throws NullPointerException if a foreign stream answers with null instead of a {@code Poll}
     */
    public static @Nullable Object pollStep(AsyncStream<?> stream, Context cx) {
        int before = cx.budget();
        if (before == 0) {
            cx.yield();
            return PENDING;
        }
        Object answer;
        try {
            answer = pollAny(stream, cx);
        } catch (Throwable failure) {
            cx.spendSince(before);
            throw failure;
        }
        if (answer != PENDING) {
            cx.spendSince(before);
        }
        return answer;
    }

    /**
     * Polls any stream as one step of a loop, see {@link #pollStep}, with a sink lent to it.
     *
     * @param <T> the type of the items
     * @param stream the stream to poll
     * @param cx the context of this poll
     * @param sink takes items before the answer
     * @return the item, null at the end, or {@link #PENDING}
     * @throws NullPointerException if a foreign stream answers with null instead of a {@code Poll}
     */
    public static <T> @Nullable Object pollStepInto(AsyncStream<? extends T> stream, Context cx, Sink<? super T> sink) {
        if (!(stream instanceof RawStream<? extends T> raw)) {
            return pollStep(stream, cx);
        }
        int before = cx.budget();
        if (before == 0) {
            cx.yield();
            return PENDING;
        }
        Object answer;
        try {
            answer = raw.pollInto(cx, sink);
        } catch (Throwable failure) {
            cx.spendSince(before);
            throw failure;
        }
        if (answer != PENDING) {
            cx.spendSince(before);
        }
        return answer;
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
