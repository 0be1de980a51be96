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
     * not passed the item; the last one takes it out, so that the ring keeps nothing alive without a receiver, but for
     * the last `replay` positions.
     *
     * All fields are guarded by the lock, the receivers' positions too.
     */

    final Object lock = new Object();
    final WaiterList<Waiter> waiters = new WaiterList<>();
    private final @Nullable Object[] items;
    private final int[] unread;
    private long tail;
    private int receivers;
    private final int replay;
    private boolean closed;
    private @Nullable Throwable failure;

    private Broadcast(int capacity, int replay) {
        this.replay = replay;
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
        return bounded(capacity, 0);
    }

    /**
     * Makes a channel that keeps so many items for those who are behind, and the latest of them for those who join
     * later. The replay cache of Kotlin's {@code SharedFlow}; with a replay of 1, each receiver begins with the latest
     * item.
     *
     * @param <T> the type of the items
     * @param capacity the number of items, at least 1; the memory for their references is taken at once
     * @param replay how many of the latest items a new receiver begins with, at most {@code capacity}; they are kept
     *     alive without a receiver
     * @return the channel
     * @throws IllegalArgumentException if {@code capacity} is less than 1, or {@code replay} is negative or greater
     * than
     *     {@code capacity}
     */
    public static <T> Broadcast<T> bounded(int capacity, int replay) {
        if (capacity < 1) {
            throw new IllegalArgumentException(
                    "a broadcast of capacity " + capacity + " could never keep an item; it needs at least 1");
        }
        if (replay < 0 || replay > capacity) {
            throw new IllegalArgumentException(
                    "a broadcast of capacity " + capacity + " cannot replay " + replay + " items");
        }
        return new Broadcast<>(capacity, replay);
    }

    /**
     * Sends an item to all present receivers, in place of the oldest item if the channel is full.
     *
     * @param item the item
     * @return how many receivers there are; 0 means that no receiver will see the item, unless it is replayed
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
            if (reached == 0 && replay == 0) {
                return 0;
            }
            int slot = slot(tail);
            items[slot] = item;
            unread[slot] = reached;
            tail++;
            releaseIfRead(tail - 1 - replay); // the first one that is not replayed any more
            upTo = waiters.lastPosition();
        }
        waiters.wakeUpTo(upTo, lock);
        return reached;
    }

    /**
     * Starts receiving, with the next item that is sent, or with those before it that the channel replays.
     *
     * @return a receiver, for one task at a time; to be closed
     */
    public BroadcastReceiver<T> subscribe() {
        synchronized (lock) {
            receivers++;
            long next = Math.max(0, tail - replay);
            for (long p = next; p < tail; p++) {
                unread[slot(p)]++;
            }
            return new BroadcastReceiver<>(this, next);
        }
    }

    /** Ends the channel: receivers get the items that are left, and then the end. Closing twice does nothing. */
    @Override
    public void close() {
        end(null);
    }

    /**
     * Ends the channel by a failure: receivers get the items that are left, and then fail with it, each time that they
     * ask. Does nothing if the channel is closed.
     *
     * @param failure what the receivers fail with
     */
    public void close(Throwable failure) {
        end(Objects.requireNonNull(failure, "failure"));
    }

    private void end(@Nullable Throwable with) {
        long upTo;
        synchronized (lock) {
            if (!closed) {
                closed = true;
                failure = with;
            }
            upTo = waiters.lastPosition();
        }
        waiters.wakeUpTo(upTo, lock);
    }

    // ------------------------------------------------------------------ for receivers, under the lock

    boolean isClosed() {
        return closed;
    }

    @Nullable
    Throwable failure() {
        return failure;
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
        releaseIfRead(position);
        return item;
    }

    /** Takes an item out that no receiver will read. */
    private void releaseIfRead(long position) {
        if (position >= oldest() && position < tail - replay && unread[slot(position)] == 0) {
            items[slot(position)] = null;
        }
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
