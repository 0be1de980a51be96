package pollux.benchmarks;

import static pollux.async.Async.async;
import static pollux.async.Async.await;
import static pollux.future.Futures.ready;

import java.util.concurrent.CompletableFuture;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import pollux.future.Future;

/**
 * What do ten nested async functions cost that end at once?
 *
 * <p>100,000 calls of ten functions, each awaits the next and adds one. The JIT may inline them. Op: an outermost call.
 *
 * <p>Expected: little, as far as the JIT inlines.
 */
@OperationsPerInvocation(AwaitNested.CALLS)
public class AwaitNested extends Workload {
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

    private static long expected() {
        return Slot.sum(N) + (long) N * LEVELS;
    }
}
