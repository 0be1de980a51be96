package pollux.reactive;

import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.function.Supplier;
import org.reactivestreams.FlowAdapters;
import org.reactivestreams.Publisher;
import pollux.executor.JoinHandle;
import pollux.executor.Spawner;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.reactive.PublisherFuture.Mode;
import pollux.stream.AsyncStream;

/**
 * All conversions between Pollux and Reactive Streams, for {@code org.reactivestreams} and for the JDK's {@link Flow}.
 *
 * <p><b>Into Pollux.</b> Nothing is subscribed before the first poll, and each result subscribes once. {@link #future} waits for the terminal
 * signal, because a publisher that has given its item may still have to commit; only {@link #first} and {@link #firstOrNull}
 * cancel after an item.
 *
 * <p><b>Out of Pollux.</b> A future or stream runs once, so its publisher serves one subscriber; a second one gets an {@link
 * IllegalStateException}. The {@code defer} forms make a new run per subscriber, and a {@link JoinHandle} may be subscribed to
 * by many. Everything is polled on the subscribing and signalling threads, as a Reactor operator would be, unless a {@link
 * Spawner} is given.
 *
 * <p>Round trips unwrap: {@code stream(publisher(s))} is {@code s}, {@code publisher(stream(p))} is {@code p} as long as nothing was polled
 * or subscribed, and the same holds for futures and for {@code Flow}.
 *
 * <p>Publishers and arguments must not be null. The rules a bridge keeps where the other side breaks them are told at {@link
 * PublisherFuture}, {@link PublisherStream} and {@link TaskSubscription}.
 */
@SuppressWarnings("overloads") // a publisher that is a lambda has to be cast; nobody writes publishers as lambdas
public final class ReactiveStreams {

    private ReactiveStreams() {}

    // ------------------------------------------------------------------ one value out of a publisher

    /**
     * Awaits the one value of a publisher.
     *
     * <p><b>Cancellation:</b> cancels the subscription; an item that was received is lost.
     *
     * @param <T> the type of the value
     * @param publisher a publisher of at most one item
     * @return a future that ends with the item when the publisher completes, with null if there was none, and fails with
     *     {@link IllegalStateException}, upstream cancelled, at a second item
     */
    @SuppressWarnings("unchecked") // a publisher of T was made of a future of T
    public static <T> Future<T> future(Publisher<? extends T> publisher) {
        Future<T> unwrapped = (Future<T>) SourcePublisher.unwrap(publisher, Future.class);
        return unwrapped != null ? unwrapped : new PublisherFuture<T, T>(publisher, Mode.AT_MOST_ONE);
    }

    /**
     * Awaits the first item and cancels the publisher then.
     *
     * <p><b>Cancellation:</b> cancels the subscription; no item is lost that was not in flight.
     *
     * @param <T> the type of the value
     * @param publisher a publisher
     * @return a future that ends with the first item, and fails with {@link java.util.NoSuchElementException} if there is none
     */
    public static <T> Future<T> first(Publisher<? extends T> publisher) {
        return new PublisherFuture<T, T>(publisher, Mode.FIRST);
    }

    /**
     * Awaits the first item, if any, and cancels the publisher then.
     *
     * <p><b>Cancellation:</b> cancels the subscription; no item is lost that was not in flight.
     *
     * @param <T> the type of the value
     * @param publisher a publisher
     * @return a future that ends with the first item, or with null if there is none
     */
    public static <T> Future<T> firstOrNull(Publisher<? extends T> publisher) {
        return new PublisherFuture<T, T>(publisher, Mode.FIRST_OR_NULL);
    }

    /**
     * Awaits the end of a publisher of exactly one item.
     *
     * <p><b>Cancellation:</b> cancels the subscription; an item that was received is lost.
     *
     * @param <T> the type of the value
     * @param publisher a publisher
     * @return a future that ends with the item when the publisher completes; fails with {@link java.util.NoSuchElementException}
     *     if there was none, and with {@link IllegalStateException}, upstream cancelled, at a second one
     */
    public static <T> Future<T> single(Publisher<? extends T> publisher) {
        return new PublisherFuture<T, T>(publisher, Mode.SINGLE);
    }

