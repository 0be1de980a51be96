package pollux.debug;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * All executors of this process that are open and in use, for {@link Dump#ofEverything}. For executors; users call
 * {@code Dump}. All methods may be called from any thread.
 */
public final class OpenPools {

    /** How to look into each pool: functions that capture nothing, so that no pool is kept by its own entry. */
    private static final Map<Object, Function<Object, @Nullable PoolTree>> POOLS = new WeakHashMap<>();

    private OpenPools() {}

    /**
     * Enters a pool. It is held weakly.
     *
     * @param <P> the type of the pool
     * @param pool the pool; its class does not override {@code equals}
     * @param look shows the pool, or returns null if there is nothing to show; must not capture the pool
     */
    @SuppressWarnings("unchecked") // each function meets its own pool only
    public static <P> void add(P pool, Function<? super P, @Nullable PoolTree> look) {
        synchronized (POOLS) {
            POOLS.put(pool, (Function<Object, @Nullable PoolTree>) look);
        }
    }

    /**
     * Takes out a pool that has ended.
     *
     * @param pool the pool
     */
    public static void remove(Object pool) {
        synchronized (POOLS) {
            POOLS.remove(pool);
        }
    }

    /**
     * Returns the pools of one kind.
     *
     * @param <P> the type of the pools
     * @param kind its class
     * @return the pools that were entered and not taken out, in no order
     */
    public static <P> List<P> ofKind(Class<P> kind) {
        List<P> found = new ArrayList<>();
        synchronized (POOLS) {
            for (Object pool : POOLS.keySet()) {
                if (kind.isInstance(pool)) {
                    found.add(kind.cast(pool));
                }
            }
        }
        return found;
    }

    static List<PoolTree> look() {
        Map<Object, Function<Object, @Nullable PoolTree>> pools;
        synchronized (POOLS) {
            pools = Map.copyOf(POOLS);
        }
        List<PoolTree> sketches = new ArrayList<>();
        pools.forEach((pool, look) -> {
            PoolTree sketch = look.apply(pool);
            if (sketch != null) {
                sketches.add(sketch);
            }
        });
        Collections.sort(sketches);
        return sketches;
    }
}
