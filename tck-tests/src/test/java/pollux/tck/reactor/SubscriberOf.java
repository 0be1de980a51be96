package pollux.tck.reactor;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import org.reactivestreams.tck.SubscriberWhiteboxVerification.SubscriberPuppet;
import org.reactivestreams.tck.SubscriberWhiteboxVerification.WhiteboxSubscriberProbe;
import pollux.executor.JoinHandle;
import pollux.executor.Spawner;
import pollux.future.Future;
import pollux.future.Futures;

/** The subscriber with which a conversion awaits, and the task that awaits. The TCK itself plays the publisher. */
final class SubscriberOf implements Subscriber<Integer> {

    private final Subscriber<? super Integer> inside;
    private final JoinHandle<?> task;
    private final @Nullable WhiteboxSubscriberProbe<Integer> probe;
    private boolean registered;

    private <T> SubscriberOf(
            Function<Publisher<Integer>, Future<T>> conversion, @Nullable WhiteboxSubscriberProbe<Integer> probe) {
        AtomicReference<Subscriber<? super Integer>> subscriber = new AtomicReference<>();
        Future<T> awaiting = conversion.apply(subscriber::set);
        this.task = Spawner.inline().spawn(awaiting.recover(failure -> Futures.ready(null)));
        this.inside = subscriber.get();
        this.probe = probe;
    }

    /** The bare subscriber. */
    static <T> Subscriber<? super Integer> bare(Function<Publisher<Integer>, Future<T>> conversion) {
        return new SubscriberOf(conversion, null).inside;
    }

    /** The subscriber within one that tells the TCK what happens to it. */
    static <T> SubscriberOf probed(
            Function<Publisher<Integer>, Future<T>> conversion, WhiteboxSubscriberProbe<Integer> probe) {
        return new SubscriberOf(conversion, probe);
    }

    @Override
    public void onSubscribe(Subscription s) {
        inside.onSubscribe(s);
        if (!registered) {
            registered = true;
            probe.registerOnSubscribe(new SubscriberPuppet() {
                @Override
                public void triggerRequest(long elements) {} // it has requested, or does so as the task pulls

                @Override
                public void signalCancel() {
                    task.cancel();
                }
            });
        }
    }

    @Override
    public void onNext(Integer item) {
        inside.onNext(item);
        probe.registerOnNext(item);
    }

    @Override
    public void onError(Throwable error) {
        inside.onError(error);
        probe.registerOnError(error);
    }

    @Override
    public void onComplete() {
        inside.onComplete();
        probe.registerOnComplete();
    }
}