    /**
     * Awaits the last item. Requests without bound, and keeps one item.
     *
     * <p><b>Cancellation:</b> cancels the subscription; an item that was received is lost.
     *
     * @param <T> the type of the value
     * @param publisher a publisher
     * @return a future that ends with the last item when the publisher completes, and fails with {@link
     *     java.util.NoSuchElementException} if there was none
     */
    public static <T> Future<T> last(Publisher<? extends T> publisher) {
        return new PublisherFuture<T, T>(publisher, Mode.LAST);
    }

    /**
     * Awaits the end, whatever the items. Requests without bound, and keeps none.
     *
     * <p><b>Cancellation:</b> cancels the subscription.
     *
     * @param publisher a publisher
     * @return a future that ends with null when the publisher completes
     */
    public static Future<Void> completion(Publisher<?> publisher) {
        return new PublisherFuture<Object, Void>(publisher, Mode.COMPLETION);
    }

    /**
     * Awaits all items. Requests without bound, and keeps all of them.
     *
     * <p><b>Cancellation:</b> cancels the subscription; items that were received are lost.
     *
     * @param <T> the type of the items
     * @param publisher a finite publisher
     * @return a future that ends with a new mutable list when the publisher completes
     */
    public static <T> Future<List<T>> toList(Publisher<? extends T> publisher) {
        return new PublisherFuture<T, List<T>>(publisher, Mode.TO_LIST);
    }

    // ------------------------------------------------------------------ a stream out of a publisher

    /**
     * Pulls the items of a publisher, {@value PublisherStream#PREFETCH} ahead.
     *
     * <p><b>Cancellation:</b> cancels the subscription; items requested ahead are lost. <b>Backpressure:</b> see {@link PublisherStream}.
     *
     * @param <T> the type of the items
     * @param publisher a publisher
     * @return a stream of its items
     */
    public static <T> AsyncStream<T> stream(Publisher<? extends T> publisher) {
        return stream(publisher, PublisherStream.PREFETCH);
    }

    /**
     * Pulls the items of a publisher.
     *
     * <p><b>Cancellation:</b> cancels the subscription; items requested ahead are lost. <b>Backpressure:</b> see {@link PublisherStream}.
     *
     * @param <T> the type of the items
     * @param publisher a publisher
     * @param prefetch how many items may be requested and not yet taken, at least 1; {@link Integer#MAX_VALUE} for no bound
     * @return a stream of its items
     */
    @SuppressWarnings("unchecked") // a publisher of T was made of a stream of T
    public static <T> AsyncStream<T> stream(Publisher<? extends T> publisher, int prefetch) {
        AsyncStream<T> unwrapped = (AsyncStream<T>) SourcePublisher.unwrap(publisher, AsyncStream.class);
        return unwrapped != null ? unwrapped : new PublisherStream<>(publisher, prefetch);
    }

    // ------------------------------------------------------------------ a publisher out of futures

    /**
     * Publishes the value of a future to one subscriber.
     *
     * <p>The future is polled from {@code subscribe} on, see {@link FutureSubscription}. Null means an empty publisher.
     *
     * <p><b>Cancellation:</b> cancels the future. <b>Backpressure:</b> the value waits for demand; a failure or an empty end does not.
     *
     * @param <T> the type of the value
     * @param future a future; belongs to the publisher from now on
     * @return a publisher for one subscriber
     */
    public static <T> Publisher<T> publisher(Future<? extends T> future) {
        return publisher(future, Spawner.inline());
    }

    /**
     * {@link #publisher(Future)}, polled by a spawner.
     *
     * @param <T> the type of the value
     * @param future a future; belongs to the publisher from now on
     * @param spawner runs the task of the subscription
     * @return a publisher for one subscriber
     */
    public static <T> Publisher<T> publisher(Future<? extends T> future, Spawner spawner) {
        return new SourcePublisher<>(Source.future(future, "ReactiveStreams.deferFuture(supplier)"), spawner);
    }

    /**
     * Publishes the value of a running task to any number of subscribers.
     *
     * <p><b>Cancellation:</b> the subscriber stops waiting, the task goes on. <b>Backpressure:</b> as {@link #publisher(Future)}.
     *
     * @param <T> the type of the value
     * @param handle a task
     * @return a publisher for many subscribers
     */
    public static <T> Publisher<T> publisher(JoinHandle<? extends T> handle) {
        return publisher(handle, CancelPolicy.DETACH);
    }

