package pollux.reactive;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import pollux.executor.Spawner;
import pollux.future.Future;

/** A future as a publisher for one subscriber. */
final class FuturePublisher<T> implements Publisher<T> {

    private static final VarHandle FUTURE;

    static {
        try {
            FUTURE = MethodHandles.lookup().findVarHandle(FuturePublisher.class, "future", Future.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    private final Spawner spawner;
    private volatile @Nullable Future<? extends T> future;

    FuturePublisher(Future<? extends T> future, Spawner spawner) {
        this.future = Objects.requireNonNull(future, "future");
        this.spawner = Objects.requireNonNull(spawner, "spawner");
    }

    @Override
    public void subscribe(Subscriber<? super T> subscriber) {
        Objects.requireNonNull(subscriber, "subscriber"); // 1.9
        Future<? extends T> taken = take();
        if (taken == null) {
            Refusal.runsOnce(subscriber, "deferFuture(supplier)");
        } else {
            new FutureSubscription<T>(taken, subscriber, Peer.plain()).start(spawner);
        }
    }

    /** Takes the future, so that this publisher has none any more; null if it is gone. */
    @SuppressWarnings("unchecked") // the field holds nothing else, and a future only gives its T away
    @Nullable
    Future<T> take() {
        return (Future<T>) FUTURE.getAndSet(this, null);
    }

    @Override
    public String toString() {
        return "ReactiveStreams.publisher(" + future + ")";
    }
}
