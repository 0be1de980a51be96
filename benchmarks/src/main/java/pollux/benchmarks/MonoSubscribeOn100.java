package pollux.benchmarks;

import java.util.concurrent.CompletableFuture;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import pollux.executor.Spawner;
import pollux.reactor.ReactorAdapter;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * What does it cost to await Monos that answer from another thread, when many tasks do so?
 *
 * <p>100 tasks await {@code Mono.fromCallable(..).subscribeOn(pool)} 100 times each. Op: an await.
 *
 * <p>Expected: throughput of the scheduler's queue plus one wake. A single task would measure two wakes of sleeping
 * threads, 20 to 50 us whatever the library. The floor is a flatMap of concatMaps, without any bridge.
 */
@OperationsPerInvocation(MonoSubscribeOn100.TASKS * MonoSubscribeOn100.AWAITS)
public class MonoSubscribeOn100 extends Workload {
    static final int TASKS = 100;
    static final int AWAITS = 100;
    private static final int N = size(AWAITS);

    private static Mono<Integer> source(int i) {
        return Mono.fromCallable(() -> i).subscribeOn(Pools.reactor());
    }

    @Benchmark
    public long pollux() {
        Spawner pool = Pools.pollux();
        return until(TASKS * sum(), tally -> {
            for (int task = 0; task < TASKS; task++) {
                pool.spawn(new AwaitEach(N, i -> ReactorAdapter.future(source(i)), tally));
            }
        });
    }

    @Benchmark
    public long kotlin() {
        return until(TASKS * sum(), tally -> {
            for (int task = 0; task < TASKS; task++) {
                KotlinBridge.awaitMonos(N, MonoSubscribeOn100::source, tally);
            }
        });
    }

    @Benchmark
    public long virtualThreads() {
        return until(TASKS * sum(), tally -> {
            for (int task = 0; task < TASKS; task++) {
                Virtual.start(() -> {
                    long sum = 0;
                    for (int i = 0; i < N; i++) {
                        sum += source(i).block();
                    }
                    tally.arrive(sum);
                });
            }
        });
    }

    @Benchmark
    public long completableFuture() {
        return until(TASKS * sum(), tally -> {
            for (int task = 0; task < TASKS; task++) {
                next(0, 0, tally);
            }
        });
    }

    private static void next(int i, long sum, Tally tally) {
        if (i == N) {
            tally.arrive(sum);
        } else {
            CompletableFuture<Integer> future = source(i).toFuture();
            future.thenAcceptAsync(value -> next(i + 1, sum + value, tally), Pools.jdk());
        }
    }

    @Benchmark
    public long reactorFloor() {
        return until(
                TASKS * sum(),
                tally -> Flux.range(0, TASKS)
                        .flatMap(task -> Flux.range(0, N).concatMap(MonoSubscribeOn100::source), TASKS)
                        .reduce(0L, Long::sum)
                        .subscribe(tally::end));
    }

    private static long sum() {
        return sumTo(N);
    }
}
