package pollux.reactive;

import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/** The subscription of a subscriber that gets nothing but an error. */
final class Refusal implements Subscription {

    private volatile boolean cancelled;

    private Refusal() {}

    /** Signals an error to a subscriber that nothing will be served to. Never throws. */
    static void refuse(Subscriber<?> subscriber, Throwable error, Peer peer) {
        Refusal subscription = new Refusal();
        try {
            subscriber.onSubscribe(subscription); // 1.9: always first
        } catch (Throwable thrown) {
            subscription.cancelled = true; // 2.13
            peer.dropError(thrown);
        }
        if (subscription.cancelled) {
            peer.dropError(error); // 1.8
            return;
        }
        try {
            subscriber.onError(error); // 2.10: without demand
        } catch (Throwable thrown) {
            peer.dropError(thrown); // 2.13
        }
    }

    @Override
    public void request(long n) {} // 3.6: there is nothing left

    @Override
    public void cancel() {
        cancelled = true;
    }
}
