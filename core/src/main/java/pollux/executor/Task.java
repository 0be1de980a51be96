package pollux.executor;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import pollux.debug.TaskTree;
import pollux.future.AwaitTree;
import pollux.future.Ending;
import pollux.future.Failures;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.future.Inspectable;
import pollux.future.RawFuture;
import pollux.future.Services;
import pollux.future.Waker;
import pollux.internal.memory.MachineErrors;

/**
 * A future that an executor polls to its end: in one object the task, its waker, its handle, and its place in a queue.
 * Hops 4 and 8.
 *
 * @param <T> the type of the value
 */
class Task<T extends @Nullable Object> extends Joinable implements Waker, SupervisedHandle<T>, Runnable, Inspectable {

    /*
     * Who may touch what; the bits are those of TaskState.
     *
     * 1. `stage` holds the future until the end. Only the holder of RUNNING reads or writes it then.
     * 2. After the end `stage` holds the outcome, and any thread may read it: the value after VALUE, the throwable
     *    itself after FAILURE (so that failing allocates nothing, whatever has just run out of memory), null or the
     *    reason after ABORTED.
     * 3. The services are those of the host. A task that has others is a TaskWithServices.
     * 4. `next` (QueueNode) belongs to the queue that the task is in. NOTIFIED means at most one entry, so one link is
     * enough. It leads to the task itself if the entry carries the lock, see TaskState.
     * 5. `home` belongs to the holder of RUNNING; `older` and `newer` belong to that OwnedTasksShard.
     * 6. The number is drawn when it is asked for, then never changes. It rarely is, one counter for all is a place to
     * queue at, and it would be a seventh of this object: so it lies with the list of joiners, see Joinable.
     *
     * So a waker that is kept for ever, by a leaf that never lets go, keeps this object and its outcome, but neither
     * the future nor the services nor another task. The outcome stays because the handle is this object too, and any
     * number of parties may still join it; a second object per task would cost every task what few leaks cost.
     *
     * Everything that can throw is user code: poll, cancel, wakers of joiners. Each is caught where it is called, so
     * that the runner always gets to release or to end the task, and no joiner hangs.
     */

    /** The {@link #home} of a task of no pool, see {@link InlineRuns}. */
    static final char NO_POOL = Character.MAX_VALUE;

    static {
        MachineErrors.lookedUp(StackOverflowError.class, OutOfMemoryError.class);
    }

    private final TaskHost host;
    private @Nullable Object stage;

    /**
     * Who knows of this task while it waits: the number of an {@link OwnedTasksShard} of its pool, or {@link
     * #NO_POOL}; 0 before it has waited for the first time, and once it is about to end.
     */
    char home;

    @Nullable
    Task<?> older;

    @Nullable
    Task<?> newer;

    /** Makes a task with the services of its host. */
    Task(TaskHost host, Future<T> future) {
        this.host = host;
        this.stage = future;
    }

    /**
     * Makes a task.
     *
     * @param around its services, laid over those of the host
     */
    static <T extends @Nullable Object> Task<T> of(TaskHost host, Services around, Future<T> future) {
        Services services = around.over(host.services);
        return services == host.services ? new Task<>(host, future) : new TaskWithServices<>(host, services, future);
    }

    /** What its code finds around it; asked for by the holder of RUNNING. */
    Services services() {
        return host.services;
    }

    /** Lets go of what it need not keep after its end. Called by the holder of RUNNING. */
    void dropServices() {}

    // ------------------------------------------------------------------ waker

    @Override
    public void wake() {
        if (toNotified()) {
            try {
                host.enqueue(this);
            } catch (StackOverflowError | OutOfMemoryError cut) {
                for (int i = 0; i < TaskHost.OWED; i++) { // see TaskHost: no calls here, and no lock
                    if (host.owed[i] == null) {
                        host.owed[i] = this;
                        break;
                    }
                }
                host.damaged = true;
            }
        }
    }

    /**
     * Queues a task that was woken while it was polled, as if it had been idle. Called by a runner that has no queue.
     */
    void queueAtHost() {
        host.enqueue(this);
    }

