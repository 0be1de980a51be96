package pollux.testing;

import java.util.concurrent.CompletableFuture;
import pollux.executor.JoinHandle;
import pollux.future.Future;

/** The handle of a simulated task: the real one, and a note when the outcome is asked for. */
record SimHandle<T>(SimTask<T> task, JoinHandle<T> real) implements JoinHandle<T> {

    @Override
    public Future<T> join() {
        task.want();
        return real.join();
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
