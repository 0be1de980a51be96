package pollux.doubles;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/** A publisher whose every signal the test makes, well-behaved or not; remembers requests and cancels. */
public final class HandPublisher<T> implements Publisher<T> {

    public final List<Long> requests = new ArrayList<>();
    public final AtomicInteger cancels = new AtomicInteger();

    @Nullable
    public Subscriber<? super T> subscriber;

    private LongConsumer onRequest = n -> {};
    private Runnable onCancel = () -> {};
    private Runnable onSubscribed = () -> {};
    private boolean subscribes = true;

    /** Leaves onSubscribe to the test. */
    public HandPublisher<T> silent() {
        subscribes = false;
        return this;
    }

    public HandPublisher<T> onRequest(LongConsumer action) {
        onRequest = action;
        return this;
    }

    public HandPublisher<T> onCancel(Runnable action) {
        onCancel = action;
        return this;
    }

    /** What subscribe does after it has called onSubscribe. */
    public HandPublisher<T> onSubscribed(Runnable action) {
        onSubscribed = action;
        return this;
    }

    @Override
    public void subscribe(Subscriber<? super T> s) {
        subscriber = s;
        if (subscribes) {
            s.onSubscribe(subscription());
        }
        onSubscribed.run();
    }

    public Subscription subscription() {
        return new Subscription() {
            @Override
            public void request(long n) {
                requests.add(n);
                onRequest.accept(n);
            }

            @Override
            public void cancel() {
                cancels.incrementAndGet();
                onCancel.run();
            }
        };
    }

    @SafeVarargs
    public final void next(T... items) {
        for (T item : items) {
            subscriber.onNext(item);
        }
    }

    public void error(Throwable error) {
        subscriber.onError(error);
    }

    public void complete() {
        subscriber.onComplete();
    }
}