    /** Queues a task that has yielded in a poll by a runner that has no queue. */
    void yieldAtHost() {
        host.yielded(this);
    }

    // ------------------------------------------------------------------ running

    @Override
    public void run() {
        host.run(this);
    }

    @Override
    boolean runHere(Runner runner, boolean isLast) {
        poll(runner);
        runner.cx.end(); // a thread of others keeps nothing alive
        return false;
    }

    @Override
    TaskTree look(long number) {
        return look();
    }

    /** Shows this task for a dump. */
    TaskTree look() {
        boolean before = isIdle();
        AwaitTree sketch = AwaitTree.of(this);
        return new TaskTree(id(), before && isIdle(), sketch);
    }

    @Override
    @Nullable
    Spawner executor(@Nullable Spawner around) {
        Spawner own = services().get(Spawner.KEY);
        return own == null || own == Spawner.inline() ? around : own;
    }

    /**
     * Polls the future once, or sees to its cancellation. Never throws.
     *
     * @return false if the entry was stale and nothing was done
     */
    boolean poll(Runner runner) {
        return poll(runner, toRunning());
    }

    /** As {@link #poll}, for a runner that has taken this task out of its own queues, which may carry its lock. */
    boolean pollQueued(Runner runner) {
        return poll(runner, isQueuedLocked() ? toRunningOn() : toRunning());
    }

