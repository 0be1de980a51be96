package pollux.benchmarks;

import static pollux.async.Async.async;
import static pollux.async.Async.await;

import java.util.concurrent.CompletableFuture;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import pollux.future.Context;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.future.RawFuture;
import pollux.future.Services;
import pollux.future.Waker;

/**
 * What does it cost to await an asynchronous function that returns at once?
 *
 * <p>1,000,000 awaits in one task, without a scheduler. Op: an await.
 *
 * <p>Expected: the JIT inlines the callee and often the whole loop; below half a nanosecond it reads "free", not a
 * figure. {@code pollux} polls futures by hand, {@code polluxAwait} is the same loop as a compiled block.
 */
@OperationsPerInvocation(AwaitReady.AWAITS)
public class AwaitReady extends Workload {
    static final int AWAITS = 1_000_000;
    private static final int N = size(AWAITS);

    @Benchmark
    public long pollux() {
        Context cx = new Context(Waker.noop(), Services.NONE);
        long sum = 0;
        for (int i = 0; i < N; i++) {
            sum += (Integer) RawFuture.pollAny(returnsAtOnce(i), cx);
        }
        return check(sumTo(N), sum);
    }

    @Benchmark
    public long polluxAwait() {
        Future<Long> block = async(() -> {
            long sum = 0;
            for (int i = 0; i < N; i++) {
                sum += await(returnsAtOnce(i));
            }
            return sum;
        });
        return check(sumTo(N), run(block));
    }

    private static Future<Integer> returnsAtOnce(int i) {
        return Futures.ready(i);
    }

    @Benchmark
    public long kotlin() {
        return check(sumTo(N), KotlinAwait.awaitReady(N));
    }

    @Benchmark
    public long completableFuture() {
        long sum = 0;
        for (int i = 0; i < N; i++) {
            sum += CompletableFuture.completedFuture(i)
                    .thenApply(value -> value)
                    .join();
        }
        return check(sumTo(N), sum);
    }

    /** Plain calls, nothing asynchronous. */
    @Benchmark
    public long plainFloor() {
        long sum = 0;
        for (int i = 0; i < N; i++) {
            sum += plain(i);
        }
        return check(sumTo(N), sum);
    }

    private static int plain(int i) {
        return i;
    }
}
