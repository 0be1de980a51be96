package pollux.sync;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A channel from many tasks to many, each of which gets every item.
 *
 * <p>Sending never waits. The channel keeps a bounded number of items; a receiver that falls behind further than that
 * loses the oldest ones and is told how many, by {@link LaggedException}. May be used from any thread; nothing blocks.
 *
 * <p>After {@code tokio::sync::broadcast}.
 *
 * @param <T> the type of the items, which are never null
 */
public final class Broadcast<T> implements AutoCloseable {

    /*
     * Items have positions 0, 1, 2, …; the item of position p is in slot p mod capacity. The ring holds positions
     * oldest() to tail - 1. A receiver is the position of its next item. unread[slot] counts the receivers that have
     * not passed the item; the last one takes it out, so that the ring keeps nothing alive without a receiver.
     *
     * All fields are guarded by the lock, the receivers' positions too.
     */

    final Object lock = new Object();
    final WaiterList<Waiter> waiters = new WaiterList<>();
    private final @Nullable Object[] items;
    private final int[] unread;
    private long tail;
    private int receivers;
    private boolean closed;

    private Broadcast(int capacity) {
        items = new Object[capacity];
        unread = new int[capacity];
    }

    /**
     * Makes a channel that keeps so many items for those who are behind.
     *
     * @param <T> the type of the items
     * @param capacity the number of items, at least 1; the memory for their references is taken at once
     * @return the channel
     * @throws IllegalArgumentException if {@code capacity} is less than 1
     */
    public static <T> Broadcast<T> bounded(int capacity) {
        if (capacity < 1) {
            throw new IllegalArgumentException(
                    "a broadcast of capacity " + capacity + " could never keep an item; it needs at least 1");
        }
        return new Broadcast<>(capacity);
    }

    /**
     * Sends an item to all present receivers, in place of the oldest item if the channel is full.
     *
     * @param item the item
     * @return how many receivers there are; 0 means that no receiver will see the item
     * @throws IllegalStateException if the channel is closed
     */
    public int send(T item) {
        Objects.requireNonNull(item, "a broadcast cannot carry null: item");
        int reached;
        long upTo;
        synchronized (lock) {
            if (closed) {
                throw new IllegalStateException("the broadcast is closed; nothing can be sent any more");
            }
            reached = receivers;
            if (reached == 0) {
                return 0;
            }
            int slot = slot(tail);
            items[slot] = item;
            unread[slot] = reached;
            tail++;
            upTo = waiters.lastPosition();
        }
        waiters.wakeUpTo(upTo, lock);
        return reached;
    }

    /**
     * Starts receiving, with the next item that is sent.
     *
     * @return a receiver, for one task at a time; to be closed
     */
    public BroadcastReceiver<T> subscribe() {
        synchronized (lock) {
            receivers++;
            return new BroadcastReceiver<>(this, tail);
        }
    }

    /** Ends the channel: receivers get the items that are left, and then the end. Closing twice does nothing. */
    @Override
    public void close() {
        long upTo;
        synchronized (lock) {
            closed = true;
            upTo = waiters.lastPosition();
        }
        waiters.wakeUpTo(upTo, lock);
    }

    // ------------------------------------------------------------------ for receivers, under the lock

    boolean isClosed() {
        return closed;
    }

    long tail() {
        return tail;
    }

    /** The first position that is not overwritten yet. */
    long oldest() {
        return Math.max(0, tail - items.length);
    }

    /** Reads the item for one receiver, which passes it. */
    @SuppressWarnings("unchecked") // send() puts in nothing but T
    T pass(long position) {
        int slot = slot(position);
        T item = (T) Objects.requireNonNull(items[slot]);
        unread[slot]--;
        if (unread[slot] == 0) {
            items[slot] = null;
        }
        return item;
    }

    void leave(long position) {
        receivers--;
        for (long p = Math.max(position, oldest()); p < tail; p++) {
            pass(p);
        }
    }

    private int slot(long position) {
        return (int) (position % items.length);
    }

    @Override
    public String toString() {
        synchronized (lock) {
            return "Broadcast[" + tail + " sent, capacity " + items.length + ", " + receivers
                    + (receivers == 1 ? " receiver" : " receivers") + (closed ? ", closed]" : "]");
        }
    }
}
