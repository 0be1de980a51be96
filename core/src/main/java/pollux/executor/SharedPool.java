package pollux.executor;

import org.jspecify.annotations.Nullable;
import pollux.internal.thread.ThreadOverride;

/**
 * The pool that all share who have none of their own. Started when first asked for; a start that fails is tried again.
 */
final class SharedPool {

    /** Enough for the handlers that block at one time by mistake; each is logged. */
    private static final int MOST_SPARES = 64;

    private static final ThreadOverride<Replacement> REPLACED = new ThreadOverride<>();

    private static volatile @Nullable TaskPool pool;

    private SharedPool() {}

    /** Returns the pool of the current thread. */
    static TaskPool get() {
        Replacement replaced = REPLACED.get();
        if (replaced != null) {
            return replaced.pool();
        }
        TaskPool started = pool;
        return started == null ? start() : started;
    }

    private static synchronized TaskPool start() {
        TaskPool started = pool;
        if (started == null) {
            started = TaskPool.builder().name("pollux").spares(MOST_SPARES).build();
            pool = started;
        }
        return started;
    }

    /** Returns what the current thread uses instead of the pool that all others share; null if it uses that one. */
    static @Nullable Spawner replaced() {
        Replacement replaced = REPLACED.get();
        return replaced == null ? null : replaced.world;
    }

    /** Replaces the pool on the current thread. */
    static Runnable replace(Spawner world) {
        return REPLACED.set(new Replacement(world));
    }

    /** What one thread uses, which also makes the pool. */
    private static final class Replacement {

        final Spawner world;
        private @Nullable TaskPool pool;

        Replacement(Spawner world) {
            this.world = world;
        }

        TaskPool pool() {
            TaskPool made = pool;
            if (made == null) {
                made = new SimulatedPool(world);
                pool = made;
            }
            return made;
        }
    }
}
