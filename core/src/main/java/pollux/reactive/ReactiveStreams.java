package pollux.reactive;

import java.util.concurrent.Flow;
import java.util.function.Supplier;
import org.reactivestreams.FlowAdapters;
import org.reactivestreams.Publisher;
import pollux.executor.JoinHandle;
import pollux.executor.Spawner;
import pollux.future.Future;
import pollux.internal.checks.CheckReturnValue;
import pollux.reactive.spi.FutureSubscription;
import pollux.reactive.spi.PublisherStream;
import pollux.reactive.spi.StreamSubscription;
import pollux.reactive.spi.TaskSubscription;
import pollux.stream.AsyncStream;

/**
 * All conversions between Pollux and Reactive Streams, for {@code org.reactivestreams} and for the JDK's {@link Flow}.
 *
 * <p><b>Into Pollux.</b> See {@link InboundConversions}.
 *
 * <p><b>Out of Pollux.</b> A future or stream runs once, so its publisher serves one subscriber; a second one gets an
 * {@link IllegalStateException}. The {@code defer} forms make a new run per subscriber, and a {@link JoinHandle} may be
 * subscribed to by many. Everything is polled on the subscribing and signalling threads, as a Reactor operator would
 * be; {@link #on} gives the same conversions on a {@link Spawner}. A subscriber that carries a Reactor {@code Context}
 * is served with it where the Reactor adapter is present.
 *
 * <p><b>Round trips</b> unwrap: {@code fromPublisher(publisher(s))} is {@code s}, {@code publisher(fromPublisher(p))}
 * is {@code p} as long as nothing was polled or subscribed, and the same holds for futures and for {@code Flow}.
 *
 * <p><b>JDK.</b> {@link #fromFlow} and {@link #toFlow} convert between the two kinds of publisher: {@code
 * future(fromFlow(p))}, {@code each(fromFlow(p))}, {@code toFlow(publisher(stream))}.
 *
 * <p>Publishers and arguments must not be null. The rules that a bridge keeps where the other side breaks them are told
 * at {@link TaskSubscription}.
 */
@CheckReturnValue
public final class ReactiveStreams extends InboundConversions {

    private static final PublisherConversions INLINE = new PublisherConversions(Spawner.inline());

    private ReactiveStreams() {}

    // ------------------------------------------------------------------ where it runs

    /**
     * Returns the same outbound conversions, with each subscription served by tasks of a spawner. Written with the name
     * of this class,
     * {@code ReactiveStreams.on(pool).publisher(stream)}, since each adapter has an {@code on} of its own.
     *
     * @param spawner runs the task of each subscription
     * @return the conversions
     */
    public static PublisherConversions on(Spawner spawner) {
        return new PublisherConversions(spawner);
    }

    // ------------------------------------------------------------------ a publisher out of futures

    /**
     * Publishes the value of a future to one subscriber.
     *
     * <p>The future is polled from {@code subscribe} on, see {@link FutureSubscription}. Null means an empty publisher.
     *
     * <p><b>Cancellation:</b> cancels the future. <b>Backpressure:</b> the value waits for demand; a failure or an
     * empty end does not.
     *
     * @param <T> the type of the value
     * @param future a future; belongs to the publisher from now on
     * @return a publisher for one subscriber
     */
    public static <T> Publisher<T> publisher(Future<? extends T> future) {
        return INLINE.publisher(future);
    }

    /**
     * Publishes the value of a running task to any number of subscribers.
     *
     * <p><b>Cancellation:</b> the subscriber stops waiting, the task goes on. <b>Backpressure:</b> as {@link
     * #publisher(Future)}.
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
        return INLINE.publisher(handle, policy);
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
        return INLINE.deferFuture(supplier);
    }

    /**
     * Publishes the values of many futures to one subscriber, each when it is there. A future that ends with null adds
     * no item; the first failure cancels those that run and is the end.
     *
     * <p><b>Cancellation:</b> cancels the futures that run. <b>Backpressure:</b> a future is started only when there is
     * demand for its value, and at most {@code concurrency} run at once.
     *
     * @param <T> the type of the values
     * @param futures the futures; belong to the publisher from now on
     * @param concurrency how many may run at once, at least 1
     * @return a publisher for one subscriber
     * @throws IllegalArgumentException if {@code concurrency} is less than 1
     */
    public static <T> Publisher<T> publisher(Iterable<? extends Future<? extends T>> futures, int concurrency) {
        return INLINE.publisher(futures, concurrency);
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
        return INLINE.publisherOrdered(futures, concurrency);
    }

    // ------------------------------------------------------------------ a publisher out of a stream

    /**
     * Publishes a stream to one subscriber.
     *
     * <p><b>Cancellation:</b> cancels the stream. <b>Backpressure:</b> the stream is polled only while there is demand,
     * see {@link StreamSubscription}.
     *
     * @param <T> the type of the items
     * @param stream a stream; belongs to the publisher from now on
     * @return a publisher for one subscriber; the publisher itself if the stream was made of one and not polled
     */
    @SuppressWarnings("unchecked") // a publisher only gives its T away
    public static <T> Publisher<T> publisher(AsyncStream<? extends T> stream) {
        Publisher<?> source = stream instanceof PublisherStream<?> ours ? ours.untouched() : null;
        return source != null ? (Publisher<T>) source : INLINE.publisher(stream);
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
        return INLINE.deferStream(supplier);
    }

    // ------------------------------------------------------------------ the JDK's Flow

    /**
     * Returns a publisher of the JDK in the shape of Reactive Streams, for every conversion here.
     *
     * @param <T> the type of the items
     * @param publisher a publisher of the JDK
     * @return the same publisher; unwrapped if it was made by {@link #toFlow}
     */
    @SuppressWarnings("unchecked") // a publisher only gives its T away
    public static <T> Publisher<T> fromFlow(Flow.Publisher<? extends T> publisher) {
        return (Publisher<T>) FlowAdapters.toPublisher(publisher);
    }

    /**
     * Returns a publisher in the JDK's shape.
     *
     * @param <T> the type of the items
     * @param publisher a publisher, for instance one made here
     * @return the same publisher; unwrapped if it was made by {@link #fromFlow}
     */
    public static <T> Flow.Publisher<T> toFlow(Publisher<? extends T> publisher) {
        return FlowAdapters.toFlowPublisher(publisher);
    }
}
