package pollux.reactive.spi;

import java.util.Objects;
import java.util.function.Supplier;
import org.reactivestreams.Subscriber;
import pollux.executor.Spawner;
import pollux.future.Future;
import pollux.future.RawFuture;

/**
 * Serves each subscriber from a future of its own; one that is ready at once needs neither polls nor a task on the
 * inline spawner.
 */
final class DeferredSource<T> implements FutureSource<T> {

    private final Supplier<? extends Future<? extends T>> supplier;

    DeferredSource(Supplier<? extends Future<? extends T>> supplier) {
        this.supplier = Objects.requireNonNull(supplier, "supplier");
    }

    @Override
    @SuppressWarnings("unchecked") // a future of T is ready with a T
    public void subscribe(Subscriber<? super T> subscriber, BridgeHooks peer, Spawner spawner) {
        Future<? extends T> future;
        try {
            future = next();
        } catch (Throwable refusal) {
            ErrorSubscription.refuse(subscriber, refusal, peer);
            return;
        }
        Object ready = spawner == Spawner.inline() ? RawFuture.peek(future) : RawFuture.PENDING;
        if (ready != RawFuture.PENDING) {
            new ReadySubscription<>((T) ready, subscriber, peer).start();
        } else {
            FutureSubscription.<T>serve(future, subscriber, peer, spawner);
        }
    }

    @Override
    public Future<? extends T> next() {
        return Objects.requireNonNull(supplier.get(), "the supplier returned null instead of a future");
    }
}
