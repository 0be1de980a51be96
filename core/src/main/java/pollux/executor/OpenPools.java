package pollux.executor;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.function.Function;

/** All pools of this process that are open and in use, for {@link Dump#ofEverything}. */
final class OpenPools {

    /** How to look into each pool: functions that capture nothing, so that no pool is kept by its own entry. */
    private static final Map<Object, Function<Object, PoolTree>> POOLS = new WeakHashMap<>();

    private OpenPools() {}

    /** Enters a pool; {@code look} must not capture it. */
    @SuppressWarnings("unchecked") // each function meets its own pool only
    static <P> void add(P pool, Function<? super P, PoolTree> look) {
        synchronized (POOLS) {
            POOLS.put(pool, (Function<Object, PoolTree>) look);
        }
    }

    /** Takes out a pool that has ended. */
    static void remove(Object pool) {
        synchronized (POOLS) {
            POOLS.remove(pool);
        }
    }

    /** Returns the pools that have workers. */
    static List<TaskPool> taskPools() {
        List<TaskPool> found = new ArrayList<>();
        synchronized (POOLS) {
            for (Object pool : POOLS.keySet()) {
                if (pool instanceof TaskPool taskPool) {
                    found.add(taskPool);
                }
            }
        }
        found.sort(Comparator.comparing(TaskPool::name));
        return List.copyOf(found);
    }

    static List<PoolTree> look() {
        Map<Object, Function<Object, PoolTree>> pools;
        synchronized (POOLS) {
            pools = Map.copyOf(POOLS);
        }
        List<PoolTree> sketches = new ArrayList<>();
        pools.forEach((pool, look) -> sketches.add(look.apply(pool)));
        PoolTree hosted = InlineRuns.look();
        if (hosted != null) {
            sketches.add(hosted);
        }
        Collections.sort(sketches);
        return sketches;
    }
}
