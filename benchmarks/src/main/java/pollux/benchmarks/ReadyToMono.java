package pollux.benchmarks;

import io.reactivex.rxjava3.core.Single;
import io.smallrye.mutiny.Uni;
import java.util.concurrent.CompletableFuture;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import pollux.future.Futures;
import pollux.reactor.ReactorAdapter;
import pollux.sync.Promise;
import reactor.adapter.JdkFlowAdapter;
import reactor.adapter.rxjava.RxJava3Adapter;
import reactor.core.publisher.Mono;

/**
 * What does it cost to hand a complete future to Reactor?
 *
 * <p>10,000 times: a complete native future becomes a Mono, which is subscribed to. Op: a Mono.
 *
 * <p>Expected: a subscriber, a subscription and the Mono itself; Reactor's own bridge from CompletableFuture is the
 * mark.
 */
@OperationsPerInvocation(ReadyToMono.MONOS)
public class ReadyToMono extends Workload {
    static final int MONOS = 10_000;
    private static final int N = size(MONOS);

    @Benchmark
    public long pollux() {
        long[] sum = new long[1];
        for (int i = 0; i < N; i++) {
            ReactorAdapter.mono(Futures.ready(i)).subscribe(value -> sum[0] += value);
        }
        return check(sumTo(N), sum[0]);
    }

    /** A promise that was completed before. */
    @Benchmark
    public long polluxPromise() {
        long[] sum = new long[1];
        for (int i = 0; i < N; i++) {
            Promise<Integer> promise = new Promise<>();
            promise.complete(i);
            ReactorAdapter.mono(promise.future()).subscribe(value -> sum[0] += value);
        }
        return check(sumTo(N), sum[0]);
    }

    @Benchmark
    public long kotlin() {
        long[] sum = new long[1];
        for (int i = 0; i < N; i++) {
            KotlinBridge.toMono(KotlinBridge.readyDeferred(i)).subscribe(value -> sum[0] += value);
        }
        return check(sumTo(N), sum[0]);
    }

    @Benchmark
    public long completableFuture() {
        long[] sum = new long[1];
        for (int i = 0; i < N; i++) {
            Mono.fromFuture(CompletableFuture.completedFuture(i)).subscribe(value -> sum[0] += value);
        }
        return check(sumTo(N), sum[0]);
    }

    @Benchmark
    public long rxjava() {
        long[] sum = new long[1];
        for (int i = 0; i < N; i++) {
            Mono.from(Single.just(i).toFlowable()).subscribe(value -> sum[0] += value);
        }
        return check(sumTo(N), sum[0]);
    }

    @Benchmark
    public long reactorAddons() {
        long[] sum = new long[1];
        for (int i = 0; i < N; i++) {
            RxJava3Adapter.singleToMono(Single.just(i)).subscribe(value -> sum[0] += value);
        }
        return check(sumTo(N), sum[0]);
    }

    @Benchmark
    public long mutiny() {
        long[] sum = new long[1];
        for (int i = 0; i < N; i++) {
            Mono.from(JdkFlowAdapter.flowPublisherToFlux(
                            Uni.createFrom().item(i).convert().toPublisher()))
                    .subscribe(value -> sum[0] += value);
        }
        return check(sumTo(N), sum[0]);
    }
}
