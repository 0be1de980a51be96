package pollux.benchmarks;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ForkJoinPool;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import pollux.executor.Spawner;

/**
 * How long is the way from a spawn to the first poll, if nothing else is going on?
 *
 * <p>A task spawns the next, 1,000 deep; the last opens the latch. Op: a spawn.
 *
 * <p>Expected: a scheduler with a slot for the newest task keeps the chain on one worker. Reactor and RxJava deal their
 * workers out in turn, so each spawn wakes the other, sleeping thread: some 20 us, the operating system's price.
 */
@OperationsPerInvocation(ChainedSpawn.DEPTH)
public class ChainedSpawn extends Workload {
    static final int DEPTH = 1_000;
    private static final int N = size(DEPTH);

    @Benchmark
    public long pollux() {
        return until(1, tally -> task(N, tally, Pools.pollux()));
    }

    private static void task(int depth, Tally tally, Spawner pool) {
        pool.spawn(new Body(() -> {
            if (depth == 1) {
                tally.arrive(1);
            } else {
                task(depth - 1, tally, pool);
            }
        }));
    }

    @Benchmark
    public long kotlin() {
        return until(1, tally -> KotlinExec.chainedSpawn(N, tally));
    }

    @Benchmark
    public long virtualThreads() {
        return until(1, tally -> virtualThread(N, tally));
    }

    private static void virtualThread(int depth, Tally tally) {
        Virtual.start(() -> {
            if (depth == 1) {
                tally.arrive(1);
            } else {
                virtualThread(depth - 1, tally);
            }
        });
    }

    @Benchmark
    public long completableFuture() {
        return until(1, tally -> stage(N, tally, Pools.jdk()));
    }

    private static void stage(int depth, Tally tally, ForkJoinPool pool) {
        CompletableFuture.runAsync(
                () -> {
                    if (depth == 1) {
                        tally.arrive(1);
                    } else {
                        stage(depth - 1, tally, pool);
                    }
                },
                pool);
    }

    @Benchmark
    public long forkJoinFloor() {
        return until(1, tally -> runnable(N, tally, Pools.jdk()));
    }

    private static void runnable(int depth, Tally tally, ForkJoinPool pool) {
        pool.execute(() -> {
            if (depth == 1) {
                tally.arrive(1);
            } else {
                runnable(depth - 1, tally, pool);
            }
        });
    }

    @Benchmark
    public long reactor() {
        return until(1, tally -> mono(N, tally));
    }

    private static void mono(int depth, Tally tally) {
        Pools.reactor(() -> {
            if (depth == 1) {
                tally.arrive(1);
            } else {
                mono(depth - 1, tally);
            }
        });
    }

    @Benchmark
    public long rxjava() {
        return until(1, tally -> completable(N, tally));
    }

    private static void completable(int depth, Tally tally) {
        Pools.rxjava(() -> {
            if (depth == 1) {
                tally.arrive(1);
            } else {
                completable(depth - 1, tally);
            }
        });
    }
}
