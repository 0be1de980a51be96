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
 * @param polls how long polls took; empty if the pool is not {@linkplain TaskPool.Builder#traced traced}
 * @param wakes how long woken tasks, and new ones, waited for their polls; empty if the pool is not traced
 */
public record PoolMetrics(
        long spawnedTasks, long endedTasks, int injectDepth, List<Worker> workers, Times polls, Times wakes) {

    /**
     * How often something took how long, since the pool was built.
     *
     * @param counts the number of times in each step: step 0 has those below 1 µs, step {@code i} those below
     *     2<sup>{@code i}</sup> µs that are in no step before, the last one all others; empty if nothing was counted
     * @param totalNanos the sum of all times, in nanoseconds
     */
    public record Times(List<Long> counts, long totalNanos) {

        static final int STEPS = 25;
        static final Times NONE = new Times(List.of(), 0);

        static int step(long nanos) {
            return Math.min(STEPS - 1, 64 - Long.numberOfLeadingZeros(Math.max(0, nanos) / 1_000));
        }

        /**
         * Returns how many times were counted.
         *
         * @return the sum of all steps
         */
        public long count() {
            return counts.stream().mapToLong(Long::longValue).sum();
        }

        /**
         * Returns a time that so many of the times do not exceed.
         *
         * @param part from 0 to 1: 0.5 is the median
         * @return the upper end of a step, so at most twice the true time; of the last step, its lower end
         */
        public Duration percentile(double part) {
            double wanted = part * count();
            long seen = 0;
            int step = 0;
            while (step < counts.size() - 1 && (seen += counts.get(step)) < wanted) {
                step++;
            }
            return counts.isEmpty() ? Duration.ZERO : Duration.ofNanos(1_000L << Math.min(step, STEPS - 2));
        }
    }

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
     * @param queueDepth how many tasks wait in its own queues, with up to 256 of those that have yielded
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
