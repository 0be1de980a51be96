package pollux.reactive;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/** A publisher whose every signal the test makes, well-behaved or not; remembers requests and cancels. */
final class HandPublisher<T> implements Publisher<T> {

    final List<Long> requests = new ArrayList<>();
    final AtomicInteger cancels = new AtomicInteger();

    @Nullable
    Subscriber<? super T> subscriber;

    private LongConsumer onRequest = n -> {};
    private Runnable onCancel = () -> {};
    private Runnable onSubscribed = () -> {};
    private boolean subscribes = true;

    /** Leaves onSubscribe to the test. */
    HandPublisher<T> silent() {
        subscribes = false;
        return this;
    }

    HandPublisher<T> onRequest(LongConsumer action) {
        onRequest = action;
        return this;
    }

    HandPublisher<T> onCancel(Runnable action) {
        onCancel = action;
        return this;
    }

    /** What subscribe does after it has called onSubscribe. */
    HandPublisher<T> onSubscribed(Runnable action) {
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

    Subscription subscription() {
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
    final void next(T... items) {
        for (T item : items) {
            subscriber.onNext(item);
        }
    }

    void error(Throwable error) {
        subscriber.onError(error);
    }

    void complete() {
        subscriber.onComplete();
    }
}
