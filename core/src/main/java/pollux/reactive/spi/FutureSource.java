package pollux.reactive.spi;

import org.reactivestreams.Subscriber;
import pollux.executor.Spawner;
import pollux.future.Future;

/**
 * What subscribers get a future each from: one future for the first of them, or one for each.
 *
 * @param <T> the type of the value
 */
public interface FutureSource<T> extends SubscriptionFactory<T> {

    /**
     * Returns the future of one more subscriber, whose it is from now on.
     *
     * @return a future that was not polled
     * @throws RuntimeException if there is none; the subscriber gets it as its error
     */
    Future<? extends T> next();

    @Override
    default void subscribe(Subscriber<? super T> subscriber, BridgeHooks peer, Spawner spawner) {
        Future<? extends T> future;
        try {
            future = next();
        } catch (Throwable refusal) {
            ErrorSubscription.refuse(subscriber, refusal, peer);
            return;
        }
        FutureSubscription.<T>serve(future, subscriber, peer, spawner);
    }

    @Override
    default TaskSubscription<T> serve(Subscriber<? super T> subscriber, BridgeHooks peer) {
        return new FutureSubscription<>(next(), subscriber, peer);
    }

    /**
     * Returns a source of one run that was taken already.
     *
     * @param <T> the type of the value
     * @param instead what a subscriber is told to use
     * @return a source whose every subscriber gets an {@link IllegalStateException}
     */
    static <T> FutureSource<T> spent(String instead) {
        return () -> {
            throw OnceSource.taken(instead);
        };
    }
}
