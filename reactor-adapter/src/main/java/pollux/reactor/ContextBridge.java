package pollux.reactor;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import pollux.executor.Spawner;
import pollux.future.Services;
import pollux.reactive.Prefetch;
import pollux.reactive.spi.BridgeHooks;
import pollux.reactive.spi.ErrorSubscription;
import pollux.reactive.spi.FusedQueue;
import pollux.reactive.spi.PublisherFuture;
import pollux.reactive.spi.PublisherStream;
import pollux.reactive.spi.StreamSubscription;
import pollux.stream.AsyncStream;
import reactor.core.CoreSubscriber;
import reactor.core.Exceptions;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * The Reactor {@code Context} on its way through a task: out of the subscriber into the {@link Services} of the task
 * that serves it, and out of the services of a task into the subscribers that it awaits with. Always the same object,
 * never a copy.
 *
 * <p>The hooks for dropped errors and discarded items are found by that context, so they live here too.
 */
final class ContextBridge extends BridgeHooks {

    /** The key under which a task finds the context. */
    static final Services.Key<ContextView> KEY = new Services.Key<>("reactor context");

    private static final ContextBridge EMPTY = new ContextBridge(Context.empty());

    private final Context context;

    private ContextBridge(Context context) {
        this.context = context;
    }

    /** The peer of a subscriber that is served. */
    static ContextBridge of(CoreSubscriber<?> subscriber) {
        return with(subscriber.currentContext());
    }

    /** The peer of a task that awaits. */
    static ContextBridge of(pollux.future.Context cx) {
        ContextView found = cx.get(KEY);
        return found == null ? EMPTY : with(Context.of(found));
    }

    private static ContextBridge with(Context context) {
        return context.isEmpty() ? EMPTY : new ContextBridge(context);
    }

    private static ContextBridge orEmpty(@Nullable ContextBridge bridge) {
        return bridge == null ? EMPTY : bridge;
    }

    Context context() {
        return context;
    }

    /**
     * What runs the task of the subscriber. With automatic propagation the polls find the thread locals of the context;
     * it can only be on where its library is present.
     */
    Spawner around(Spawner spawner) {
        return Hooks.isAutomaticContextPropagationEnabled() ? new ThreadLocalSpawner(spawner, context) : spawner;
    }

    @Override
    public Services services() {
        return this == EMPTY ? Services.NONE : Services.NONE.with(KEY, context);
    }

    @Override
    protected <T> StreamSubscription<T> serve(AsyncStream<? extends T> stream, Subscriber<? super T> subscriber) {
        return FluxSubscription.of(stream, subscriber, this);
    }

    @Override
    protected ErrorSubscription refusal() {
        return new FluxSubscription.Refused();
    }

    @Override
    protected boolean isFatal(Throwable thrown) {
        return Exceptions.isJvmFatal(thrown);
    }

    @Override
    protected void onErrorDropped(Throwable error) {
        Operators.onErrorDropped(error, context);
    }

    @Override
    protected void onDiscard(Object item) {
        Operators.onDiscard(item, context);
    }

    /** Awaits with the context of the task. */
    static final class AwaitingFuture<S, T> extends PublisherFuture<S, T> implements CoreSubscriber<S> {

        /** Null stands for the empty one: to write a volatile field costs a fence. */
        private volatile @Nullable ContextBridge bridge;

        /** What its maker calls the publisher. Poller only; a dump may see it late. */
        private @Nullable String called;

        AwaitingFuture(Publisher<? extends S> publisher, Mode mode) {
            super(publisher, mode);
        }

        @Override
        protected void start(pollux.future.Context cx) throws Throwable {
            ContextBridge found = of(cx);
            if (found != EMPTY) {
                bridge = found;
            }
            super.start(cx);
        }

        @Override
        protected Subscriber<S> subscriber(Publisher<? extends S> source, pollux.future.Context cx) {
            called = GivenName.of(source);
            return ContextSubscriber.fitting(source, this, orEmpty(bridge).context);
        }

        @Override
        protected String source() {
            return GivenName.before(called, super.source());
        }

        @Override
        protected BridgeHooks peer() {
            return orEmpty(bridge);
        }

        @Override
        public Context currentContext() {
            return orEmpty(bridge).context;
        }
    }

    /** Pulls with the context of the task. */
    static final class PullingStream<T> extends PublisherStream<T> implements CoreSubscriber<T> {

        /** Null stands for the empty one: to write a volatile field costs a fence. */
        private volatile @Nullable ContextBridge bridge;

        /** What its maker calls the publisher. Poller only; a dump may see it late. */
        private @Nullable String called;

        PullingStream(Publisher<? extends T> publisher, Prefetch prefetch) {
            super(publisher, prefetch);
        }

        @Override
        protected @Nullable FusedQueue<T> fuse(Subscription upstream) {
            return FluxQueue.of(upstream, orEmpty(bridge).context);
        }

        @Override
        protected void start(pollux.future.Context cx) {
            ContextBridge found = of(cx);
            if (found != EMPTY) {
                bridge = found;
            }
            super.start(cx);
        }

        @Override
        protected Subscriber<T> subscriber(Publisher<? extends T> source, pollux.future.Context cx) {
            called = GivenName.of(source);
            return ContextSubscriber.fitting(source, this, orEmpty(bridge).context);
        }

        @Override
        protected String source() {
            return GivenName.before(called, super.source());
        }

        @Override
        protected BridgeHooks peer() {
            return orEmpty(bridge);
        }

        @Override
        public Context currentContext() {
            return orEmpty(bridge).context;
        }
    }
}
