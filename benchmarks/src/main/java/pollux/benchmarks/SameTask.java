package pollux.benchmarks;

import java.util.concurrent.CompletableFuture;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import pollux.sync.Notify;
import pollux.sync.Promise;

/**
 * What does a signal cost that is there already?
 *
 * <p>One task gives itself a notification, or completes a fresh one-shot, and awaits it, 500,000 times. Op: a signal.
 *
 * <p>Expected: an atomic or two each, and for the one-shot its objects.
 */
@OperationsPerInvocation(SameTask.SIGNALS)
public class SameTask extends Workload {
    static final int SIGNALS = 500_000;
    private static final int N = size(SIGNALS);

    /** What is awaited. */
    @Param({"notify", "oneshot"})
    public String signal = "";

    @Benchmark
    public long pollux() {
        return until(1, tally -> {
            if (signal.equals("notify")) {
                Notify notify = new Notify();
                Pools.pollux()
                        .spawn(new Repeat<>(
                                N,
                                () -> {
                                    notify.notifyOne();
                                    return notify.notified();
                                },
                                nothing -> {},
                                tally));
            } else {
                Pools.pollux()
                        .spawn(new Repeat<>(
                                N,
                                () -> {
                                    Promise<Object> promise = new Promise<>();
                                    promise.complete(this);
                                    return promise.future();
                                },
                                value -> check(1, value == this ? 1 : 0),
                                tally));
            }
        });
    }

    /** One-shots in both rows. */
    @Benchmark
    public long completableFuture() {
        return until(
                1,
                tally -> Pools.jdk().execute(() -> {
                    for (int i = 0; i < N; i++) {
                        CompletableFuture<Object> future = new CompletableFuture<>();
                        future.complete(this);
                        check(1, future.join() == this ? 1 : 0);
                    }
                    tally.arrive(1);
                }));
    }
}
