package pollux.debug;

import java.util.List;

/**
 * A picture of tasks: what each of them waits for, as a tree from the task through its blocks, with method and source
 * line, down to the futures and streams that wait for a wake-up. Taken on demand, while everything goes on; nothing is
 * recorded for it before, except by pools that are traced.
 *
 * <p>Each task is looked at by itself, without stopping it, so the picture is not of one moment: a task may have gone
 * on while its tree was drawn, and different tasks are seen at different times. Three marks are put on tasks that seem
 * to wait in vain; for the reason above they are a suspicion until a second dump shows them again:
 *
 * <ul>
 *   <li>tasks that wait for each other's end, in a circle;
 *   <li>tasks that nothing can wake: whatever they wait for ends in a task of that kind, or in a future that never
 *       ends. No timer and no foreign code is among it. They end only if they are cancelled;
 *   <li>tasks that await the same future object, which wakes only the one that has polled it last.
 * </ul>
 *
 * <p>Tasks of inline and hosted spawners, and runs of bridges without a spawner, are shown under "no pool", from their
 * first wait on, as far as there is room for 16,384; a run that is no task has a negative number. Tasks that have been
 * spawned but have not waited yet may be counted only. At most some 60,000 futures are looked at in one pool.
 * Immutable.
 */
public final class Dump {

    private final List<PoolTree> pools;
    private final WaitGraph graph;

    private Dump(List<PoolTree> pools) {
        this.pools = List.copyOf(pools);
        this.graph = new WaitGraph(this.pools);
    }

    /**
     * Makes a dump of one pool. For executors.
     *
     * @param pool the pool as it was seen
     * @return the picture
     */
    public static Dump of(PoolTree pool) {
        return new Dump(List.of(pool));
    }

    /**
     * Looks at every pool of this process that is in use. May be called from any thread, at any time. Never throws;
     * calls no code of users but {@code toString} of futures and streams that are not of Pollux.
     *
     * @return the picture
     */
    public static Dump ofEverything() {
        return new Dump(OpenPools.look());
    }

    /**
     * Returns what was seen, for programs that show it in their own way.
     *
     * @return the pools in the order of their names; their tasks in the order of their numbers
     */
    public List<PoolTree> pools() {
        return pools;
    }

    /**
     * Returns the tasks that nothing can wake.
     *
     * @return their numbers, in ascending order
     */
    public List<Long> stuck() {
        return graph.stuck();
    }

    /**
     * Returns the tasks that wait for each other in circles.
     *
     * @return the circles; each task in them waits for the next one, the last one for the first
     */
    public List<List<Long>> circles() {
        return graph.circles();
    }

    /**
     * Returns the tasks that await the same future object. A future wakes the task that has polled it last, so of each
     * group all others wait for ever, unless something else wakes them.
     *
     * @return the groups, in each the numbers of two or more tasks in ascending order
     */
    public List<List<Long>> rivals() {
        return graph.rivals();
    }

    /**
     * Writes the picture as indented text. Tasks, and parts of them, that wait for the same are shown once, with their
     * number and the range of what differs.
     *
     * @return the text, many lines
     */
    @Override
    public String toString() {
        return new DumpText(pools, graph).toString();
    }

    /**
     * Writes the picture as JSON, with each task by itself.
     *
     * @return the text, one line
     */
    public String toJson() {
        return new DumpJson(pools, graph).toString();
    }
}
