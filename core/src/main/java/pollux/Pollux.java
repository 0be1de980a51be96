package pollux;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import pollux.async.Async;
import pollux.async.AsyncBlock;
import pollux.debug.Dump;
import pollux.executor.BlockOn;
import pollux.executor.CurrentTask;
import pollux.executor.JoinHandle;
import pollux.executor.Spawner;
import pollux.executor.TaskPool;
import pollux.future.Future;
import pollux.future.Services;
import pollux.time.TimerService;

/**
 * The front door: one shared pool for those who need no pool of their own, and the way from ordinary code into it.
 *
 * <p>The shared pool has one worker per processor, is started by its first use, and is never closed; its workers are
 * daemons. Failures of its tasks that are not observed are logged.
 */
public final class Pollux {

    private Pollux() {}

    /**
     * Returns the shared pool. In a simulation ({@code pollux.testing.World}) it is a pool whose tasks that simulation
     * runs.
     *
     * @return the pool; do not close it, others use it
     */
    public static TaskPool pool() {
        return TaskPool.shared();
    }

    /**
     * Starts a detached task. Inside a task it runs on the executor that polls that task (see
     * {@link CurrentTask#executor}), elsewhere on the shared pool. May be called from any thread; does not block.
     *
     * @param <T> the type of the value
     * @param future the future; it belongs to the task from now on
     * @return the handle
     */
    public static <T extends @Nullable Object> JoinHandle<T> spawn(Future<T> future) {
        return CurrentTask.executor().spawn(future);
    }

    /**
     * Starts a fresh run of a block as a detached task, on the executor that {@link #spawn(Future)} uses. May be called
     * from any thread; does not block.
     *
     * @param <T> the type of the result
     * @param block the code
     * @return the handle
     */
    public static <T extends @Nullable Object> JoinHandle<T> spawn(AsyncBlock<T> block) {
        return spawn(Async.async(block));
    }

    /**
     * Runs blocking code where blocking is allowed, see {@link Spawner#spawnBlocking}. The task that waits for it runs
     * on the executor that {@link #spawn(Future)} uses.
     *
     * @param <T> the type of the result
     * @param call the blocking code
     * @return the handle
     */
    public static <T extends @Nullable Object> JoinHandle<T> spawnBlocking(Callable<T> call) {
        return CurrentTask.executor().spawnBlocking(call);
    }

    /**
     * Polls a future on the calling thread and blocks that thread until it has ended. Virtual threads may call it, and
     * park. The future finds the timers and the spawner of the shared pool around it.
     *
     * <p><b>Cancellation:</b> an interrupt cancels the future, see {@link BlockOn#blockOn}.
     *
     * @param <T> the type of the value
     * @param future the future
     * @return its value; its failure is thrown as it is
     * @throws IllegalStateException on a worker or inside a poll, where it would wait for itself
     */
    public static <T extends @Nullable Object> T blockOn(Future<T> future) {
        TaskPool pool = pool();
        return BlockOn.blockOn(
                future, Services.NONE.with(TimerService.KEY, pool.timers()).with(Spawner.KEY, pool));
    }

    /**
     * Runs a block as a task of the shared pool and blocks the calling thread until it has ended: for {@code main} and
     * for tests.
     *
     * <p><b>Cancellation:</b> an interrupt cancels the task, and this method throws when the task's clean-up has run,
     * see {@link BlockOn#blockOn(JoinHandle, Services)}.
     *
     * @param <T> the type of the result
     * @param block the code
     * @return its result; its failure is thrown as it is
     * @throws IllegalStateException on a worker or inside a poll, where it would wait for itself
     */
    public static <T extends @Nullable Object> T run(AsyncBlock<T> block) {
        return BlockOn.blockOn(spawn(block), Services.NONE);
    }

    /**
     * Takes a picture of what the tasks of all pools wait for: the shared one, and every other that is in use. May be
     * called from any thread, at any time; a second look tells what only seemed to be stuck. See {@link Dump}.
     *
     * @return the picture; print it, or write it as JSON
     */
    public static Dump dump() {
        return Dump.ofEverything();
    }

    /**
     * Returns a future that runs a block on a virtual thread, where awaits park instead of suspending; for code that
     * was not compiled, and as an oracle for code that was. See {@link Async#virtual}.
     *
     * @param <T> the type of the result
     * @param block the code
     * @return a future that runs the block
     */
    public static <T extends @Nullable Object> Future<T> virtual(AsyncBlock<T> block) {
        return Async.virtual(block);
    }
}
