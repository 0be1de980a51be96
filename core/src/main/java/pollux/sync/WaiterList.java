package pollux.sync;

import org.jspecify.annotations.Nullable;

/**
 * Waiting tasks in the order of their arrival, any of which may leave: the queue behind everything here that more than
 * one task can wait for.
 *
 * <p>Not thread-safe. The owner guards it with a lock that it holds for surgery on the list only: wakers go into a
 * {@link WakeBatch} under the lock and are woken after it.
 *
 * @param <W> the nodes
 */
final class WaiterList<W extends Waiter> {

    /*
     * Doubly linked, so that a waiter that gives up leaves in O(1).
     *
     * Waking all must not wake those that come while it goes on, or it might never end. So each node gets a
     * position from a counter when it joins; the thread that wakes all notes lastPosition() together with the change
     * that is to be told, and wakeUpTo() stops there.
     */

    private @Nullable W first;
    private @Nullable W last;
    private long arrivals;
    private int size;

    void add(W waiter) {
        waiter.position = ++arrivals;
        waiter.previous = last;
        if (last == null) {
            first = waiter;
        } else {
            last.next = waiter;
        }
        last = waiter;
        size++;
    }

    /** Takes a waiter out; false if it is in no list. */
    @SuppressWarnings("unchecked") // all nodes of this list are W
    boolean remove(W waiter) {
        if (waiter.position == 0) {
            return false;
        }
        Waiter before = waiter.previous;
        Waiter after = waiter.next;
        if (before == null) {
            first = (W) after;
        } else {
            before.next = after;
        }
        if (after == null) {
            last = (W) before;
        } else {
            after.previous = before;
        }
        waiter.previous = null;
        waiter.next = null;
        waiter.position = 0;
        size--;
        return true;
    }

    @Nullable
    W first() {
        return first;
    }

    /** Takes the first waiter out, if there is one. */
    @Nullable
    W removeFirst() {
        W waiter = first;
        if (waiter != null) {
            remove(waiter);
        }
        return waiter;
    }

    /**
     * Takes out and wakes all waiters that arrived no later than {@code position}.
     *
     * @param lock what guards this list; not held by the caller
     */
    void wakeUpTo(long position, Object lock) {
        WakeBatch batch = new WakeBatch();
        boolean more;
        do {
            synchronized (lock) {
                while (first != null && first.position <= position && !batch.isFull()) {
                    batch.add(first);
                    remove(first);
                }
                more = batch.isFull();
            }
            batch.wakeAll();
        } while (more);
    }

    /** The position of the latest arrival, whether or not it is still here. */
    long lastPosition() {
        return arrivals;
    }

    boolean isEmpty() {
        return first == null;
    }

    int size() {
        return size;
    }
}
