package pollux.benchmarks;

import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;
import pollux.executor.TaskPool;
import pollux.future.Context;
import pollux.future.RawFuture;

/**
 * How does the cost of a task grow with the number of tasks that wait?
 *
 * <p>As {@link SpawnManyLocal}, in a pool of two in which 1 or 1,000,000 other tasks wait. Op: a task.
 *
 * <p>Expected: the same for both, but for what a larger heap costs the collector.
 */
@OperationsPerInvocation(SpawnAmongMany.TASKS)
public class SpawnAmongMany extends Workload {
    static final int TASKS = 10_000;
    private static final int N = size(TASKS);

    /** How many tasks wait. */
    @Param({"1", "1000000"})
    public int waiting;

    private @Nullable TaskPool pool;

    /** Fills the pool. */
    @Setup
    public void open() throws InterruptedException {
        pool = TaskPool.builder().workers(Pools.WORKERS).build();
        int count = size(waiting);
        CountDownLatch polled = new CountDownLatch(count);
        for (int i = 0; i < count; i++) {
            pool.spawn(new RawFuture<Void>() {
                @Override
                public Object pollRaw(Context cx) {
                    polled.countDown();
                    return PENDING;
                }
            });
        }
        polled.await();
    }

    /** Cancels the tasks. */
    @TearDown
    public void close() {
        if (pool != null) {
            pool.close();
        }
    }

    @Benchmark
    public long pollux() {
        return spawnLocally(pool, N);
    }

    /** One task spawns so many, each of which counts down. */
    static long spawnLocally(TaskPool pool, int tasks) {
        return until(
                tasks,
                tally -> pool.spawn(new Body(() -> {
                    for (int i = 0; i < tasks; i++) {
                        pool.spawn(new Body(() -> tally.arrive(1)));
                    }
                })));
    }
}
