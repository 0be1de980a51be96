package pollux.rxjava;

import io.reactivex.rxjava3.core.Flowable;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/** A flowable for one subscriber that signals what the test says, also what the rules forbid. */
final class HandFlowable<T> extends Flowable<T> implements Subscription {

    Subscriber<? super T> subscriber;
    long requested;
    int cancels;

    @Override
    protected void subscribeActual(Subscriber<? super T> actual) {
        subscriber = actual;
        actual.onSubscribe(this);
    }

    @SafeVarargs
    final void next(T... items) {
        for (T item : items) {
            subscriber.onNext(item);
        }
    }

    @Override
    public void request(long n) {
        requested += n;
    }

    @Override
    public void cancel() {
        cancels++;
    }
}
