package pollux.rxjava;

import io.reactivex.rxjava3.core.FlowableSubscriber;
import io.reactivex.rxjava3.plugins.RxJavaPlugins;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import pollux.future.Context;
import pollux.reactive.Prefetch;
import pollux.reactive.spi.BridgeHooks;
import pollux.reactive.spi.FusedQueue;
import pollux.reactive.spi.PublisherBridges;
import pollux.reactive.spi.PublisherFuture;
import pollux.reactive.spi.PublisherStream;
import pollux.reactive.spi.StreamSubscription;
import pollux.stream.AsyncStream;

/**
 * RxJava's side of what can no longer be delivered: errors go to {@code RxJavaPlugins.onError}. It has no hook for
 * items.
 *
 * <p>The subscribers that Pollux awaits with are {@code FlowableSubscriber}s, since RxJava would wrap any other in a
 * second one that checks the rules once more. Where another adapter carries a context, they subscribe in it.
 */
final class PluginBridge extends BridgeHooks {

    static final PluginBridge PEER = new PluginBridge();

    /** What RxJava says in its wrapper of an exception out of {@code subscribeActual}. */
    private static final Set<String> WRAPPERS = Set.of(
            "Actually not, but can't throw other exceptions due to RS", // Flowable, Observable
            "subscribeActual failed", // Single, Maybe
            "Actually not, but can't pass out an exception otherwise..."); // Completable

    private PluginBridge() {}

    @Override
    protected <T> StreamSubscription<T> serve(AsyncStream<? extends T> stream, Subscriber<? super T> subscriber) {
        return FlowableSubscription.of(stream, subscriber, this);
    }

    /**
     * A source that throws from {@code subscribeActual} comes out of {@code subscribe} as the cause of a
     * NullPointerException, in each of the five types: Reactive Streams allows no other.
     */
    @Override
    protected Throwable thrownInside(Throwable thrown) {
        Throwable cause = thrown.getCause();
        return cause != null
                        && thrown.getClass() == NullPointerException.class
                        && WRAPPERS.contains(String.valueOf(thrown.getMessage()))
                ? cause
                : thrown;
    }

    /** Those of {@code Exceptions.throwIfFatal}, but for ThreadDeath, which JDK 20 and newer never throw. */
    @Override
    protected boolean isFatal(Throwable thrown) {
        return thrown instanceof VirtualMachineError || thrown instanceof LinkageError;
    }

    @Override
    protected void onErrorDropped(Throwable error) {
        RxJavaPlugins.onError(error);
    }

    /** Awaits one value made of what a publisher signals. */
    static final class AwaitingFuture<S, T> extends PublisherFuture<S, T> implements FlowableSubscriber<S> {

        AwaitingFuture(Publisher<? extends S> publisher, Mode mode) {
            super(publisher, mode);
        }

        @Override
        protected Subscriber<S> subscriber(Publisher<? extends S> source, Context cx) {
            return PublisherBridges.present().inContext(this, cx);
        }

        @Override
        protected BridgeHooks peer() {
            return PEER;
        }
    }

    /** Pulls the items of a publisher. */
    static final class PullingStream<T> extends PublisherStream<T> implements FlowableSubscriber<T> {

        PullingStream(Publisher<? extends T> publisher, Prefetch prefetch) {
            super(publisher, prefetch);
        }

        @Override
        protected @Nullable FusedQueue<T> fuse(Subscription upstream) {
            return FlowableQueue.of(upstream);
        }

        @Override
        protected Subscriber<T> subscriber(Publisher<? extends T> source, Context cx) {
            return PublisherBridges.present().inContext(this, cx);
        }

        @Override
        protected BridgeHooks peer() {
            return PEER;
        }
    }
}
