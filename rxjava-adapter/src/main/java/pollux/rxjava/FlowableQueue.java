package pollux.rxjava;

import io.reactivex.rxjava3.operators.QueueFuseable;
import io.reactivex.rxjava3.operators.QueueSubscription;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import pollux.reactive.spi.FusedQueue;

/**
 * The queue of an RxJava operator that lets us poll it.
 *
 * <p>It is asked for with {@code BOUNDARY}, since a stream is polled by whichever thread runs its task: an operator
 * with code of the user's behind its queue, such as {@code map}, then declines, and runs that code on its own thread.
 */
final class FlowableQueue<T> extends FusedQueue<T> {

    private final QueueSubscription<T> queue;

    private FlowableQueue(QueueSubscription<T> queue, boolean synchronous) {
        super(synchronous);
        this.queue = queue;
    }

    /** Asks for fusion; null if it is not to be had. */
    @SuppressWarnings("unchecked") // the queue of a subscription carries the items that it would signal
    static <T> @Nullable FusedQueue<T> of(Subscription upstream) {
        if (!(upstream instanceof QueueSubscription<?> offered)) {
            return null;
        }
        int mode = offered.requestFusion(QueueFuseable.ANY | QueueFuseable.BOUNDARY);
        return mode == QueueFuseable.NONE
                ? null
                : new FlowableQueue<>((QueueSubscription<T>) offered, mode == QueueFuseable.SYNC);
    }

    @Override
    protected @Nullable T poll() throws Throwable {
        return queue.poll();
    }

    @Override
    protected boolean isEmpty() {
        return queue.isEmpty();
    }

    @Override
    protected void discardAll() {
        queue.clear();
    }
}
