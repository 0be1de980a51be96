package pollux.benchmarks;

import static pollux.async.Async.async;
import static pollux.async.Async.await;
import static pollux.future.Futures.yieldNow;

import java.util.concurrent.ForkJoinPool;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import pollux.future.Context;
import pollux.future.RawFuture;

/**
 * What does it cost to suspend and to be resumed through the executor?
 *
 * <p>A lone task yields 100,000 times on a pool of two. Op: a yield.
 *
 * <p>Expected: the queue and the state of the task, and the resumption. A scheduler that wakes its idle worker for each
 * entry of a queue pays for that as well. The stages' yield is {@code pool.execute(this)}.
 */
@OperationsPerInvocation(ResumeYield.YIELDS)
public class ResumeYield extends Workload {
    static final int YIELDS = 100_000;
    private static final int N = size(YIELDS);

    @Benchmark
    public long polluxAwait() {
        return until(
                1,
                tally -> Pools.pollux().spawn(async(() -> {
                    for (int i = 0; i < N; i++) {
                        await(yieldNow());
                    }
                    tally.arrive(1);
                    return null;
                })));
    }

    @Benchmark
    public long pollux() {
        return until(1, tally -> Pools.pollux().spawn(new Yielding(tally)));
    }

    private static final class Yielding extends RawFuture<Void> {
        private final Tally tally;
        private int left = N;

        Yielding(Tally tally) {
            this.tally = tally;
        }

        @Override
        public @Nullable Object pollRaw(Context cx) {
            if (left-- > 0) {
                cx.yield();
                return PENDING;
            }
            tally.arrive(1);
            return null;
        }
    }

    @Benchmark
    public long kotlin() {
        return until(1, tally -> KotlinExec.yieldMany(1, N, tally));
    }

    @Benchmark
    public long virtualThreads() {
        return until(
                1,
                tally -> Virtual.start(() -> {
                    for (int i = 0; i < N; i++) {
                        Thread.yield();
                    }
                    tally.arrive(1);
                }));
    }

    @Benchmark
    public long completableFuture() {
        return until(1, tally -> Pools.jdk().execute(new Again(Pools.jdk(), tally)));
    }

    private static final class Again implements Runnable {
        private final ForkJoinPool pool;
        private final Tally tally;
        private int left = N;

        Again(ForkJoinPool pool, Tally tally) {
            this.pool = pool;
            this.tally = tally;
        }

        @Override
        public void run() {
            if (left-- == 0) {
                tally.arrive(1);
            } else {
                pool.execute(this);
            }
        }
    }
}
