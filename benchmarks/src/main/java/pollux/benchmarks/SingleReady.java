package pollux.benchmarks;

import io.reactivex.rxjava3.core.Single;
import io.reactivex.rxjava3.disposables.Disposable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import pollux.rxjava.RxJavaAdapter;

/**
 * What does it cost to await a Single that has its value at once?
 *
 * <p>One task awaits {@code Single.just(i)} 10,000 times. Op: an await.
 *
 * <p>Expected: as {@link MonoReady}, with RxJava's shorter subscription. The floor is {@code subscribe} with a lambda.
 */
@OperationsPerInvocation(SingleReady.AWAITS)
public class SingleReady extends Workload {
    static final int AWAITS = 10_000;
    private static final int N = size(AWAITS);

    @Benchmark
    public long pollux() {
        return until(
                sumTo(N),
                tally -> Pools.pollux().spawn(new AwaitEach(N, i -> RxJavaAdapter.future(Single.just(i)), tally)));
    }

    @Benchmark
    public long kotlin() {
        return until(sumTo(N), tally -> KotlinBridge.awaitSingles(N, Single::just, tally));
    }

    @Benchmark
    public long virtualThreads() {
        return until(
                sumTo(N),
                tally -> Virtual.start(() -> {
                    long sum = 0;
                    for (int i = 0; i < N; i++) {
                        sum += Single.just(i).blockingGet();
                    }
                    tally.end(sum);
                }));
    }

    @Benchmark
    public long completableFuture() {
        long sum = 0;
        for (int i = 0; i < N; i++) {
            sum += Single.just(i).toCompletionStage().toCompletableFuture().join();
        }
        return check(sumTo(N), sum);
    }

    @Benchmark
    public long subscribeFloor() {
        long[] sum = new long[1];
        for (int i = 0; i < N; i++) {
            Disposable unused = Single.just(i).subscribe(value -> sum[0] += value);
        }
        return check(sumTo(N), sum[0]);
    }
}
