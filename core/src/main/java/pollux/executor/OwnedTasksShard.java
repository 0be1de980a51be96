package pollux.executor;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import pollux.internal.memory.SufficientStack;
import pollux.internal.memory.VarHandles;

/**
 * What one runner knows of the tasks of its pool: how many it has spawned and ended, and which have waited here first.
 */
final class OwnedTasksShard {

    /*
     * The counts belong to the runner; others read them, see OwnedTasks.
     *
     * The list belongs to the holder of `tending`, which a runner tries and never waits for. Who does not get it leaves
     * the task in the inbox; the holder empties the inbox after it has let go, so nothing is left behind:
     *
     *     holder:  release `tending`, then look into the inbox       other:  put into the inbox, then try `tending`
     *
     * A task that comes and then goes may so be looked at in any order, and twice. Therefore an entry says nothing but
     * "look at this task": one whose home is here belongs into the list, any other does not.
     */

    private static final VarHandle SPAWNED = VarHandles.handle(MethodHandles.lookup(), "spawned", long.class);
    private static final VarHandle ENDED = VarHandles.handle(MethodHandles.lookup(), "ended", long.class);
    private static final VarHandle TENDING = VarHandles.handle(MethodHandles.lookup(), "tending", boolean.class);

    /** What {@link SufficientStack} has to find for the way of a task from the inbox into the list. */
    private static final int FILED_FRAMES = 64;

    /** What the tasks that wait here have as their home, from 1 on. */
    private final char number;

    private long spawned;
    private long ended;

    /** Taken by {@link #tryTend}. Given back by an assignment, which needs no stack: a call might be cut off. */
    @SuppressWarnings("unused") // through TENDING
    private volatile boolean tending;

    private final ConcurrentLinkedQueue<Task<?>> inbox = new ConcurrentLinkedQueue<>();
    private @Nullable Task<?> newest;

    OwnedTasksShard(char number) {
        this.number = number;
    }

    // ------------------------------------------------------------------ the runner's side

    /** Counts a task that a task of this runner has spawned. */
    void countSpawned() {
        SPAWNED.setRelease(this, spawned + 1);
    }

    /** Takes in a task that is about to wait for the first time. */
    void keep(Task<?> task) {
        task.home = number;
        tend(task);
    }

    /** Counts a task that this runner ends. */
    void countEnded() {
        ENDED.setRelease(this, ended + 1);
    }

    // ------------------------------------------------------------------ any thread

    long spawned() {
        return (long) SPAWNED.getAcquire(this);
    }

    long ended() {
        return (long) ENDED.getAcquire(this);
    }

    /** Shows all tasks that wait here, newest first, to a visitor that calls no user code. Runners go on meanwhile. */
    void forEach(Consumer<? super Task<?>> visitor) {
        SufficientStack.ensure(FILED_FRAMES); // the caller may be a dump in code of the user's, at any depth
        while (!tryTend()) {
            Thread.onSpinWait();
        }
        try {
            emptyInbox();
            for (Task<?> task = newest; task != null; task = task.older) {
                visitor.accept(task);
            }
        } finally {
            tending = false;
            tendInbox();
        }
    }

    /** Puts a task into the list or takes it out, as its home says. */
    void tend(Task<?> task) {
        if (tryTend()) {
            try {
                file(task);
            } finally {
                tending = false;
            }
        } else {
            inbox.add(task);
        }
        tendInbox();
    }

    private void tendInbox() {
        while (!inbox.isEmpty() && tryTend()) {
            try {
                emptyInbox();
            } finally {
                tending = false;
            }
        }
    }

    private boolean tryTend() {
        return TENDING.compareAndSet(this, false, true);
    }

    private void emptyInbox() {
        for (Task<?> task = inbox.poll(); task != null; task = inbox.poll()) {
            file(task);
        }
    }

    private void file(Task<?> task) {
        boolean listed = newest == task || task.newer != null;
        if (listed == (task.home == number)) {
            return;
        }
        if (listed) {
            unlink(task);
        } else {
            link(task);
        }
    }

    private void link(Task<?> task) {
        Task<?> next = newest;
        task.older = next;
        if (next != null) {
            next.newer = task;
        }
        newest = task;
    }

    private void unlink(Task<?> task) {
        Task<?> older = task.older;
        Task<?> newer = task.newer;
        if (newer == null) {
            newest = older;
        } else {
            newer.older = older;
        }
        if (older != null) {
            older.newer = newer;
        }
        task.older = null; // a handle that is kept must keep no other task
        task.newer = null;
    }
}
