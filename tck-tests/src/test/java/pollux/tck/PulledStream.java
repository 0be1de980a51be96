package pollux.tck;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import org.reactivestreams.tck.SubscriberWhiteboxVerification.SubscriberPuppet;
import org.reactivestreams.tck.SubscriberWhiteboxVerification.WhiteboxSubscriberProbe;
import pollux.executor.Spawner;
import pollux.future.Context;
import pollux.future.RawFuture;
import pollux.reactive.spi.PublisherStream;
import pollux.sync.AtomicWaker;

/**
 * A {@link PublisherStream} and the task that pulls it, as a subscriber under verification. The TCK itself plays the
 * publisher; the task takes as many items as the TCK triggers.
 */
public final class PulledStream extends PublisherStream<Integer> {

    private final @Nullable WhiteboxSubscriberProbe<Integer> probe;
    private final AtomicBoolean registered = new AtomicBoolean();
    private final AtomicLong permits = new AtomicLong();
    private final AtomicWaker puller = new AtomicWaker();
    private volatile boolean cancelling;

    private PulledStream(int prefetch, long permits, @Nullable WhiteboxSubscriberProbe<Integer> probe) {
        super(subscriber -> {}, prefetch);
        this.probe = probe;
        this.permits.set(permits);
        Spawner.inline().spawn(new Pull());
    }

    /** A stream that is pulled to its end. */
    public static PulledStream free(int prefetch) {
        return new PulledStream(prefetch, Long.MAX_VALUE, null);
    }

    /** A stream that is pulled as the TCK says. */
    public static PulledStream probed(int prefetch, WhiteboxSubscriberProbe<Integer> probe) {
        return new PulledStream(prefetch, 0, probe);
    }

    @Override
    public void onSubscribe(Subscription s) {
        super.onSubscribe(s);
        if (probe != null && registered.compareAndSet(false, true)) {
            probe.registerOnSubscribe(new SubscriberPuppet() {
                @Override
                public void triggerRequest(long elements) {
                    permits.addAndGet(elements);
                    puller.wake();
                }

                @Override
                public void signalCancel() {
                    cancelling = true;
                    puller.wake();
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

    /** Pulls as long as there are permits. */
    private final class Pull extends RawFuture<Void> {

        private boolean started;

        @Override
        public @Nullable Object pollRaw(Context cx) {
            puller.register(cx.waker());
            while (!cancelling) {
                if (started && permits.get() == 0) {
                    return PENDING;
                }
                started = true; // the first poll subscribes
                Object item;
                try {
                    item = pollNextRaw(cx);
                } catch (Throwable failure) {
                    return null; // the TCK failed the stream on purpose
                }
                if (item == PENDING) {
                    return PENDING;
                }
                if (item == null) {
                    return null;
                }
                permits.decrementAndGet();
            }
            PulledStream.this.cancel();
            return null;
        }
    }
}
