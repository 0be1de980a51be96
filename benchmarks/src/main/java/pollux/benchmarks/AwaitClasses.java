package pollux.benchmarks;

import static pollux.async.Async.async;
import static pollux.async.Async.await;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import pollux.future.Context;
import pollux.future.Future;
import pollux.future.RawFuture;
import pollux.future.Services;
import pollux.future.Waker;

/**
 * What does it cost to await a ready future at a place that has seen one class of futures, or four?
 *
 * <p>1,000,000 awaits in one task, of 1,024 futures in turn. Kotlin calls a suspend function of 1,024 objects. Op: an
 * await.
 *
 * <p>Expected: with one class the callee is inlined; with four it is a virtual call.
 */
@OperationsPerInvocation(AwaitClasses.AWAITS)
public class AwaitClasses extends Workload {
    static final int AWAITS = 1_000_000;
    private static final int N = size(AWAITS);
    private static final int FUTURES = 1024;

    @Param({"1", "4"})
    public int classes;

    private final Numbered[] futures = new Numbered[FUTURES];
    private final KotlinNumbered[] suspending = new KotlinNumbered[FUTURES];

    @Setup
    public void fill() {
        for (int i = 0; i < FUTURES; i++) {
            int number = i & Slot.SMALL;
            futures[i] = switch (i % classes) {
                case 0 -> new First(number);
                case 1 -> new Second(number);
                case 2 -> new Third(number);
                default -> new Fourth(number);
            };
            suspending[i] = KotlinAwait.numbered(i % classes, number);
        }
    }

    /** Always ready, as often as it is asked. */
    private abstract static class Numbered extends RawFuture<Integer> {
        final int number;

        Numbered(int number) {
            this.number = number;
        }
    }

    private static final class First extends Numbered {
        First(int number) {
            super(number);
        }

        @Override
        public Object pollRaw(Context cx) {
            return number;
        }
    }

    private static final class Second extends Numbered {
        Second(int number) {
            super(number);
        }

        @Override
        public Object pollRaw(Context cx) {
            return number;
        }
    }

    private static final class Third extends Numbered {
        Third(int number) {
            super(number);
        }

        @Override
        public Object pollRaw(Context cx) {
            return number;
        }
    }

    private static final class Fourth extends Numbered {
        Fourth(int number) {
            super(number);
        }

        @Override
        public Object pollRaw(Context cx) {
            return number;
        }
    }

    @Benchmark
    public long polluxAwait() {
        Future<Long> task = async(() -> {
            long sum = 0;
            for (int i = 0; i < N; i++) {
                sum += await(futures[i & FUTURES - 1]);
            }
            return sum;
        });
        return check(Slot.sum(N), run(task));
    }

    @Benchmark
    public long pollux() {
        Context cx = new Context(Waker.noop(), Services.NONE);
        long sum = 0;
        for (int i = 0; i < N; i++) {
            sum += (Integer) RawFuture.pollAny(futures[i & FUTURES - 1], cx);
        }
        return check(Slot.sum(N), sum);
    }

    @Benchmark
    public long kotlin() {
        return check(Slot.sum(N), KotlinAwait.awaitNumbered(N, suspending));
    }
}
