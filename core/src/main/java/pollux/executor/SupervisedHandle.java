package pollux.executor;

import org.jspecify.annotations.Nullable;
import pollux.future.Future;

/**
 * The view that a scope has of a task that it supervises. The handles of the spawners of Pollux implement it, and those
 * of a spawner of one's own should. For scopes; users call {@link JoinHandle}.
 *
 * @param <T> the type of the value
 */
public interface SupervisedHandle<T extends @Nullable Object> extends JoinHandle<T> {

    /**
     * Returns a future that waits as {@link #join} does, but does not count as an observer of how the task ended.
     *
     * <p><b>Cancellation:</b> stops waiting, the task goes on.
     *
     * @return a future that waits for the task
     */
    Future<T> watch();

    /**
     * Tells whether the end of the task was asked for. It may still clean up. A scope learns from it which children it
     * only waits for: an outcome that is decided in its body is delivered then, although the scope is cancelled.
     *
     * @return true after the first {@link #cancel}
     */
    boolean isCancelRequested();
}