    /**
     * Publishes the value of a running task to any number of subscribers.
     *
     * <p><b>Cancellation:</b> as the policy says. <b>Backpressure:</b> as {@link #publisher(Future)}.
     *
     * @param <T> the type of the value
     * @param handle a task
     * @param policy what the cancellation of a subscriber means for the task
     * @return a publisher for many subscribers
     */
    public static <T> Publisher<T> publisher(JoinHandle<? extends T> handle, CancelPolicy policy) {
        return publisher(handle, policy, Spawner.inline());
    }

    /**
     * {@link #publisher(JoinHandle, CancelPolicy)}, with the signals made by a spawner.
     *
     * @param <T> the type of the value
     * @param handle a task
     * @param policy what the cancellation of a subscriber means for the task
     * @param spawner runs the task of each subscription
     * @return a publisher for many subscribers
     */
    public static <T> Publisher<T> publisher(JoinHandle<? extends T> handle, CancelPolicy policy, Spawner spawner) {
        return new SourcePublisher<>(Source.handle(handle, policy), spawner);
    }

    /**
     * Publishes to each subscriber the value of a future of its own.
     *
     * <p><b>Cancellation</b> and <b>backpressure:</b> as {@link #publisher(Future)}.
     *
     * @param <T> the type of the value
     * @param supplier called once per subscriber, on its thread; what it throws is that subscriber's error
     * @return a cold publisher
     */
    public static <T> Publisher<T> deferFuture(Supplier<? extends Future<? extends T>> supplier) {
        return deferFuture(supplier, Spawner.inline());
    }

    /**
     * {@link #deferFuture(Supplier)}, polled by a spawner.
     *
     * @param <T> the type of the value
     * @param supplier called once per subscriber, on its thread; what it throws is that subscriber's error
     * @param spawner runs the task of each subscription
     * @return a cold publisher
     */
    public static <T> Publisher<T> deferFuture(Supplier<? extends Future<? extends T>> supplier, Spawner spawner) {
        return new SourcePublisher<>(Source.futures(supplier), spawner);
    }

    /**
     * Publishes the values of many futures to one subscriber, each when it is there. A future that ends with null adds no item; the
     * first failure cancels those that run and is the end.
     *
     * <p><b>Cancellation:</b> cancels the futures that run. <b>Backpressure:</b> a future is started only when there is demand for its
     * value, and at most {@code concurrency} run at once.
     *
     * @param <T> the type of the values
     * @param futures the futures; belong to the publisher from now on
     * @param concurrency how many may run at once, at least 1
     * @return a publisher for one subscriber
     * @throws IllegalArgumentException if {@code concurrency} is less than 1
     */
    public static <T> Publisher<T> publisher(Iterable<? extends Future<? extends T>> futures, int concurrency) {
        return publisher(futures, concurrency, Spawner.inline());
    }

    /**
     * {@link #publisher(Iterable, int)}, polled by a spawner.
     *
     * @param <T> the type of the values
     * @param futures the futures; belong to the publisher from now on
     * @param concurrency how many may run at once, at least 1
     * @param spawner runs the task of the subscription
     * @return a publisher for one subscriber
     * @throws IllegalArgumentException if {@code concurrency} is less than 1
     */
    public static <T> Publisher<T> publisher(
            Iterable<? extends Future<? extends T>> futures, int concurrency, Spawner spawner) {
        return new SourcePublisher<>(
                Source.all(futures, concurrency, false, "ReactiveStreams.deferStream(supplier)"), spawner);
    }

    /**
     * As {@link #publisher(Iterable, int)}, but in the order of the futures: values wait for those before them.
     *
     * @param <T> the type of the values
     * @param futures the futures; belong to the publisher from now on
     * @param concurrency how many may run, or have run and wait for their turn, at least 1
     * @return a publisher for one subscriber
     * @throws IllegalArgumentException if {@code concurrency} is less than 1
     */
    public static <T> Publisher<T> publisherOrdered(Iterable<? extends Future<? extends T>> futures, int concurrency) {
        return publisherOrdered(futures, concurrency, Spawner.inline());
    }

