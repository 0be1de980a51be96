package pollux.reactive;

import java.util.List;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import pollux.executor.JoinHandle;
import pollux.executor.Spawner;
import pollux.future.Future;
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
    public static <T> Future<T> future(Publisher<? extends T> publisher) {
        Future<T> unwrapped = unwrap(publisher);
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
    public static <T> AsyncStream<T> stream(Publisher<? extends T> publisher, int prefetch) {
        if (publisher instanceof StreamPublisher<?> ours) {
            AsyncStream<T> unwrapped = ReactiveStreams.<T>cast(ours).take();
            if (unwrapped != null) {
                return unwrapped;
            }
        }
        return new PublisherStream<>(publisher, prefetch);
    }

    // ------------------------------------------------------------------ a publisher out of a future

    /**
     * Publishes the value of a future to one subscriber.
     *
     * <p>The future is polled from {@code subscribe} on; see {@link FutureSubscription}. Null means an empty publisher.
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
    @SuppressWarnings("unchecked") // a publisher only gives its T away
    public static <T> Publisher<T> publisher(Future<? extends T> future, Spawner spawner) {
        return new FuturePublisher<>(future, spawner);
    }

    private static <T> @Nullable Future<T> unwrap(Publisher<? extends T> publisher) {
        return publisher instanceof FuturePublisher<?> ours
                ? ReactiveStreams.<T>cast(ours).take()
                : null;
    }

    @SuppressWarnings("unchecked") // a publisher of ? extends T only gives its T away
    private static <T> FuturePublisher<T> cast(FuturePublisher<?> publisher) {
        return (FuturePublisher<T>) publisher;
    }

    @SuppressWarnings("unchecked") // a publisher of ? extends T only gives its T away
    private static <T> StreamPublisher<T> cast(StreamPublisher<?> publisher) {
        return (StreamPublisher<T>) publisher;
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
     * @return a publisher for one subscriber
     */
    @SuppressWarnings("unchecked") // a publisher only gives its T away
    public static <T> Publisher<T> publisher(AsyncStream<? extends T> stream) {
        if (stream instanceof PublisherStream<?> ours && !ours.isTouched()) {
            return (Publisher<T>) ours.publisher();
        }
        return publisher(stream, Spawner.inline());
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
        return new StreamPublisher<>(stream, spawner);
    }
}
