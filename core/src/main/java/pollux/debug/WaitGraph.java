package pollux.debug;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import pollux.future.AwaitTree;

/** Which task of a dump waits for which, or for the same as another, and what follows from it. */
final class WaitGraph {

    /*
     * A task can go on if it is not idle; if some leaf of its tree can be woken by itself; or if it joins a task that
     * can go on, or that is not in the picture. Computed backwards, from those that can go on to those who wait for
     * them. A task that is not reached is stuck.
     *
     * A circle need not be stuck, if another part of one of its tasks has a timer; and who waits for a circle is stuck,
     * but not part of it. So the two are found separately. Circles are found by walking in depth, with a path instead
     * of recursion, since a chain of joins may be long. One circle is found at least wherever there are some.
     */

    private final Map<Long, Set<Long>> joins = new HashMap<>();
    private final Set<Long> stuck = new TreeSet<>();
    private final List<List<Long>> circles = new ArrayList<>();
    private final Set<Long> inCircle = new HashSet<>();
    private final List<List<Long>> rivals = new ArrayList<>();
    private final Set<Long> inRivals = new HashSet<>();

    WaitGraph(List<PoolTree> pools) {
        Set<Long> free = new HashSet<>();
        Owners owners = new Owners();
        for (PoolTree pool : pools) {
            for (TaskTree task : pool.tasks()) {
                Set<Long> joined = new HashSet<>();
                // one that runs may have let go of what it awaited
                if (collect(task.sketch(), joined, task.idle() ? owners : null, task.id()) || !task.idle()) {
                    free.add(task.id());
                }
                joins.put(task.id(), joined);
            }
        }
        findStuck(free);
        findCircles();
        findRivals(owners);
    }

    List<Long> stuck() {
        return List.copyOf(stuck);
    }

    boolean isStuck(long task) {
        return stuck.contains(task);
    }

    List<List<Long>> circles() {
        return Collections.unmodifiableList(circles);
    }

    boolean isInCircle(long task) {
        return inCircle.contains(task);
    }

    List<List<Long>> rivals() {
        return Collections.unmodifiableList(rivals);
    }

    boolean isRival(long task) {
        return inRivals.contains(task);
    }

    /**
     * Collects whom a tree joins and, unless that is null, which futures its task owns; returns whether some leaf can
     * be woken by itself.
     */
    private static boolean collect(AwaitTree sketch, Set<Long> joined, @Nullable Owners owners, long task) {
        boolean free = sketch.isWokenByItself();
        if (sketch.joined() != 0) {
            joined.add(sketch.joined());
        }
        if (owners != null) {
            owners.add(sketch.ownedFuture(), task);
        }
        Owners inside = sketch.isShared() ? null : owners;
        for (AwaitTree part : sketch.parts()) {
            free |= collect(part, joined, inside, task);
        }
        return free;
    }

    /** Which tasks await a future that one task at a time may await. */
    private static final class Owners {

        final IdentityHashMap<Object, Set<Long>> several = new IdentityHashMap<>();
        private final IdentityHashMap<Object, Long> first = new IdentityHashMap<>();

        void add(@Nullable Object future, long task) {
            Long other = future == null ? null : first.putIfAbsent(future, task);
            if (other != null && other != task) {
                several.computeIfAbsent(future, none -> new TreeSet<>(Set.of(other)))
                        .add(task);
            }
        }
    }

    private void findStuck(Set<Long> free) {
        Map<Long, List<Long>> waiters = new HashMap<>();
        joins.forEach((task, joined) -> {
            for (Long other : joined) {
                if (joins.containsKey(other)) {
                    waiters.computeIfAbsent(other, none -> new ArrayList<>()).add(task);
                } else {
                    free.add(task);
                }
            }
        });
        ArrayDeque<Long> reached = new ArrayDeque<>(free);
        while (!reached.isEmpty()) {
            for (Long waiter : waiters.getOrDefault(reached.remove(), List.of())) {
                if (free.add(waiter)) {
                    reached.add(waiter);
                }
            }
        }
        stuck.addAll(joins.keySet());
        stuck.removeAll(free);
    }

    private void findRivals(Owners owners) {
        Set<List<Long>> distinct = new HashSet<>(); // tasks that share a future share what is inside of it
        owners.several.values().forEach(tasks -> distinct.add(List.copyOf(tasks)));
        rivals.addAll(distinct);
        rivals.sort(Comparator.comparing(tasks -> tasks.get(0)));
        rivals.forEach(inRivals::addAll);
    }

    private void findCircles() {
        Set<Long> seen = new HashSet<>();
        for (Long start : new TreeSet<>(joins.keySet())) {
            List<Long> path = new ArrayList<>();
            List<Iterator<Long>> ahead = new ArrayList<>();
            Map<Long, Integer> places = new HashMap<>();
            Long next = start;
            while (next != null || !path.isEmpty()) {
                if (next != null && places.containsKey(next)) {
                    List<Long> circle = List.copyOf(path.subList(places.get(next), path.size()));
                    circles.add(circle);
                    inCircle.addAll(circle);
                } else if (next != null && joins.containsKey(next) && seen.add(next)) {
                    places.put(next, path.size());
                    path.add(next);
                    ahead.add(joins.get(next).iterator());
                }
                next = null;
                int last = path.size() - 1;
                if (last >= 0 && ahead.get(last).hasNext()) {
                    next = ahead.get(last).next();
                } else if (last >= 0) {
                    ahead.remove(last);
                    places.remove(path.remove(last));
                }
            }
        }
    }
}