    private boolean poll(Runner runner, Entry entry) {
        if (entry == Entry.REFUSED) {
            return false;
        }
        boolean cancel = entry == Entry.CANCEL;
        while (true) {
            if (cancel && !RawFuture.hasDecided(future()) && !cancelFuture(runner)) {
                return true;
            }
            Object answer;
            runner.begin(this, services());
            try {
                answer = RawFuture.pollAny(future(), runner.cx);
            } catch (Throwable failure) {
                endByThrowing(runner, failure);
                return true;
            }
            if (answer != RawFuture.PENDING) {
                if (isCleaning()) {
                    Failures.dropValue(services(), answer);
                    end(runner, ABORTED, null);
                } else {
                    end(runner, VALUE, answer);
                }
                return true;
            }
            boolean yields = runner.hasYielded();
            if (home == 0) {
                runner.keep(this); // before others can wake it: they may already end it
            }
            if (yields && !isCancelDue() && runner.queueLocked(this)) {
                return true;
            }
            Rest rest = toIdle(yields);
            if (rest == Rest.CANCEL && RawFuture.hasDecided(future())) {
                rest = toIdleDeferring(yields); // ready wins: the cancellation waits for the outcome
            }
            switch (rest) {
                case IDLE -> {
                    return true;
                }
                case REQUEUE -> {
                    if (yields) {
                        runner.queueBehindTimers(this);
                    } else {
                        runner.queueAtBack(this);
                    }
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
     * @param cleanUps polls a clean-up that is suspended: no executor is left for it, only the threads that wake it
     */
    void refuse(Runner runner, Throwable refusal, Consumer<? super Future<?>> cleanUps) {
        if (toRunning() != Entry.REFUSED) {
            Future<?> future = future();
            if (future instanceof Refusable) {
                toObserved(); // it passes the refusal on
            }
            try {
                if (isCleaning() || !Refusable.refuse(future, refusal)) {
                    cleanUps.accept(Ending.cleanUpOf(future));
                }
            } catch (Throwable failure) {
                Failures.report("cancel() failed, of a task that its host refused: " + this, failure);
            }
            end(runner, FAILURE, refusal);
        }
    }

    /** Cancels the future under the lock; answers whether it has to be polled on. */
    private boolean cancelFuture(Runner runner) {
        try {
            if (!future().cancel()) {
                toCleaning();
                return true;
            }
        } catch (Throwable failure) {
            end(runner, FAILURE, failure);
            return false;
        }
        end(runner, ABORTED, null);
        return false;
    }

    private void endByThrowing(Runner runner, Throwable failure) {
        // own cancellation is a fact of the task: an exception that others have made of theirs is a failure
        if (!isCleaning() && !(isCancelRequested() && failure instanceof CancellationException)) {
            end(runner, FAILURE, failure);
            return;
        }
        Failures.dropOfCleanUp(services(), this, failure);
        end(runner, ABORTED, null);
    }

    private void end(Runner runner, int kind, @Nullable Object outcome) {
        stage = outcome;
        dropServices();
        try {
            runner.leave(this);
            if (kind == FAILURE && outcome != null) {
                host.failed(this, (Throwable) outcome);
            }
        } catch (Throwable failure) {
            Failures.report("the end of a task was not counted: " + this, failure);
        }
        boolean observed = toEnd(kind);
        try {
            wakeJoiners();
            if (!observed && kind == FAILURE && outcome != null) {
                host.failedUnobserved(this, (Throwable) outcome);
            }
        } catch (Throwable failure) {
            Failures.report("not every waiter was notified of the end of " + this, failure);
        }
    }

    /** Says why it was cancelled, before another thread knows of it. */
    void wasCancelledBecause(String reason) {
        if (hasEnded(ABORTED)) {
            stage = reason;
        }
    }

    /** What it polls or has ended with. */
    @Nullable
    Object stage() {
        return stage;
    }

    @SuppressWarnings("NullAway") // a task that has not ended has one
    private Future<?> future() {
        return (Future<?>) stage;
    }

    // ------------------------------------------------------------------ handle

    @Override
    @SuppressWarnings("unchecked") // the future has answered with it
    public Future<T> join() {
        if (hasEnded(VALUE)) {
            return Futures.ready((T) stage);
        }
        toObserved();
        return new Joiner<>(this);
    }

    @Override
    public Joiner<T> watch() {
        return new Joiner<>(this);
    }

    @Override
    public void cancel() {
        cancel(CANCEL);
    }

    /** Cancels the task because its executor is closed, which the outcome tells. */
    void cancelByClosing() {
        cancel(CANCEL | CLOSED);
    }

    private void cancel(int why) {
        if (toCancelled(why)) {
            try {
                host.enqueue(this);
            } catch (StackOverflowError | OutOfMemoryError cut) {
                for (int i = 0; i < TaskHost.OWED; i++) { // see TaskHost: no calls here, and no lock
                    if (host.owed[i] == null) {
                        host.owed[i] = this;
                        break;
                    }
                }
                host.damaged = true;
            }
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
    public long taskId() {
        return id();
    }

    @Override
    public long id() {
        return number();
    }

    @Override
    public CompletableFuture<T> toCompletableFuture() {
        toObserved();
        TaskCompletableFuture<T> copy = new TaskCompletableFuture<>(this);
        copy.start();
        return copy;
    }

    /**
     * Returns the value or throws the failure of a task that has ended; a cancelled one throws a new exception for each
     * caller, because exceptions are written to.
     */
    @SuppressWarnings({"unchecked", "NullAway"}) // the future answered with it, or has thrown it
    T outcome() {
        if (hasEnded(FAILURE)) {
            throw Failures.rethrow((Throwable) stage);
        }
        if (hasEnded(ABORTED)) {
            Object reason = stage == null && isCancelledByClosing() ? "its executor was closed" : stage;
            throw new CancellationException("task " + id() + " was cancelled" + (reason == null ? "" : ": " + reason));
        }
        return (T) stage;
    }

    // ------------------------------------------------------------------ dumps

    @Override
    public void describe(AwaitTree sketch) {
        sketch.name("task").task("", id()).note(describe());
        Object awaited = stage; // the outcome, if the task is just ending
        if (awaited instanceof TaskTrace<?> traced) {
            traced.describe(sketch);
        } else if (awaited instanceof Future<?> && !hasEnded()) {
            sketch.awaits(awaited);
        }
    }

    /** Returns what runs this task. */
    TaskHost host() {
        return host;
    }

    /** Tells whether a dump of its pool shows this task. */
    boolean isInPool() {
        return host.isPool();
    }

    @Override
    public String toString() {
        return "Task[" + id() + " on " + host + ", " + describe() + "]";
    }
}
