package pollux.reactive.spi;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import pollux.future.Future;
import pollux.internal.memory.VarHandles;
import pollux.stream.AsyncStream;

/**
 * The source of a single run: the first subscriber takes it.
 *
 * @param <S> what runs: a future, a stream, or many futures
 * @param <T> the type of the items
 */
abstract class OnceSource<S, T> implements SubscriptionFactory<T> {

    private static final VarHandle RUN = VarHandles.handle(MethodHandles.lookup(), "run", Object.class);

    private final String instead;

    /** What runs; once it is taken, null or the subscription that it serves, which knows what it has failed with. */
    private volatile @Nullable Object run;

    OnceSource(S run, String name, String instead) {
        this.run = Objects.requireNonNull(run, name);
        this.instead = instead;
    }

    /** Takes what runs. */
    @SuppressWarnings("unchecked") // the field holds an S or null
    final S take() {
        Object found = run;
        if (found == null || found instanceof TaskSubscription || !RUN.compareAndSet(this, found, null)) {
            throw taken(instead, run instanceof TaskSubscription<?> first ? first : null);
        }
        return (S) found;
    }

    /** Notes the subscription of the subscriber that has taken what runs, before that starts. */
    final TaskSubscription<T> serves(TaskSubscription<T> subscription) {
        RUN.setRelease(this, (Object) subscription);
        return subscription;
    }

    /**
     * What a second subscriber gets.
     *
     * @param first the first subscription, whose failure is the cause; null if it is not known
     */
    static IllegalStateException taken(String instead, @Nullable TaskSubscription<?> first) {
        return new IllegalStateException(
                "this publisher runs once and has been subscribed to; use " + instead + " for one run per subscriber",
                first == null ? null : first.failure());
    }

    @Override
    public final <X> @Nullable X reclaim(Class<X> type) {
        Object taken = run;
        return type.isInstance(taken) && RUN.compareAndSet(this, taken, null) ? type.cast(taken) : null;
    }

    @Override
    public final String toString() {
        Object left = run;
        return left == null || left instanceof TaskSubscription ? "taken" : left.toString();
    }

    /** The source of one future. */
    static final class OfFuture<T> extends OnceSource<Future<? extends T>, T> implements FutureSource<T> {

        OfFuture(Future<? extends T> future, String instead) {
            super(future, "future", instead);
        }

        @Override
        public Future<? extends T> next() {
            return take();
        }

        @Override
        public void noteRun(TaskSubscription<T> subscription) {
            serves(subscription);
        }
    }

    /** The source of one stream. */
    static final class OfStream<T> extends OnceSource<AsyncStream<? extends T>, T> {

        OfStream(AsyncStream<? extends T> stream, String instead) {
            super(stream, "stream", instead);
        }

        @Override
        public TaskSubscription<T> serve(Subscriber<? super T> subscriber, BridgeHooks peer) {
            return serves(peer.serve(take(), subscriber));
        }
    }

    /** The source of the values of many futures. */
    static final class OfFutures<T> extends OnceSource<Iterable<? extends Future<? extends T>>, T> {

        private final int concurrency;
        private final boolean ordered;

        OfFutures(Iterable<? extends Future<? extends T>> futures, int concurrency, boolean ordered, String instead) {
            super(futures, "futures", instead);
            this.concurrency = concurrency;
            this.ordered = ordered;
        }

        @Override
        public TaskSubscription<T> serve(Subscriber<? super T> subscriber, BridgeHooks peer) {
            return serves(new FuturesSubscription<>(take(), concurrency, ordered, subscriber, peer));
        }
    }
}
