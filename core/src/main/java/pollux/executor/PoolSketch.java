package pollux.executor;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * One pool in a dump.
 *
 * @param name the pool in words
 * @param tasks its tasks that were looked at, in the order of their numbers
 * @param others how many it has besides: more than a dump shows, or none that has waited yet
 */
record PoolSketch(String name, List<TaskSketch> tasks, long others) implements Comparable<PoolSketch> {

    /** How many futures are looked at in one pool; a dump is for reading, and for a process that may be short of memory. */
    static final int MOST = 250_000;

    /** Looks at the tasks that have waited, and at those that are polled now for the first time. */
    static PoolSketch of(Object pool, TaskRegistry registry, Consumer<Consumer<Task<?>>> forEachPolled) {
        String name = pool.toString();
        Set<Task<?>> present = new LinkedHashSet<>();
        registry.forEachWaiting(present::add);
        forEachPolled.accept(present::add);
        List<TaskSketch> tasks = new ArrayList<>();
        int size = 0;
        for (Task<?> task : present) {
            if (size > MOST) {
                break;
            }
            TaskSketch sketch = TaskSketch.of(task);
            if (!task.hasEnded()) {
                tasks.add(sketch);
                size += sketch.sketch().size();
            }
        }
        tasks.sort(Comparator.comparingLong(TaskSketch::id));
        return new PoolSketch(name, tasks, Math.max(0, registry.size() - tasks.size()));
    }

    @Override
    public int compareTo(PoolSketch other) {
        return name.compareTo(other.name);
    }
}
