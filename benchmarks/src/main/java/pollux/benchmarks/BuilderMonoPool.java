package pollux.benchmarks;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.IntFunction;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import pollux.executor.Spawner;
import pollux.future.Futures;
import pollux.reactor.ReactorAdapter;
import reactor.core.publisher.Mono;

/**
 * What does a cold Mono cost whose body runs on the pool?
 *
 * <p>10,000 such Monos are subscribed to at once from outside; the call waits for all. Op: a Mono.
 *
 * <p>Expected: {@link SpawnManyRemote} plus {@link BuilderMono}.
 */
@OperationsPerInvocation(BuilderMonoPool.MONOS)
public class BuilderMonoPool extends Workload {
    static final int MONOS = 10_000;
    private static final int N = size(MONOS);

    private static long subscribeToAll(IntFunction<Mono<Integer>> source) {
        // each brings one more than its number, so that the number 0 counts too
        return until(sumTo(N) + N, tally -> {
            for (int i = 0; i < N; i++) {
                source.apply(i).subscribe(value -> tally.arrive(value + 1));
            }
        });
    }

    @Benchmark
    public long pollux() {
        Spawner pool = Pools.pollux();
        return subscribeToAll(i -> ReactorAdapter.on(pool).monoDefer(() -> Futures.ready(i)));
    }

    @Benchmark
    public long kotlin() {
        return subscribeToAll(KotlinBridge::builderMonoPool);
    }

    @Benchmark
    public long virtualThreads() {
        Executor perTask = Virtual::start;
        return subscribeToAll(i -> Mono.fromFuture(() -> CompletableFuture.supplyAsync(() -> i, perTask)));
    }

    @Benchmark
    public long completableFuture() {
        return subscribeToAll(i -> Mono.fromFuture(() -> CompletableFuture.supplyAsync(() -> i, Pools.jdk())));
    }

    @Benchmark
    public long reactor() {
        return subscribeToAll(i -> Mono.fromCallable(() -> i).subscribeOn(Pools.reactor()));
    }
}
