package pollux.benchmarks;

import io.reactivex.rxjava3.core.Flowable;
import io.reactivex.rxjava3.core.Single;
import io.reactivex.rxjava3.disposables.Disposable;
import io.reactivex.rxjava3.schedulers.Schedulers;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;
import pollux.executor.JoinHandle;
import pollux.executor.Spawner;
import pollux.future.Context;
import pollux.future.Future;
import pollux.future.RawFuture;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * What does it cost to spawn a task and to await its value?
 *
 * <p>A root task spawns 10,000 tasks that return an Integer, then awaits each handle and adds up. Op: a task.
 *
 * <p>Expected: most handles are complete when the root comes to them, so this is {@link SpawnManyLocal} plus a cell for
 * the value. Reactor's figure is the merge of 10,000 inner publishers, whose drain loop looks at all of them.
 */
@OperationsPerInvocation(SpawnJoin.TASKS)
public class SpawnJoin extends Workload {
    static final int TASKS = 10_000;
    private static final int N = size(TASKS);

    private @Nullable ExecutorService virtual;

    /** Makes the executor of virtual threads where there are any. */
    @Setup
    public void open() {
        virtual = Virtual.available() ? Virtual.perTaskExecutor() : null;
    }

    /** Closes it again. */
    @TearDown
    public void close() {
        if (virtual != null) {
            virtual.shutdown();
        }
    }

    @Benchmark
    public long pollux() {
        Spawner pool = Pools.pollux();
        return until(sumTo(N), tally -> pool.spawn(new JoinSum(pool, tally)));
    }

    /** The block that spawns them all, awaits each and adds up, as its compiled form is. */
    private static final class JoinSum extends RawFuture<Void> {
        private final Spawner pool;
        private final Tally tally;
        private JoinHandle<?> @Nullable [] handles;
        private @Nullable Future<?> awaited;
        private int next;
        private long sum;

        JoinSum(Spawner pool, Tally tally) {
            this.pool = pool;
            this.tally = tally;
        }

        @Override
        public @Nullable Object pollRaw(Context cx) {
            if (handles == null) {
                handles = new JoinHandle<?>[N];
                for (int i = 0; i < N; i++) {
                    handles[i] = pool.spawn(new Value(i));
                }
            }
            for (; next < N; next++) {
                if (awaited == null) {
                    awaited = handles[next].join();
                }
                Object value = RawFuture.pollAny(awaited, cx);
                if (value == PENDING) {
                    return PENDING;
                }
                awaited = null;
                sum += (Integer) value;
            }
            tally.end(sum);
            return null;
        }
    }

    private static final class Value extends RawFuture<Integer> {
        private final int value;

        Value(int value) {
            this.value = value;
        }

        @Override
        public Object pollRaw(Context cx) {
            return value;
        }
    }

    @Benchmark
    public long kotlin() {
        return until(sumTo(N), tally -> KotlinExec.spawnJoin(N, tally));
    }

    @Benchmark
    public long virtualThreads() {
        return until(sumTo(N), tally -> Virtual.start(() -> joinAll(virtual, tally)));
    }

    private static void joinAll(@Nullable ExecutorService executor, Tally tally) {
        java.util.concurrent.Future<?>[] handles = new java.util.concurrent.Future<?>[N];
        for (int i = 0; i < N; i++) {
            int value = i;
            handles[i] = executor.submit(() -> value);
        }
        long sum = 0;
        try {
            for (java.util.concurrent.Future<?> handle : handles) {
                sum += (Integer) handle.get();
            }
        } catch (InterruptedException | ExecutionException failed) {
            throw new IllegalStateException(failed);
        }
        tally.end(sum);
    }

    @Benchmark
    public long completableFuture() {
        ForkJoinPool pool = Pools.jdk();
        return until(sumTo(N), tally -> CompletableFuture.runAsync(() -> new StageSum(pool, tally).run(), pool));
    }

    /** Awaits one stage after the other without blocking its worker. */
    private static final class StageSum implements Runnable {
        private final ForkJoinPool pool;
        private final Tally tally;
        private final CompletableFuture<?>[] handles = new CompletableFuture<?>[N];
        private int next;
        private long sum;

        StageSum(ForkJoinPool pool, Tally tally) {
            this.pool = pool;
            this.tally = tally;
            for (int i = 0; i < N; i++) {
                int value = i;
                handles[i] = CompletableFuture.supplyAsync(() -> value, pool);
            }
        }

        @Override
        public void run() {
            for (; next < N; next++) {
                CompletableFuture<?> handle = handles[next];
                if (!handle.isDone()) {
                    handle.thenRunAsync(this, pool);
                    return;
                }
                sum += (Integer) handle.join();
            }
            tally.end(sum);
        }
    }

    @Benchmark
    public long forkJoinFloor() {
        ForkJoinPool pool = Pools.jdk();
        return until(
                sumTo(N),
                tally -> pool.execute(() -> {
                    ForkJoinTask<?>[] handles = new ForkJoinTask<?>[N];
                    for (int i = 0; i < N; i++) {
                        int value = i;
                        handles[i] = pool.submit(() -> value);
                    }
                    long sum = 0;
                    for (ForkJoinTask<?> handle : handles) {
                        sum += (Integer) handle.join();
                    }
                    tally.end(sum);
                }));
    }

    @Benchmark
    public long reactor() {
        return until(
                sumTo(N),
                tally -> Flux.range(0, N)
                        .flatMap(i -> Mono.fromCallable(() -> i).subscribeOn(Pools.reactor()), N)
                        .reduce(0L, Long::sum)
                        .subscribe(tally::end));
    }

    @Benchmark
    public long rxjava() {
        return until(sumTo(N), tally -> {
            Disposable unused = Flowable.range(0, N)
                    .flatMapSingle(i -> Single.fromCallable(() -> i).subscribeOn(Schedulers.computation()), false, N)
                    .reduce(0L, Long::sum)
                    .subscribe(tally::end);
        });
    }
}