    /**
     * {@link #publisherOrdered(Iterable, int)}, polled by a spawner.
     *
     * @param <T> the type of the values
     * @param futures the futures; belong to the publisher from now on
     * @param concurrency how many may run, or have run and wait for their turn, at least 1
     * @param spawner runs the task of the subscription
     * @return a publisher for one subscriber
     * @throws IllegalArgumentException if {@code concurrency} is less than 1
     */
    public static <T> Publisher<T> publisherOrdered(
            Iterable<? extends Future<? extends T>> futures, int concurrency, Spawner spawner) {
        return new SourcePublisher<>(
                Source.all(futures, concurrency, true, "ReactiveStreams.deferStream(supplier)"), spawner);
    }

    // ------------------------------------------------------------------ a publisher out of a stream

    /**
     * Publishes a stream to one subscriber.
     *
     * <p><b>Cancellation:</b> cancels the stream. <b>Backpressure:</b> the stream is polled only while there is demand, see {@link
     * StreamSubscription}.
     *
     * @param <T> the type of the items
     * @param stream a stream; belongs to the publisher from now on
     * @return a publisher for one subscriber; the publisher itself if the stream was made of one and not polled
     */
    @SuppressWarnings("unchecked") // a publisher only gives its T away
    public static <T> Publisher<T> publisher(AsyncStream<? extends T> stream) {
        Publisher<?> source = stream instanceof PublisherStream<?> ours ? ours.untouched() : null;
        return source != null ? (Publisher<T>) source : publisher(stream, Spawner.inline());
    }

    /**
     * {@link #publisher(AsyncStream)}, polled by a spawner.
     *
     * @param <T> the type of the items
     * @param stream a stream; belongs to the publisher from now on
     * @param spawner runs the task of the subscription
     * @return a publisher for one subscriber
     */
    public static <T> Publisher<T> publisher(AsyncStream<? extends T> stream, Spawner spawner) {
        return new SourcePublisher<>(Source.stream(stream, "ReactiveStreams.deferStream(supplier)"), spawner);
    }

    /**
     * Publishes to each subscriber a stream of its own.
     *
     * <p><b>Cancellation</b> and <b>backpressure:</b> as {@link #publisher(AsyncStream)}.
     *
     * @param <T> the type of the items
     * @param supplier called once per subscriber, on its thread; what it throws is that subscriber's error
     * @return a cold publisher
     */
    public static <T> Publisher<T> deferStream(Supplier<? extends AsyncStream<? extends T>> supplier) {
        return deferStream(supplier, Spawner.inline());
    }

    /**
     * {@link #deferStream(Supplier)}, polled by a spawner.
     *
     * @param <T> the type of the items
     * @param supplier called once per subscriber, on its thread; what it throws is that subscriber's error
     * @param spawner runs the task of each subscription
     * @return a cold publisher
     */
    public static <T> Publisher<T> deferStream(Supplier<? extends AsyncStream<? extends T>> supplier, Spawner spawner) {
        return new SourcePublisher<>(Source.streams(supplier), spawner);
    }

    // ------------------------------------------------------------------ the same for the JDK's Flow

    /**
     * {@link #future(Publisher)} of the JDK's kind of publisher.
     *
     * @param <T> the type of the value
     * @param publisher a publisher
     * @return a future that ends with the item, or with null
     */
    public static <T> Future<T> future(Flow.Publisher<? extends T> publisher) {
        return future(FlowAdapters.toPublisher(publisher));
    }

    /**
     * {@link #first(Publisher)} of the JDK's kind of publisher.
     *
     * @param <T> the type of the value
     * @param publisher a publisher
     * @return a future that ends with the first item
     */
    public static <T> Future<T> first(Flow.Publisher<? extends T> publisher) {
        return first(FlowAdapters.toPublisher(publisher));
    }

    /**
     * {@link #firstOrNull(Publisher)} of the JDK's kind of publisher.
     *
     * @param <T> the type of the value
     * @param publisher a publisher
     * @return a future that ends with the first item, or with null
     */
    public static <T> Future<T> firstOrNull(Flow.Publisher<? extends T> publisher) {
        return firstOrNull(FlowAdapters.toPublisher(publisher));
    }

