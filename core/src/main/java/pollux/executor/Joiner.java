package pollux.executor;

import org.jspecify.annotations.Nullable;
import pollux.future.AwaitTree;
import pollux.future.Context;
import pollux.future.Inspectable;
import pollux.future.RawFuture;
import pollux.future.Waker;

/**
 * {@link JoinHandle#join()}: one party that waits for a task, and its place in the list of {@link Joiners} if there are
 * more.
 */
final class Joiner<T extends @Nullable Object> extends RawFuture<T> implements Inspectable {

    private @Nullable Task<T> task;

    /** Whom the end of the task wakes; volatile, so that a replaced waker is seen without the monitor of the list. */
    volatile @Nullable Waker waker;

    /** Guarded by the monitor of the list, like the two links. */
    boolean listed;

    @Nullable
    Joiner<?> before;

    @Nullable
    Joiner<?> after;

    Joiner(Task<T> task) {
        this.task = task;
    }

    @Override
    public @Nullable Object pollRaw(Context cx) {
        Task<T> joined = task;
        if (joined == null) {
            throw new IllegalStateException("polled after its end; call join() again for another party");
        }
        if (cx.mustYield()) {
            return PENDING;
        }
        if (!joined.hasEnded()) {
            // register, then look again: the task may have ended in between
            listen(joined, cx.waker());
            if (!joined.hasEnded()) {
                return PENDING;
            }
            joined.removeJoiner(this);
        }
        cx.spend();
        task = null;
        return joined.outcome();
    }

    @Override
    public boolean cancel() {
        Task<T> joined = task;
        task = null;
        if (joined != null && waker != null) {
            joined.removeJoiner(this);
            waker = null;
        }
        return true;
    }

    /** Has a waker woken at the end of the task; the caller looks for the end afterwards. */
    void listen(Task<T> joined, Waker listener) {
        Waker registered = waker;
        if (registered != listener) {
            waker = listener;
            if (registered == null) {
                joined.addJoiner(this);
            }
        }
    }

    @Override
    public void describe(AwaitTree sketch) {
        Task<T> joined = task;
        sketch.name("JoinHandle.join");
        if (joined == null) {
            sketch.note("ended");
        } else if (joined.isInPool()) {
            sketch.joins(joined.id());
        } else {
            sketch.awaits(joined);
        }
    }

    @Override
    public String toString() {
        return "JoinHandle.join(" + (task == null ? "ended" : task) + ")";
    }
}
