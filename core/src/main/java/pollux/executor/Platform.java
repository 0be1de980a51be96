package pollux.executor;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import pollux.internal.thread.DaemonThreads;
import pollux.time.TimeSource;

/**
 * What the engine wants from the world around it: threads, time, parking and randomness. The pool reaches them through
 * here only, so that the same engine can run under a seeded simulator.
 */
interface Platform {

    /** The JVM's own threads and clock. */
    Platform JVM = new Platform() {};

    /** Makes, but does not start, the thread of a worker. */
    default Thread newThread(Runnable worker, String name) {
        return DaemonThreads.make(() -> new PoolThread(worker, name));
    }

    /** Makes, but does not start, the thread that watches over the workers. */
    default Thread newMonitorThread(Runnable monitor, String name) {
        return DaemonThreads.thread(monitor, name);
    }

    default TimeSource clock() {
        return TimeSource.system();
    }

    /**
     * Parks the current thread until it is unparked, or for a time, or for no reason at all. Returns at once if it was
     * unparked before.
     *
     * @param nanos how long; {@link Long#MAX_VALUE} for no limit
     */
    default void park(Object blocker, long nanos) {
        if (nanos == Long.MAX_VALUE) {
            LockSupport.park(blocker);
        } else {
            LockSupport.parkNanos(blocker, nanos);
        }
    }

    default void unpark(Thread thread) {
        LockSupport.unpark(thread);
    }

    /** Returns a seed for what the user gave none for. */
    default long seed() {
        return ThreadLocalRandom.current().nextLong();
    }

    /** Returns how many workers a pool has if the user does not say. */
    default int processors() {
        return Runtime.getRuntime().availableProcessors();
    }
}
