package pollux.benchmarks;

import static pollux.async.Async.async;
import static pollux.async.Async.await;

import java.util.concurrent.CompletableFuture;
import kotlinx.coroutines.Deferred;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import pollux.executor.JoinHandle;
import pollux.executor.Spawner;
import pollux.future.Context;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.future.RawFuture;
import pollux.future.Services;
import pollux.future.Shared;
import pollux.future.Waker;

/**
 * What does it cost to await a future that is complete already?
 *
 * <p>1,000,000 awaits of one complete future object that many may await. Op: an await.
 *
 * <p>Expected: one volatile read and a comparison. Pollux makes a party for each await; the JIT removes it where it
 * sees the whole loop. By hand the budget is renewed for each await, as if each were a poll of its own; {@code
 * polluxAwait} is what users write.
 */
@OperationsPerInvocation(AwaitCompleted.AWAITS)
public class AwaitCompleted extends Workload {
    static final int AWAITS = 1_000_000;
    private static final int N = size(AWAITS);

    private final JoinHandle<Integer> handle = Spawner.inline().spawn(Futures.ready(1));
    private final Shared<Integer> shared = Futures.ready(1).shared();
    private final Deferred<Integer> deferred = KotlinAwait.completed(1);
    private final CompletableFuture<Integer> completed = CompletableFuture.completedFuture(1);

    @Benchmark
    public long pollux() {
        Context cx = new Context(Waker.noop(), Services.NONE);
        long sum = 0;
        for (int i = 0; i < N; i++) {
            cx.begin(Waker.noop(), Services.NONE);
            sum += (Integer) RawFuture.pollAny(handle.join(), cx);
        }
        return check(N, sum);
    }

    @Benchmark
    public long polluxShared() {
        Context cx = new Context(Waker.noop(), Services.NONE);
        long sum = 0;
        for (int i = 0; i < N; i++) {
            cx.begin(Waker.noop(), Services.NONE);
            sum += (Integer) RawFuture.pollAny(shared.future(), cx);
        }
        return check(N, sum);
    }

    @Benchmark
    public long polluxAwait() {
        Future<Long> task = async(() -> {
            long sum = 0;
            for (int i = 0; i < N; i++) {
                sum += await(shared.future());
            }
            return sum;
        });
        return check(N, run(task));
    }

    @Benchmark
    public long kotlin() {
        return check(N, KotlinAwait.awaitCompleted(N, deferred));
    }

    @Benchmark
    public long completableFuture() {
        long sum = 0;
        for (int i = 0; i < N; i++) {
            sum += completed.join();
        }
        return check(N, sum);
    }
}
