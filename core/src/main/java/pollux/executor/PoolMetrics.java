package pollux.executor;

import java.time.Duration;
import java.util.List;

/**
 * A picture of a {@link TaskPool}: what it has done since it was built, and what waits. The parts are read one after
 * the other while the pool goes on, so they agree only roughly with each other.
 *
 * @param spawnedTasks how many tasks were spawned
 * @param endedTasks how many of them have ended, never more than were spawned
 * @param injectDepth how many tasks wait in the queue that all workers share; those that are being taken out are not
 *     counted
 * @param workers one entry per worker
 */
public record PoolMetrics(long spawnedTasks, long endedTasks, int injectDepth, List<Worker> workers) {

    /**
     * Returns how many tasks have not ended.
     *
     * @return the tasks that run, wait to run, or wait
     */
    public long liveTasks() {
        return spawnedTasks - endedTasks;
    }

    /**
     * What one worker has done, and what waits there.
     *
     * @param polls how many polls it has begun
     * @param steals how often it has taken tasks from another worker
     * @param parks how often it has gone to sleep
     * @param overflows how many tasks did not fit into its own queue, and went to the shared one
     * @param queueDepth how many tasks wait in its own queue
     * @param busy how long it has not slept, up to its last look at the clock
     * @param state what it does now
     * @param task the number of the task that it polls; 0 if it polls none
     * @param blocked how long its present poll has lasted, as the monitor of the pool has seen it: zero for the first
     *     10 milliseconds of a poll, and always if the pool has no monitor
     */
    public record Worker(
            long polls,
            long steals,
            long parks,
            long overflows,
            int queueDepth,
            Duration busy,
            State state,
            long task,
            Duration blocked) {}

    /** What a worker does. */
    public enum State {
        /** It polls a task. */
        POLLING,
        /** It has been in one poll for longer than {@link TaskPool.Builder#blockedAfter} allows. */
        BLOCKED,
        /** It looks for a task, or for timers that are due. */
        SEARCHING,
        /** It sleeps until a task, a timer or a socket wakes it. */
        PARKED
    }
}
