package pollux.executor;

import java.util.ArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import pollux.future.Failures;
import pollux.future.Waker;

/**
 * Those who wait for one task, if they are several: a list from which any of them can leave at any time, in constant
 * time. With it the number of the task, which dumps show.
 *
 * <p>Guarded by its own monitor, which is held for a few instructions, never while a waker runs, and not at all by
 * tasks that has no joiner. Neither {@code wake()} nor {@code spawn} of a task comes here.
 */
final class Joiners {

    private static final AtomicLong NUMBERS = new AtomicLong();

    /** The one who waited before there was a list; in no list. */
    private @Nullable Joiner<?> oldest;

    private @Nullable Joiner<?> first;
    private boolean ended;

    /** 0 until it is asked for. */
    private long number;

    Joiners(@Nullable Joiner<?> oldest) {
        this.oldest = oldest;
    }

    /** Adds a joiner; does nothing if the task has ended, which the caller finds out by looking again. */
    synchronized void add(Joiner<?> joiner) {
        if (!ended) {
            Joiner<?> second = first;
            joiner.after = second;
            if (second != null) {
                second.before = joiner;
            }
            first = joiner;
            joiner.listed = true;
        }
    }

    /** Takes a joiner out, if it is in the list. */
    synchronized void remove(Joiner<?> joiner) {
        if (joiner == oldest) {
            oldest = null;
        } else if (joiner.listed) {
            unlink(joiner);
        }
    }

    /** Wakes all joiners, in the order of their arrival. Called once, when the task has ended. */
    void wakeAll() {
        for (Waker waker : takeAll()) {
            wake(waker);
        }
    }

    /** Wakes a joiner, unless it has left. */
    static void wake(@Nullable Waker waker) {
        try {
            if (waker != null) {
                waker.wake();
            }
        } catch (Throwable failure) {
            Failures.report("a waker threw: " + waker.getClass().getName(), failure);
        }
    }

    /** Returns the number of the task. */
    synchronized long number() {
        if (number == 0) {
            number = NUMBERS.incrementAndGet();
        }
        return number;
    }

    /** Counts those who wait, for tests. */
    synchronized int size() {
        int size = oldest == null ? 0 : 1;
        for (Joiner<?> joiner = first; joiner != null; joiner = joiner.after) {
            size++;
        }
        return size;
    }

    private synchronized Iterable<Waker> takeAll() {
        ended = true;
        ArrayList<Waker> wakers = new ArrayList<>();
        if (oldest != null && oldest.waker != null) {
            wakers.add(oldest.waker);
        }
        oldest = null;
        Joiner<?> last = first;
        while (last != null && last.after != null) {
            last = last.after;
        }
        while (last != null) {
            Joiner<?> before = last.before;
            Waker waker = last.waker;
            if (waker != null) {
                wakers.add(waker);
            }
            unlink(last);
            last = before;
        }
        return wakers;
    }

    private void unlink(Joiner<?> joiner) {
        Joiner<?> before = joiner.before;
        Joiner<?> after = joiner.after;
        if (before == null) {
            first = after;
        } else {
            before.after = after;
        }
        if (after != null) {
            after.before = before;
        }
        joiner.before = null; // a joiner that is kept must not keep others alive
        joiner.after = null;
        joiner.listed = false;
    }
}