    /**
     * {@link #single(Publisher)} of the JDK's kind of publisher.
     *
     * @param <T> the type of the value
     * @param publisher a publisher
     * @return a future that ends with the one item
     */
    public static <T> Future<T> single(Flow.Publisher<? extends T> publisher) {
        return single(FlowAdapters.toPublisher(publisher));
    }

    /**
     * {@link #last(Publisher)} of the JDK's kind of publisher.
     *
     * @param <T> the type of the value
     * @param publisher a publisher
     * @return a future that ends with the last item
     */
    public static <T> Future<T> last(Flow.Publisher<? extends T> publisher) {
        return last(FlowAdapters.toPublisher(publisher));
    }

    /**
     * {@link #completion(Publisher)} of the JDK's kind of publisher.
     *
     * @param publisher a publisher
     * @return a future that ends with null when the publisher completes
     */
    public static Future<Void> completion(Flow.Publisher<?> publisher) {
        return completion(FlowAdapters.toPublisher(publisher));
    }

    /**
     * {@link #toList(Publisher)} of the JDK's kind of publisher.
     *
     * @param <T> the type of the items
     * @param publisher a publisher
     * @return a future that ends with all items
     */
    public static <T> Future<List<T>> toList(Flow.Publisher<? extends T> publisher) {
        return toList(FlowAdapters.toPublisher(publisher));
    }

    /**
     * {@link #stream(Publisher)} of the JDK's kind of publisher.
     *
     * @param <T> the type of the items
     * @param publisher a publisher
     * @return a stream of its items
     */
    public static <T> AsyncStream<T> stream(Flow.Publisher<? extends T> publisher) {
        return stream(FlowAdapters.toPublisher(publisher));
    }

    /**
     * {@link #stream(Publisher, int)} of the JDK's kind of publisher.
     *
     * @param <T> the type of the items
     * @param publisher a publisher
     * @param prefetch how many items may be requested and not yet taken, at least 1; {@link Integer#MAX_VALUE} for no bound
     * @return a stream of its items
     */
    public static <T> AsyncStream<T> stream(Flow.Publisher<? extends T> publisher, int prefetch) {
        return stream(FlowAdapters.toPublisher(publisher), prefetch);
    }

    /**
     * Makes the JDK's kind of publisher out of any publisher, for instance out of one made here.
     *
     * @param <T> the type of the items
     * @param publisher a publisher
     * @return the same publisher in the JDK's shape; unwrapped if it was one already
     */
    public static <T> Flow.Publisher<T> flowPublisher(Publisher<? extends T> publisher) {
        return FlowAdapters.toFlowPublisher(publisher);
    }

    /**
     * {@link #publisher(Future)} in the JDK's shape.
     *
     * @param <T> the type of the value
     * @param future a future; belongs to the publisher from now on
     * @return a publisher for one subscriber
     */
    public static <T> Flow.Publisher<T> flowPublisher(Future<? extends T> future) {
        return flowPublisher(ReactiveStreams.<T>publisher(future));
    }

    /**
     * {@link #publisher(JoinHandle)} in the JDK's shape.
     *
     * @param <T> the type of the value
     * @param handle a task
     * @return a publisher for many subscribers
     */
    public static <T> Flow.Publisher<T> flowPublisher(JoinHandle<? extends T> handle) {
        return flowPublisher(ReactiveStreams.<T>publisher(handle));
    }

    /**
     * {@link #publisher(AsyncStream)} in the JDK's shape.
     *
     * @param <T> the type of the items
     * @param stream a stream; belongs to the publisher from now on
     * @return a publisher for one subscriber
     */
    public static <T> Flow.Publisher<T> flowPublisher(AsyncStream<? extends T> stream) {
        return flowPublisher(ReactiveStreams.<T>publisher(stream));
    }

    // ------------------------------------------------------------------ stages

    /**
     * Awaits a stage of the JDK: {@link Futures#from}.
     *
     * <p><b>Cancellation:</b> stops waiting, the stage goes on.
     *
     * @param <T> the type of the value
     * @param stage a stage
     * @return a future that ends as the stage does
     */
    public static <T> Future<T> future(CompletionStage<? extends T> stage) {
        return Futures.from(stage);
    }
}
