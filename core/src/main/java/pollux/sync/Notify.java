package pollux.sync;

import org.jspecify.annotations.Nullable;
import pollux.future.Awaiting;
import pollux.future.Context;
import pollux.future.Future;
import pollux.future.RawFuture;
import pollux.future.Sketch;
import pollux.future.Waker;

/**
 * Wakes tasks without handing them anything: the event is that something, somewhere else, has changed.
 *
 * <p>{@link #notifyOne} is for one of several equal workers; if nobody waits, one permit is kept for whoever comes
 * next, so a notification that comes too early is not lost. {@link #notifyWaiters} is for everybody who waits now, and
 * keeps no permit.
 *
 * <p>All methods may be called from any thread and do not block. Waiters are served in the order of their first poll.
 *
 * <p>After {@code tokio::sync::Notify}.
 */
public final class Notify {

    /*
     * permit and the list are guarded by the lock; at most one of the two is there.
     *
     * notifyOne takes the first waiter out of the list and sets its flag. From then on the notification belongs to that
     * waiter, which passes it on if it gives up before it has seen it.
     *
     * notifyWaiters counts itself in broadcasts. A future notes the count when it is made and ends when it differs. So
     * a broadcast between the making and the first poll ends it too, and no condition can change unseen between the
     * two. A broadcast has nothing to pass on.
     */

    private static final class Node extends Waiter {
        boolean notified;
    }

    private final Object lock = new Object();
    private final WaiterList<Node> waiters = new WaiterList<>();
    private volatile long broadcasts;
    private boolean permit;

    /** Makes one without a permit. */
    public Notify() {}

    /**
     * Notifies the task that has waited longest. If nobody waits, the next one to wait is notified at once; several
     * such calls keep one permit only.
     */
    public void notifyOne() {
        Waker waker;
        synchronized (lock) {
            Node node = waiters.removeFirst();
            if (node == null) {
                permit = true;
                return;
            }
            node.notified = true;
            waker = node.waker;
            node.waker = null;
        }
        if (waker != null) {
            waker.wake();
        }
    }

    /** Notifies all futures of {@link #notified()} that were made before this call. Keeps no permit. */
    public void notifyWaiters() {
        long upTo;
        synchronized (lock) {
            broadcasts++;
            upTo = waiters.lastPosition();
        }
        waiters.wakeUpTo(upTo, lock);
    }

    /**
     * Waits to be notified. To wait for a condition, make the future first, then look at the condition, and await the
     * future if it does not hold: a {@link #notifyWaiters} in between is seen. To be sure of a {@link #notifyOne} as
     * well, nothing is needed, for its permit is kept.
     *
     * <p><b>Cancellation:</b> the place in the queue is lost; a notification by {@code notifyOne} that had already
     * arrived is passed on to the next waiter.
     *
     * @return a future that ends with null
     */
    public Future<Void> notified() {
        return new Notified(this);
    }

    @Override
    public String toString() {
        synchronized (lock) {
            return "Notify[" + waiters.size() + " waiting" + (permit ? ", 1 permit]" : "]");
        }
    }

    private static final class Notified extends RawFuture<Void> implements Awaiting {

        private final Notify notify;
        private final long broadcastsBefore;
        private @Nullable Node node;
        private boolean ended;

        Notified(Notify notify) {
            this.notify = notify;
            this.broadcastsBefore = notify.broadcasts;
        }

        @Override
        public @Nullable Object pollRaw(Context cx) {
            if (ended) {
                throw new IllegalStateException("polled after its end: " + this);
            }
            if (cx.mustYield()) {
                return PENDING;
            }
            synchronized (notify.lock) {
                if (!isNotified()) {
                    if (node == null) {
                        node = new Node();
                        notify.waiters.add(node);
                    }
                    node.waker = cx.waker();
                    return PENDING;
                }
                if (node != null) {
                    // a broadcast may not have come round to it yet; a node without a task must not be found by
                    // notifyOne
                    notify.waiters.remove(node);
                }
            }
            ended = true;
            cx.spend();
            return null;
        }

        private boolean isNotified() {
            if (notify.broadcasts != broadcastsBefore) {
                return true;
            }
            if (node != null) {
                return node.notified;
            }
            boolean had = notify.permit;
            notify.permit = false;
            return had;
        }

        @Override
        public boolean cancel() {
            ended = true;
            if (node == null) {
                return true;
            }
            boolean passOn;
            synchronized (notify.lock) {
                notify.waiters.remove(node);
                node.waker = null;
                passOn = node.notified;
            }
            if (passOn) {
                notify.notifyOne();
            }
            return true;
        }

        @Override
        public void describe(Sketch sketch) {
            sketch.name(toString()).count("waiting", notify.waiters.size());
        }

        @Override
        public String toString() {
            return "Notify.notified()";
        }
    }
}
