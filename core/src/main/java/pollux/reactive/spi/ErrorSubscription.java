package pollux.reactive.spi;

import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/** The subscription of a subscriber that gets nothing but an error. */
public class ErrorSubscription implements Subscription {

    private volatile boolean cancelled;

    /** For adapters, and for plain subscribers. */
    protected ErrorSubscription() {}

    /** Signals an error to a subscriber that nothing will be served to. Never throws. */
    static void refuse(Subscriber<?> subscriber, Throwable error, BridgeHooks peer) {
        ErrorSubscription subscription = peer.refusal();
        Throwable last = error;
        try {
            subscriber.onSubscribe(subscription); // 1.9: always first
        } catch (Throwable thrown) {
            if (peer.isFatal(thrown)) {
                last = thrown;
                peer.dropError(error);
            } else {
                subscription.cancelled = true; // 2.13
                peer.dropError(thrown);
            }
        }
        if (subscription.cancelled) {
            peer.dropError(last); // 1.8
            return;
        }
        try {
            subscriber.onError(last); // 2.10: without demand
        } catch (Throwable thrown) {
            peer.dropError(thrown); // 2.13
        }
    }

    @Override
    public final void request(long n) {} // 3.6: there is nothing left

    @Override
    public final void cancel() {
        cancelled = true;
    }
}
