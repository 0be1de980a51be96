package pollux.benchmarks;

import static pollux.async.Async.async;
import static pollux.async.Async.await;

import io.reactivex.rxjava3.schedulers.Schedulers;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ForkJoinPool;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import pollux.future.Context;
import pollux.future.Future;
import pollux.future.RawFuture;
import reactor.core.scheduler.Scheduler;

/**
 * What does it cost one task to suspend and to be resumed by the scheduler, so many futures deep?
 *
 * <p>A task alone on the pool wakes itself and answers pending, 200,000 times, at the bottom of 1, 10 or 100 futures.
 * Op: suspend and resume.
 *
 * <p>Expected: futures by hand are polled from the root, as in Rust, so depth costs. Blocks that await each other are
 * resumed at the innermost ({@code polluxAwait}), as Kotlin's functions are, a virtual thread its stack. A stage or a
 * Scheduler's worker has no depth to walk: it runs itself again, which is all that it knows of suspending.
 */
@OperationsPerInvocation(PendingWake.WAKES)
public class PendingWake extends Workload {
    static final int WAKES = 200_000;
    private static final int N = size(WAKES);

    /** How many futures each resumption goes through. */
    @Param({"1", "10", "100"})
    public int depth;

    @Benchmark
    public long pollux() {
        return until(1, tally -> {
            Future<Void> future = new SelfWaking(tally);
            for (int level = 1; level < depth; level++) {
                future = new Outer(future);
            }
            Pools.pollux().spawn(future);
        });
    }

    private static final class SelfWaking extends RawFuture<Void> {
        private final Tally tally;
        private int left = N;

        SelfWaking(Tally tally) {
            this.tally = tally;
        }

        @Override
        public @Nullable Object pollRaw(Context cx) {
            if (left-- > 0) {
                cx.waker().wake();
                return PENDING;
            }
            tally.arrive(1);
            return null;
        }
    }

    private static final class Outer extends RawFuture<Void> {
        private final Future<Void> inner;

        Outer(Future<Void> inner) {
            this.inner = inner;
        }

        @Override
        public @Nullable Object pollRaw(Context cx) {
            return RawFuture.pollAny(inner, cx);
        }
    }

    @Benchmark
    public long polluxAwait() {
        return until(1, tally -> Pools.pollux().spawn(down(depth - 1, tally)));
    }

    private static Future<Void> down(int further, Tally tally) {
        return async(() -> {
            if (further > 0) {
                return await(down(further - 1, tally));
            }
            Turn turn = new Turn();
            for (int i = 0; i < N; i++) {
                await(turn);
            }
            tally.arrive(1);
            return null;
        });
    }

    /** Is pending once, having woken its task, then ready, then pending again. */
    private static final class Turn extends RawFuture<Void> {
        private boolean woken;

        @Override
        public @Nullable Object pollRaw(Context cx) {
            woken = !woken;
            if (woken) {
                cx.waker().wake();
                return PENDING;
            }
            return null;
        }
    }

    @Benchmark
    public long virtualThreads() {
        return until(
                1,
                tally -> Virtual.start(() -> {
                    for (int i = 0; i < N; i++) {
                        Thread.yield();
                    }
                    tally.arrive(1);
                }));
    }

    @Benchmark
    public long kotlin() {
        return until(1, tally -> KotlinWait.pendingWake(N, depth, tally));
    }

    /** {@code pool.execute(this)}, without a future. */
    @Benchmark
    public long forkJoinFloor() {
        ForkJoinPool pool = Pools.jdk();
        return until(1, tally -> pool.execute(new Again(pool::execute, tally)));
    }

    @Benchmark
    public long completableFuture() {
        ForkJoinPool pool = Pools.jdk();
        return until(
                1,
                tally -> pool.execute(new Again(
                        body -> {
                            CompletableFuture<Void> turn = new CompletableFuture<>();
                            CompletableFuture<Void> unused = turn.thenRunAsync(body, pool);
                            turn.complete(null);
                        },
                        tally)));
    }

    @Benchmark
    public long reactor() {
        return until(1, tally -> {
            Scheduler.Worker worker = Pools.reactor().createWorker();
            worker.schedule(new Again(worker::schedule, tally));
        });
    }

    @Benchmark
    public long rxjava() {
        return until(1, tally -> {
            var worker = Schedulers.computation().createWorker();
            var unused = worker.schedule(new Again(worker::schedule, tally));
        });
    }

    /** Has itself queued again until it has done so often enough. */
    private static final class Again implements Runnable {
        private final Consumer<Runnable> queue;
        private final Tally tally;
        private int left = N;

        Again(Consumer<Runnable> queue, Tally tally) {
            this.queue = queue;
            this.tally = tally;
        }

        @Override
        public void run() {
            if (left-- > 0) {
                queue.accept(this);
            } else {
                tally.arrive(1);
            }
        }
    }
}
