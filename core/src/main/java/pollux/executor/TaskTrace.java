package pollux.executor;

import org.jspecify.annotations.Nullable;
import pollux.future.AwaitTree;
import pollux.future.Context;
import pollux.future.Future;
import pollux.future.Inspectable;
import pollux.future.RawFuture;
import pollux.future.Services;

/**
 * The future of a task that is traced: stands around the user's own, and knows when and by whom it was spawned and
 * polled.
 */
final class TaskTrace<T extends @Nullable Object> extends RawFuture<T> implements Inspectable {

    /** The traced task that the current thread polls; only pools that are traced ever look. */
    private static final ThreadLocal<TaskTrace<?>> CURRENT = new ThreadLocal<>();

    private final PoolTimes.Both times;
    private final Future<T> future;
    private final long spawned = System.nanoTime();
    private final long parent;
    private volatile long polled;
    private int polls;

    /** When the task was queued; 0 if it was not since the last poll. Written before it is queued, read after. */
    private long woken;

    /** Whether the last poll answered pending and has asked for no waker. */
    private volatile boolean forgotten;

    /** Set before the task is queued. */
    private long id;

    TaskTrace(PoolTimes.Both times, Future<T> future) {
        this.times = times;
        this.future = future;
        TaskTrace<?> around = CURRENT.get();
        this.parent = around == null ? 0 : around.id;
    }

    /** Makes a task, traced or not. */
    static <T extends @Nullable Object> Task<T> task(
            PoolTimes.@Nullable Both times, TaskHost host, Services around, Future<T> future) {
        if (times == null) {
            return Task.of(host, around, future);
        }
        TaskTrace<T> trace = new TaskTrace<>(times, future);
        Task<T> task = Task.of(host, around, trace);
        trace.id = task.id();
        return task;
    }

    /** Notes that a task is queued, because it is new or was woken. */
    static void woken(Task<?> task) {
        if (task.stage() instanceof TaskTrace<?> trace) {
            trace.woken = System.nanoTime();
        }
    }

    @Override
    public @Nullable Object pollRaw(Context cx) {
        TaskTrace<?> outer = CURRENT.get();
        CURRENT.set(this);
        polls++;
        long start = System.nanoTime();
        polled = start;
        long queued = woken;
        if (queued != 0) {
            woken = 0;
            times.wakes().add(start - queued);
        }
        cx.watchWaker(false);
        Object answer = null;
        try {
            answer = RawFuture.pollAny(future, cx);
            return answer;
        } finally {
            boolean lost = answer == PENDING && !cx.watchWaker(true);
            if (forgotten != lost) { // a volatile write only where it says something new
                forgotten = lost;
            }
            times.polls().add(System.nanoTime() - start);
            if (outer == null) {
                CURRENT.remove();
            } else {
                CURRENT.set(outer);
            }
        }
    }

    @Override
    public boolean cancel() {
        return future.cancel();
    }

    @Override
    public boolean hasDecided() {
        return hasDecided(future);
    }

    /** Describes the task, not a part of it. */
    @Override
    public void describe(AwaitTree sketch) {
        long now = System.nanoTime();
        long last = polled;
        if (parent != 0) {
            sketch.task("child of", parent);
        }
        sketch.time("age", now - spawned).count("polls", polls);
        if (last != 0) {
            sketch.time("last polled before", now - last);
        }
        sketch.awaits(future);
        if (forgotten) {
            sketch.forgotten();
        }
    }

    @Override
    public String toString() {
        return future.toString();
    }
}
