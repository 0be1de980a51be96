package pollux.testing;

import java.util.concurrent.CompletableFuture;
import pollux.executor.SupervisedHandle;
import pollux.future.Future;

/** The handle of a simulated task: the real one, and a note when the outcome is asked for. */
record SimHandle<T>(SimTask<T> task, SupervisedHandle<T> real) implements SupervisedHandle<T> {

    @Override
    public Future<T> join() {
        task.want();
        return real.join();
    }

    @Override
    public Future<T> watch() {
        return real.watch();
    }

    @Override
    public boolean isCancelRequested() {
        return real.isCancelRequested();
    }

    @Override
    public CompletableFuture<T> toCompletableFuture() {
        task.want();
        return real.toCompletableFuture();
    }

    @Override
    public void cancel() {
        real.cancel();
    }

    @Override
    public boolean isDone() {
        return real.isDone();
    }

    @Override
    public boolean isCancelled() {
        return real.isCancelled();
    }

    @Override
    public long id() {
        return real.id();
    }

    @Override
    public String toString() {
        return task.toString();
    }
}
