package pollux.benchmarks;

import java.util.concurrent.CountDownLatch;
import kotlinx.coroutines.CoroutineScope;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.TearDown;
import pollux.executor.TaskPool;
import pollux.future.Context;
import pollux.future.RawFuture;

/**
 * How does the cost of a task grow with the number of tasks that wait?
 *
 * <p>As {@link SpawnManyLocal}, in a pool of two in which 1 to 1,000,000 other tasks wait. Op: a task.
 *
 * <p>Expected: the same for all, but for what a larger heap costs the collector. Stages, Reactor and RxJava keep
 * nothing of what waits, so for them the question does not arise. Those who wait are old before the calls that count,
 * and the heap does not grow.
 */
@OperationsPerInvocation(SpawnAmongMany.TASKS)
@Fork(value = 3, jvmArgsAppend = "-Xms4g")
public class SpawnAmongMany extends Workload {
    static final int TASKS = 10_000;
    private static final int N = size(TASKS);

    /** How many tasks wait. */
    @Param({"1", "1000", "100000", "1000000"})
    public int waiting;

    private @Nullable TaskPool pool;
    private @Nullable CoroutineScope scope;
    private @Nullable CountDownLatch end;

    /** Ends those who wait. */
    @TearDown
    public void close() {
        if (pool != null) {
            pool.close();
            pool = null;
        }
        if (scope != null) {
            KotlinWait.end(scope);
            scope = null;
        }
        if (end != null) {
            end.countDown();
            end = null;
        }
    }

    @Benchmark
    public long pollux() throws InterruptedException {
        TaskPool among = pool;
        if (among == null) {
            among = TaskPool.builder().workers(Pools.WORKERS).build();
            pool = among;
            CountDownLatch begun = new CountDownLatch(size(waiting));
            for (int i = 0; i < size(waiting); i++) {
                among.spawn(new RawFuture<Void>() {
                    @Override
                    public Object pollRaw(Context cx) {
                        begun.countDown();
                        return PENDING;
                    }
                });
            }
            begun.await();
            age();
        }
        return spawnLocally(among, N);
    }

    @Benchmark
    public long kotlin() throws InterruptedException {
        CoroutineScope among = scope;
        if (among == null) {
            CountDownLatch begun = new CountDownLatch(size(waiting));
            among = KotlinWait.crowd(size(waiting), begun);
            scope = among;
            begun.await();
            age();
        }
        CoroutineScope crowd = among;
        return until(N, tally -> KotlinWait.spawnAmong(crowd, N, tally));
    }

    @Benchmark
    public long virtualThreads() throws InterruptedException {
        if (end == null) {
            CountDownLatch never = new CountDownLatch(1);
            end = never;
            CountDownLatch begun = new CountDownLatch(size(waiting));
            for (int i = 0; i < size(waiting); i++) {
                Virtual.start(() -> {
                    begun.countDown();
                    try {
                        never.await();
                    } catch (InterruptedException unexpected) {
                        throw new IllegalStateException(unexpected);
                    }
                });
            }
            begun.await();
            age();
        }
        return until(
                N,
                tally -> Virtual.start(() -> {
                    for (int i = 0; i < N; i++) {
                        Virtual.start(() -> tally.arrive(1));
                    }
                }));
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
