package pollux.reactor;

import java.util.concurrent.Callable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import pollux.executor.Spawner;
import pollux.executor.TaskPool;
import pollux.future.Context;
import pollux.future.Future;
import pollux.reactive.Prefetch;
import pollux.reactive.spi.PublisherBridge;
import pollux.reactive.spi.PublisherFuture.Mode;
import pollux.reactive.spi.SubscriptionFactory;
import pollux.stream.AsyncStream;
import reactor.core.CorePublisher;
import reactor.core.CoreSubscriber;
import reactor.core.scheduler.Schedulers;

/** Reactor's part in every conversion of core. Made by the service loader. */
public final class ReactorBridge implements PublisherBridge {

    static {
        // block() and its kin refuse to park a worker
        Schedulers.registerNonBlockingThreadPredicate(TaskPool::isWorker);
    }

    /** Made by the service loader. */
    public ReactorBridge() {}

    /** Sees to it that Reactor knows our workers. The static initializer does so, once. */
    static void markWorkers() {}

    @Override
    public boolean owns(Publisher<?> publisher) {
        return publisher instanceof CorePublisher<?>;
    }

    @Override
    public boolean carriesContext() {
        return true;
    }

    @Override
    @SuppressWarnings(
            "unchecked") // a publisher of S calls for an S, was made of a future of S, and the mode makes T of S
    public <S, T> Future<T> future(Publisher<? extends S> publisher, Mode mode) {
        if (publisher instanceof CorePublisher<?> && (mode == Mode.AT_MOST_ONE || mode == Mode.FIRST_OR_NULL)) {
            if (publisher instanceof Callable<?> callable) {
                return ScalarMono.of((Callable<? extends T>) callable);
            }
            Future<T> unwrapped = publisher instanceof SourceMono<?> ours ? (Future<T>) ours.reclaim() : null;
            if (unwrapped != null) {
                return unwrapped;
            }
        }
        return new ContextBridge.AwaitingFuture<>(publisher, mode);
    }

    @Override
    @SuppressWarnings("unchecked") // a flux of T was made of a stream of T
    public <T> AsyncStream<T> stream(Publisher<? extends T> publisher, Prefetch prefetch) {
        AsyncStream<T> unwrapped =
                publisher instanceof SourceFlux<?> ours ? (AsyncStream<T>) ours.reclaim(AsyncStream.class) : null;
        return unwrapped != null ? unwrapped : new ContextBridge.PullingStream<>(publisher, prefetch);
    }

    @Override
    public <T> Subscriber<T> inContext(Subscriber<T> subscriber, Context cx) {
        reactor.util.context.Context context = ContextBridge.of(cx).context();
        return context.isEmpty() || subscriber instanceof CoreSubscriber<?>
                ? subscriber
                : ContextSubscriber.of(subscriber, context);
    }

    @Override
    public <T> boolean serve(SubscriptionFactory<T> source, Subscriber<? super T> subscriber, Spawner spawner) {
        if (!(subscriber instanceof CoreSubscriber<?> core)) {
            return false;
        }
        ContextBridge bridge = ContextBridge.of(core);
        source.subscribe(subscriber, bridge, bridge.around(spawner));
        return true;
    }
}
