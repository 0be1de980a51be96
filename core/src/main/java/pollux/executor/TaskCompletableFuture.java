package pollux.executor;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import pollux.future.Waker;

/** {@link JoinHandle#toCompletableFuture()}: a stage that completes as a task does. */
final class TaskCompletableFuture<T extends @Nullable Object> extends CompletableFuture<T> implements Waker {

    private final Task<T> task;

    TaskCompletableFuture(Task<T> task) {
        this.task = task;
    }

    /** Completes this stage when the task ends, or at once. */
    void start() {
        new Joiner<>(task).listen(task, this);
        // registered, then looks again: the task may have ended in between
        if (task.hasEnded()) {
            wake();
        }
    }

    /** Called when the task has ended; a second call finds this stage complete. */
    @Override
    public void wake() {
        T value;
        try {
            value = task.outcome();
        } catch (Throwable failure) {
            completeExceptionally(failure);
            return;
        }
        complete(value);
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        task.cancel();
        return super.cancel(mayInterruptIfRunning);
    }
}
