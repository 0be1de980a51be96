package pollux.benchmarks;

import static pollux.async.Async.async;
import static pollux.async.Async.await;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ForkJoinPool;
import kotlinx.coroutines.CoroutineScope;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.TearDown;
import pollux.executor.TaskPool;
import pollux.sync.Notify;

/**
 * How does the cost of a wake grow with the number of tasks that wait?
 *
 * <p>So many tasks in a pool of two wait, each for a signal of its own. One task signals 1,000 of them, spread over
 * all or always the same; each counts down and waits again. Op: a signal.
 *
 * <p>Expected: the same, but for what the caches do not hold; of the same 1,000 they hold what they can. The nearest
 * to a {@link Notify} in Kotlin is a channel that keeps one signal. Each wait makes an object, which a task that has
 * waited for long then refers to: that is work for the collector, of all peers. Those who wait are old before the
 * rounds that count, and the heap does not grow.
 */
@OperationsPerInvocation(WakeAmongMany.SIGNALS)
@Fork(value = 3, jvmArgsAppend = "-Xms4g")
public class WakeAmongMany extends Workload {
    static final int SIGNALS = 1_000;
    private static final int N = size(SIGNALS);

    /** How many tasks wait. */
    @Param({"1000", "100000", "1000000"})
    public int waiting;

    /** Which of them get a signal: others each time, at equal distances among all, or the same. */
    @Param({"others", "same"})
    public String signalled = "others";

    private volatile Tally tally = new Tally(0);
    private @Nullable TaskPool pool;
    private @Nullable CoroutineScope scope;
    private Notify[] signals = {};
    private Object[] channels = {};
    private final List<CompletableFuture<Void>> stages = new ArrayList<>();
    private int from;
    private boolean firstRound;

    /** Ends those who wait. */
    @TearDown
    public void close() {
        if (pool != null) {
            pool.close();
            pool = null;
        }
        if (scope != null) {
            KotlinWait.end(scope);
            scope = null;
        }
    }

    @Benchmark
    public long pollux() {
        TaskPool among = pool;
        if (among == null) {
            among = TaskPool.builder().workers(Pools.WORKERS).build();
            pool = among;
            signals = new Notify[size(waiting)];
            for (int i = 0; i < signals.length; i++) {
                Notify signal = new Notify();
                signals[i] = signal;
                among.spawn(async(() -> {
                    while (true) {
                        await(signal.notified());
                        tally.arrive(1);
                    }
                }));
            }
            firstRound = true;
        }
        TaskPool crowd = among;
        return round(() -> crowd.spawn(new Body(() -> {
            for (int i = 0; i < N; i++) {
                signals[at(i)].notifyOne();
            }
        })));
    }

    @Benchmark
    public long kotlin() {
        CoroutineScope among = scope;
        if (among == null) {
            channels = new Object[size(waiting)];
            among = KotlinWait.listeners(channels, () -> tally.arrive(1));
            scope = among;
            firstRound = true;
        }
        CoroutineScope crowd = among;
        return round(() -> KotlinWait.signal(crowd, channels, N, this::at));
    }

    /** A stage waits for one signal, so each signal makes the next one. */
    @Benchmark
    public long completableFuture() {
        ForkJoinPool jdk = Pools.jdk();
        if (stages.isEmpty()) {
            for (int i = 0; i < size(waiting); i++) {
                stages.add(new CompletableFuture<>());
                listen(jdk, i);
            }
            firstRound = true;
        }
        return round(() -> jdk.execute(() -> {
            for (int i = 0; i < N; i++) {
                stages.get(at(i)).complete(null);
            }
        }));
    }

    private void listen(ForkJoinPool jdk, int stage) {
        CompletableFuture<Void> unused = stages.get(stage)
                .thenRunAsync(
                        () -> {
                            stages.set(stage, new CompletableFuture<>());
                            listen(jdk, stage);
                            tally.arrive(1);
                        },
                        jdk);
    }

    private long round(Runnable work) {
        from = (from + 1) % size(waiting);
        long arrived = until(N, expecting -> {
            tally = expecting;
            work.run();
        });
        if (firstRound) {
            firstRound = false;
            age();
        }
        return arrived;
    }

    /** The next of those that get a signal. */
    private int at(int signal) {
        if (signalled.equals("same")) {
            return signal;
        }
        int all = size(waiting);
        return (int) (((long) signal * all / N + from) % all);
    }
}
