package pollux.reactive;

import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.internal.checks.CheckReturnValue;
import pollux.reactive.spi.PublisherBridges;
import pollux.reactive.spi.PublisherFuture;
import pollux.reactive.spi.PublisherFuture.Mode;
import pollux.reactive.spi.PublisherStream;
import pollux.reactive.spi.SourcePublisher;
import pollux.stream.AsyncStream;

/**
 * The conversions of a {@link Publisher} into a future or a stream. Users reach them as members of {@link
 * ReactiveStreams}, of {@code Async} and of the adapters, which inherit them: one method each, however many of these
 * classes are imported.
 *
 * <p>Nothing is subscribed before the first poll, and each result subscribes once. {@link #future} waits for the
 * terminal signal, because a publisher that has given its item may still have to commit; only {@link #first} and {@link
 * #firstOrNull} cancel after an item.
 *
 * <p><b>Context.</b> Where an adapter is present, the class of the publisher decides how it is subscribed: a {@code
 * Mono}, a {@code Flux} and any plain publisher with the Reactor {@code Context} of the surrounding task, a {@code
 * Flowable} with that context and the hooks of RxJava. See {@link pollux.reactive.spi.PublisherBridge}.
 *
 * <p>Publishers and arguments must not be null. The rules that a bridge keeps where the other side breaks them are told
 * at {@link PublisherFuture} and {@link PublisherStream}.
 */
@CheckReturnValue
public abstract class InboundConversions {

    /** For subclasses, which have no instances either. */
    protected InboundConversions() {}

    // ------------------------------------------------------------------ one value out of a publisher

    /**
     * Awaits the one value of a publisher.
     *
     * <p><b>Cancellation:</b> cancels the subscription; an item that was received is lost.
     *
     * @param <T> the type of the value
     * @param publisher a publisher of at most one item
     * @return a future that ends with the item when the publisher completes, with null if there was none, and fails
     *     with
     *     {@link IllegalStateException}, upstream cancelled, at a second item
     */
    @SuppressWarnings("unchecked") // a publisher of T was made of a future of T
    public static <T> Future<T> future(Publisher<? extends T> publisher) {
        Future<T> unwrapped = (Future<T>) SourcePublisher.unwrap(publisher, Future.class);
        return unwrapped != null ? unwrapped : PublisherBridges.present().future(publisher, Mode.AT_MOST_ONE);
    }

    /**
     * Awaits the first item and cancels the publisher then.
     *
     * <p><b>Cancellation:</b> cancels the subscription; no item is lost that was not in flight.
     *
     * @param <T> the type of the value
     * @param publisher a publisher
     * @return a future that ends with the first item, and fails with {@link java.util.NoSuchElementException} if there
     *     is none
     */
    public static <T> Future<T> first(Publisher<? extends T> publisher) {
        return PublisherBridges.present().future(publisher, Mode.FIRST);
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
        return PublisherBridges.present().future(publisher, Mode.FIRST_OR_NULL);
    }

    /**
     * Awaits the end of a publisher of exactly one item.
     *
     * <p><b>Cancellation:</b> cancels the subscription; an item that was received is lost.
     *
     * @param <T> the type of the value
     * @param publisher a publisher
     * @return a future that ends with the item when the publisher completes; fails with {@link
     *     java.util.NoSuchElementException}
     *     if there was none, and with {@link IllegalStateException}, upstream cancelled, at a second one
     */
    public static <T> Future<T> exactlyOne(Publisher<? extends T> publisher) {
        return PublisherBridges.present().future(publisher, Mode.SINGLE);
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
        return PublisherBridges.present().future(publisher, Mode.LAST);
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
        return PublisherBridges.present().future(publisher, Mode.COMPLETION);
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
        return PublisherBridges.present().future(publisher, Mode.TO_LIST);
    }

    // ------------------------------------------------------------------ a stream out of a publisher

    /**
     * Pulls the items of a publisher, {@value PublisherStream#PREFETCH} ahead.
     *
     * <p><b>Cancellation:</b> cancels the subscription; items requested ahead are discarded. <b>Backpressure:</b> see
     * {@link
     * PublisherStream}.
     *
     * @param <T> the type of the items
     * @param publisher a publisher
     * @return a stream of its items; the stream itself if the publisher was made of one and not subscribed to
     */
    public static <T> AsyncStream<T> fromPublisher(Publisher<? extends T> publisher) {
        return fromPublisher(publisher, PublisherStream.PREFETCH);
    }

    /**
     * Pulls the items of a publisher.
     *
     * <p><b>Cancellation:</b> cancels the subscription; items requested ahead are discarded. <b>Backpressure:</b> see
     * {@link
     * PublisherStream}.
     *
     * @param <T> the type of the items
     * @param publisher a publisher
     * @param prefetch how many items may be requested and not yet taken, at least 1; {@link Integer#MAX_VALUE} for no
     *     bound
     * @return a stream of its items; the stream itself if the publisher was made of one and not subscribed to
     * @throws IllegalArgumentException if {@code prefetch} is less than 1
     */
    public static <T> AsyncStream<T> fromPublisher(Publisher<? extends T> publisher, int prefetch) {
        return fromPublisher(publisher, Prefetch.of(prefetch));
    }

    /**
     * Pulls the items of a publisher, with a window of requests that may follow the consumer's pace.
     *
     * <p><b>Cancellation:</b> cancels the subscription; items requested ahead are discarded. <b>Backpressure:</b> see
     * {@link
     * PublisherStream}.
     *
     * @param <T> the type of the items
     * @param publisher a publisher
     * @param prefetch how many items may be requested and not yet taken
     * @return a stream of its items; the stream itself if the publisher was made of one and not subscribed to
     */
    @SuppressWarnings("unchecked") // a publisher of T was made of a stream of T
    public static <T> AsyncStream<T> fromPublisher(Publisher<? extends T> publisher, Prefetch prefetch) {
        AsyncStream<T> unwrapped = (AsyncStream<T>) SourcePublisher.unwrap(publisher, AsyncStream.class);
        return unwrapped != null ? unwrapped : PublisherBridges.present().stream(publisher, prefetch);
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
    public static <T extends @Nullable Object> Future<T> future(CompletionStage<? extends T> stage) {
        return Futures.from(stage);
    }
}
