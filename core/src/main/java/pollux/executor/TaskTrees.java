package pollux.executor;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import pollux.debug.PoolTree;
import pollux.debug.TaskTree;

/** Looks at tasks for a dump. */
final class TaskTrees {

    /**
     * How many futures are looked at in one pool; a dump is for reading, and for a process that may be short of memory.
     */
    static final int MOST = 60_000;

    private TaskTrees() {}

    /**
     * Looks at the tasks that are polled now, and at those that have waited, as far as the bound and the memory go.
     *
     * @param polled shows each task that is polled now, with the stack of the thread that polls it
     */
    static PoolTree of(Object pool, OwnedTasks registry, Consumer<Visitor> polled) {
        String name = pool.toString();
        List<TaskTree> tasks = new ArrayList<>();
        try {
            Map<Task<?>, Poll> present = new LinkedHashMap<>();
            polled.accept((task, stack, blocks) -> present.put(task, new Poll(stack, blocks)));
            registry.forEachWaiting(task -> {
                if (present.size() < MOST) {
                    present.putIfAbsent(task, Poll.NONE);
                }
            });
            int size = 0;
            for (Map.Entry<Task<?>, Poll> entry : present.entrySet()) {
                if (size > MOST) {
                    break;
                }
                Task<?> task = entry.getKey();
                TaskTree sketch = task.look();
                if (!task.hasEnded()) {
                    Poll poll = entry.getValue();
                    if (!task.isIdle() && poll.stack.length > 0) {
                        sketch.sketch().detail("now at " + line(BlockedPoll.place(poll.stack)));
                        if (poll.blocks) {
                            sketch.sketch().note("BLOCKS A WORKER");
                        }
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

    /** Is shown each task that is polled now. */
    interface Visitor {
        /**
         * Takes one task.
         *
         * @param stack that of the polling thread, empty if it is not known
         * @param blocks whether the poll lasts too long
         */
        void polls(Task<?> task, StackTraceElement[] stack, boolean blocks);
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Poll(StackTraceElement[] stack, boolean blocks) {
        static final Poll NONE = new Poll(new StackTraceElement[0], false);
    }

    /** Without the names of the class loader and of the module. */
    static String line(StackTraceElement frame) {
        String text = frame.toString();
        return text.substring(Math.max(0, text.indexOf(frame.getClassName())));
    }
}
