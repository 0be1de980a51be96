package pollux.reactive;

import java.util.Objects;
import java.util.function.Supplier;
import org.reactivestreams.Publisher;
import pollux.executor.JoinHandle;
import pollux.executor.Spawner;
import pollux.future.Future;
import pollux.internal.checks.CheckReturnValue;
import pollux.reactive.spi.SourcePublisher;
import pollux.reactive.spi.SubscriptionFactory;
import pollux.stream.AsyncStream;

/**
 * The outbound conversions of {@link ReactiveStreams} with each subscription served by tasks of one spawner: all
 * signals but {@code onSubscribe} come from them. Made by {@link ReactiveStreams#on}, and written {@code
 * ReactiveStreams.on(pool).publisher(stream)}.
 *
 * <p>May be kept and used by any thread. Arguments must not be null.
 */
@CheckReturnValue
public final class PublisherConversions {

    private final Spawner spawner;

    PublisherConversions(Spawner spawner) {
        this.spawner = Objects.requireNonNull(spawner, "spawner");
    }

    /**
     * {@link ReactiveStreams#publisher(Future)}, on the spawner.
     *
     * @param <T> the type of the value
     * @param future a future; belongs to the publisher from now on
     * @return a publisher for one subscriber
     */
    public <T> Publisher<T> publisher(Future<? extends T> future) {
        return new SourcePublisher<>(
                SubscriptionFactory.future(future, "ReactiveStreams.deferFuture(supplier)"), spawner);
    }

    /**
     * {@link ReactiveStreams#publisher(JoinHandle)}, on the spawner.
     *
     * @param <T> the type of the value
     * @param handle a task
     * @return a publisher for many subscribers
     */
    public <T> Publisher<T> publisher(JoinHandle<? extends T> handle) {
        return publisher(handle, CancelPolicy.DETACH);
    }

    /**
     * {@link ReactiveStreams#publisher(JoinHandle, CancelPolicy)}, on the spawner.
     *
     * @param <T> the type of the value
     * @param handle a task
     * @param policy what the cancellation of a subscriber means for the task
     * @return a publisher for many subscribers
     */
    public <T> Publisher<T> publisher(JoinHandle<? extends T> handle, CancelPolicy policy) {
        return new SourcePublisher<>(SubscriptionFactory.handle(handle, policy), spawner);
    }

    /**
     * {@link ReactiveStreams#deferFuture(Supplier)}, on the spawner.
     *
     * @param <T> the type of the value
     * @param supplier called once per subscriber, on its thread; what it throws is that subscriber's error
     * @return a cold publisher
     */
    public <T> Publisher<T> deferFuture(Supplier<? extends Future<? extends T>> supplier) {
        return new SourcePublisher<>(SubscriptionFactory.futures(supplier), spawner);
    }

    /**
     * {@link ReactiveStreams#publisher(Iterable, int)}, on the spawner.
     *
     * @param <T> the type of the values
     * @param futures the futures; belong to the publisher from now on
     * @param concurrency how many may run at once, at least 1
     * @return a publisher for one subscriber
     * @throws IllegalArgumentException if {@code concurrency} is less than 1
     */
    public <T> Publisher<T> publisher(Iterable<? extends Future<? extends T>> futures, int concurrency) {
        return new SourcePublisher<>(
                SubscriptionFactory.all(futures, concurrency, false, "ReactiveStreams.deferStream(supplier)"), spawner);
    }

    /**
     * {@link ReactiveStreams#publisherOrdered(Iterable, int)}, on the spawner.
     *
     * @param <T> the type of the values
     * @param futures the futures; belong to the publisher from now on
     * @param concurrency how many may run, or have run and wait for their turn, at least 1
     * @return a publisher for one subscriber
     * @throws IllegalArgumentException if {@code concurrency} is less than 1
     */
    public <T> Publisher<T> publisherOrdered(Iterable<? extends Future<? extends T>> futures, int concurrency) {
        return new SourcePublisher<>(
                SubscriptionFactory.all(futures, concurrency, true, "ReactiveStreams.deferStream(supplier)"), spawner);
    }

    /**
     * {@link ReactiveStreams#publisher(AsyncStream)}, on the spawner.
     *
     * @param <T> the type of the items
     * @param stream a stream; belongs to the publisher from now on
     * @return a publisher for one subscriber
     */
    public <T> Publisher<T> publisher(AsyncStream<? extends T> stream) {
        return new SourcePublisher<>(
                SubscriptionFactory.stream(stream, "ReactiveStreams.deferStream(supplier)"), spawner);
    }

    /**
     * {@link ReactiveStreams#deferStream(Supplier)}, on the spawner.
     *
     * @param <T> the type of the items
     * @param supplier called once per subscriber, on its thread; what it throws is that subscriber's error
     * @return a cold publisher
     */
    public <T> Publisher<T> deferStream(Supplier<? extends AsyncStream<? extends T>> supplier) {
        return new SourcePublisher<>(SubscriptionFactory.streams(supplier), spawner);
    }

    @Override
    public String toString() {
        return "ReactiveStreams.on(" + spawner + ")";
    }
}
