package pollux.rxjava;

import io.reactivex.rxjava3.operators.ConditionalSubscriber;
import io.reactivex.rxjava3.operators.QueueFuseable;
import io.reactivex.rxjava3.operators.QueueSubscription;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import pollux.reactive.spi.BridgeHooks;
import pollux.reactive.spi.FusibleSubscription;
import pollux.stream.AsyncStream;

/**
 * The subscription of a {@code Flowable} of a stream: a queue to those that want to poll, and signals to the others.
 */
class FlowableSubscription<T> extends FusibleSubscription<T> implements QueueSubscription<T> {

    private FlowableSubscription(AsyncStream<? extends T> stream, Subscriber<? super T> subscriber, BridgeHooks peer) {
        super(stream, subscriber, peer);
    }

    /** Makes the subscription of a subscriber, which may be able to refuse items. */
    static <T> FlowableSubscription<T> of(
            AsyncStream<? extends T> stream, Subscriber<? super T> subscriber, BridgeHooks peer) {
        return subscriber instanceof ConditionalSubscriber<?>
                ? new Conditional<>(stream, subscriber, peer)
                : new FlowableSubscription<>(stream, subscriber, peer);
    }

    @Override
    public int requestFusion(int mode) {
        return (mode & QueueFuseable.SYNC) != 0 && handOver((mode & QueueFuseable.BOUNDARY) != 0)
                ? QueueFuseable.SYNC
                : QueueFuseable.NONE;
    }

    @Override
    public @Nullable T poll() {
        return take();
    }

    @Override
    public boolean isEmpty() {
        return isDry();
    }

    @Override
    public void clear() {
        drop();
    }

    @Override
    public boolean offer(T value) {
        throw new UnsupportedOperationException("the queue of a flowable is for polling");
    }

    @Override
    public boolean offer(T first, T second) {
        throw new UnsupportedOperationException("the queue of a flowable is for polling");
    }

    /** Of a subscriber that may refuse items: a class of its own, so that the others need no look for each item. */
    private static final class Conditional<T> extends FlowableSubscription<T> {

        Conditional(AsyncStream<? extends T> stream, Subscriber<? super T> subscriber, BridgeHooks peer) {
            super(stream, subscriber, peer);
        }

        @Override
        @SuppressWarnings("unchecked") // looked at in of()
        protected boolean signal(Subscriber<? super T> to, T item) {
            return ((ConditionalSubscriber<? super T>) to).tryOnNext(item);
        }
    }
}
