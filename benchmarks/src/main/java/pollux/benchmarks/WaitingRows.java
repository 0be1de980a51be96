package pollux.benchmarks;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * What does a task cost that waits: heap while it does, CPU for a sleep, and how late does it wake?
 *
 * <p>{@code mem_pending}, {@code mem_oneshot}, {@code mem_sleep}: a task starts 1,000,000, each of which counts itself
 * and then waits for ever, for a one-shot of its own, or for an hour. Live heap before and after, full collections both
 * times. The array that holds the one-shots is not counted. {@code mem_pending} of stages, Reactor and RxJava does not
 * exist: there a continuation that no code will call is no task, but garbage.
 *
 * <p>{@code timer_100k}: a task starts 100,000, each sleeps for 1 to 1,000 ms, decided by a fixed sequence. CPU time of
 * the whole process in a round, and by how much the sleeps were too long on average.
 */
final class WaitingRows {

    private static final int TASKS = Workload.size(1_000_000);
    private static final int SLEEPS = Workload.size(100_000);
    private static final int MOST_MILLIS = Workload.size(1_000);

    private WaitingRows() {}

    /** Heap bytes per task. */
    static double memory(String row, Waiter peer) throws InterruptedException {
        Object[] kept = new Object[TASKS];
        start(100, row, peer, kept);
        // what writes to the log takes 700 kB, and the monitor reports the long poll of a task that starts all others
        System.getLogger(WaitingRows.class.getName()).log(System.Logger.Level.INFO, row);
        long before = usedHeap();
        start(TASKS, row, peer, kept);
        TimeUnit.MILLISECONDS.sleep(20);
        double bytes = (double) (usedHeap() - before) / TASKS;
        java.lang.ref.Reference.reachabilityFence(kept);
        return bytes;
    }

    /** Starts tasks from within one, and waits until each has begun. */
    private static void start(int tasks, String row, Waiter peer, Object[] kept) throws InterruptedException {
        AtomicLong begun = new AtomicLong();
        Runnable first = begun::incrementAndGet;
        CountDownLatch started = new CountDownLatch(1);
        peer.run(() -> {
            for (int i = 0; i < tasks; i++) {
                switch (row) {
                    case "mem_pending" -> kept[i] = peer.pending(first);
                    case "mem_oneshot" -> kept[i] = peer.oneshot(first);
                    default -> peer.sleeping(3_600_000, first, () -> {});
                }
            }
            started.countDown();
        });
        started.await();
        while (begun.get() < tasks) {
            TimeUnit.MILLISECONDS.sleep(1);
        }
    }

    private static long usedHeap() {
        Runtime runtime = Runtime.getRuntime();
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return runtime.totalMemory() - runtime.freeMemory();
    }

    /** One figure of CPU and one of lateness per round, both in nanoseconds per sleep. */
    static void timers(Waiter peer, int warmUp, int rounds, Consumer<List<Double>> cpu, Consumer<List<Double>> lateness)
            throws InterruptedException {
        List<Double> spent = new ArrayList<>();
        List<Double> late = new ArrayList<>();
        for (int round = 0; round < warmUp + rounds; round++) {
            System.gc();
            AtomicLong lateNanos = new AtomicLong();
            long before = cpuNanos();
            sleepAll(peer, lateNanos);
            if (round >= warmUp) {
                spent.add((double) (cpuNanos() - before) / SLEEPS);
                late.add((double) lateNanos.get() / SLEEPS);
            }
        }
        cpu.accept(spent);
        lateness.accept(late);
    }

    private static void sleepAll(Waiter peer, AtomicLong late) throws InterruptedException {
        long[] begun = new long[SLEEPS];
        CountDownLatch left = new CountDownLatch(SLEEPS);
        peer.run(() -> {
            long state = 0x9E3779B97F4A7C15L;
            for (int i = 0; i < SLEEPS; i++) {
                state ^= state << 13;
                state ^= state >>> 7;
                state ^= state << 17;
                long millis = 1 + Long.remainderUnsigned(state, MOST_MILLIS);
                int sleep = i;
                peer.sleeping(millis, () -> begun[sleep] = System.nanoTime(), () -> {
                    late.addAndGet(System.nanoTime() - begun[sleep] - millis * 1_000_000);
                    left.countDown();
                });
            }
        });
        if (!left.await(60, TimeUnit.SECONDS)) {
            throw new IllegalStateException(left.getCount() + " sleeps have not ended within 60 s");
        }
    }

    static long cpuNanos() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }
}
