package pollux.benchmarks;

import java.util.concurrent.CompletableFuture;
import kotlinx.coroutines.Deferred;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;

/**
 * What does it cost to await a future that is complete already?
 *
 * <p>1,000,000 awaits of one complete future object that many may await. Op: an await.
 *
 * <p>Expected: one volatile read and a comparison.
 */
@OperationsPerInvocation(AwaitCompleted.AWAITS)
public class AwaitCompleted extends Workload {
    static final int AWAITS = 1_000_000;
    private static final int N = size(AWAITS);

    private final Deferred<Integer> deferred = KotlinAwait.completed(1);
    private final CompletableFuture<Integer> completed = CompletableFuture.completedFuture(1);

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
