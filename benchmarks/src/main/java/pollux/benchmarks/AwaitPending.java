package pollux.benchmarks;

import java.util.concurrent.CompletableFuture;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;

/**
 * What does it cost to suspend and to be resumed, without a scheduler?
 *
 * <p>One task suspends, a loop on the same thread gives it the next value, 1,000,000 times. Op: suspend and resume.
 *
 * <p>Expected: a store, a load and a call. Kotlin's row is the bare language intrinsic; CompletableFuture's is a new future,
 * one dependent, and its completion.
 */
@OperationsPerInvocation(AwaitPending.RESUMES)
public class AwaitPending extends Workload {
    static final int RESUMES = 1_000_000;
    private static final int N = size(RESUMES);

    private final KotlinDriver kotlin = new KotlinDriver();

    @Benchmark
    public long kotlin() {
        return check(sumTo(N), kotlin.drive(N));
    }

    @Benchmark
    public long completableFuture() {
        long[] sum = new long[1];
        for (int i = 0; i < N; i++) {
            CompletableFuture<Integer> next = new CompletableFuture<>();
            next.thenAccept(value -> sum[0] += value);
            next.complete(i);
        }
        return check(sumTo(N), sum[0]);
    }
}
