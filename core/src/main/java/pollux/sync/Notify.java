package pollux.sync;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;
import pollux.future.AwaitTree;
import pollux.future.Context;
import pollux.future.Future;
import pollux.future.Inspectable;
import pollux.future.Waker;
import pollux.internal.checks.CheckReturnValue;
import pollux.internal.memory.VarHandles;

/**
 * Wakes tasks without handing them anything: the event is that something, somewhere else, has changed.
 *
 * <p>{@link #notifyOne} is for one of several equal workers; if no task waits, one permit is kept for the task that
 * comes next, so a notification that comes too early is not lost. {@link #notifyWaiters} is for all tasks that wait
 * now, and keeps no permit.
 *
 * <p>All methods may be called from any thread and do not block. Waiters are served in the order of their first poll.
 *
 * <p>After {@code tokio::sync::Notify}.
 */
public final class Notify {

    /*
     * What needs no queue is in one word:
     *
     *     63                               2  1        0
     *     ┌───────────────────────────────┬───────────┐
     *     │ broadcasts                    │ state     │
     *     └───────────────────────────────┴───────────┘
     *
     *     EMPTY    no task waits and there is no permit
     *     PERMIT   no task waits and the next one need not
     *     WAITING  the list has waiters, or had until a moment ago
     *
     *     edge                 by                          how
     *     EMPTY → PERMIT       notifyOne                   compare-and-set
     *     PERMIT → PERMIT      notifyOne                   compare-and-set: its writes are for the task that takes the permit
     *     PERMIT → EMPTY       a first poll                compare-and-set
     *     EMPTY → WAITING      a first poll                compare-and-set, under the lock
     *     WAITING → EMPTY      who takes the last waiter   under the lock
     *     WAITING → PERMIT     notifyOne, list empty       under the lock
     *
     * So a permit and waiters are never there together, and without waiters a notification and its receipt are one
     * compare-and-set each. The list is guarded by the lock.
     *
     * notifyOne takes the first waiter out of the list and sets its flag. From then on the notification belongs to that
     * waiter, which passes it on if it gives up before it has seen it.
     *
     * notifyWaiters counts itself in broadcasts. A future notes the count when it is made and ends when it differs. So
     * a broadcast between the making and the first poll ends it too, and no condition can change unseen between the
     * two. A broadcast has nothing to pass on. It empties the list in steps; notifyOne may find WAITING and an empty
     * list between the last of them and the end.
     */

    private static final long EMPTY = 0b00;
    private static final long PERMIT = 0b01;
    private static final long WAITING = 0b10;
    private static final long STATE = 0b11;
    private static final int SHIFT = 2;

    private static final VarHandle WORD = VarHandles.handle(MethodHandles.lookup(), "word", long.class);

    private static final class Node extends Waiter {
        boolean notified;
    }

    private final Object lock = new Object();
    private final WaiterList<Node> waiters = new WaiterList<>();
    private volatile long word;

    /** Makes one without a permit. */
    public Notify() {}

    /**
     * Notifies the task that has waited longest. If no task waits, the next one to wait is notified at once; several
     * such calls keep one permit only.
     */
    public void notifyOne() {
        long now = word;
        while ((now & STATE) != WAITING) {
            if (WORD.compareAndSet(this, now, now & ~STATE | PERMIT)) {
                return;
            }
            now = word;
        }
        notifyFirst();
    }

    private void notifyFirst() {
        Waker waker;
        synchronized (lock) {
            Node node = waiters.removeFirst();
            if (node == null) {
                enter(PERMIT);
                return;
            }
            leaveWaitingIfEmpty();
            node.notified = true;
            waker = node.waker;
            node.waker = null;
        }
        if (waker != null) {
            waker.wake();
        }
    }

    /** Under the lock. Others change the word without it only while no task waits. */
    private void enter(long state) {
        long now = word;
        while (!WORD.compareAndSet(this, now, now & ~STATE | state)) {
            now = word;
        }
    }

    /** Under the lock, after taking out waiters. */
    private void leaveWaitingIfEmpty() {
        if (waiters.isEmpty() && (word & STATE) == WAITING) {
            enter(EMPTY);
        }
    }

    /** Takes the permit if there is one. */
    private boolean takePermit() {
        long now = word;
        while ((now & STATE) == PERMIT) {
            if (WORD.compareAndSet(this, now, now & ~STATE | EMPTY)) {
                return true;
            }
            now = word;
        }
        return false;
    }

    private long broadcasts() {
        return word >>> SHIFT;
    }

    /** Notifies all futures of {@link #notified()} that were made before this call. Keeps no permit. */
    public void notifyWaiters() {
        long upTo;
        synchronized (lock) {
            WORD.getAndAdd(this, 1L << SHIFT);
            upTo = waiters.lastPosition();
        }
        waiters.wakeUpTo(upTo, lock);
        synchronized (lock) {
            leaveWaitingIfEmpty();
        }
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
    @CheckReturnValue
    public Future<Void> notified() {
        return new Notified(this);
    }

    @Override
    public String toString() {
        synchronized (lock) {
            return "Notify[" + waiters.size() + " waiting" + ((word & STATE) == PERMIT ? ", 1 permit]" : "]");
        }
    }

    private static final class Notified extends LeafFuture<Void> implements Inspectable {

        private final Notify notify;
        private final long broadcastsBefore;
        private @Nullable Node node;

        Notified(Notify notify) {
            this.notify = notify;
            this.broadcastsBefore = notify.broadcasts();
        }

        @Override
        public @Nullable Object pollRaw(Context cx) {
            if (mustYield(cx)) {
                return PENDING;
            }
            if (!(node == null ? first(cx.waker()) : again(node, cx.waker()))) {
                return PENDING;
            }
            end(cx);
            return null;
        }

        private boolean isBroadcast() {
            return notify.broadcasts() != broadcastsBefore;
        }

        /** Ends it or joins the list. */
        private boolean first(Waker waker) {
            if (isBroadcast() || notify.takePermit()) {
                return true;
            }
            synchronized (notify.lock) {
                if (isBroadcast()) {
                    return true;
                }
                long now = notify.word;
                while ((now & STATE) != WAITING) {
                    long next = (now & STATE) == PERMIT ? EMPTY : WAITING;
                    if (WORD.compareAndSet(notify, now, now & ~STATE | next)) {
                        if (next == EMPTY) {
                            return true;
                        }
                        break;
                    }
                    now = notify.word;
                }
                node = new Node();
                node.waker = waker;
                notify.waiters.add(node);
                return false;
            }
        }

        private boolean again(Node waiting, Waker waker) {
            synchronized (notify.lock) {
                if (!waiting.notified && !isBroadcast()) {
                    waiting.waker = waker;
                    return false;
                }
                // a broadcast may not have come round to it yet; a node without a task must not be found by notifyOne
                if (notify.waiters.remove(waiting)) {
                    notify.leaveWaitingIfEmpty();
                }
                return true;
            }
        }

        @Override
        void leave() {
            Node waiting = node;
            if (waiting == null) {
                return;
            }
            boolean passOn;
            synchronized (notify.lock) {
                if (notify.waiters.remove(waiting)) {
                    notify.leaveWaitingIfEmpty();
                }
                waiting.waker = null;
                passOn = waiting.notified;
            }
            if (passOn) {
                notify.notifyOne();
            }
        }

        @Override
        public void describe(AwaitTree sketch) {
            sketch.name(toString()).count("waiting", notify.waiters.size());
        }

        @Override
        public String toString() {
            return "Notify.notified()";
        }
    }
}
