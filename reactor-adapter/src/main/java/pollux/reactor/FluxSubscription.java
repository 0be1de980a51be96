package pollux.reactor;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import pollux.reactive.spi.BridgeHooks;
import pollux.reactive.spi.ErrorSubscription;
import pollux.reactive.spi.FusibleSubscription;
import pollux.stream.AsyncStream;
import reactor.core.Fuseable;

/** The subscription of a {@code Flux} of a stream: a queue to those that want to poll, and signals to the others. */
class FluxSubscription<T> extends FusibleSubscription<T> implements Fuseable.QueueSubscription<T> {

    private FluxSubscription(AsyncStream<? extends T> stream, Subscriber<? super T> subscriber, BridgeHooks peer) {
        super(stream, subscriber, peer);
    }

    /** Makes the subscription of a subscriber, which may be able to refuse items. */
    static <T> FluxSubscription<T> of(
            AsyncStream<? extends T> stream, Subscriber<? super T> subscriber, BridgeHooks peer) {
        return subscriber instanceof Fuseable.ConditionalSubscriber<?>
                ? new Conditional<>(stream, subscriber, peer)
                : new FluxSubscription<>(stream, subscriber, peer);
    }

    @Override
    public int requestFusion(int requestedMode) {
        return (requestedMode & Fuseable.SYNC) != 0 && handOver((requestedMode & Fuseable.THREAD_BARRIER) != 0)
                ? Fuseable.SYNC
                : Fuseable.NONE;
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
    public int size() {
        return isDry() ? 0 : 1;
    }

    @Override
    public void clear() {
        drop();
    }

    /** Of a subscriber that may refuse items: a class of its own, so that the others need no look for each item. */
    private static final class Conditional<T> extends FluxSubscription<T> {

        Conditional(AsyncStream<? extends T> stream, Subscriber<? super T> subscriber, BridgeHooks peer) {
            super(stream, subscriber, peer);
        }

        @Override
        @SuppressWarnings("unchecked") // looked at in of()
        protected boolean signal(Subscriber<? super T> to, T item) {
            return ((Fuseable.ConditionalSubscriber<? super T>) to).tryOnNext(item);
        }
    }

    /** What a refused subscriber gets, which may count on a queue. */
    static final class Refused extends ErrorSubscription implements Fuseable.QueueSubscription<Object> {

        @Override
        public int requestFusion(int requestedMode) {
            return Fuseable.NONE;
        }

        @Override
        public @Nullable Object poll() {
            return null;
        }

        @Override
        public boolean isEmpty() {
            return true;
        }

        @Override
        public int size() {
            return 0;
        }

        @Override
        public void clear() {}
    }
}
