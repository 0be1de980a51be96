package pollux.internal.thread;

import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Ways for a thread of others to wait. On a thread of a {@link ForkJoinPool} that pool is told, so that it may start
 * another thread, as {@code CompletableFuture.join()} does.
 */
public final class ManagedParking {

    private ManagedParking() {}

    /**
     * Parks the current thread. Returns when it is unparked or interrupted, when the time is over, or for no reason.
     *
     * @param blocker what it waits for, for thread dumps
     * @param nanos how long at most; {@link Long#MAX_VALUE} for no limit
     * @param over tells that there is no need to wait; has no effect
     */
    public static void park(Object blocker, long nanos, BooleanSupplier over) {
        if (!(Thread.currentThread() instanceof ForkJoinWorkerThread)) {
            parkHere(blocker, nanos);
            return;
        }
        try {
            await(over, () -> parkHere(blocker, nanos));
        } catch (InterruptedException impossible) {
            Thread.currentThread().interrupt(); // a park does not throw it
        }
    }

    private static void parkHere(Object blocker, long nanos) {
        if (nanos == Long.MAX_VALUE) {
            LockSupport.park(blocker);
        } else {
            LockSupport.parkNanos(blocker, nanos);
        }
    }

    /**
     * Waits once.
     *
     * @param over tells that there is no need to wait; has no effect
     * @param wait waits
     * @throws InterruptedException what the wait throws
     */
    public static void await(BooleanSupplier over, Wait wait) throws InterruptedException {
        if (!(Thread.currentThread() instanceof ForkJoinWorkerThread)) {
            wait.run();
            return;
        }
        boolean[] waited = {false};
        ForkJoinPool.managedBlock(new ForkJoinPool.ManagedBlocker() {
            @Override
            public boolean block() throws InterruptedException {
                wait.run();
                waited[0] = true;
                return true;
            }

            @Override
            public boolean isReleasable() {
                return waited[0] || over.getAsBoolean();
            }
        });
    }

    /** A call that blocks. */
    @FunctionalInterface
    public interface Wait {

        /**
         * Blocks.
         *
         * @throws InterruptedException if the thread is interrupted
         */
        void run() throws InterruptedException;
    }
}
