package pollux.benchmarks;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The rows that are not nanoseconds per op, one of one peer in a process of its own: what {@link WaitingRows} and
 * {@link SwitchRows} measure. {@code benchmarks/run} starts one after the other.
 *
 * <pre>
 *     Rows list           prints "row peer" for all of them
 *     Rows ROW PEER       measures, and prints "row peer median min max", one or two such lines
 * </pre>
 */
public final class Rows {

    private static final List<Class<?>> SWITCHES = List.of(PingPong.class, ChainedSpawn.class, SpawnManyRemote.class);

    /** Milliseconds that a figure takes, in a sitting for the record. */
    private static final int MILLIS = Workload.size(Integer.getInteger("pollux.benchmarks.millis", 4_000));

    private static final int ROUNDS = Integer.getInteger("pollux.benchmarks.rounds", 15);

    private Rows() {}

    /**
     * Measures one row of one peer.
     *
     * @param arguments see above
     * @throws Exception if that fails
     */
    public static void main(String[] arguments) throws Exception {
        if (arguments.length == 1 && arguments[0].equals("list")) {
            list().forEach((row, peers) -> peers.forEach(peer -> System.out.println(row + " " + peer)));
        } else if (arguments.length == 2) {
            measure(arguments[0], arguments[1]).forEach((row, figures) -> print(row, arguments[1], figures));
            System.exit(0); // a million tasks do not have to be cancelled
        } else {
            throw new IllegalArgumentException("list, or a row and a peer");
        }
    }

    private static void print(String row, String peer, List<Double> figures) {
        List<Double> sorted = new ArrayList<>(figures);
        Collections.sort(sorted);
        System.out.printf(
                java.util.Locale.ROOT,
                "%s %s %.2f %.2f %.2f%n",
                row,
                peer,
                sorted.get(sorted.size() / 2),
                sorted.get(0),
                sorted.get(sorted.size() - 1));
    }

    /** The peers of each row. */
    static Map<String, List<String>> list() {
        List<String> all = new ArrayList<>(Waiter.all().keySet());
        List<String> tasks = new ArrayList<>(all);
        tasks.remove("scheduledExecutor");
        List<String> waiting = new ArrayList<>(tasks);
        waiting.removeAll(List.of("completableFuture", "reactor", "rxjava"));
        Map<String, List<String>> rows = new LinkedHashMap<>();
        rows.put("timer_100k", all);
        rows.put("mem_pending", waiting);
        rows.put("mem_oneshot", tasks);
        rows.put("mem_sleep", all);
        List<String> idle = new ArrayList<>(tasks);
        idle.add("jvmFloor");
        rows.put("idle", idle);
        SWITCHES.forEach(workload -> rows.put("switches_" + workload.getSimpleName(), has(workload, tasks)));
        return rows;
    }

    private static List<String> has(Class<?> workload, List<String> peers) {
        List<String> methods = new ArrayList<>();
        for (var method : workload.getMethods()) {
            methods.add(method.getName());
        }
        return peers.stream().filter(methods::contains).toList();
    }

    /** One or two rows of figures. */
    static Map<String, List<Double>> measure(String row, String peer) throws Exception {
        Map<String, List<Double>> figures = new LinkedHashMap<>();
        if (row.equals("timer_100k")) {
            WaitingRows.timers(
                    waiter(peer),
                    ROUNDS / 3 + 1,
                    ROUNDS,
                    cpu -> figures.put("timer_100k_cpu", cpu),
                    late -> figures.put("timer_100k_lateness", late));
        } else if (row.startsWith("mem_")) {
            figures.put(row, List.of(WaitingRows.memory(row, waiter(peer))));
        } else if (row.equals("idle")) {
            if (!peer.equals("jvmFloor")) {
                waiter(peer).run(() -> {});
                waiter(peer).sleeping(1, () -> {}, () -> {});
            }
            SwitchRows.Idle idle = SwitchRows.idle(MILLIS);
            figures.put("idle_cpu", List.of(idle.cpuMicros()));
            figures.put("idle_wakeups", List.of(idle.wakeUps()));
        } else {
            String name = row.substring(row.indexOf('_') + 1);
            Class<?> workload = SWITCHES.stream()
                    .filter(candidate -> candidate.getSimpleName().equals(name))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("no such row: " + row));
            SwitchRows.Switches switches = SwitchRows.during(workload, peer, MILLIS);
            figures.put("slept_" + name, List.of(switches.slept()));
            figures.put("preempted_" + name, List.of(switches.preempted()));
        }
        return figures;
    }

    private static Waiter waiter(String peer) {
        Waiter waiter = Waiter.all().get(peer);
        if (waiter == null) {
            throw new IllegalArgumentException("no such peer on this JDK: " + peer);
        }
        return waiter;
    }
}
