package pollux.reactive.spi;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import pollux.future.AwaitTree;
import pollux.future.Context;
import pollux.future.Ending;
import pollux.future.RawFuture;
import pollux.stream.AsyncStream;
import pollux.stream.RawStream;
import pollux.stream.StreamCancellation;

/**
 * Serves a subscriber from a stream.
 *
 * <p><b>Backpressure:</b> the stream is polled only while there is demand, so it produces nothing that was not
 * requested. Without demand the subscriber still hears of an end or a failure that the stream can tell without
 * producing an item ({@link RawStream#pollEnd}); any other end is found by the next request. A generator runs on to its
 * end without demand, or to its next emission, which waits.
 *
 * @param <T> the type of the items
 */
public class StreamSubscription<T> extends TaskSubscription<T> implements RawStream.Sink<T> {

    private static final Object NOTHING_WANTED = new Object();

    /** Poller only; null once it has ended, so that nothing is retained (3.13). */
    private @Nullable AsyncStream<? extends T> stream;

    /** Poller only; null until the stream was given up. */
    private @Nullable Ending ending;

    private final Demand demand = new Demand();

    /** Poller only: how much of the demand is in {@link #room}. */
    private long granted;

    /** Poller only: how many items may be delivered: what was granted and what onNext has asked for, less the items. */
    private long room;

    /**
     * Poller only: whether the stream has stopped because nothing was wanted; until more is found. There is no room
     * then, and what the poller asks for is added to the demand.
     */
    private boolean stopped;

    /**
     * The thread inside {@link #pump}, else null. What it asks for meanwhile, in onNext mostly, is added to the room
     * and needs no atomic. Others read this by a data race, and find anything but themselves.
     */
    private @Nullable Thread poller;

    /**
     * Makes a subscription that is still to be {@linkplain #start started}.
     *
     * @param stream the source; belongs to this subscription from now on
     * @param subscriber the subscriber to serve
     * @param peer where late signals go
     */
    public StreamSubscription(AsyncStream<? extends T> stream, Subscriber<? super T> subscriber, BridgeHooks peer) {
        super(subscriber, peer);
        this.stream = Objects.requireNonNull(stream, "stream");
    }

    /** Takes the stream away from this subscription, for one that is handed over. */
    final AsyncStream<? extends T> takeStream() {
        AsyncStream<? extends T> taken = Objects.requireNonNull(stream);
        stream = null;
        return taken;
    }

    final @Nullable AsyncStream<? extends T> stream() {
        return stream;
    }

    @Override
    protected final boolean demands(long n) {
        if (poller == Thread.currentThread()) { // the pump sees it
            if (stopped || granted == Long.MAX_VALUE || room + 1 + n <= 0) { // with the item inside of onNext
                demand.add(n);
            } else {
                room += n;
            }
            return false;
        }
        return demand.add(n) == 0; // with demand left, the task looks again by itself
    }

    @Override
    protected final @Nullable Object advance(Context cx) {
        boolean ended = true; // by a failure, unless it returns
        try {
            Object answer = pump(Objects.requireNonNull(stream), cx);
            ended = answer == null;
            return answer;
        } finally {
            if (ended) {
                stream = null;
            }
        }
    }

    private @Nullable Object pump(AsyncStream<? extends T> source, Context cx) {
        granted = demand.get();
        room = granted;
        Object answer;
        poller = Thread.currentThread();
        try {
            answer = pumpItems(source, cx);
        } finally {
            poller = null;
        }
        if (answer != NOTHING_WANTED) {
            return answer;
        }
        return RawStream.pollEndAny(source, cx) ? RawStream.pollAny(source, cx) : RawFuture.PENDING;
    }

    @SuppressWarnings("unchecked") // a stream yields nothing but T
    private @Nullable Object pumpItems(AsyncStream<? extends T> source, Context cx) {
        while (room > 0 || hasMore()) { // 1.1
            stopped = false;
            Object item = RawStream.<T>pollStepInto(source, cx, this);
            if (item == RawFuture.PENDING) {
                if (stopped && hasMore()) {
                    continue; // asked for inside of that poll, after the stream had stopped
                }
                settle();
                return item;
            }
            if (item == null) {
                return null;
            }
            push((T) item);
            if (!isServing()) {
                return RawFuture.PENDING;
            }
        }
        return NOTHING_WANTED;
    }

    /** Settles when the room is used up, and looks for more demand. */
    private boolean hasMore() {
        granted = demand.spend(granted);
        room = granted;
        return room > 0;
    }

    /** Makes the demand what is left of it. */
    private void settle() {
        if (granted > room) {
            demand.spend(granted - room);
        } else if (granted < room) {
            demand.add(room - granted);
        }
    }

    /** For the stream, inside its poll. */
    @Override
    public final boolean isOpen() {
        return isServing();
    }

    /** For the stream, inside its poll. */
    @Override
    public final boolean wants() {
        if (!isServing()) {
            return false;
        }
        if (room <= 0) {
            stopped = !hasMore();
        }
        return room > 0;
    }

    /** For the stream, inside its poll. */
    @Override
    public final void push(T item) {
        if (emit(item)) {
            room--;
        }
    }

    /** For the stream, inside its poll. */
    @Override
    public final boolean pushStep(T item, Context cx) {
        // Fields that are read next to their writes are read once: behind the volatile `stop`, and before any call.
        if (!isServing() || room <= 0 && !wants() || !cx.hasBudget()) {
            return false;
        }
        cx.spend();
        room--;
        if (!deliver(item)) {
            room++;
        }
        return true;
    }

    @Override
    protected final boolean releaseSource() {
        if (stream == null) {
            return true;
        }
        Ending released = Ending.cancelled();
        released.giveUp(new StreamCancellation(stream));
        stream = null;
        ending = released;
        return released.answerCancel();
    }

    @Override
    protected final boolean cleanUp(Context cx) {
        return ending == null || ending.drop(cx);
    }

    @Override
    final void describeSource(AwaitTree sketch) {
        describeDemand(sketch, demand.get());
        sketch.awaits(stream).awaits(ending);
    }

    @Override
    public String toString() {
        return "StreamSubscription[demand " + demand + ", " + stream + "]";
    }
}
