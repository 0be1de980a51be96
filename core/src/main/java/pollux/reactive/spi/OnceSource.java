package pollux.reactive.spi;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import pollux.internal.memory.VarHandles;

/**
 * The source of a single run: the first subscriber takes it.
 *
 * @param <S> what runs: a future, a stream, or many futures
 * @param <T> the type of the items
 */
final class OnceSource<S, T> implements SubscriptionFactory<T> {

    /** Makes the subscription that serves a subscriber from what runs. */
    @FunctionalInterface
    interface Service<S, T> {
        TaskSubscription<T> serve(S run, Subscriber<? super T> subscriber, BridgeHooks peer);
    }

    private static final VarHandle RUN = VarHandles.handle(MethodHandles.lookup(), "run", Object.class);

    private final Service<S, T> service;
    private final String instead;
    private volatile @Nullable Object run;

    OnceSource(S run, String name, String instead, Service<S, T> service) {
        this.run = Objects.requireNonNull(run, name);
        this.instead = instead;
        this.service = service;
    }

    @Override
    @SuppressWarnings("unchecked") // the field holds an S or null
    public TaskSubscription<T> serve(Subscriber<? super T> subscriber, BridgeHooks peer) {
        Object taken = RUN.getAndSet(this, null);
        if (taken == null) {
            throw new IllegalStateException("this publisher runs once and has been subscribed to; use " + instead
                    + " for one run per subscriber");
        }
        return service.serve((S) taken, subscriber, peer);
    }

    @Override
    public <X> @Nullable X reclaim(Class<X> type) {
        Object taken = run;
        return type.isInstance(taken) && RUN.compareAndSet(this, taken, null) ? type.cast(taken) : null;
    }

    @Override
    public String toString() {
        Object left = run;
        return left == null ? "taken" : left.toString();
    }
}
