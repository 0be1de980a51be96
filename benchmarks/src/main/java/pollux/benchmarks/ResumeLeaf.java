package pollux.benchmarks;

import static pollux.async.Async.async;
import static pollux.async.Async.await;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import pollux.future.Context;
import pollux.future.Future;
import pollux.future.RawFuture;

/**
 * What does it cost to suspend and to be resumed, when that happens at the bottom of nested calls?
 *
 * <p>{@code depth} async functions that await each other are entered once; the innermost awaits 1,000,000 numbers,
 * which a loop on the same thread gives to it one by one. No scheduler; what is awaited is one object that is used
 * again, and the numbers are small, so that boxing costs nothing. Op: suspend and resume.
 *
 * <p>Expected: Kotlin resumes the innermost function, whatever the depth, and so does {@code polluxAwait}.
 * {@code pollux} is written by hand and polls from the outside in, as Rust does. A continuation of the JDK thaws the
 * frames it returns to.
 */
@OperationsPerInvocation(ResumeLeaf.RESUMES)
public class ResumeLeaf extends Workload {
    static final int RESUMES = 1_000_000;
    private static final int N = size(RESUMES);

    @Param({"1", "10", "50"})
    public int depth;

    @Benchmark
    public long polluxAwait() {
        Slot slot = new Slot();
        return check(Slot.sum(N), slot.drive(down(depth - 1, slot), N));
    }

    private static Future<Long> down(int further, Slot slot) {
        return async(() -> {
            if (further > 0) {
                return await(down(further - 1, slot));
            }
            long sum = 0;
            for (int i = 0; i < N; i++) {
                sum += await(slot);
            }
            return sum;
        });
    }

    @Benchmark
    public long pollux() {
        Slot slot = new Slot();
        RawFuture<Long> task = new Summing(slot);
        for (int i = 1; i < depth; i++) {
            task = new Around(task);
        }
        return check(Slot.sum(N), slot.drive(task, N));
    }

    private static final class Summing extends RawFuture<Long> {
        private final Slot slot;
        private int taken;
        private long sum;

        Summing(Slot slot) {
            this.slot = slot;
        }

        @Override
        public Object pollRaw(Context cx) {
            for (; taken < N; taken++) {
                Object value = slot.pollRaw(cx);
                if (value == PENDING) {
                    return PENDING;
                }
                sum += (Integer) value;
            }
            return sum;
        }
    }

    private static final class Around extends RawFuture<Long> {
        private final Future<Long> inside;

        Around(Future<Long> inside) {
            this.inside = inside;
        }

        @Override
        public Object pollRaw(Context cx) {
            return RawFuture.pollAny(inside, cx);
        }
    }

    @Benchmark
    public long kotlin() {
        return check(Slot.sum(N), new KotlinSlot().resumeLeaf(depth, N));
    }

    @Benchmark
    public long continuation() {
        long[] sum = new long[1];
        int[] slot = new int[1];
        Continuations.Run run = Continuations.run(() -> sum[0] = deep(depth - 1, slot));
        run.resume();
        for (int i = 0; i < N; i++) {
            slot[0] = i & Slot.SMALL;
            run.resume();
        }
        return check(Slot.sum(N), sum[0]);
    }

    private static long deep(int further, int[] slot) {
        if (further > 0) {
            return deep(further - 1, slot);
        }
        long sum = 0;
        for (int i = 0; i < N; i++) {
            Continuations.suspend();
            sum += slot[0];
        }
        return sum;
    }
}
