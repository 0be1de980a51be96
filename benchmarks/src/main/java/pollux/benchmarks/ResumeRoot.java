package pollux.benchmarks;

import static pollux.async.Async.async;
import static pollux.async.Async.await;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import pollux.future.Future;

/**
 * What does it cost to call ten functions deep, to suspend there, and to return all the way?
 *
 * <p>100,000 times: ten async functions call each other, the innermost awaits a number that a loop on the same thread
 * then gives to it, and each returns it to the one around. No scheduler. Op: ten calls, one suspension, ten returns.
 *
 * <p>Expected: no contender can save the ten objects that a suspended chain consists of, nor the ten steps outwards.
 */
@OperationsPerInvocation(ResumeRoot.CALLS)
public class ResumeRoot extends Workload {
    static final int CALLS = 100_000;
    private static final int N = size(CALLS);
    private static final int DEPTH = 10;

    @Benchmark
    public long polluxAwait() {
        Slot slot = new Slot();
        Future<Long> task = async(() -> {
            long sum = 0;
            for (int i = 0; i < N; i++) {
                sum += await(down(DEPTH - 1, slot));
            }
            return sum;
        });
        return check(Slot.sum(N), slot.drive(task, N));
    }

    private static Future<Integer> down(int further, Slot slot) {
        return async(() -> further > 0 ? await(down(further - 1, slot)) : await(slot));
    }

    @Benchmark
    public long kotlin() {
        return check(Slot.sum(N), new KotlinSlot().resumeRoot(DEPTH, N));
    }

    @Benchmark
    public long continuation() {
        long[] sum = new long[1];
        int[] slot = new int[1];
        Continuations.Run run = Continuations.run(() -> {
            for (int i = 0; i < N; i++) {
                sum[0] += deep(DEPTH - 1, slot);
            }
        });
        run.resume();
        for (int i = 0; i < N; i++) {
            slot[0] = i & Slot.SMALL;
            run.resume();
        }
        return check(Slot.sum(N), sum[0]);
    }

    private static int deep(int further, int[] slot) {
        if (further > 0) {
            return deep(further - 1, slot);
        }
        Continuations.suspend();
        return slot[0];
    }
}
