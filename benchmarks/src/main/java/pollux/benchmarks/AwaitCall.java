package pollux.benchmarks;

import static pollux.async.Async.async;
import static pollux.async.Async.await;
import static pollux.future.Futures.ready;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import pollux.future.Future;

/**
 * What does it cost to create and to await a block that ends at once, if it is not inlined?
 *
 * <p>1,000,000 calls of one async function that awaits a ready future, with the JIT told not to inline it. Op: a call.
 *
 * <p>Expected: a call, and the object of the callee. AwaitReady is the same with inlining.
 */
@OperationsPerInvocation(AwaitCall.CALLS)
@Fork(
        value = 3,
        jvmArgsAppend = {
            "-XX:CompileCommand=quiet",
            "-XX:CompileCommand=dontinline,pollux.benchmarks.AwaitCall::*callee*",
            "-XX:CompileCommand=dontinline,pollux.benchmarks.KotlinNested::callee*"
        })
public class AwaitCall extends Workload {
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
