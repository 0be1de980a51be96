package pollux.reactive;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import pollux.executor.Spawner;
import pollux.stream.AsyncStream;

/** A stream as a publisher for one subscriber. */
final class StreamPublisher<T> implements Publisher<T> {

    private static final VarHandle STREAM;

    static {
        try {
            STREAM = MethodHandles.lookup().findVarHandle(StreamPublisher.class, "stream", AsyncStream.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    private final Spawner spawner;
    private volatile @Nullable AsyncStream<? extends T> stream;

    StreamPublisher(AsyncStream<? extends T> stream, Spawner spawner) {
        this.stream = Objects.requireNonNull(stream, "stream");
        this.spawner = Objects.requireNonNull(spawner, "spawner");
    }

    @Override
    public void subscribe(Subscriber<? super T> subscriber) {
        Objects.requireNonNull(subscriber, "subscriber"); // 1.9
        AsyncStream<? extends T> taken = take();
        if (taken == null) {
            Refusal.runsOnce(subscriber, "deferStream(supplier)");
        } else {
            new StreamSubscription<T>(taken, subscriber, Peer.plain()).start(spawner);
        }
    }

    /** Takes the stream, so that this publisher has none any more; null if it is gone. */
    @SuppressWarnings("unchecked") // the field holds nothing else, and a stream only gives its T away
    @Nullable
    AsyncStream<T> take() {
        return (AsyncStream<T>) STREAM.getAndSet(this, null);
    }

    @Override
    public String toString() {
        return "ReactiveStreams.publisher(" + stream + ")";
    }
}
