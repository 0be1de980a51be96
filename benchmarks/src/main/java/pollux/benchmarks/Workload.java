package pollux.benchmarks;

import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import pollux.future.Context;
import pollux.future.Future;
import pollux.future.RawFuture;
import pollux.future.Services;
import pollux.future.Waker;

/**
 * What all benchmarks share: one JMH thread, a platform thread outside every pool, calls a method, which returns only
 * when all of its work is done, and has compared its result with the expected one. The score is divided by the
 * operations in a call.
 *
 * <p>A class is one question, a method one peer. A method whose name ends in {@code Floor} is not a rival but the price
 * of the parts: the same items without the bridge, or a scheduler without futures. The method {@code virtualThreads}
 * needs JDK 21.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 10, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(3)
public class Workload {

    private static final int SHRINK = Integer.getInteger("pollux.benchmarks.shrink", 1);

    /** For JMH's subclasses. */
    protected Workload() {}

    /**
     * Returns how much of a workload a call does: all of it, or a fraction of it in the smoke test, which sets {@code
     * pollux.benchmarks.shrink}.
     */
    static int size(int whole) {
        return Math.max(1, whole / SHRINK);
    }

    /** Starts the work and blocks the calling thread until the expected sum has arrived. */
    static long until(long expected, Consumer<Tally> work) {
        Tally tally = new Tally(expected);
        work.accept(tally);
        return tally.await();
    }

    /** Polls a task to its end, as an executor does that has no other task: each poll has a budget of its own. */
    static long run(Future<Long> task) {
        Context cx = new Context(Waker.noop(), Services.NONE);
        Object answer = RawFuture.pollAny(task, cx);
        while (answer == RawFuture.PENDING) {
            cx.begin(Waker.noop(), Services.NONE);
            answer = RawFuture.pollAny(task, cx);
        }
        return (Long) answer;
    }

    /** The sum of 0, 1, ... {@code items - 1}. */
    static long sumTo(long items) {
        return items * (items - 1) / 2;
    }

    /**
     * Moves what waits to where the collector has what lives long: else the first collections copy all of it, and the
     * row tells what that costs. The rows that call it have a heap that does not grow.
     */
    static void age() {
        System.gc();
        System.gc();
    }

    static long check(long expected, long actual) {
        if (actual != expected) {
            throw new IllegalStateException("wrong result: " + actual + ", expected " + expected);
        }
        return actual;
    }
}
