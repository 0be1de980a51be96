package pollux.benchmarks;

import static pollux.async.Async.async;
import static pollux.async.Async.await;
import static pollux.future.Futures.ready;

import java.util.concurrent.CompletableFuture;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import pollux.future.Future;

/**
 * What do ten nested async functions cost that end at once, if none of them is inlined?
 *
 * <p>As {@link AwaitNested}, with the JIT told to inline none of the ten. Op: an outermost call.
 *
 * <p>Expected: ten calls, and what each adds that may suspend. In a continuation they are plain calls.
 */
@OperationsPerInvocation(AwaitNestedCall.CALLS)
@Fork(
        value = 3,
        jvmArgsAppend = {
            "-XX:CompileCommand=quiet",
            "-XX:CompileCommand=dontinline,pollux.benchmarks.AwaitNestedCall::*level*",
            "-XX:CompileCommand=dontinline,pollux.benchmarks.AwaitNestedCall::deep",
            "-XX:CompileCommand=dontinline,pollux.benchmarks.KotlinNested::level*"
        })
public class AwaitNestedCall extends Workload {
    static final int CALLS = 100_000;
    private static final int N = size(CALLS);
    private static final int LEVELS = 10;

    @Benchmark
    public long polluxAwait() {
        Future<Long> task = async(() -> {
            long sum = 0;
            for (int i = 0; i < N; i++) {
                sum += await(level1(i & Slot.SMALL));
            }
            return sum;
        });
        return check(expected(), run(task));
    }

    private static Future<Integer> level1(int value) {
        return ready(await(level2(value)) + 1);
    }

    private static Future<Integer> level2(int value) {
        return ready(await(level3(value)) + 1);
    }

    private static Future<Integer> level3(int value) {
        return ready(await(level4(value)) + 1);
    }

    private static Future<Integer> level4(int value) {
        return ready(await(level5(value)) + 1);
    }

    private static Future<Integer> level5(int value) {
        return ready(await(level6(value)) + 1);
    }

    private static Future<Integer> level6(int value) {
        return ready(await(level7(value)) + 1);
    }

    private static Future<Integer> level7(int value) {
        return ready(await(level8(value)) + 1);
    }

    private static Future<Integer> level8(int value) {
        return ready(await(level9(value)) + 1);
    }

    private static Future<Integer> level9(int value) {
        return ready(await(level10(value)) + 1);
    }

    private static Future<Integer> level10(int value) {
        return ready(await(bottom(value)) + 1);
    }

    private static Future<Integer> bottom(int value) {
        return ready(value);
    }

    @Benchmark
    public long kotlin() {
        return check(expected(), KotlinNested.awaitNested(N));
    }

    @Benchmark
    public long completableFuture() {
        long sum = 0;
        for (int i = 0; i < N; i++) {
            sum += stages(LEVELS, i & Slot.SMALL).join();
        }
        return check(expected(), sum);
    }

    private static CompletableFuture<Integer> stages(int levels, int value) {
        return levels == 0
                ? CompletableFuture.completedFuture(value)
                : stages(levels - 1, value).thenApply(inner -> inner + 1);
    }

    @Benchmark
    public long continuation() {
        long[] sum = new long[1];
        Continuations.run(() -> {
                    for (int i = 0; i < N; i++) {
                        sum[0] += deep(LEVELS, i & Slot.SMALL);
                    }
                })
                .resume();
        return check(expected(), sum[0]);
    }

    private static int deep(int further, int value) {
        return further > 0 ? deep(further - 1, value) + 1 : value;
    }

    private static long expected() {
        return Slot.sum(N) + (long) N * LEVELS;
    }
}
