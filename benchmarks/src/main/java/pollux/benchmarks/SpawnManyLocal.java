package pollux.benchmarks;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ForkJoinPool;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import pollux.executor.Spawner;

/**
 * What does a task cost that is spawned by another task?
 *
 * <p>One root task on a worker spawns 10,000; each counts down, the last one opens the latch. Op: a task.
 *
 * <p>Expected: cheaper than {@link SpawnManyRemote}, since a worker fills its own queue and the other one steals from
 * it.
 */
@OperationsPerInvocation(SpawnManyLocal.TASKS)
public class SpawnManyLocal extends Workload {
    static final int TASKS = 10_000;
    private static final int N = size(TASKS);

    @Benchmark
    public long pollux() {
        Spawner pool = Pools.pollux();
        return until(
                N,
                tally -> pool.spawn(new Body(() -> {
                    for (int i = 0; i < N; i++) {
                        pool.spawn(new Body(() -> tally.arrive(1)));
                    }
                })));
    }

    @Benchmark
    public long kotlin() {
        return until(N, tally -> KotlinExec.spawnManyLocal(N, tally));
    }

    @Benchmark
    public long kotlinGlobal() {
        return until(N, tally -> KotlinExec.spawnManyLocalGlobal(N, tally));
    }

    @Benchmark
    public long virtualThreads() {
        return until(
                N,
                tally -> Virtual.start(() -> {
                    for (int i = 0; i < N; i++) {
                        Virtual.start(() -> tally.arrive(1));
                    }
                }));
    }

    @Benchmark
    public long completableFuture() {
        ForkJoinPool pool = Pools.jdk();
        return until(
                N,
                tally -> CompletableFuture.runAsync(
                        () -> {
                            for (int i = 0; i < N; i++) {
                                CompletableFuture.runAsync(() -> tally.arrive(1), pool);
                            }
                        },
                        pool));
    }

    @Benchmark
    public long forkJoinFloor() {
        ForkJoinPool pool = Pools.jdk();
        return until(
                N,
                tally -> pool.execute(() -> {
                    for (int i = 0; i < N; i++) {
                        pool.execute(() -> tally.arrive(1));
                    }
                }));
    }

    @Benchmark
    public long reactor() {
        return until(
                N,
                tally -> Pools.reactor(() -> {
                    for (int i = 0; i < N; i++) {
                        Pools.reactor(() -> tally.arrive(1));
                    }
                }));
    }

    @Benchmark
    public long rxjava() {
        return until(
                N,
                tally -> Pools.rxjava(() -> {
                    for (int i = 0; i < N; i++) {
                        Pools.rxjava(() -> tally.arrive(1));
                    }
                }));
    }
}
