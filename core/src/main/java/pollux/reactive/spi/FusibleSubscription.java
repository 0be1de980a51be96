package pollux.reactive.spi;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import pollux.future.Context;
import pollux.future.Failures;
import pollux.future.Services;
import pollux.future.Waker;
import pollux.stream.AsyncStream;
import pollux.stream.RawStream;

/**
 * Serves a subscriber from a stream, or hands the stream over to a subscriber that polls it itself: our poll is its
 * poll, without demand, signals or a task in between. For the adapters, which make the {@code QueueSubscription} of
 * their library of it.
 *
 * <p>Only a stream that has its items {@linkplain RawStream#itemSupply at hand} is handed over, and only inside
 * {@code onSubscribe}. From then on all methods below belong to the subscriber's polling thread, one at a time;
 * {@code cancel} may still come from any thread, and needs no turn of its own, since such a stream has nothing to
 * release.
 *
 * @param <T> the type of the items
 */
public abstract class FusibleSubscription<T> extends StreamSubscription<T> {

    /** Null unless the stream was handed over. */
    private @Nullable Context context;

    /** Null unless the stream was handed over, and when it has ended. */
    private @Nullable RawStream<? extends T> polled;

    /** The end of the stream, found by looking; the next poll throws it. */
    private @Nullable Throwable failure;

    /**
     * For adapters.
     *
     * @param stream the source; belongs to this subscription from now on
     * @param subscriber the subscriber to serve
     * @param peer where late signals go
     */
    protected FusibleSubscription(AsyncStream<? extends T> stream, Subscriber<? super T> subscriber, BridgeHooks peer) {
        super(stream, subscriber, peer);
    }

    /**
     * Hands the stream over, if that makes no difference but in speed.
     *
     * @param barrier whether the subscriber will poll on a thread of its own, where code of the user's has no place
     * @return false if the subscriber has to be served with signals
     */
    protected final boolean handOver(boolean barrier) {
        if (!(stream() instanceof RawStream<?> raw)
                || raw.itemSupply() == RawStream.Supply.AWAITED
                || barrier && raw.itemSupply() == RawStream.Supply.COMPUTED
                || !standAside()) {
            return false;
        }
        context = new Context(yielding -> {});
        polled = (RawStream<? extends T>) takeStream();
        return true;
    }

    /**
     * Takes the next item.
     *
     * @return the item, or null at the end and after a cancellation
     */
    @SuppressWarnings("unchecked") // a stream yields nothing but T
    protected final @Nullable T take() {
        RawStream<? extends T> source = polled;
        if (source == null) {
            return afterEnd();
        }
        if (!isServing()) {
            return afterStop();
        }
        Object item = null; // what throws has ended
        try {
            item = next(source);
        } finally {
            if (item == null) {
                polled = null;
            }
        }
        return (T) item;
    }

    private @Nullable T afterEnd() {
        Throwable found = failure;
        failure = null;
        if (found != null) {
            throw Failures.rethrow(found);
        }
        return null;
    }

    private @Nullable T afterStop() {
        polled = null;
        if (whyStopped() instanceof Throwable refused) { // a bad request
            throw Failures.rethrow(refused);
        }
        return null;
    }

    @SuppressWarnings("NullAway") // with a stream that was handed over there is a context
    private @Nullable Object next(RawStream<? extends T> source) {
        Context cx = context;
        Object item = source.pollNextRaw(cx);
        if (item == RawStream.PENDING) {
            cx.begin(
                    Waker.noop(),
                    Services.NONE); // a new budget: the thread is the subscriber's, who knows when to give it back
            item = source.pollNextRaw(cx);
            if (item == RawStream.PENDING) {
                throw new IllegalStateException(source + " says that its items are at hand, and is pending");
            }
        }
        return item;
    }

    /**
     * Looks whether the stream has ended. The subscriber takes that for completion, so the answer is false before a
     * failure.
     *
     * @return true if {@link #take} would return null; false also if that could be told only by making an item
     */
    @SuppressWarnings("NullAway") // as in next()
    protected final boolean isDry() {
        RawStream<? extends T> source = polled;
        if (source == null) {
            return failure == null;
        }
        if (!isServing()) {
            return !(whyStopped() instanceof Throwable);
        }
        if (!source.pollEnd(context)) {
            return false;
        }
        polled = null;
        try {
            next(source); // nothing but the end
        } catch (Throwable thrown) {
            failure = thrown;
        }
        return failure == null;
    }

    /** Drops what is left. */
    protected final void drop() {
        polled = null;
        failure = null;
    }
}
