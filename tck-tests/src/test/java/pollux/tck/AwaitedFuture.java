package pollux.tck;

import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import org.reactivestreams.tck.SubscriberWhiteboxVerification.SubscriberPuppet;
import org.reactivestreams.tck.SubscriberWhiteboxVerification.WhiteboxSubscriberProbe;
import pollux.executor.JoinHandle;
import pollux.executor.Spawner;
import pollux.reactive.spi.PublisherFuture;

/** A {@link PublisherFuture} and the task that awaits it, as a subscriber under verification. */
public final class AwaitedFuture extends PublisherFuture<Integer, Object> {

    private final @Nullable WhiteboxSubscriberProbe<Integer> probe;
    private final AtomicBoolean registered = new AtomicBoolean();
    private final JoinHandle<Object> task;

    private AwaitedFuture(Mode mode, @Nullable WhiteboxSubscriberProbe<Integer> probe) {
        super(subscriber -> {}, mode);
        this.probe = probe;
        task = Spawner.inline().spawn(recover(failure -> cx -> pollux.future.Poll.ready(null)));
    }

    /** A future that is awaited to its end. */
    public static AwaitedFuture free(Mode mode) {
        return new AwaitedFuture(mode, null);
    }

    /** A future that tells the TCK what happens to it. */
    public static AwaitedFuture probed(Mode mode, WhiteboxSubscriberProbe<Integer> probe) {
        return new AwaitedFuture(mode, probe);
    }

    @Override
    public void onSubscribe(Subscription s) {
        super.onSubscribe(s);
        if (probe != null && registered.compareAndSet(false, true)) {
            probe.registerOnSubscribe(new SubscriberPuppet() {
                @Override
                public void triggerRequest(long elements) {} // a future has requested what it needs

                @Override
                public void signalCancel() {
                    task.cancel();
                }
            });
        }
    }

    @Override
    public void onNext(Integer item) {
        super.onNext(item);
        if (probe != null) {
            probe.registerOnNext(item);
        }
    }

    @Override
    public void onError(Throwable error) {
        super.onError(error);
        if (probe != null) {
            probe.registerOnError(error);
        }
    }

    @Override
    public void onComplete() {
        super.onComplete();
        if (probe != null) {
            probe.registerOnComplete();
        }
    }
}
