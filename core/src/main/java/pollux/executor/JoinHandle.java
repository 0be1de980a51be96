package pollux.executor;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import pollux.future.Future;
import pollux.internal.bean.NotABean;
import pollux.internal.checks.CheckReturnValue;

/**
 * The view that others have of a running task: await it, look at it, cancel it. All methods may be called from any
 * thread, by any number of parties.
 *
 * <p>It is not a {@link Future} itself, so that giving up a wait and cancelling the task cannot be confused: a wait is
 * a future made by {@link #join()}, and cancelling <em>that</em> only stops waiting.
 *
 * @param <T> the type of the value
 */
public interface JoinHandle<T extends @Nullable Object> extends NotABean {

    /**
     * Returns a future that ends as the task ends: with its value, with its failure (the same object), or with {@link
     * java.util.concurrent.CancellationException}. Each call gives a new party; each sees the outcome.
     *
     * <p><b>Cancellation:</b> stops waiting, the task goes on.
     *
     * @return a future that waits for the task
     */
    @CheckReturnValue
    Future<T> join();

    /**
     * Asks the task to end. Does not wait: a worker cancels the future between two polls, lets its clean-up finish, and
     * then completes the task with {@link java.util.concurrent.CancellationException}. A task that has ended, or whose
     * running poll ends it, keeps that outcome. Calling it again does nothing.
     */
    void cancel();

    /**
     * Tells whether the task has ended, clean-up included.
     *
     * @return true if {@link #join()} would be ready
     */
    boolean isDone();

    /**
     * Tells whether the task ended because it was cancelled.
     *
     * @return true if it has ended, and by cancellation
     */
    boolean isCancelled();

    /**
     * Returns the number of the task, unique in this process.
     *
     * @return the id
     */
    long id();

    /**
     * Returns a stage that completes as the task does. Cancelling the stage cancels the task.
     *
     * @return a new stage
     */
    CompletableFuture<T> toCompletableFuture();
}
