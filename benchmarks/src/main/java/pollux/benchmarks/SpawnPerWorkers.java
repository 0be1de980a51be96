package pollux.benchmarks;

import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ForkJoinPool;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;
import pollux.executor.TaskPool;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Does a second worker make a batch of empty tasks cheaper or dearer?
 *
 * <p>As {@link SpawnManyLocal}, in a pool of 1 or 2 workers. Op: a task.
 *
 * <p>Expected: not dearer. There is nothing to gain, since the tasks do nothing but meet at one counter. The number of
 * threads under virtual threads and under RxJava's computation scheduler is one of the whole process, so they have no
 * such row.
 */
@OperationsPerInvocation(SpawnPerWorkers.TASKS)
public class SpawnPerWorkers extends Workload {
    static final int TASKS = 10_000;
    private static final int N = size(TASKS);

    /** How many workers the pool has. */
    @Param({"1", "2"})
    public int workers;

    private @Nullable TaskPool pool;
    private @Nullable ForkJoinPool jdk;
    private @Nullable Scheduler scheduler;

    /** Starts the pools; their threads come when they are needed. */
    @Setup
    public void open() {
        pool = TaskPool.builder().workers(workers).build();
        jdk = new ForkJoinPool(workers, ForkJoinPool.defaultForkJoinWorkerThreadFactory, null, true);
        scheduler = Schedulers.newParallel("peer", workers, true);
    }

    /** Ends them. */
    @TearDown
    public void close() {
        if (pool != null && jdk != null && scheduler != null) {
            pool.close();
            jdk.shutdown();
            scheduler.dispose();
        }
    }

    @Benchmark
    public long pollux() {
        return SpawnAmongMany.spawnLocally(pool, N);
    }

    /** A view of its dispatcher, which has two threads. */
    @Benchmark
    public long kotlin() {
        return until(N, tally -> KotlinWait.spawnAmong(KotlinWait.workers(workers), N, tally));
    }

    @Benchmark
    public long completableFuture() {
        ForkJoinPool on = Objects.requireNonNull(jdk);
        return until(
                N,
                tally -> on.execute(() -> {
                    for (int i = 0; i < N; i++) {
                        CompletableFuture<Void> unused = CompletableFuture.runAsync(() -> tally.arrive(1), on);
                    }
                }));
    }

    @Benchmark
    public long reactor() {
        Scheduler on = Objects.requireNonNull(scheduler);
        return until(
                N,
                tally -> on.schedule(() -> {
                    for (int i = 0; i < N; i++) {
                        Mono.fromRunnable(() -> tally.arrive(1)).subscribeOn(on).subscribe();
                    }
                }));
    }
}
