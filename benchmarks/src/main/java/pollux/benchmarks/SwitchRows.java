package pollux.benchmarks;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.OperationsPerInvocation;

/**
 * How often does the operating system have to put a thread of a peer to sleep, and what does a peer cost that has
 * nothing to do?
 *
 * <p>{@code slept_}, {@code preempted_} and a workload: how often threads gave up their processor of their own accord,
 * which the wake-up of another thread ended, and how often they had to, per 1,000,000 ops. The outside thread is among
 * them, with one sleep per call. All threads of the process count, read from {@code /proc/self/task}; what a thread did
 * that has ended since does not.
 *
 * <p>{@code idle_cpu}, {@code idle_wakeups}: microseconds of CPU and wake-ups per second, some time after a task and a
 * timer have ended. The floor is a JVM whose only thread sleeps.
 */
final class SwitchRows {

    record Switches(double slept, double preempted) {}

    record Idle(double cpuMicros, double wakeUps) {}

    private SwitchRows() {}

    /** Calls a workload for so long, after as long a warm-up. */
    static Switches during(Class<?> workload, String peer, long millis)
            throws ReflectiveOperationException, IOException {
        Object target = workload.getConstructor().newInstance();
        Method method = workload.getMethod(peer);
        call(target, method, millis);
        Map<String, long[]> before = read();
        int calls = call(target, method, millis);
        long[] sum = since(before);
        double ops = (double) calls
                * Workload.size(
                        workload.getAnnotation(OperationsPerInvocation.class).value());
        return new Switches(sum[0] * 1e6 / ops, sum[1] * 1e6 / ops);
    }

    private static int call(Object target, Method method, long millis) throws ReflectiveOperationException {
        int calls = 0;
        for (long end = System.nanoTime() + millis * 1_000_000; System.nanoTime() - end < 0; calls++) {
            method.invoke(target);
        }
        return calls;
    }

    /** What happens while nothing happens. */
    static Idle idle(long millis) throws IOException, InterruptedException {
        TimeUnit.MILLISECONDS.sleep(millis / 2);
        System.gc();
        TimeUnit.MILLISECONDS.sleep(millis / 2); // the compilers come to rest
        Map<String, long[]> before = read();
        TimeUnit.MILLISECONDS.sleep(millis);
        long[] sum = since(before);
        return new Idle((double) sum[2] / millis, sum[0] * 1e3 / millis);
    }

    private static long[] since(Map<String, long[]> before) throws IOException {
        long[] sum = new long[3];
        read().forEach((thread, now) -> {
            long[] then = before.getOrDefault(thread, new long[3]);
            for (int i = 0; i < sum.length; i++) {
                sum[i] += now[i] - then[i];
            }
        });
        return sum;
    }

    /**
     * The two counts of each thread, and its time on a processor in nanoseconds: the clock of the process ticks every
     * 10 ms.
     */
    private static Map<String, long[]> read() throws IOException {
        Map<String, long[]> all = new HashMap<>();
        try (Stream<Path> threads = Files.list(Path.of("/proc/self/task"))) {
            threads.forEach(thread -> {
                try {
                    long[] counts = new long[3];
                    String schedule = Files.readString(thread.resolve("schedstat"));
                    counts[2] = Long.parseLong(schedule.substring(0, schedule.indexOf(' ')));
                    for (String line : Files.readAllLines(thread.resolve("status"))) {
                        if (line.startsWith("voluntary_ctxt_switches:")) {
                            counts[0] = number(line);
                        } else if (line.startsWith("nonvoluntary_ctxt_switches:")) {
                            counts[1] = number(line);
                        }
                    }
                    all.put(thread.toString(), counts);
                } catch (IOException ended) {
                    return;
                }
            });
        }
        return all;
    }

    private static long number(String line) {
        return Long.parseLong(line.substring(line.indexOf(':') + 1).trim());
    }
}
