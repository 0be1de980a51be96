package pollux.executor;

import org.jspecify.annotations.Nullable;
import pollux.future.AwaitTree;
import pollux.future.Context;
import pollux.future.Inspectable;
import pollux.future.RawFuture;
import pollux.internal.thread.ServiceThread;

/** An inline run on its way to an executor: a task that polls the run once. */
final class HandOver extends RawFuture<Void> implements Inspectable {

    /*
     * Where an inline run continues:
     *
     *     woken or begun on                            polled by
     *     a thread of others, a poll, blocking code    that thread
     *     a worker between two polls                   a worker of that pool: its timers and its sockets go on
     *     the thread of the timers, of the sockets     a worker of the shared pool
     *     after a yield                                the executor that polls around it; if there is none, the shared pool
     *
     * If that executor is closed, or is closed before the run had its turn, or cannot start: a thread for blocking
     * calls. If there is no such thread either: the current thread. So the run is polled in any case, once.
     *
     * The holder of the state RUNNING (InlineState), or of the queue entry (TaskState), makes this object, and passes
     * that right on with it; `run` is cleared by the thread that uses the right. Both uses, the poll and the cancel of
     * one task, are ordered by the state of that task.
     */

    private @Nullable InlineRunnable run;

    private HandOver(InlineRunnable run) {
        this.run = run;
    }

    /** Tells whether the current thread must not run code of users. */
    static boolean isDue() {
        Thread thread = Thread.currentThread();
        return thread instanceof ServiceThread || thread instanceof PoolThread pooled && !pooled.isPolling();
    }

    /** Passes the right, and the duty, to poll a run. Never throws. */
    static void to(InlineRunnable run) {
        HandOver over = new HandOver(run);
        try {
            CurrentTask.executor().spawn(over); // one that is closed calls cancel()
        } catch (Throwable refusal) {
            over.runElsewhere();
        }
    }

    @Override
    public @Nullable Object pollRaw(Context cx) {
        InlineRunnable due = take();
        if (due != null) {
            InlineSpawner.runHandedOver(due);
        }
        return null;
    }

    @Override
    public boolean cancel() {
        runElsewhere();
        return true;
    }

    private void runElsewhere() {
        InlineRunnable due = take();
        if (due == null) {
            return;
        }
        try {
            Blocking.shared().execute(() -> InlineSpawner.runHandedOver(due));
        } catch (Throwable refusal) {
            InlineSpawner.runHandedOver(due);
        }
    }

    private @Nullable InlineRunnable take() {
        InlineRunnable due = run;
        run = null;
        return due;
    }

    @Override
    public void describe(AwaitTree sketch) {
        sketch.name("inline run").wokenBy().awaits(run);
    }

    @Override
    public String toString() {
        InlineRunnable due = run;
        return "inline run" + (due == null ? "" : " " + due);
    }
}
