package pollux.benchmarks;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ForkJoinPool;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import pollux.executor.Spawner;

/**
 * What does a task cost that is spawned from outside the pool?
 *
 * <p>10,000 tasks; each counts down, the last one opens the latch that the outside thread waits on. Op: a task.
 *
 * <p>Expected: the spawning thread and two workers fight for two cores and for the queue between them, so the figures
 * move by a third from fork to fork. The floor is the JDK's scheduler without any future; Kotlin pays for the parent
 * that each child registers at, {@code kotlinGlobal} does not.
 */
@OperationsPerInvocation(SpawnManyRemote.TASKS)
public class SpawnManyRemote extends Workload {
    static final int TASKS = 10_000;
    private static final int N = size(TASKS);

    @Benchmark
    public long pollux() {
        Spawner pool = Pools.pollux();
        return until(N, tally -> {
            for (int i = 0; i < N; i++) {
                pool.spawn(new Body(() -> tally.arrive(1)));
            }
        });
    }

    @Benchmark
    public long kotlin() {
        return until(N, tally -> KotlinExec.spawnManyRemote(N, tally));
    }

    @Benchmark
    public long kotlinGlobal() {
        return until(N, tally -> KotlinExec.spawnManyGlobal(N, tally));
    }

    @Benchmark
    public long virtualThreads() {
        return until(N, tally -> {
            for (int i = 0; i < N; i++) {
                Virtual.start(() -> tally.arrive(1));
            }
        });
    }

    @Benchmark
    public long completableFuture() {
        ForkJoinPool pool = Pools.jdk();
        return until(N, tally -> {
            for (int i = 0; i < N; i++) {
                CompletableFuture.runAsync(() -> tally.arrive(1), pool);
            }
        });
    }

    @Benchmark
    public long forkJoinFloor() {
        ForkJoinPool pool = Pools.jdk();
        return until(N, tally -> {
            for (int i = 0; i < N; i++) {
                pool.execute(() -> tally.arrive(1));
            }
        });
    }

    @Benchmark
    public long reactor() {
        return until(N, tally -> {
            for (int i = 0; i < N; i++) {
                Pools.reactor(() -> tally.arrive(1));
            }
        });
    }

    @Benchmark
    public long rxjava() {
        return until(N, tally -> {
            for (int i = 0; i < N; i++) {
                Pools.rxjava(() -> tally.arrive(1));
            }
        });
    }
}
