package pollux.benchmarks;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import java.util.concurrent.CompletableFuture;
import kotlinx.coroutines.CompletableDeferred;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import pollux.reactor.ReactorAdapter;
import pollux.sync.Promise;
import reactor.adapter.JdkFlowAdapter;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * What does it cost to hand Reactor a future that completes later?
 *
 * <p>10,000 times: a pending future becomes a Mono, which is subscribed to; then the future is completed on the same
 * thread. Op: a Mono.
 *
 * <p>Expected: {@link ReadyToMono} plus one registration and one wake-up. The floor is Reactor's own sink.
 */
@OperationsPerInvocation(PendingToMono.MONOS)
public class PendingToMono extends Workload {
    static final int MONOS = 10_000;
    private static final int N = size(MONOS);

    @Benchmark
    public long pollux() {
        long[] sum = new long[1];
        for (int i = 0; i < N; i++) {
            Promise<Integer> promise = new Promise<>();
            ReactorAdapter.mono(promise.future()).subscribe(value -> sum[0] += value);
            promise.complete(i);
        }
        return check(sumTo(N), sum[0]);
    }

    @Benchmark
    public long kotlin() {
        long[] sum = new long[1];
        for (int i = 0; i < N; i++) {
            CompletableDeferred<Integer> future = KotlinBridge.pendingDeferred();
            KotlinBridge.toMono(future).subscribe(value -> sum[0] += value);
            future.complete(i);
        }
        return check(sumTo(N), sum[0]);
    }

    @Benchmark
    public long completableFuture() {
        long[] sum = new long[1];
        for (int i = 0; i < N; i++) {
            CompletableFuture<Integer> future = new CompletableFuture<>();
            Mono.fromFuture(future).subscribe(value -> sum[0] += value);
            future.complete(i);
        }
        return check(sumTo(N), sum[0]);
    }

    @Benchmark
    public long mutiny() {
        long[] sum = new long[1];
        UniEmitter<?>[] emitter = new UniEmitter<?>[1];
        for (int i = 0; i < N; i++) {
            Uni<Integer> uni = Uni.createFrom().emitter(given -> emitter[0] = given);
            Mono.from(JdkFlowAdapter.flowPublisherToFlux(uni.convert().toPublisher()))
                    .subscribe(value -> sum[0] += value);
            complete(emitter[0], i);
        }
        return check(sumTo(N), sum[0]);
    }

    @SuppressWarnings("unchecked")
    private static void complete(UniEmitter<?> emitter, Integer value) {
        ((UniEmitter<Integer>) emitter).complete(value);
    }

    @Benchmark
    public long sinkFloor() {
        long[] sum = new long[1];
        for (int i = 0; i < N; i++) {
            Sinks.One<Integer> sink = Sinks.one();
            sink.asMono().subscribe(value -> sum[0] += value);
            sink.emitValue(i, Sinks.EmitFailureHandler.FAIL_FAST);
        }
        return check(sumTo(N), sum[0]);
    }
}
