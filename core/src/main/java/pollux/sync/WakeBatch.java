package pollux.sync;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import pollux.future.Failures;
import pollux.future.Waker;

/**
 * Wakers that were collected under a lock, to be woken after it. Used by one thread.
 *
 * <p>A batch is bounded, so that a lock is never held for long: who has more to wake goes round again.
 */
final class WakeBatch {

    static final int LIMIT = 32;

    private @Nullable Waker[] wakers = new Waker[2];
    private int size;

    boolean isFull() {
        return size == LIMIT;
    }

    /** Adds a waker, and takes it from its waiter, which would keep the task alive otherwise. */
    void add(Waiter waiter) {
        Waker waker = waiter.waker;
        waiter.waker = null;
        add(waker);
    }

    /** Adds a waker that its waiter has no more; null adds nothing. */
    void add(@Nullable Waker waker) {
        if (waker == null) {
            return;
        }
        if (size == wakers.length) {
            wakers = Arrays.copyOf(wakers, Math.min(LIMIT, size * 4));
        }
        wakers[size++] = waker;
    }

    /**
     * Wakes all and is empty again. A waker that breaks its contract and throws does not keep the rest from being
     * woken.
     */
    void wakeAll() {
        for (int i = 0; i < size; i++) {
            Waker waker = wakers[i];
            wakers[i] = null;
            wake(waker);
        }
        size = 0;
    }

    private static void wake(@Nullable Waker waker) {
        try {
            if (waker != null) {
                waker.wake();
            }
        } catch (Throwable failure) {
            Failures.report(
                    "a waker threw, which it must not: " + waker.getClass().getName(), failure);
        }
    }
}
