package pollux.benchmarks;

import static pollux.async.Async.async;

import io.reactivex.rxjava3.core.Single;
import io.smallrye.mutiny.Uni;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import pollux.reactor.ReactorAdapter;
import reactor.adapter.JdkFlowAdapter;
import reactor.core.publisher.Mono;

/**
 * What does it cost to await a Mono that has its value at once?
 *
 * <p>One task awaits {@code Mono.just(i)} 10,000 times. Op: an await.
 *
 * <p>Expected: a scalar can be asked for its value without a subscription; who subscribes pays for a subscriber and its
 * state. The floor is {@code subscribe} with a lambda.
 */
@OperationsPerInvocation(MonoReady.AWAITS)
public class MonoReady extends Workload {
    static final int AWAITS = 10_000;
    private static final int N = size(AWAITS);

    @Benchmark
    public long pollux() {
        return until(
                sumTo(N),
                tally -> Pools.pollux().spawn(new AwaitEach(N, i -> ReactorAdapter.future(Mono.just(i)), tally)));
    }

    @Benchmark
    public long polluxAwait() {
        return until(
                sumTo(N),
                tally -> Pools.pollux().spawn(async(() -> {
                    long sum = 0;
                    for (int i = 0; i < N; i++) {
                        sum += ReactorAdapter.await(Mono.just(i));
                    }
                    tally.end(sum);
                    return sum;
                })));
    }

    @Benchmark
    public long kotlin() {
        return until(sumTo(N), tally -> KotlinBridge.awaitMonos(N, Mono::just, tally));
    }

    @Benchmark
    public long virtualThreads() {
        return until(
                sumTo(N),
                tally -> Virtual.start(() -> {
                    long sum = 0;
                    for (int i = 0; i < N; i++) {
                        sum += Mono.just(i).block();
                    }
                    tally.end(sum);
                }));
    }

    @Benchmark
    public long completableFuture() {
        long sum = 0;
        for (int i = 0; i < N; i++) {
            sum += Mono.just(i).toFuture().join();
        }
        return check(sumTo(N), sum);
    }

    @Benchmark
    public long rxjava() {
        long sum = 0;
        for (int i = 0; i < N; i++) {
            sum += Single.fromPublisher(Mono.just(i)).blockingGet();
        }
        return check(sumTo(N), sum);
    }

    @Benchmark
    public long mutiny() {
        long sum = 0;
        for (int i = 0; i < N; i++) {
            sum += Uni.createFrom()
                    .publisher(JdkFlowAdapter.publisherToFlowPublisher(Mono.just(i)))
                    .await()
                    .indefinitely();
        }
        return check(sumTo(N), sum);
    }

    @Benchmark
    public long subscribeFloor() {
        long[] sum = new long[1];
        for (int i = 0; i < N; i++) {
            Mono.just(i).subscribe(value -> sum[0] += value);
        }
        return check(sumTo(N), sum[0]);
    }
}
