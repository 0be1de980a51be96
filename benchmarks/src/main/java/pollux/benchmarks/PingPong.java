package pollux.benchmarks;

import static pollux.async.Async.async;
import static pollux.async.Async.await;

import io.reactivex.rxjava3.disposables.Disposable;
import io.reactivex.rxjava3.schedulers.Schedulers;
import io.reactivex.rxjava3.subjects.SingleSubject;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ForkJoinPool;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import pollux.executor.Spawner;
import pollux.future.Context;
import pollux.future.Future;
import pollux.future.RawFuture;
import pollux.sync.Promise;
import reactor.core.publisher.Sinks;

/**
 * What does it cost two tasks to talk?
 *
 * <p>A root spawns 1,000 tasks A. Each makes two one-shots, spawns B, completes the first and awaits the second; B
 * awaits the first and completes the second with one more. Op: a pair, that is two tasks and two one-shots.
 *
 * <p>Expected: about twice {@link SpawnManyLocal} plus two wakes. Stages of CompletableFuture look best because no task
 * waits: the continuation is the task.
 */
@OperationsPerInvocation(PingPong.PAIRS)
public class PingPong extends Workload {
    static final int PAIRS = 1_000;
    private static final int N = size(PAIRS);

    @Benchmark
    public long pollux() {
        Spawner pool = Pools.pollux();
        return until(
                N,
                tally -> pool.spawn(new Body(() -> {
                    for (int i = 0; i < N; i++) {
                        pool.spawn(new Ping(i, pool, tally));
                    }
                })));
    }

    /** A: two one-shots, spawns B, completes the first, awaits the second. */
    private static final class Ping extends RawFuture<Void> {
        private final int value;
        private final Spawner pool;
        private final Tally tally;
        private @Nullable Future<Integer> pong;

        Ping(int value, Spawner pool, Tally tally) {
            this.value = value;
            this.pool = pool;
            this.tally = tally;
        }

        @Override
        public @Nullable Object pollRaw(Context cx) {
            if (pong == null) {
                Promise<Integer> there = new Promise<>();
                Promise<Integer> back = new Promise<>();
                pool.spawn(new Pong(there.future(), back));
                there.complete(value);
                pong = back.future();
            }
            Object got = RawFuture.pollAny(pong, cx);
            if (got == PENDING) {
                return PENDING;
            }
            tally.arrive((Integer) got - value);
            return null;
        }
    }

    /** B: awaits the first, completes the second. */
    private static final class Pong extends RawFuture<Void> {
        private final Future<Integer> there;
        private final Promise<Integer> back;

        Pong(Future<Integer> there, Promise<Integer> back) {
            this.there = there;
            this.back = back;
        }

        @Override
        public @Nullable Object pollRaw(Context cx) {
            Object got = RawFuture.pollAny(there, cx);
            if (got == PENDING) {
                return PENDING;
            }
            back.complete((Integer) got + 1);
            return null;
        }
    }

    @Benchmark
    public long polluxAwait() {
        Spawner pool = Pools.pollux();
        return until(
                N,
                tally -> pool.spawn(async(() -> {
                    for (int i = 0; i < N; i++) {
                        pool.spawn(ping(i, pool, tally));
                    }
                    return null;
                })));
    }

    private static Future<Void> ping(int value, Spawner pool, Tally tally) {
        return async(() -> {
            Promise<Integer> there = new Promise<>();
            Promise<Integer> back = new Promise<>();
            Future<Integer> ping = there.future();
            pool.spawn(async(() -> back.complete(await(ping) + 1)));
            there.complete(value);
            tally.arrive(await(back.future()) - value);
            return null;
        });
    }

    @Benchmark
    public long kotlin() {
        return until(N, tally -> KotlinExec.pingPong(N, tally));
    }

    @Benchmark
    public long virtualThreads() {
        return until(
                N,
                tally -> Virtual.start(() -> {
                    for (int i = 0; i < N; i++) {
                        int value = i;
                        Virtual.start(() -> {
                            CompletableFuture<Integer> ping = new CompletableFuture<>();
                            CompletableFuture<Integer> pong = new CompletableFuture<>();
                            Virtual.start(() -> pong.complete(ping.join() + 1));
                            ping.complete(value);
                            tally.arrive(pong.join() - value);
                        });
                    }
                }));
    }

    @Benchmark
    public long completableFuture() {
        ForkJoinPool pool = Pools.jdk();
        return until(
                N,
                tally -> CompletableFuture.runAsync(
                        () -> {
                            for (int i = 0; i < N; i++) {
                                int value = i;
                                CompletableFuture.runAsync(() -> stages(value, tally, pool), pool);
                            }
                        },
                        pool));
    }

    private static void stages(int value, Tally tally, ForkJoinPool pool) {
        CompletableFuture<Integer> ping = new CompletableFuture<>();
        CompletableFuture<Integer> pong = new CompletableFuture<>();
        CompletableFuture.runAsync(() -> ping.thenAcceptAsync(got -> pong.complete(got + 1), pool), pool);
        ping.complete(value);
        pong.thenAcceptAsync(got -> tally.arrive(got - value), pool);
    }

    @Benchmark
    public long reactor() {
        return until(
                N,
                tally -> Pools.reactor(() -> {
                    for (int i = 0; i < N; i++) {
                        int value = i;
                        Pools.reactor(() -> sinks(value, tally));
                    }
                }));
    }

    private static void sinks(int value, Tally tally) {
        Sinks.One<Integer> ping = Sinks.one();
        Sinks.One<Integer> pong = Sinks.one();
        Pools.reactor(() -> ping.asMono()
                .publishOn(Pools.reactor())
                .subscribe(got -> pong.emitValue(got + 1, Sinks.EmitFailureHandler.FAIL_FAST)));
        ping.emitValue(value, Sinks.EmitFailureHandler.FAIL_FAST);
        pong.asMono().publishOn(Pools.reactor()).subscribe(got -> tally.arrive(got - value));
    }

    @Benchmark
    public long rxjava() {
        return until(
                N,
                tally -> Pools.rxjava(() -> {
                    for (int i = 0; i < N; i++) {
                        int value = i;
                        Pools.rxjava(() -> subjects(value, tally));
                    }
                }));
    }

    private static void subjects(int value, Tally tally) {
        SingleSubject<Integer> ping = SingleSubject.create();
        SingleSubject<Integer> pong = SingleSubject.create();
        Pools.rxjava(() -> {
            Disposable unused = ping.observeOn(Schedulers.computation()).subscribe(got -> pong.onSuccess(got + 1));
        });
        ping.onSuccess(value);
        Disposable unused = pong.observeOn(Schedulers.computation()).subscribe(got -> tally.arrive(got - value));
    }
}
