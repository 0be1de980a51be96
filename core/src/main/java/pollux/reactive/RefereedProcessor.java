package pollux.reactive;

import org.reactivestreams.Processor;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/** A processor of two halves, each watched by itself. */
record RefereedProcessor<T, R>(Subscriber<T> in, Publisher<R> out) implements Processor<T, R> {

    @Override
    public void subscribe(Subscriber<? super R> subscriber) {
        out.subscribe(subscriber);
    }

    @Override
    public void onSubscribe(Subscription subscription) {
        in.onSubscribe(subscription);
    }

    @Override
    public void onNext(T item) {
        in.onNext(item);
    }

    @Override
    public void onError(Throwable error) {
        in.onError(error);
    }

    @Override
    public void onComplete() {
        in.onComplete();
    }
}
