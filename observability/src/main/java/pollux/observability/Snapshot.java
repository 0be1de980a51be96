package pollux.observability;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import pollux.debug.Dump;
import pollux.debug.PoolTree;
import pollux.debug.TaskTree;
import pollux.executor.PoolMetrics;
import pollux.executor.TaskPool;
import pollux.future.AwaitTree;
import pollux.future.AwaitTree.Figure;
import pollux.sync.ChannelMetrics;

/**
 * What the console shows of one look at a program. Its size is bounded, whatever the program does. Immutable.
 *
 * @param time when it was taken, in milliseconds since the epoch
 * @param tookNanos how long it took
 * @param live how many tasks have not ended
 * @param seen how many of them were looked at
 * @param pools the pools with workers
 * @param diagnoses what is wrong
 * @param channels channels with a name, the fullest first
 * @param kinds the tasks that were looked at, counted by place and by what they wait for; the most frequent first
 * @param tasks some of the tasks: what is wrong first, then what runs, then the oldest
 */
record Snapshot(
        long time,
        long tookNanos,
        long live,
        long seen,
        List<Pool> pools,
        List<Diagnosis> diagnoses,
        List<ChannelMetrics> channels,
        List<Kind> kinds,
        List<Row> tasks) {

    static final int POOLS = 32;
    static final int WORKERS = 256;
    static final int DIAGNOSES = 50;
    static final int CHANNELS = 100;
    static final int KINDS = 100;
    static final int ROWS = 400;
    static final int NODES = 6_000;
    static final int IN_CYCLE = 20;

    /** One pool with workers. */
    record Pool(
            String name,
            long spawned,
            long ended,
            int queued,
            boolean closed,
            List<PoolMetrics.Worker> workers,
            PoolMetrics.Times polls,
            PoolMetrics.Times wakes) {}

    /** Something that is wrong: which tasks, and where. */
    record Diagnosis(Fault fault, String pool, List<Long> tasks, String place, long nanos) {}

    /** What can be wrong. */
    enum Fault {
        BLOCKED_WORKER("blocked worker", "one poll occupies a worker; move code that blocks to spawnBlocking"),
        CYCLE("deadlock", "these tasks wait for each other in a cycle; none of them can go on"),
        RIVALS(
                "one future, two tasks",
                "these tasks await the same future, which wakes only the one that polled it last; make one for each"),
        NOT_WOKEN("lost wake-up", "nothing that is alive can wake this task; it ends only if it is cancelled"),
        LEAKED(
                "leaked task",
                "the other side of what this task waits for was collected as garbage; close() it, or cancel the task");

        final String title;
        final String meaning;

        Fault(String title, String meaning) {
            this.title = title;
            this.meaning = meaning;
        }
    }

    /** Tasks that wait at one place for one kind of thing. */
    record Kind(String place, String waitsFor, long count, long example) {}

    /** One task. */
    record Row(
            long id,
            String pool,
            String state,
            @Nullable Long age,
            @Nullable Long polls,
            @Nullable Long idle,
            @Nullable Long parent,
            String place,
            String waitsFor,
            String mark,
            @Nullable AwaitTree tree) {}

    /**
     * Looks at the program.
     *
     * @param before the look before, or null; a task is reported as stuck only if two looks in a row have found it so
     */
    static Snapshot take(@Nullable Suspects before, Suspects now) {
        long start = System.nanoTime();
        List<TaskPool> open = TaskPool.open();
        List<Pool> pools = new ArrayList<>();
        for (TaskPool pool : open.subList(0, Math.min(POOLS, open.size()))) {
            PoolMetrics metrics = pool.metrics();
            List<PoolMetrics.Worker> workers = metrics.workers();
            pools.add(new Pool(
                    bounded(pool.name()),
                    metrics.spawnedTasks(),
                    metrics.endedTasks(),
                    metrics.injectDepth(),
                    pool.isClosed(),
                    workers.subList(0, Math.min(WORKERS, workers.size())),
                    metrics.polls(),
                    metrics.wakes()));
        }
        Dump dump = Dump.ofEverything();
        now.stuck.addAll(dump.stuck());
        dump.circles().forEach(now.inCycle::addAll);
        now.rivals.addAll(dump.rivals());
        return new Reader(dump, pools, before == null ? new Suspects() : now.alsoIn(before)).read(start);
    }

    /** The tasks that seemed to be stuck in one look. */
    static final class Suspects {
        private final Set<Long> stuck = new HashSet<>();
        private final Set<Long> inCycle = new HashSet<>();
        private final Set<List<Long>> rivals = new HashSet<>();

        boolean isEmpty() {
            return stuck.isEmpty() && inCycle.isEmpty() && rivals.isEmpty();
        }

        private Suspects alsoIn(Suspects before) {
            Suspects both = new Suspects();
            both.stuck.addAll(stuck);
            both.stuck.retainAll(before.stuck);
            both.inCycle.addAll(inCycle);
            both.inCycle.retainAll(before.inCycle);
            both.rivals.addAll(rivals);
            both.rivals.retainAll(before.rivals);
            return both;
        }
    }

    /** Where a task is suspended and what it waits for, as one text. */
    static String whereabouts(AwaitTree task) {
        Reader.Place place = Reader.place(task);
        return place.place
                + (place.waitsFor.isEmpty() ? "" : (place.place.isEmpty() ? "" : ", ") + "waits for " + place.waitsFor);
    }

    private static String bounded(String text) {
        return text.length() <= 200 ? text : text.substring(0, 200) + "…";
    }

    /** Turns a dump into a snapshot. */
    private static final class Reader {

        private record Place(String place, String waitsFor) {}

        private record Seen(PoolTree pool, TaskTree task, Place place, String mark, int rank) {}

        private final Dump dump;
        private final List<Pool> pools;
        private final Set<Long> stuck;
        private final Set<Long> inCycle;
        private final Set<List<Long>> rivals;
        private final Map<Long, Seen> byId = new HashMap<>();

        Reader(Dump dump, List<Pool> pools, Suspects suspects) {
            this.dump = dump;
            this.pools = pools;
            this.stuck = suspects.stuck;
            this.inCycle = suspects.inCycle;
            this.rivals = suspects.rivals;
        }

        Snapshot read(long start) {
            Set<Long> blocked = new HashSet<>();
            for (Pool pool : pools) {
                for (PoolMetrics.Worker worker : pool.workers()) {
                    if (worker.state() == PoolMetrics.State.BLOCKED) {
                        blocked.add(worker.task());
                    }
                }
            }
            long live = 0;
            List<Seen> all = new ArrayList<>();
            Map<Place, long[]> kinds = new LinkedHashMap<>();
            Set<Long> rival = new HashSet<>();
            rivals.forEach(rival::addAll);
            for (PoolTree pool : dump.pools()) {
                live += pool.others() + pool.tasks().size();
                for (TaskTree task : pool.tasks()) {
                    Place place = place(task.sketch());
                    long[] kind = kinds.computeIfAbsent(place, fresh -> new long[] {0, task.id()});
                    kind[0]++;
                    String mark = blocked.contains(task.id())
                            ? "blocked"
                            : inCycle.contains(task.id())
                                    ? "cycle"
                                    : rival.contains(task.id()) ? "rival" : stuck.contains(task.id()) ? "stuck" : "";
                    int rank = !mark.isEmpty() ? 0 : task.idle() ? 2 : 1;
                    Seen seen = new Seen(pool, task, place, mark, rank);
                    all.add(seen);
                    byId.put(task.id(), seen);
                }
            }
            List<Kind> counted = new ArrayList<>();
            kinds.forEach((place, kind) -> counted.add(new Kind(place.place, place.waitsFor, kind[0], kind[1])));
            counted.sort(Comparator.comparingLong(Kind::count).reversed());
            all.sort(Comparator.comparingInt(Seen::rank).thenComparingLong(seen -> seen.task.id()));
            List<Row> rows = new ArrayList<>();
            int nodes = 0;
            for (Seen seen : all.subList(0, Math.min(ROWS, all.size()))) {
                nodes += seen.task.sketch().size();
                rows.add(row(seen, nodes <= NODES));
            }
            return new Snapshot(
                    System.currentTimeMillis(),
                    System.nanoTime() - start,
                    live,
                    all.size(),
                    List.copyOf(pools),
                    diagnoses(),
                    channels(),
                    List.copyOf(counted.subList(0, Math.min(KINDS, counted.size()))),
                    List.copyOf(rows));
        }

        private static List<ChannelMetrics> channels() {
            return ChannelMetrics.ofNamed().stream()
                    .sorted(Comparator.comparingDouble(channel -> -(double) channel.queued() / channel.capacity()))
                    .limit(CHANNELS)
                    .map(channel -> new ChannelMetrics(
                            bounded(channel.name()),
                            channel.queued(),
                            channel.capacity(),
                            channel.waiting(),
                            channel.senders()))
                    .toList();
        }

        private List<Diagnosis> diagnoses() {
            List<Diagnosis> found = new ArrayList<>();
            for (Pool pool : pools) {
                for (PoolMetrics.Worker worker : pool.workers()) {
                    if (worker.state() == PoolMetrics.State.BLOCKED) {
                        Duration blocked = worker.blocked();
                        List<Long> tasks = List.of(worker.task());
                        found.add(
                                new Diagnosis(Fault.BLOCKED_WORKER, pool.name(), tasks, at(tasks), blocked.toNanos()));
                    }
                }
            }
            for (List<Long> cycle : dump.circles()) {
                if (inCycle.containsAll(cycle)) {
                    List<Long> shown = cycle.subList(0, Math.min(IN_CYCLE, cycle.size()));
                    found.add(new Diagnosis(Fault.CYCLE, pool(shown), shown, at(shown), 0));
                }
            }
            for (List<Long> tasks : dump.rivals()) {
                if (rivals.contains(tasks)) {
                    List<Long> shown = tasks.subList(0, Math.min(IN_CYCLE, tasks.size()));
                    found.add(new Diagnosis(Fault.RIVALS, pool(shown), shown, at(shown), 0));
                }
            }
            record Alike(Place place, Fault fault) {}
            Map<Alike, List<Long>> alike = new LinkedHashMap<>();
            for (Long task : dump.stuck()) {
                Seen seen = byId.get(task);
                if (stuck.contains(task) && !inCycle.contains(task) && seen != null) {
                    Fault fault = isLeaked(seen.task.sketch()) ? Fault.LEAKED : Fault.NOT_WOKEN;
                    alike.computeIfAbsent(new Alike(seen.place, fault), fresh -> new ArrayList<>())
                            .add(task);
                }
            }
            alike.forEach((kind, tasks) -> {
                List<Long> shown = tasks.subList(0, Math.min(IN_CYCLE, tasks.size()));
                found.add(new Diagnosis(kind.fault, pool(shown), List.copyOf(shown), at(List.of(shown.get(0))), 0));
            });
            return List.copyOf(found.subList(0, Math.min(DIAGNOSES, found.size())));
        }

        /** Whether some part waits for what was collected as garbage. */
        private static boolean isLeaked(AwaitTree sketch) {
            return sketch.notes().stream().anyMatch(note -> note.contains("collected as garbage"))
                    || sketch.parts().stream().anyMatch(Reader::isLeaked);
        }

        private String pool(List<Long> tasks) {
            Seen seen = byId.get(tasks.get(0));
            return seen == null ? "" : name(seen.pool);
        }

        /** The places of some tasks, in their order. */
        private String at(List<Long> tasks) {
            StringBuilder text = new StringBuilder();
            for (Long task : tasks) {
                Seen seen = byId.get(task);
                if (seen != null) {
                    String detail = seen.task.sketch().detail();
                    text.append(text.isEmpty() ? "" : "\n")
                            .append('#')
                            .append(task)
                            .append(' ');
                    String place = detail != null ? detail : seen.place.place;
                    text.append(place);
                    if (detail == null && !seen.place.waitsFor.isEmpty()) {
                        text.append(place.isEmpty() ? "waits for " : ", waits for ")
                                .append(seen.place.waitsFor);
                        text.append(holder(seen.task.sketch()));
                    }
                }
            }
            return text.toString();
        }

        /** The first holder of a lock that a task waits for. */
        private static String holder(AwaitTree task) {
            AwaitTree at = task;
            while (!at.parts().isEmpty()) {
                at = at.parts().get(0);
                if (at.name().startsWith("held since ")) {
                    return ", " + at.name() + (at.joined() == 0 ? " no task" : " #" + at.joined());
                }
            }
            return "";
        }

        private static Row row(Seen seen, boolean withTree) {
            AwaitTree sketch = seen.task.sketch();
            String state = sketch.notes().isEmpty() ? "" : sketch.notes().get(0);
            String detail = sketch.detail();
            return new Row(
                    seen.task.id(),
                    name(seen.pool),
                    state,
                    figure(sketch, "age"),
                    figure(sketch, "polls"),
                    figure(sketch, "last polled before"),
                    figure(sketch, "child of"),
                    detail != null ? detail : seen.place.place,
                    seen.place.waitsFor,
                    seen.mark,
                    withTree ? sketch : null);
        }

        /** "TaskPool[shop, 2 workers, ...]" is "shop"; other pools keep their text. */
        private static String name(PoolTree pool) {
            String text = pool.name();
            String start = "TaskPool[";
            int comma = text.indexOf(", ");
            return bounded(text.startsWith(start) && comma > 0 ? text.substring(start.length(), comma) : text);
        }

        private static @Nullable Long figure(AwaitTree sketch, String what) {
            for (Figure figure : sketch.figures()) {
                if (figure.what().equals(what)) {
                    return figure.value();
                }
            }
            return null;
        }

        /** The innermost block of code on the way to the first thing that is waited for, and that thing. */
        private static Place place(AwaitTree task) {
            String place = "";
            AwaitTree at = task;
            while (!at.parts().isEmpty() && !at.parts().get(0).name().startsWith("held since ")) {
                at = at.parts().get(0);
                if (at.name().startsWith("async ")) {
                    place = at.name().substring("async ".length());
                }
            }
            if (at == task) {
                return new Place("", "");
            }
            String leaf = at.name();
            return new Place(place, leaf.startsWith("async ") ? "" : leaf);
        }
    }
}
