package pollux.executor;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import pollux.debug.PoolTree;
import pollux.debug.TaskTree;
import pollux.future.AwaitTree;

/** Looks at tasks for a dump. */
final class TaskTrees {

    /**
     * How many futures are looked at in one pool; a dump is for reading, and for a process that may be short of memory.
     */
    static final int MOST = 60_000;

    private static final StackTraceElement[] NOWHERE = {};

    private TaskTrees() {}

    static TaskTree of(Task<?> task) {
        boolean before = task.isIdle();
        AwaitTree sketch = AwaitTree.of(task);
        return new TaskTree(task.id(), before && task.isIdle(), sketch);
    }

    /**
     * Looks at the tasks that are polled now, and at those that have waited, as far as the bound and the memory go.
     *
     * @param polled shows each task that is polled now, with the stack of the thread that polls it
     */
    static PoolTree of(Object pool, OwnedTasks registry, Consumer<BiConsumer<Task<?>, StackTraceElement[]>> polled) {
        String name = pool.toString();
        List<TaskTree> tasks = new ArrayList<>();
        try {
            Map<Task<?>, StackTraceElement[]> present = new LinkedHashMap<>();
            polled.accept(present::put);
            registry.forEachWaiting(task -> {
                if (present.size() < MOST) {
                    present.putIfAbsent(task, NOWHERE);
                }
            });
            int size = 0;
            for (Map.Entry<Task<?>, StackTraceElement[]> entry : present.entrySet()) {
                if (size > MOST) {
                    break;
                }
                Task<?> task = entry.getKey();
                TaskTree sketch = of(task);
                if (!task.hasEnded()) {
                    if (!task.isIdle() && entry.getValue().length > 0) {
                        sketch.sketch().detail("now at " + line(Monitor.BlockedPoll.place(entry.getValue())));
                    }
                    tasks.add(sketch);
                    size += sketch.sketch().size();
                }
            }
        } catch (OutOfMemoryError enough) {
            tasks.subList(tasks.size() / 2, tasks.size()).clear(); // those that are left are counted
        }
        tasks.sort(Comparator.comparingLong(TaskTree::id));
        return new PoolTree(name, tasks, Math.max(0, registry.size() - tasks.size()));
    }

    /** Without the names of the class loader and of the module. */
    private static String line(StackTraceElement frame) {
        String text = frame.toString();
        return text.substring(Math.max(0, text.indexOf(frame.getClassName())));
    }
}
