package pollux.reactive.spi;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;
import pollux.internal.memory.VarHandles;
import pollux.internal.queue.SpscQueue;
import pollux.stream.RawStream;

/**
 * The queue of a {@link PublisherStream}, on the side that takes: our own, into which the publisher's thread puts the
 * items, or the publisher's, which we poll. It is a base class and no object of its own, so that taking an item loads
 * no further field.
 *
 * @param <T> the type of the items
 */
abstract class QueuedStream<T> extends RawStream<T> {

    /*
     * Exactly one of `ownQueue` and `fusedQueue` is set, by the first onSubscribe before it publishes the subscription.
     * Until then there are no items.
     *
     * The queue has one consumer. Until a cancel that is the thread that polls. Afterwards the publisher's thread may
     * come, too, with an item that is late: `draining` counts who comes to discard, the first one discards, and it
     * looks again for the others before it leaves.
     */
    private static final VarHandle DRAINING = VarHandles.handle(MethodHandles.lookup(), "draining", int.class);

    /** Ours; the publisher's side puts items in. */
    @Nullable
    SpscQueue<T> ownQueue;

    /** Theirs. */
    @Nullable
    FusedQueue<T> fusedQueue;

    @SuppressWarnings("UnusedVariable") // read by DRAINING
    private volatile int draining;

    /**
     * Returns where late signals go.
     *
     * @return the peer
     */
    protected abstract BridgeHooks peer();

    /** Takes the next item; null if there is none. Throws {@link FusedQueue.Failure} if the code behind throws. */
    final @Nullable T take() {
        SpscQueue<T> ours = ownQueue;
        if (ours != null) {
            return ours.poll();
        }
        FusedQueue<T> theirs = fusedQueue;
        return theirs == null ? null : theirs.take();
    }

    /** How many items were taken. */
    final long taken() {
        SpscQueue<T> ours = ownQueue;
        if (ours != null) {
            return ours.taken();
        }
        FusedQueue<T> theirs = fusedQueue;
        return theirs == null ? 0 : theirs.taken();
    }

    final boolean isEmpty() {
        SpscQueue<T> ours = ownQueue;
        if (ours != null) {
            return ours.isEmpty();
        }
        FusedQueue<T> theirs = fusedQueue;
        return theirs == null || theirs.isEmpty();
    }

    /** Whether the items are made inside of {@link #take}, whose null is the end then. */
    final boolean isSynchronous() {
        FusedQueue<T> theirs = fusedQueue;
        return theirs != null && theirs.isSynchronous();
    }

    /** Lets go of a fused queue that was polled to its end. */
    final void forgetFused() {
        FusedQueue<T> theirs = fusedQueue;
        if (theirs != null) {
            fusedQueue = FusedQueue.Spent.of(theirs);
        }
    }

    /** Discards what is queued. By any thread, after the end was written. */
    final void discardQueued() {
        if ((int) DRAINING.getAndAdd(this, 1) != 0) {
            return; // the one who drains looks again
        }
        int seen = 1;
        do {
            if (fusedQueue != null) {
                fusedQueue.discardAll();
            } else if (ownQueue != null) {
                for (T item = ownQueue.poll(); item != null; item = ownQueue.poll()) {
                    peer().discard(item);
                }
            }
            seen = (int) DRAINING.getAndAdd(this, -seen) - seen;
        } while (seen != 0);
    }
}
