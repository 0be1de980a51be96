package pollux.executor;

import org.jspecify.annotations.Nullable;
import pollux.internal.thread.ThreadOverride;

/** The pool that all share who have none of their own. Started when first asked for; a start that fails is tried again. */
final class SharedPool {

    private static final ThreadOverride<TaskPool> REPLACED = new ThreadOverride<>();

    private static volatile @Nullable TaskPool pool;

    private SharedPool() {}

    /** Returns the pool of the current thread. */
    static TaskPool get() {
        TaskPool replaced = REPLACED.get();
        if (replaced != null) {
            return replaced;
        }
        TaskPool started = pool;
        return started == null ? start() : started;
    }

    private static synchronized TaskPool start() {
        TaskPool started = pool;
        if (started == null) {
            started = TaskPool.builder().name("pollux").build();
            pool = started;
        }
        return started;
    }

    /** Returns the pool that the current thread sees instead of the one that all others share. */
    static @Nullable TaskPool replaced() {
        return REPLACED.get();
    }

    /** Replaces the pool on the current thread. */
    static Runnable replace(TaskPool by) {
        return REPLACED.set(by);
    }
}
