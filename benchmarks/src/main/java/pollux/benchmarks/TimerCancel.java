package pollux.benchmarks;

import io.reactivex.rxjava3.core.Completable;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;
import pollux.future.Context;
import pollux.future.Future;
import pollux.future.RawFuture;
import pollux.time.Timers;
import reactor.core.publisher.Mono;

/**
 * What does a timer cost that does not fire, as nearly all do?
 *
 * <p>Arm a timer of 60 s and cancel it at once, 1,000,000 times from one task or thread. Op: a timer. A virtual
 * thread's timer is a thread asleep that is interrupted: spawn, park, interrupt, exit, in batches of 1,000.
 *
 * <p>Expected: a timer wheel that its own worker owns links and unlinks a node; the JDK's heap is 100 ns.
 */
@OperationsPerInvocation(TimerCancel.TIMERS)
public class TimerCancel extends Workload {
    static final int TIMERS = 1_000_000;
    private static final int N = size(TIMERS);
    private static final int BATCH = 1_000;

    private final ScheduledThreadPoolExecutor scheduled = new ScheduledThreadPoolExecutor(1, body -> {
        Thread thread = new Thread(body, "timer");
        thread.setDaemon(true);
        return thread;
    });

    /** Makes cancelled timers leave the queue. */
    @Setup
    public void open() {
        scheduled.setRemoveOnCancelPolicy(true);
    }

    /** Ends the timer thread. */
    @TearDown
    public void close() {
        scheduled.shutdownNow();
    }

    @Benchmark
    public long pollux() {
        return until(N, tally -> Pools.pollux().spawn(new ArmAndCancel(tally)));
    }

    private static final class ArmAndCancel extends RawFuture<Void> {
        private static final Duration MINUTE = Duration.ofSeconds(60);

        private final Tally tally;

        ArmAndCancel(Tally tally) {
            this.tally = tally;
        }

        @Override
        public @Nullable Object pollRaw(Context cx) {
            long sum = 0;
            for (int i = 0; i < N; i++) {
                Future<Void> sleep = Timers.sleep(MINUTE);
                boolean armed = RawFuture.pollAny(sleep, cx) == PENDING;
                sum += armed && sleep.cancel() ? 1 : 0;
            }
            tally.end(sum);
            return null;
        }
    }

    @Benchmark
    public long kotlin() {
        return until(N, tally -> KotlinExec.timerCancel(N, tally));
    }

    @Benchmark
    public long virtualThreads() throws InterruptedException {
        Thread[] sleepers = new Thread[BATCH];
        Tally tally = new Tally(N);
        for (int done = 0; done < N; done += BATCH) {
            for (int i = 0; i < BATCH; i++) {
                sleepers[i] = Virtual.start(() -> {
                    try {
                        Thread.sleep(60_000);
                    } catch (InterruptedException cancelled) {
                        tally.arrive(1);
                    }
                });
            }
            for (Thread sleeper : sleepers) {
                sleeper.interrupt();
            }
            for (Thread sleeper : sleepers) {
                sleeper.join();
            }
        }
        return tally.await();
    }

    @Benchmark
    public long completableFuture() {
        long sum = 0;
        for (int i = 0; i < N; i++) {
            CompletableFuture<Integer> future = new CompletableFuture<Integer>().orTimeout(60, TimeUnit.SECONDS);
            future.complete(1);
            sum += future.join();
        }
        return check(N, sum);
    }

    @Benchmark
    public long scheduledExecutorFloor() {
        long sum = 0;
        for (int i = 0; i < N; i++) {
            ScheduledFuture<?> timer = scheduled.schedule(() -> {}, 60, TimeUnit.SECONDS);
            sum += timer.cancel(false) ? 1 : 0;
        }
        return check(N, sum);
    }

    @Benchmark
    public long reactor() {
        long sum = 0;
        for (int i = 0; i < N; i++) {
            var timer = Mono.delay(Duration.ofSeconds(60)).subscribe();
            timer.dispose();
            sum += timer.isDisposed() ? 1 : 0;
        }
        return check(N, sum);
    }

    @Benchmark
    public long rxjava() {
        long sum = 0;
        for (int i = 0; i < N; i++) {
            var timer = Completable.timer(60, TimeUnit.SECONDS).subscribe();
            timer.dispose();
            sum += timer.isDisposed() ? 1 : 0;
        }
        return check(N, sum);
    }
}
