package pollux.internal.thread;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A value that some threads see instead of the one that all others use: for simulations, which run on one thread and
 * bring a clock and an executor of their own.
 *
 * @param <T> the type of the value
 */
public final class ThreadOverride<T> {

    /*
     * A list instead of a thread-local: looking a thread-local up leaves an entry on every thread that ever asks, and
     * the list is empty but for the moments in which a simulation runs.
     */
    private final AtomicReference<@Nullable Entry<T>> newest = new AtomicReference<>();

    /** Makes an override that no thread sees. */
    public ThreadOverride() {}

    /**
     * Returns the value of the current thread.
     *
     * @return the newest value that this thread has set and not withdrawn; null if there is none
     */
    public @Nullable T get() {
        for (Entry<T> at = newest.get(); at != null; at = at.older) {
            if (at.thread == Thread.currentThread() && !at.over) {
                return at.value;
            }
        }
        return null;
    }

    /**
     * Sets the value of the current thread.
     *
     * @param value what this thread sees from now on
     * @return withdraws the value; to be called on the same thread, the newest first
     */
    public Runnable set(T value) {
        Entry<T> added = new Entry<>(value);
        do {
            added.older = newest.get();
        } while (!newest.compareAndSet(added.older, added)); // publishes what is written above
        return () -> end(added);
    }

    /** An entry that is over leaves the list as soon as nothing newer is in front of it. */
    private void end(Entry<T> ended) {
        ended.over = true;
        for (Entry<T> first = newest.get(); first != null && first.over; first = newest.get()) {
            newest.compareAndSet(first, first.older);
        }
    }

    private static final class Entry<T> {

        final Thread thread = Thread.currentThread();
        final T value;

        @Nullable
        Entry<T> older;

        volatile boolean over;

        Entry(T value) {
            this.value = value;
        }
    }
}
