package pollux.rxjava;

import io.reactivex.rxjava3.core.BackpressureOverflowStrategy;
import io.reactivex.rxjava3.core.BackpressureStrategy;
import io.reactivex.rxjava3.core.Flowable;
import io.reactivex.rxjava3.core.Observable;
import io.reactivex.rxjava3.core.ObservableSource;
import pollux.reactive.PublisherStream;
import pollux.stream.AsyncStream;

/**
 * What happens to the items of an {@code Observable} that come faster than they are taken. An Observable cannot be slowed down,
 * and its thread is never blocked, so one of these has to be chosen.
 */
public final class Overflow {

    private final BackpressureOverflowStrategy strategy;
    private final int capacity;

    private Overflow(BackpressureOverflowStrategy strategy, int capacity) {
        if (capacity < 1) {
            throw new IllegalArgumentException("the capacity must be at least 1, was " + capacity);
        }
        this.strategy = strategy;
        this.capacity = capacity;
    }

    /**
     * Fails the stream when there are too many: after the items that fitted it ends with {@code MissingBackpressureException},
     * and the source is disposed of.
     *
     * @param capacity how many items may wait, at least 1
     * @return a policy
     */
    public static Overflow error(int capacity) {
        return new Overflow(BackpressureOverflowStrategy.ERROR, capacity);
    }

    /**
     * Drops what comes while there is no room; what waits is kept.
     *
     * @param capacity how many items may wait, at least 1
     * @return a policy
     */
    public static Overflow dropLatest(int capacity) {
        return new Overflow(BackpressureOverflowStrategy.DROP_LATEST, capacity);
    }

    /**
     * Drops what has waited longest to make room for what comes.
     *
     * @param capacity how many items may wait, at least 1
     * @return a policy
     */
    public static Overflow dropOldest(int capacity) {
        return new Overflow(BackpressureOverflowStrategy.DROP_OLDEST, capacity);
    }

    /**
     * Keeps all items, however many come. Only for sources that are known to be finite or slow.
     *
     * @return the policy without a bound
     */
    public static Overflow unbounded() {
        return new Overflow(BackpressureOverflowStrategy.ERROR, Integer.MAX_VALUE);
    }

    /** Puts the buffer between an observable and a stream that asks for one item at a time, so that little waits elsewhere. */
    @SuppressWarnings("unchecked") // items are only read
    <T> AsyncStream<T> apply(ObservableSource<? extends T> source) {
        Observable<T> observable = Observable.wrap((ObservableSource<T>) source);
        if (capacity == Integer.MAX_VALUE) {
            Flowable<T> buffered = observable.toFlowable(BackpressureStrategy.BUFFER);
            return new PluginBridge.PullingStream<>(buffered, PublisherStream.PREFETCH);
        }
        Flowable<T> buffered =
                observable.toFlowable(BackpressureStrategy.MISSING).onBackpressureBuffer(capacity, () -> {}, strategy);
        return new PluginBridge.PullingStream<>(buffered, 1);
    }

    @Override
    public String toString() {
        return capacity == Integer.MAX_VALUE ? "Overflow.UNBOUNDED" : "Overflow." + strategy + "(" + capacity + ")";
    }
}
