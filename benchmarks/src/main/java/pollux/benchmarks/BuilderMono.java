package pollux.benchmarks;

import static pollux.reactor.ReactorAdapter.await;

import io.smallrye.mutiny.Uni;
import java.util.concurrent.CompletableFuture;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import pollux.future.Futures;
import pollux.reactor.ReactorAdapter;
import reactor.core.publisher.Mono;

/**
 * What does a cold Mono cost whose body is asynchronous code?
 *
 * <p>10,000 times: make the Mono, subscribe; its body returns at once, on the subscribing thread. Op: a Mono.
 *
 * <p>Expected: the coroutine or task that the subscription starts. The floor is {@code Mono.fromCallable}, whose body
 * could not await.
 */
@OperationsPerInvocation(BuilderMono.MONOS)
public class BuilderMono extends Workload {
    static final int MONOS = 10_000;
    private static final int N = size(MONOS);

    @Benchmark
    public long pollux() {
        long[] sum = new long[1];
        for (int i = 0; i < N; i++) {
            int item = i;
            ReactorAdapter.mono(() -> item).subscribe(value -> sum[0] += value);
        }
        return check(sumTo(N), sum[0]);
    }

    /** The body awaits once, what is ready. */
    @Benchmark
    public long polluxAwait() {
        long[] sum = new long[1];
        for (int i = 0; i < N; i++) {
            int item = i;
            ReactorAdapter.mono(() -> await(Futures.ready(item))).subscribe(value -> sum[0] += value);
        }
        return check(sumTo(N), sum[0]);
    }

    /** A supplier of a future in place of a body. */
    @Benchmark
    public long polluxDefer() {
        long[] sum = new long[1];
        for (int i = 0; i < N; i++) {
            int item = i;
            ReactorAdapter.monoDefer(() -> Futures.ready(item)).subscribe(value -> sum[0] += value);
        }
        return check(sumTo(N), sum[0]);
    }

    @Benchmark
    public long kotlin() {
        long[] sum = new long[1];
        for (int i = 0; i < N; i++) {
            KotlinBridge.builderMono(i).subscribe(value -> sum[0] += value);
        }
        return check(sumTo(N), sum[0]);
    }

    @Benchmark
    public long completableFuture() {
        long[] sum = new long[1];
        for (int i = 0; i < N; i++) {
            int item = i;
            Mono.fromFuture(() -> CompletableFuture.completedFuture(item)).subscribe(value -> sum[0] += value);
        }
        return check(sumTo(N), sum[0]);
    }

    @Benchmark
    public long mutinyFloor() {
        long[] sum = new long[1];
        for (int i = 0; i < N; i++) {
            int item = i;
            var unused = Uni.createFrom().item(() -> item).subscribe().with(value -> sum[0] += value);
        }
        return check(sumTo(N), sum[0]);
    }

    @Benchmark
    public long reactorFloor() {
        long[] sum = new long[1];
        for (int i = 0; i < N; i++) {
            int item = i;
            Mono.fromCallable(() -> item).subscribe(value -> sum[0] += value);
        }
        return check(sumTo(N), sum[0]);
    }
}
