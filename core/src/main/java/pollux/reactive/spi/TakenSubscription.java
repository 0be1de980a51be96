package pollux.reactive.spi;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import pollux.executor.InlinePoll;
import pollux.future.AwaitTree;
import pollux.future.Inspectable;

/**
 * Serves a subscriber with the value that a future had when the subscriber came. Unlike a constant it stands for a
 * task: its signals take turns with the inline runs of their thread, and a dump shows it while it waits for demand.
 */
final class TakenSubscription<T> extends ReadySubscription<T> implements Inspectable, Runnable {

    TakenSubscription(T value, Subscriber<? super T> subscriber, BridgeHooks peer) {
        super(value, subscriber, peer);
    }

    @Override
    void emitHere() {
        InlinePoll.signal(this);
    }

    /** Takes the turn, which may come later than the request. */
    @Override
    public void run() {
        if (isStopped()) {
            emitLate();
        } else {
            emit(); // called from here, as HotSpot inlines so many levels and no more
        }
    }

    @Override
    @Nullable
    Object shown() {
        return InlinePoll.show(this, () -> !isWaiting());
    }

    @Override
    public void describe(AwaitTree sketch) {
        sketch.name("TakenSubscription");
        describeTo(sketch);
        TaskSubscription.describeDemand(sketch, 0);
    }
}
