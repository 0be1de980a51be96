package pollux.rxjava;

import io.reactivex.rxjava3.core.Flowable;
import io.reactivex.rxjava3.core.FlowableSubscriber;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import pollux.executor.Spawner;
import pollux.future.Future;
import pollux.reactive.Prefetch;
import pollux.reactive.spi.PublisherBridge;
import pollux.reactive.spi.PublisherFuture.Mode;
import pollux.reactive.spi.SubscriptionFactory;
import pollux.stream.AsyncStream;

/** RxJava's part in every conversion of core. Made by the service loader. */
public final class RxJavaBridge implements PublisherBridge {

    /** Made by the service loader. */
    public RxJavaBridge() {}

    @Override
    public boolean owns(Publisher<?> publisher) {
        return publisher instanceof Flowable<?>;
    }

    @Override
    public <S, T> Future<T> future(Publisher<? extends S> publisher, Mode mode) {
        return new PluginBridge.AwaitingFuture<>(publisher, mode);
    }

    @Override
    @SuppressWarnings("unchecked") // a flowable of T was made of a stream of T
    public <T> AsyncStream<T> stream(Publisher<? extends T> publisher, Prefetch prefetch) {
        AsyncStream<T> unwrapped = (AsyncStream<T>) Sources.unwrap(publisher, AsyncStream.class);
        return unwrapped != null ? unwrapped : new PluginBridge.PullingStream<>(publisher, prefetch);
    }

    @Override
    public <T> boolean serve(SubscriptionFactory<T> source, Subscriber<? super T> subscriber, Spawner spawner) {
        if (!(subscriber instanceof FlowableSubscriber<?>)) {
            return false;
        }
        source.subscribe(subscriber, PluginBridge.PEER, spawner);
        return true;
    }
}
