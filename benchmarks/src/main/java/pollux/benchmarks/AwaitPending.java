package pollux.benchmarks;

import static pollux.async.Async.async;
import static pollux.async.Async.await;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import pollux.future.Context;
import pollux.future.Future;
import pollux.future.RawFuture;
import pollux.future.Services;
import pollux.future.Waker;

/**
 * What does it cost to suspend and to be resumed, without a scheduler?
 *
 * <p>One task suspends, a loop on the same thread gives it the next value, 1,000,000 times. Op: suspend and resume.
 *
 * <p>Expected: a store, a load and a call. Kotlin's row is the bare language intrinsic; CompletableFuture's is a new
 * future, one dependent, and its completion.
 */
@OperationsPerInvocation(AwaitPending.RESUMES)
public class AwaitPending extends Workload {
    static final int RESUMES = 1_000_000;
    private static final int N = size(RESUMES);

    private final KotlinDriver kotlin = new KotlinDriver();

    @Benchmark
    public long pollux() {
        Source source = new Source();
        return check(sumTo(N), (Long) source.drive(new Summing(source)));
    }

    @Benchmark
    public long polluxAwait() {
        Source source = new Source();
        Future<Long> task = async(() -> {
            long sum = 0;
            for (int i = 0; i < N; i++) {
                sum += await(source.next());
            }
            return sum;
        });
        return check(sumTo(N), (Long) source.drive(task));
    }

    /** Wakes the waiting task; the driving loop is the executor, and polls after each wake. */
    private static final class Source implements Waker {
        private @Nullable Waker waiting;
        private int value;
        private boolean full;
        private boolean woken;

        Future<Integer> next() {
            return new Next(this);
        }

        /** Polls the task, then puts one number after the other and polls again when that woke it. */
        Object drive(Future<Long> task) {
            Context cx = new Context(this, Services.NONE);
            Object answer = RawFuture.pollAny(task, cx);
            for (int i = 0; i < N; i++) {
                value = i;
                full = true;
                wakeWaiting();
                if (woken) {
                    woken = false;
                    cx.begin(this, Services.NONE);
                    answer = RawFuture.pollAny(task, cx);
                }
            }
            return answer;
        }

        private void wakeWaiting() {
            Waker waker = waiting;
            if (waker != null) {
                waiting = null;
                waker.wake();
            }
        }

        @Override
        public void wake() {
            woken = true;
        }
    }

    private static final class Next extends RawFuture<Integer> {
        private final Source source;

        Next(Source source) {
            this.source = source;
        }

        @Override
        public Object pollRaw(Context cx) {
            if (!source.full) {
                source.waiting = cx.waker();
                return PENDING;
            }
            source.full = false;
            return source.value;
        }
    }

    private static final class Summing extends RawFuture<Long> {
        private final Source source;
        private @Nullable Future<Integer> awaited;
        private int taken;
        private long sum;

        Summing(Source source) {
            this.source = source;
        }

        @Override
        public Object pollRaw(Context cx) {
            for (; taken < N; taken++) {
                if (awaited == null) {
                    awaited = source.next();
                }
                Object value = RawFuture.pollAny(awaited, cx);
                if (value == PENDING) {
                    return PENDING;
                }
                awaited = null;
                sum += (Integer) value;
            }
            return sum;
        }
    }

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
