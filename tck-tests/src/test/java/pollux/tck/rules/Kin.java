package pollux.tck.rules;

import io.reactivex.rxjava3.core.FlowableSubscriber;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;

/**
 * Passes on, as a subscriber of both libraries' own kind, which they do not stand in front of.
 *
 * @param inside who is told
 */
public record Kin(Subscriber<Object> inside) implements CoreSubscriber<Object>, FlowableSubscriber<Object> {

    @Override
    public void onSubscribe(Subscription s) {
        inside.onSubscribe(s);
    }

    @Override
    public void onNext(Object item) {
        inside.onNext(item);
    }

    @Override
    public void onError(Throwable error) {
        inside.onError(error);
    }

    @Override
    public void onComplete() {
        inside.onComplete();
    }
}
