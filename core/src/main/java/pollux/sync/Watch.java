package pollux.sync;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import java.util.function.UnaryOperator;
import pollux.internal.memory.VarHandles;

/**
 * A value that changes, of which those who watch see the latest: configuration, state, progress.
 *
 * <p>A {@link WatchReceiver} is told that there is a new value; if there were several since it looked, it sees the last
 * only, and that one always. May be written and read from any thread; nothing blocks.
 *
 * <p>After {@code tokio::sync::watch}.
 *
 * @param <T> the type of the value, which is never null
 */
public final class Watch<T> implements AutoCloseable {

    /*
     * The writer replaces the snapshot, then wakes those in the list. A watcher joins the list under the lock, after
     * another look at the snapshot; so it sees the new one there, or is in the list before the writer empties it.
     */

    /** A value with its number, so that watchers can tell whether they have seen it. */
    record Snapshot<T>(long version, T value, boolean closed) {}

    private static final VarHandle SNAPSHOT = VarHandles.handle(MethodHandles.lookup(), "snapshot", Snapshot.class);

    final Object lock = new Object();

    /** Guarded by the lock. */
    final WaiterList<Waiter> waiters = new WaiterList<>();

    private volatile Snapshot<T> snapshot;

    /**
     * Makes a watched value.
     *
     * @param initial the first value
     */
    public Watch(T initial) {
        snapshot = new Snapshot<>(0, Objects.requireNonNull(initial, "a watch cannot hold null: initial"), false);
    }

    /**
     * Returns the latest value.
     *
     * @return the value
     */
    public T value() {
        return snapshot.value;
    }

    /**
     * Replaces the value and wakes the watchers, whether or not the two are equal.
     *
     * @param value the new value
     * @throws IllegalStateException if the watch is closed
     */
    public void set(T value) {
        Objects.requireNonNull(value, "a watch cannot hold null: value");
        update(previous -> value);
    }

    /**
     * Replaces the value by what a function makes of it and wakes the watchers.
     *
     * @param function called with the latest value, again if another thread was faster, so without side effects; must
     *     not return null; what it throws is thrown on and leaves the value as it is
     * @return the new value
     * @throws IllegalStateException if the watch is closed
     */
    public T update(UnaryOperator<T> function) {
        Objects.requireNonNull(function, "function");
        while (true) {
            Snapshot<T> now = snapshot;
            if (now.closed) {
                throw new IllegalStateException("the watch is closed and its value cannot change any more");
            }
            T value = Objects.requireNonNull(
                    function.apply(now.value), "a watch cannot hold null: result of the function");
            if (SNAPSHOT.compareAndSet(this, now, new Snapshot<>(now.version + 1, value, false))) {
                wakeAll();
                return value;
            }
        }
    }

    /**
     * Says that the value is final. Watchers still see the last one if they have not yet, and then the end. Closing
     * twice does nothing.
     */
    @Override
    public void close() {
        Snapshot<T> now = snapshot;
        while (!now.closed) {
            if (SNAPSHOT.compareAndSet(this, now, new Snapshot<>(now.version, now.value, true))) {
                wakeAll();
                return;
            }
            now = snapshot;
        }
    }

    /**
     * Tells whether the value is final.
     *
     * @return true if it is closed
     */
    public boolean isClosed() {
        return snapshot.closed;
    }

    /**
     * Starts watching. The present value counts as seen.
     *
     * @return a watcher, for one task at a time; there is nothing to close
     */
    public WatchReceiver<T> watcher() {
        return new WatchReceiver<>(this, snapshot.version);
    }

    Snapshot<T> snapshot() {
        return snapshot;
    }

    private void wakeAll() {
        long upTo;
        synchronized (lock) {
            upTo = waiters.lastPosition();
        }
        waiters.wakeUpTo(upTo, lock);
    }

    @Override
    public String toString() {
        Snapshot<T> now = snapshot;
        return "Watch[" + now.value + ", version " + now.version + (now.closed ? ", closed]" : "]");
    }
}
