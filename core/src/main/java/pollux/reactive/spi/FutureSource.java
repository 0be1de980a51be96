package pollux.reactive.spi;

import org.jspecify.annotations.Nullable;
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

    /**
     * Notes the subscription that is served from the future that was given out last; called before that starts, by the
     * same subscriber. A source of one future tells the next subscriber what that has failed with.
     *
     * @param subscription the subscription
     */
    default void noteRun(TaskSubscription<T> subscription) {}

    @Override
    default void subscribe(Subscriber<? super T> subscriber, BridgeHooks peer, Spawner spawner) {
        Future<? extends T> future;
        try {
            future = next();
        } catch (Throwable refusal) {
            ErrorSubscription.refuse(subscriber, refusal, peer);
            return;
        }
        FutureSubscription<T> made = FutureSubscription.unlessServed(future, subscriber, peer, spawner);
        if (made != null) {
            noteRun(made);
            made.start(spawner);
        }
    }

    @Override
    default TaskSubscription<T> serve(Subscriber<? super T> subscriber, BridgeHooks peer) {
        FutureSubscription<T> made = new FutureSubscription<>(next(), subscriber, peer);
        noteRun(made);
        return made;
    }

    /**
     * Returns a source of one run that was taken already.
     *
     * @param <T> the type of the value
     * @param instead what a subscriber is told to use
     * @param first the subscription that has taken it, whose failure is the cause; null if it is not known
     * @return a source whose every subscriber gets an {@link IllegalStateException}
     */
    static <T> FutureSource<T> spent(String instead, @Nullable TaskSubscription<?> first) {
        return () -> {
            throw OnceSource.taken(instead, first);
        };
    }
}
