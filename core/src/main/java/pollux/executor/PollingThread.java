package pollux.executor;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * What one thread is about to do with tasks outside a pool: that it is inside a poll, and which hosted tasks wait for that
 * poll to end.
 *
 * <p>It hangs on the thread only as long as the thread polls, so that no foreign thread keeps anything of Pollux. A worker of
 * a pool has its own for life.
 */
final class PollingThread {

    private static final ThreadLocal<PollingThread> CURRENT = new ThreadLocal<>();

    private int depth;
    private boolean draining;
    private @Nullable ArrayDeque<Task<?>> later;

    /** Notes that the current thread polls from now until {@link #leave}. */
    static PollingThread enter() {
        PollingThread current = current();
        if (current == null) {
            current = new PollingThread();
            CURRENT.set(current);
        }
        current.depth++;
        return current;
    }

    /** Ends what {@link #enter} began. */
    void leave() {
        if (--depth == 0) {
            CURRENT.remove();
        }
    }

    /** Tells whether the current thread is a worker or inside a poll, so that blocking it may block what it waits for. */
    static boolean isPolling() {
        if (current() != null) {
            return true;
        }
        CURRENT.remove(); // looking has left an empty entry
        return false;
    }

    /** Returns how many polls the thread is inside of. */
    int depth() {
        return depth;
    }

    /**
     * Makes the caller the one who runs what is queued by {@link #runLater}.
     *
     * @return false if another caller further down this stack is that one
     */
    boolean beginDrain() {
        if (draining) {
            return false;
        }
        draining = true;
        return true;
    }

    void runLater(Task<?> task) {
        if (later == null) {
            later = new ArrayDeque<>();
        }
        later.add(task);
    }

    /** Takes the next queued task; the drain ends when there is none. */
    @Nullable
    Task<?> nextOrEndDrain() {
        Task<?> next = later == null ? null : later.poll();
        draining = next != null;
        return next;
    }

    private static @Nullable PollingThread current() {
        return Thread.currentThread() instanceof PoolThread worker ? worker.polling : CURRENT.get();
    }
}
