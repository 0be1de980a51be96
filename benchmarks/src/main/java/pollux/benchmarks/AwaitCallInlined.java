package pollux.benchmarks;

import static pollux.async.Async.async;
import static pollux.async.Async.await;
import static pollux.future.Futures.ready;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import pollux.future.Future;

/**
 * What does it cost to call and to await an async function that ends at once, if the JIT may inline it?
 *
 * <p>As {@link AwaitCall}, without what keeps the JIT from inlining. Op: a call.
 *
 * <p>Expected: next to nothing, if the object of the callee does not escape.
 */
@OperationsPerInvocation(AwaitCallInlined.CALLS)
public class AwaitCallInlined extends Workload {
    static final int CALLS = 1_000_000;
    private static final int N = size(CALLS);

    @Benchmark
    public long polluxAwait() {
        Future<Long> task = async(() -> {
            long sum = 0;
            for (int i = 0; i < N; i++) {
                sum += await(callee(i & Slot.SMALL));
            }
            return sum;
        });
        return check(Slot.sum(N), run(task));
    }

    private static Future<Integer> callee(int value) {
        return ready(await(ready(value)));
    }

    @Benchmark
    public long kotlin() {
        return check(Slot.sum(N), KotlinNested.awaitCall(N));
    }
}
