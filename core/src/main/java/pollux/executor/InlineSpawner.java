package pollux.executor;

import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import pollux.future.Future;
import pollux.future.Services;
import pollux.internal.queue.QueueNode;
import pollux.time.Timers;

/** {@link Spawner#inline()} and {@link Spawner#on}: tasks on threads that belong to others. */
final class InlineSpawner extends TaskHost implements Spawner {

    /*
     * A host may run a task on the very thread that wakes it, in the middle of another task's poll. Two rules keep that
     * sane:
     *
     * - A task that is run while its thread already runs one waits until that poll has returned; the outermost run
     * drains
     *   those that wait, one after the other. So tasks that wake each other in a chain use no stack.
     * - A task that is *spawned* inline in the middle of a poll is polled there and then, as a subscriber would expect,
     * down to
     *   a modest depth; below that it waits as well.
     *
     * On a thread of ours that has others to serve, nothing is run: see HandOver. There, and after a yield, an inline
     * task goes to an executor.
     *
     * A host that runs a task twice, late, or never for a while is harmless: TaskState refuses what is not due.
     */

    static final InlineSpawner INLINE = new InlineSpawner(null);

    private static final UnobservedFailures UNOBSERVED = new UnobservedFailures(UnhandledFailure.LOG, () -> {});

    private static final int DEEPEST_SPAWN = 16;

    private final @Nullable Executor host;

    /** Makes the spawner of a host, or with null the inline one. */
    InlineSpawner(@Nullable Executor host) {
        this.host = host;
        this.services = Services.NONE.with(Spawner.KEY, this);
    }

    @Override
    public <T extends @Nullable Object> JoinHandle<T> spawn(Future<T> future, Services services) {
        Objects.requireNonNull(future, "future");
        Task<T> task = Task.of(this, services, future);
        if (host == null) {
            runSpawned(task);
        } else {
            hand(host, task);
        }
        return task;
    }

    /**
     * Makes the handle that a closed spawner answers with: cancels a future that was never polled, here and now, and
     * polls it inline if its clean-up is suspended.
     */
    static <T extends @Nullable Object> Task<T> spawnCancelled(Future<T> future, Services services) {
        Task<T> task = Task.of(INLINE, services, future);
        task.cancel(); // runs it, but where it is handed over
        runHere(task, 0);
        task.wasCancelledBecause("its executor was closed before it was spawned");
        return task;
    }

    @Override
    public <T extends @Nullable Object> JoinHandle<T> spawnBlocking(Callable<T> call) {
        return BlockingCall.start(call, this);
    }

    @Override
    void enqueue(Task<?> task) {
        if (host == null) {
            runWoken(task);
        } else {
            repairIfDamaged();
            hand(host, task);
        }
    }

    @Override
    void requeue(QueueNode node) {
        if (host == null) {
            HandOver.to((InlineRunnable) node);
        } else {
            hand(host, (Task<?>) node);
        }
    }

    @Override
    void yielded(Task<?> task) {
        if (host == null) {
            HandOver.to(task);
        } else {
            enqueue(task);
        }
    }

    @Override
    boolean isPool() {
        return false;
    }

    @Override
    void run(Task<?> task) {
        runWoken(task);
    }

    @Override
    void failedUnobserved(Task<?> task, Throwable failure) {
        UNOBSERVED.add(task, failure, Timers.fallback());
    }

    private static void hand(Executor host, Task<?> task) {
        try {
            host.execute(task);
        } catch (Throwable refusal) {
            task.refuse(new InlineRunner(), refusal, INLINE::spawn);
        }
    }

    /** Runs what was begun on this thread. */
    static void runSpawned(InlineRunnable spawned) {
        if (HandOver.isDue()) {
            HandOver.to(spawned);
        } else {
            runHere(spawned, DEEPEST_SPAWN);
        }
    }

    /** Runs what was woken on this thread. */
    static void runWoken(InlineRunnable woken) {
        INLINE.repairIfDamaged();
        if (HandOver.isDue()) {
            HandOver.to(woken);
        } else {
            runHere(woken, 0);
        }
    }

    /** Runs what was handed over, on the thread that it was handed to. */
    static void runHandedOver(InlineRunnable hosted) {
        runHere(hosted, 0);
    }

    private static void runHere(InlineRunnable hosted, int deepest) {
        Trampoline thread = Trampoline.enter();
        try {
            if (thread.beginDrain()) {
                InlineRunner guest = thread.guest();
                for (InlineRunnable next = hosted; next != null; next = thread.nextOrEndDrain()) {
                    thread.run(next, guest);
                }
            } else if (thread.depth() <= deepest) {
                thread.run(hosted, new InlineRunner());
            } else {
                thread.runLater(hosted);
            }
        } finally {
            thread.leave();
        }
    }

    @Override
    public String toString() {
        return host == null ? "Spawner.inline()" : "Spawner.on(" + host + ")";
    }
}
