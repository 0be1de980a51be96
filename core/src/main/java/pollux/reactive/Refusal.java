package pollux.reactive;

import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import pollux.future.Failures;

/** The subscription of a subscriber that gets nothing but an error. */
final class Refusal implements Subscription {

    private static final Refusal INSTANCE = new Refusal();

    private Refusal() {}

    /** Signals an error to a subscriber that nothing will be served to. */
    static void refuse(Subscriber<?> subscriber, Throwable error) {
        try {
            subscriber.onSubscribe(INSTANCE); // 1.9: always first
            subscriber.onError(error); // 2.10: without demand
        } catch (Throwable thrown) {
            Failures.report("a subscriber threw from onSubscribe or onError", thrown); // 2.13
        }
    }

    @Override
    public void request(long n) {} // 3.6: there is nothing left

    @Override
    public void cancel() {} // 3.7
}
