package pollux.reactive.spi;

import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import pollux.future.AwaitTree;
import pollux.future.Context;
import pollux.future.Ending;
import pollux.future.Failures;
import pollux.future.Future;
import pollux.future.FutureSet;
import pollux.future.RawFuture;

/**
 * Serves a subscriber from many futures, several at a time: their values as they come or in the order of the futures. A
 * future that ends with null adds no item. The first failure that is due cancels what runs, and ends it all.
 *
 * <p><b>Backpressure:</b> a future is started only when its value is asked for, so that no more run than there is
 * demand, nor more than the concurrency. Nothing waits for demand but a value.
 *
 * <p><b>Cancellation:</b> cancels the futures that run; the others are not touched.
 *
 * @param <T> the type of the values
 */
public final class FuturesSubscription<T> extends TaskSubscription<T> {

    private static final Object NOTHING = new Object();

    private record Failed(Throwable failure) {}

    private final int concurrency;
    private final boolean ordered;
    private final Demand demand = new Demand();
    private final FutureSet<T> running = new FutureSet<>();

    // the rest belongs to the poller

    /** What ended before its turn, by the number of its future: a value, NOTHING, or Failed. */
    private final Map<Integer, Object> results = new HashMap<>();

    /** Null once their iterator is there, which is empty at the end, so that nothing is retained (3.13). */
    private @Nullable Iterable<? extends Future<? extends T>> futures;

    private @Nullable Iterator<? extends Future<? extends T>> unstarted;
    private int started;
    private int turn;

    /** Null until a failure is due, or the subscriber has left. */
    private @Nullable Ending ending;

    /**
     * Makes a subscription that is still to be {@linkplain #start started}.
     *
     * @param futures the futures; belong to this subscription from now on
     * @param concurrency how many may run at once, at least 1
     * @param ordered true for the order of the futures, false for the order in which they end
     * @param subscriber the subscriber to serve
     * @param peer where late signals go
     */
    public FuturesSubscription(
            Iterable<? extends Future<? extends T>> futures,
            int concurrency,
            boolean ordered,
            Subscriber<? super T> subscriber,
            BridgeHooks peer) {
        super(subscriber, peer);
        this.futures = Objects.requireNonNull(futures, "futures");
        this.concurrency = concurrency;
        this.ordered = ordered;
    }

    @Override
    protected boolean demands(long n) {
        demand.add(n);
        return true; // each request may start more
    }

    @Override
    @SuppressWarnings("unchecked") // a future ends with nothing but T
    protected @Nullable Object advance(Context cx) {
        try {
            while (ending == null) {
                boolean more = startMore();
                if (running.isEmpty() && results.isEmpty()) {
                    return more ? RawFuture.PENDING : null;
                }
                Object value = ordered ? pollInOrder(cx) : running.pollAnyRaw(cx);
                if (value == RawFuture.PENDING) {
                    return value;
                }
                if (value != null) {
                    demand.spend(1);
                    emit((T) value);
                    if (!isServing()) {
                        return RawFuture.PENDING;
                    }
                }
            }
        } catch (Throwable thrown) {
            giveUp(Ending.ofFailure(thrown));
        }
        return Objects.requireNonNull(ending).poll(cx, this);
    }

    /** Starts what may run; true if there are futures left. */
    private boolean startMore() {
        if (unstarted == null) {
            unstarted = Objects.requireNonNull(futures).iterator();
            futures = null;
        }
        while (unstarted.hasNext()) {
            if (running.size() + results.size() >= Math.min(concurrency, demand.get())) { // 1.1
                return true;
            }
            running.add(Objects.requireNonNull(unstarted.next(), "one of the futures is null"), started++);
        }
        unstarted = Collections.emptyIterator();
        return false;
    }

    private @Nullable Object pollInOrder(Context cx) {
        while (true) {
            Object result = results.remove(turn);
            if (result != null) {
                turn++;
                if (result instanceof Failed failed) {
                    throw Failures.rethrow(failed.failure);
                }
                return result == NOTHING ? null : result;
            }
            try {
                result = running.pollAnyRaw(cx);
                if (result == RawFuture.PENDING) {
                    return result;
                }
            } catch (Throwable thrown) {
                result = new Failed(thrown);
                unstarted = Collections.emptyIterator(); // nothing behind a failure is asked for
            }
            results.put(running.endedTag(), result == null ? NOTHING : result);
        }
    }

    @Override
    protected boolean releaseSource() {
        Ending decided = ending;
        if (decided == null) {
            decided = Ending.cancelled();
            giveUp(decided);
        }
        return decided.answerCancel();
    }

    private void giveUp(Ending decided) {
        ending = decided;
        futures = null;
        unstarted = Collections.emptyIterator();
        running.cancelAll(decided);
        for (Object result : results.values()) {
            if (result instanceof Failed failed) {
                decided.report(failed.failure);
            } else if (result != NOTHING) {
                peer().discard(result);
            }
        }
        results.clear();
    }

    @Override
    protected boolean cleanUp(Context cx) {
        return ending == null || ending.drop(cx);
    }

    @Override
    void describeSource(AwaitTree sketch) {
        describeDemand(sketch, demand.get());
        sketch.awaits(running);
    }

    @Override
    public String toString() {
        return "FuturesSubscription[demand " + demand + ", " + running.size() + " running]";
    }
}
