package pollux.benchmarks;

import io.reactivex.rxjava3.core.Single;
import io.reactivex.rxjava3.disposables.Disposable;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import pollux.future.Futures;
import pollux.time.Timers;
import reactor.core.publisher.Mono;

/**
 * What does a timeout cost around something that is ready?
 *
 * <p>One task awaits {@code timeout(1 s, ready)} 200,000 times. Op: a timeout.
 *
 * <p>Expected: the objects, and no timer: one is armed only when something has to be waited for.
 */
@OperationsPerInvocation(TimeoutReady.TIMEOUTS)
public class TimeoutReady extends Workload {
    static final int TIMEOUTS = 200_000;
    private static final int N = size(TIMEOUTS);
    private static final Duration SECOND = Duration.ofSeconds(1);

    @Benchmark
    public long pollux() {
        return until(
                1,
                tally -> Pools.pollux()
                        .spawn(new Repeat<>(
                                N,
                                () -> Timers.timeout(SECOND, Futures.ready(this)),
                                value -> check(1, value == this ? 1 : 0),
                                tally)));
    }

    @Benchmark
    public long completableFuture() {
        return until(
                1,
                tally -> Pools.jdk().execute(() -> {
                    for (int i = 0; i < N; i++) {
                        Object value = CompletableFuture.completedFuture(this)
                                .orTimeout(1, TimeUnit.SECONDS)
                                .join();
                        check(1, value == this ? 1 : 0);
                    }
                    tally.arrive(1);
                }));
    }

    @Benchmark
    public long kotlin() {
        return until(N, tally -> KotlinWait.timeoutReady(N, tally));
    }

    /** A virtual thread waits for no longer than a time by {@code Future.get}. */
    @Benchmark
    public long virtualThreads() {
        return until(
                1,
                tally -> Virtual.start(() -> {
                    for (int i = 0; i < N; i++) {
                        check(1, get(CompletableFuture.completedFuture(this)) == this ? 1 : 0);
                    }
                    tally.arrive(1);
                }));
    }

    private static Object get(CompletableFuture<?> future) {
        try {
            return future.get(1, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    @Benchmark
    public long reactor() {
        return until(
                1,
                tally -> Pools.reactor(() -> {
                    for (int i = 0; i < N; i++) {
                        Mono.just(this).timeout(SECOND).subscribe(value -> check(1, value == this ? 1 : 0));
                    }
                    tally.arrive(1);
                }));
    }

    @Benchmark
    public long rxjava() {
        return until(
                1,
                tally -> Pools.rxjava(() -> {
                    for (int i = 0; i < N; i++) {
                        Disposable unused = Single.just(this)
                                .timeout(1, TimeUnit.SECONDS)
                                .subscribe(value -> check(1, value == this ? 1 : 0));
                    }
                    tally.arrive(1);
                }));
    }
}
