package pollux.doubles;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import pollux.executor.JoinHandle;
import pollux.executor.Spawner;
import pollux.future.Context;
import pollux.future.Future;
import pollux.future.RawFuture;
import pollux.future.Services;
import pollux.future.Waker;

/** A spawner whose tasks run when the test says so; remembers the last task. */
public final class HandSpawner implements Spawner {

    private final Deque<Task<?>> woken = new ArrayDeque<>();

    @Nullable
    public Services services;

    @Nullable
    public Task<?> last;

    public boolean closed;

    @Nullable
    public RuntimeException rejects;

    @Override
    public <T> JoinHandle<T> spawn(Future<T> future, Services services) {
        if (rejects != null) {
            throw rejects;
        }
        this.services = services;
        Task<T> task = new Task<>(future);
        last = task;
        task.done = closed;
        task.cancelled = closed;
        task.wake();
        return task;
    }

    @Override
    public <T> JoinHandle<T> spawnBlocking(Callable<T> call) {
        throw new UnsupportedOperationException("no test blocks here");
    }

    /** Polls until no task is woken. */
    public void run() {
        for (Task<?> task = next(); task != null; task = next()) {
            task.poll();
        }
    }

    private synchronized @Nullable Task<?> next() {
        return woken.poll();
    }

    public final class Task<T> implements JoinHandle<T>, Waker {

        private final Future<T> future;
        public volatile boolean done;
        public boolean cancelled;
        public int polls;

        Task(Future<T> future) {
            this.future = future;
        }

        @Override
        public void wake() {
            synchronized (HandSpawner.this) {
                if (!done && !woken.contains(this)) {
                    woken.add(this);
                }
            }
        }

        private void poll() {
            if (done) {
                return;
            }
            polls++;
            boolean ended = RawFuture.pollAny(future, new Context(this, Services.NONE)) != RawFuture.PENDING;
            done |= ended;
        }

        /** What a pool does when it is closed. */
        public void cancelNow() {
            cancelled = true;
            done = future.cancel();
        }

        @Override
        public void cancel() {
            throw new UnsupportedOperationException("a test ends its tasks with cancelNow()");
        }

        @Override
        public Future<T> join() {
            return cx -> {
                throw new CancellationException();
            };
        }

        @Override
        public boolean isDone() {
            return done;
        }

        @Override
        public boolean isCancelled() {
            return done && cancelled;
        }

        @Override
        public long id() {
            return 0;
        }

        @Override
        public CompletableFuture<T> toCompletableFuture() {
            throw new UnsupportedOperationException("no test asks for a stage");
        }
    }
}
