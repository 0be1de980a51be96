package pollux.testing;

import pollux.debug.OpenPools;
import pollux.executor.LocalPool;
import pollux.executor.UnhandledFailure;
import pollux.time.ManualTime;
import pollux.time.Timers;

/**
 * What the worlds of one search have in common, one after the other: a clock, a pool, and that inline tasks of this
 * thread live on the clock too. A world that ends well leaves them as they were; making them costs more than a short
 * run.
 */
final class Stage implements AutoCloseable {

    final ManualTime clock = new ManualTime();
    private final Runnable removeFallback = Timers.fallback(clock);
    private LocalPool pool = empty();

    private LocalPool empty() {
        return new LocalPool(clock, UnhandledFailure.IGNORE);
    }

    LocalPool pool() {
        return pool;
    }

    /** Makes room for the next world. What still cleans up is left behind: it would never end. */
    void clear() {
        if (pool.liveTasks() != 0) {
            OpenPools.remove(pool); // dumps do not show it
            pool = empty();
        }
        clock.reset();
    }

    @Override
    public void close() {
        try {
            pool.close();
        } finally {
            removeFallback.run();
        }
    }
}
