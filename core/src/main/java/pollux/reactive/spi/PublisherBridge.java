package pollux.reactive.spi;

import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import pollux.executor.Spawner;
import pollux.future.Context;
import pollux.future.Future;
import pollux.reactive.Prefetch;
import pollux.reactive.spi.PublisherFuture.Mode;
import pollux.stream.AsyncStream;

/**
 * The part of an adapter that every conversion of core goes through. {@link java.util.ServiceLoader} finds it: an
 * adapter names its implementation in {@code META-INF/services} and in {@code provides} of its module-info.
 *
 * <p>So the class of a publisher at run time decides how it is subscribed, and not the static type of an argument or an
 * import: {@code Async.await(publisher)} subscribes a {@code Mono} with the Reactor {@code Context} of the surrounding
 * task whenever the Reactor adapter is present. The hooks for dropped errors and discarded items are those of the
 * publisher's library for the same reason.
 *
 * <p>All methods may be called by any thread, must not block, and get no null. A provider that throws is not asked
 * again, see {@link PublisherBridges}.
 */
public interface PublisherBridge {

    /**
     * Tells whether a publisher is of the library that this bridge belongs to.
     *
     * @param publisher any publisher
     * @return true if this bridge is to convert it
     */
    boolean owns(Publisher<?> publisher);

    /**
     * Tells whether the subscribers of this bridge carry a context. Publishers that no bridge owns are converted by the
     * first bridge that does.
     *
     * @return false unless overridden
     */
    default boolean carriesContext() {
        return false;
    }

    /**
     * Makes a future of a publisher. It subscribes at its first poll, with the context of the task that polls.
     *
     * @param <S> the type of the items
     * @param <T> the type of the value
     * @param publisher a publisher that this bridge owns, or any if it {@linkplain #carriesContext() carries context}
     * @param mode what to make of the items
     * @return a future that has not subscribed yet
     */
    <S, T> Future<T> future(Publisher<? extends S> publisher, Mode mode);

    /**
     * Makes a stream of a publisher. It subscribes at its first poll, with the context of the task that polls.
     *
     * @param <T> the type of the items
     * @param publisher a publisher that this bridge owns, or any if it {@linkplain #carriesContext() carries context}
     * @param prefetch how many items may be requested and not yet taken
     * @return a stream that has not subscribed yet
     */
    <T> AsyncStream<T> stream(Publisher<? extends T> publisher, Prefetch prefetch);

    /**
     * Makes a subscriber carry the context of a task, for bridges whose own subscribers do not.
     *
     * @param <T> the type of the items
     * @param subscriber a subscriber
     * @param cx the context of the poll that subscribes
     * @return a subscriber that passes every signal to the given one; the given one if there is nothing to carry
     */
    default <T> Subscriber<T> inContext(Subscriber<T> subscriber, Context cx) {
        return subscriber;
    }

    /**
     * Serves a subscriber of this library, or one that carries a context this bridge knows, from an outbound source.
     *
     * @param <T> the type of the items
     * @param source what to serve it from
     * @param subscriber the subscriber
     * @param spawner runs the task that serves it
     * @return false if the subscriber means nothing to this bridge; then nothing has happened
     */
    default <T> boolean serve(SubscriptionFactory<T> source, Subscriber<? super T> subscriber, Spawner spawner) {
        return false;
    }
}
