package pollux.benchmarks;

import io.reactivex.rxjava3.schedulers.Schedulers;
import java.util.concurrent.ForkJoinPool;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import pollux.executor.Spawner;
import pollux.future.Context;
import pollux.future.RawFuture;
import reactor.core.scheduler.Scheduler;

/**
 * What does one trip through the ready queue cost?
 *
 * <p>200 tasks, started from outside, yield 1,000 times each. Op: a yield.
 *
 * <p>Expected: the queue's own price; nothing is allocated where the task is its own queue node. The stages' yield is
 * {@code pool.execute(this)}, so CompletableFuture is the JDK's bare scheduler here.
 */
@OperationsPerInvocation(YieldMany.TASKS * YieldMany.YIELDS)
public class YieldMany extends Workload {
    static final int TASKS = 200;
    static final int YIELDS = 1_000;
    private static final int N = size(YIELDS);

    @Benchmark
    public long pollux() {
        Spawner pool = Pools.pollux();
        return until(TASKS, tally -> {
            for (int task = 0; task < TASKS; task++) {
                pool.spawn(new Yielding(tally));
            }
        });
    }

    private static final class Yielding extends RawFuture<Void> {
        private final Tally tally;
        private int left = N;

        Yielding(Tally tally) {
            this.tally = tally;
        }

        @Override
        public @Nullable Object pollRaw(Context cx) {
            if (left-- > 0) {
                cx.yield();
                return PENDING;
            }
            tally.arrive(1);
            return null;
        }
    }

    @Benchmark
    public long kotlin() {
        return until(TASKS, tally -> KotlinExec.yieldMany(TASKS, N, tally));
    }

    @Benchmark
    public long virtualThreads() {
        return until(TASKS, tally -> {
            for (int task = 0; task < TASKS; task++) {
                Virtual.start(() -> {
                    for (int i = 0; i < N; i++) {
                        Thread.yield();
                    }
                    tally.arrive(1);
                });
            }
        });
    }

    @Benchmark
    public long completableFuture() {
        ForkJoinPool pool = Pools.jdk();
        return until(TASKS, tally -> {
            for (int task = 0; task < TASKS; task++) {
                pool.execute(new Again(pool::execute, tally));
            }
        });
    }

    @Benchmark
    public long reactor() {
        return until(TASKS, tally -> {
            for (int task = 0; task < TASKS; task++) {
                Scheduler.Worker worker = Pools.reactor().createWorker();
                worker.schedule(new Again(worker::schedule, tally));
            }
        });
    }

    @Benchmark
    public long rxjava() {
        return until(TASKS, tally -> {
            for (int task = 0; task < TASKS; task++) {
                var worker = Schedulers.computation().createWorker();
                var unused = worker.schedule(new Again(worker::schedule, tally));
            }
        });
    }

    /** Schedules itself again until it has done so often enough. */
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
            if (left-- == 0) {
                tally.arrive(1);
            } else {
                queue.accept(this);
            }
        }
    }
}
