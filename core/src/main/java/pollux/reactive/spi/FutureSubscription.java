package pollux.reactive.spi;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import pollux.future.AwaitTree;
import pollux.future.Context;
import pollux.future.Ending;
import pollux.future.Future;
import pollux.future.RawFuture;
import pollux.internal.memory.VarHandles;

/**
 * Serves a subscriber from a future: its value and then at once the end; or only the end, if the value is null.
 *
 * <p><b>Backpressure:</b> the future is polled from {@code subscribe} on, not from the first request on, since a
 * failure or an empty end needs no demand (2.9, 2.10). A value waits for demand.
 *
 * @param <T> the type of the value
 */
public final class FutureSubscription<T> extends TaskSubscription<T> {

    /** Poller only; null once it has ended. */
    private @Nullable Future<? extends T> future;

    /** Poller only; waits for demand. */
    private @Nullable T value;

    /** Poller only; null until there is something to clean up. */
    private @Nullable Ending ending;

    private static final VarHandle DEMANDED = VarHandles.handle(MethodHandles.lookup(), "demanded", boolean.class);

    /** Whether anything was requested: one value needs no count. Release store; the wake-up behind it is the fence. */
    private volatile boolean demanded;

    /**
     * Makes a subscription that is still to be {@linkplain #start started}.
     *
     * @param future the source; belongs to this subscription from now on
     * @param subscriber the subscriber to serve
     * @param peer where late signals go
     */
    public FutureSubscription(Future<? extends T> future, Subscriber<? super T> subscriber, BridgeHooks peer) {
        super(subscriber, peer);
        this.future = Objects.requireNonNull(future, "future");
    }

    @Override
    protected boolean demands(long n) {
        if (demanded) {
            return false;
        }
        DEMANDED.setRelease(this, true);
        return true;
    }

    @Override
    protected @Nullable Object advance(Context cx) {
        if (future != null) {
            Object answer = poll(future, cx);
            if (answer == null || answer == RawFuture.PENDING) {
                return answer;
            }
        }
        if (!demanded) { // 1.1
            return RawFuture.PENDING;
        }
        T item = Objects.requireNonNull(value);
        value = null;
        emit(item);
        return isServing() ? null : RawFuture.PENDING; // complete without a further request
    }

    @SuppressWarnings("unchecked") // a future ends with nothing but T
    private @Nullable Object poll(Future<? extends T> running, Context cx) {
        future = null; // stays so if the poll throws
        Object answer = RawFuture.pollAny(running, cx);
        if (answer == RawFuture.PENDING) {
            future = running;
        } else {
            value = (T) answer;
        }
        return answer;
    }

    @Override
    protected boolean releaseSource() {
        if (future != null) {
            ending = Ending.cancelled();
            ending.giveUp(future);
            future = null;
        } else if (value != null) {
            peer().discard(value);
            value = null;
        }
        return ending == null || ending.answerCancel();
    }

    @Override
    protected boolean cleanUp(Context cx) {
        return ending == null || ending.drop(cx);
    }

    @Override
    void describeSource(AwaitTree sketch) {
        describeDemand(sketch, demanded ? 1 : 0);
        sketch.awaits(future).awaits(ending);
    }

    @Override
    public String toString() {
        return "FutureSubscription[" + (demanded ? "demanded, " : "") + (future != null ? future : "ended") + "]";
    }
}
