package pollux.benchmarks;

import static pollux.async.Async.async;
import static pollux.async.Async.await;
import static pollux.future.Futures.yieldNow;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.TearDown;
import pollux.executor.LocalPool;
import pollux.future.Future;

/**
 * What does a yield cost on an executor of one thread, which is the thread that waits?
 *
 * <p>One task yields 100,000 times in a {@link LocalPool} that the calling thread runs; the peer is {@code
 * runBlocking}. Op: a yield.
 *
 * <p>Expected: a queue without atomics, and no look at the clock while no timer is set.
 */
@OperationsPerInvocation(YieldLocal.YIELDS)
public class YieldLocal extends Workload {
    static final int YIELDS = 100_000;
    private static final int N = size(YIELDS);

    private final LocalPool pool = new LocalPool();

    @Benchmark
    public long polluxAwait() {
        Future<Integer> task = async(() -> {
            int yields = 0;
            for (int i = 0; i < N; i++) {
                await(yieldNow());
                yields++;
            }
            return yields;
        });
        return check(N, pool.runUntil(task));
    }

    @Benchmark
    public long kotlin() {
        return check(N, KotlinExec.yieldLocal(N));
    }

    /** Ends the executor. */
    @TearDown
    public void close() {
        pool.close();
    }
}
