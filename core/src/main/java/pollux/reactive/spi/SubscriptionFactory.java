package pollux.reactive.spi;

import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import pollux.executor.JoinHandle;
import pollux.executor.Spawner;
import pollux.future.Future;
import pollux.reactive.CancelPolicy;
import pollux.stream.AsyncStream;

/**
 * What the subscribers of an outbound publisher are served from: a single run, a run per subscriber, or a task that
 * many join. For adapters: they wrap one of these in the publisher type of their library.
 *
 * @param <T> the type of the items
 */
@FunctionalInterface
public interface SubscriptionFactory<T> {

    /**
     * Makes the subscription of one more subscriber; nothing runs yet.
     *
     * @param subscriber the subscriber
     * @param peer where its late signals go
     * @return a subscription, to be started
     * @throws RuntimeException if there is nothing to serve it from; the subscriber gets it as its error
     */
    TaskSubscription<T> serve(Subscriber<? super T> subscriber, BridgeHooks peer);

    /**
     * Serves a subscriber. Never throws (1.9).
     *
     * @param subscriber the subscriber
     * @param peer where its late signals go
     * @param spawner runs the task that serves it
     */
    default void subscribe(Subscriber<? super T> subscriber, BridgeHooks peer, Spawner spawner) {
        TaskSubscription<T> subscription;
        try {
            subscription = serve(subscriber, peer);
        } catch (Throwable refusal) {
            ErrorSubscription.refuse(subscriber, refusal, peer);
            return;
        }
        subscription.start(spawner);
    }

    /**
     * Takes back what runs, for a caller that converts a publisher into what it was made of. Possible once, and not
     * after a subscription.
     *
     * @param <X> the type of what runs
     * @param type that type
     * @return the one run, if it has no subscriber yet; null if there is none of that type
     */
    default <X> @Nullable X reclaim(Class<X> type) {
        return null;
    }

    /**
     * Serves one subscriber from a future.
     *
     * @param <T> the type of the value
     * @param future the future; belongs to the source from now on
     * @param instead what a second subscriber is told to use
     * @return a source of one run
     */
    static <T> FutureSource<T> future(Future<? extends T> future, String instead) {
        return new OnceSource.OfFuture<>(future, instead);
    }

    /**
     * Serves each subscriber from a future of its own.
     *
     * @param <T> the type of the value
     * @param supplier called once per subscriber, on its thread
     * @return a source of many runs
     */
    static <T> FutureSource<T> futures(Supplier<? extends Future<? extends T>> supplier) {
        return new DeferredSource<>(supplier);
    }

    /**
     * Serves every subscriber from one running task.
     *
     * @param <T> the type of the value
     * @param handle the task
     * @param policy what the cancellation of a subscriber means for the task
     * @return a source for many
     */
    static <T> FutureSource<T> handle(JoinHandle<? extends T> handle, CancelPolicy policy) {
        Objects.requireNonNull(handle, "handle");
        Objects.requireNonNull(policy, "policy");
        return () -> policy.join(handle);
    }

    /**
     * Serves one subscriber from a stream.
     *
     * @param <T> the type of the items
     * @param stream the stream; belongs to the source from now on
     * @param instead what a second subscriber is told to use
     * @return a source of one run
     */
    static <T> SubscriptionFactory<T> stream(AsyncStream<? extends T> stream, String instead) {
        return new OnceSource.OfStream<>(stream, instead);
    }

    /**
     * Serves each subscriber from a stream of its own.
     *
     * @param <T> the type of the items
     * @param supplier called once per subscriber, on its thread
     * @return a source of many runs
     */
    static <T> SubscriptionFactory<T> streams(Supplier<? extends AsyncStream<? extends T>> supplier) {
        Objects.requireNonNull(supplier, "supplier");
        return (subscriber, peer) -> peer.serve(
                Objects.requireNonNull(supplier.get(), "the supplier returned null instead of a stream"), subscriber);
    }

    /**
     * Serves one subscriber from the values of many futures, see {@link FuturesSubscription}.
     *
     * @param <T> the type of the values
     * @param futures the futures; belong to the source from now on
     * @param concurrency how many may run at once, at least 1
     * @param ordered true for the order of the futures, false for the order in which they end
     * @param instead what a second subscriber is told to use
     * @return a source of one run
     * @throws IllegalArgumentException if {@code concurrency} is less than 1
     */
    static <T> SubscriptionFactory<T> all(
            Iterable<? extends Future<? extends T>> futures, int concurrency, boolean ordered, String instead) {
        if (concurrency < 1) {
            throw new IllegalArgumentException("concurrency must be at least 1, was " + concurrency);
        }
        return new OnceSource.OfFutures<>(futures, concurrency, ordered, instead);
    }
}
