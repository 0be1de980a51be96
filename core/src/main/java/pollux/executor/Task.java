package pollux.executor;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import pollux.future.Context;
import pollux.future.Failures;
import pollux.future.Future;
import pollux.future.RawFuture;
import pollux.future.Services;
import pollux.future.Waker;

/**
 * A future that an executor polls to its end: in one object the task, its waker, its handle, and its place in a queue. Hops 4
 * and 8.
 *
 * @param <T> the type of the value
 */
final class Task<T> extends TaskState implements Waker, JoinHandle<T>, Runnable {

    /*
     * Who may touch what; the bits are those of TaskState.
     *
     * 1. `stage` holds the future until the end. Only the holder of RUNNING reads or writes it then.
     * 2. After the end `stage` holds the outcome, and anybody may read it: the value after VALUE, the throwable itself after
     *    FAILURE (so that failing allocates nothing, whatever has just run out of memory), null after ABORTED.
     * 3. `services` belongs to the holder of RUNNING, and is dropped at the end.
     * 4. `next` (QueueNode) belongs to the queue that the task is in. NOTIFIED means at most one entry, so one link is enough.
     * 5. `older` belongs to the TaskRegistry.
     * 6. `joiners` is null until somebody joins, then never changes.
     *
     * So a waker that is kept for ever, by a leaf that never lets go, keeps this object and its outcome, not the future.
     *
     * Everything that can throw is user code: poll, cancel, wakers of joiners. Each is caught where it is called, so that the
     * runner always gets to release or to end the task, and nobody who joins it hangs.
     */

    private static final AtomicLong IDS = new AtomicLong();

    private static final VarHandle JOINERS;

    static {
        try {
            JOINERS = MethodHandles.lookup().findVarHandle(Task.class, "joiners", Joiners.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final TaskHost host;
    private final long id = IDS.incrementAndGet();
    private Services services;
    private @Nullable Object stage;
    private volatile @Nullable Joiners joiners;

    /** The link of {@link TaskRegistry}. */
    @Nullable
    Task<?> older;

    Task(TaskHost host, Services services, Future<T> future) {
        this.host = host;
        this.services = services;
        this.stage = future;
    }

    // ------------------------------------------------------------------ waker

    @Override
    public void wake() {
        if (toNotified()) {
            host.enqueue(this);
        }
    }

    // ------------------------------------------------------------------ running

    @Override
    public void run() {
        host.run(this);
    }

    /**
     * Polls the future once, or sees to its cancellation. Never throws.
     *
     * @param cx the context of the runner
     * @return false if the entry was stale and nothing was done
     */
    boolean poll(Context cx) {
        Entry entry = toRunning();
        if (entry == Entry.REFUSED) {
            return false;
        }
        boolean cancel = entry == Entry.CANCEL;
        while (true) {
            if (cancel && !cancelFuture()) {
                return true;
            }
            Object answer;
            cx.begin(this, services);
            try {
                answer = RawFuture.pollAny(future(), cx);
            } catch (Throwable failure) {
                cx.end();
                endByThrowing(failure);
                return true;
            }
            cx.end();
            if (answer != RawFuture.PENDING) {
                if (isCleaning()) {
                    end(ABORTED, null);
                } else {
                    end(VALUE, answer);
                }
                return true;
            }
            switch (toIdle()) {
                case IDLE -> {
                    return true;
                }
                case REQUEUE -> {
                    host.requeue(this);
                    return true;
                }
                case CANCEL -> cancel = true; // and poll at once if the clean-up is suspended: it has no waker yet
            }
        }
    }

    /**
     * Ends a queued task whose host refuses to run it.
     *
     * @param refusal the failure of the task
     */
    void refuse(Throwable refusal) {
        if (toRunning() != Entry.REFUSED) {
            Future<?> future = future();
            try {
                if (!isCleaning() && !future.cancel()) {
                    // nobody is left to poll the clean-up but the threads that wake it
                    Spawner.inline().spawn(future);
                }
            } catch (Throwable failure) {
                Failures.report("cancel() failed, of a task that its host refused: " + this, failure);
            }
            end(FAILURE, refusal);
        }
    }

    /** Cancels the future under the lock; answers whether it has to be polled on. */
    private boolean cancelFuture() {
        try {
            if (!future().cancel()) {
                toCleaning();
                return true;
            }
        } catch (Throwable failure) {
            end(FAILURE, failure);
            return false;
        }
        end(ABORTED, null);
        return false;
    }

    private void endByThrowing(Throwable failure) {
        if (!isCleaning()) {
            end(FAILURE, failure);
            return;
        }
        if (!(failure instanceof CancellationException)) {
            Failures.report("the clean-up of a cancelled task failed: " + this, failure);
        }
        end(ABORTED, null);
    }

    private void end(int kind, @Nullable Object outcome) {
        stage = outcome;
        services = Services.NONE;
        try {
            host.leave(this);
        } catch (Throwable failure) {
            Failures.report("the end of a task was not counted: " + this, failure);
        }
        boolean observed = toEnd(kind);
        try {
            Joiners waiting = joiners;
            if (waiting != null) {
                waiting.wakeAll();
            }
            if (!observed && kind == FAILURE && !(outcome instanceof CancellationException)) {
                host.failedUnobserved(this, (Throwable) outcome);
            }
        } catch (Throwable failure) {
            Failures.report("not everybody heard of the end of " + this, failure);
        }
    }

    private Future<?> future() {
        return (Future<?>) stage;
    }

    // ------------------------------------------------------------------ handle

    @Override
    public Joiner<T> join() {
        toObserved();
        return new Joiner<>(this);
    }

    /** Waits as {@link #join} does, but counts as nobody who asks how the task ended. */
    Joiner<T> watch() {
        return new Joiner<>(this);
    }

    @Override
    public void cancel() {
        if (toCancelled()) {
            host.enqueue(this);
        }
    }

    @Override
    public boolean isDone() {
        return hasEnded();
    }

    @Override
    public boolean isCancelled() {
        return hasEnded(ABORTED);
    }

    @Override
    public long id() {
        return id;
    }

    @Override
    public CompletableFuture<T> toCompletableFuture() {
        toObserved();
        TaskStage<T> copy = new TaskStage<>(this);
        copy.start();
        return copy;
    }

    /**
     * Returns the value or throws the failure of a task that has ended; a cancelled one throws a new exception for each
     * caller, because exceptions are written to.
     */
    @SuppressWarnings("unchecked") // the future answered with it
    T outcome() {
        if (hasEnded(FAILURE)) {
            throw Failures.rethrow((Throwable) stage);
        }
        if (hasEnded(ABORTED)) {
            throw new CancellationException("task " + id + " was cancelled");
        }
        return (T) stage;
    }

    /** Returns the list of those who join, and makes it on first use. */
    Joiners joiners() {
        Joiners present = joiners;
        if (present == null) {
            Joiners made = new Joiners();
            present = (Joiners) JOINERS.compareAndExchange(this, null, made);
            if (present == null) {
                present = made;
            }
        }
        return present;
    }

    @Override
    public String toString() {
        return "Task[" + id + " on " + host + ", " + describe() + "]";
    }
}
