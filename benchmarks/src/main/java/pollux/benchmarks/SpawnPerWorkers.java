package pollux.benchmarks;

import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;
import pollux.executor.TaskPool;

/**
 * Does a second worker make a batch of empty tasks cheaper or dearer?
 *
 * <p>As {@link SpawnManyLocal}, in a pool of 1 or 2 workers. Op: a task.
 *
 * <p>Expected: not dearer. There is nothing to gain, since the tasks do nothing but meet at one counter.
 */
@OperationsPerInvocation(SpawnPerWorkers.TASKS)
public class SpawnPerWorkers extends Workload {
    static final int TASKS = 10_000;
    private static final int N = size(TASKS);

    /** How many workers the pool has. */
    @Param({"1", "2"})
    public int workers;

    private @Nullable TaskPool pool;

    /** Starts the pool. */
    @Setup
    public void open() {
        pool = TaskPool.builder().workers(workers).build();
    }

    /** Ends it. */
    @TearDown
    public void close() {
        if (pool != null) {
            pool.close();
        }
    }

    @Benchmark
    public long pollux() {
        return SpawnAmongMany.spawnLocally(pool, N);
    }
}
