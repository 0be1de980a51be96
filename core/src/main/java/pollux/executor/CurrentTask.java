package pollux.executor;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import pollux.future.Services;

/**
 * The task that the calling thread works for: what it finds around it, and the executor that polls it.
 *
 * <p>A thread works for a task while it polls the task, while it runs a
 * {@linkplain Spawner#spawnBlocking blocking call} that the task has started, and, if it is a virtual thread of
 * {@link pollux.Pollux#virtual}, as long as it lives. The methods take no lock, do not block, and may be called from
 * any thread.
 */
public final class CurrentTask {

    private CurrentTask() {}

    /**
     * Returns what the task finds around it.
     *
     * @return the services; null outside all tasks
     */
    public static @Nullable Services services() {
        return TaskServices.current();
    }

    /**
     * Returns one of the services of the task.
     *
     * @param <S> the type of the service
     * @param key the key
     * @return the service; null if the task has none of that kind
     * @throws IllegalStateException outside all tasks
     */
    public static <S> @Nullable S service(Services.Key<S> key) {
        Services around = services();
        if (around == null) {
            throw new IllegalStateException(
                    "there is no task on " + Thread.currentThread().getName() + " whose service \"" + key
                            + "\" could be looked up; call it in a task, or in a blocking call of one");
        }
        return around.get(key);
    }

    /**
     * Returns the executor that polls the task, which is where {@code Pollux.spawn} starts further tasks. A task that
     * has none, because it is polled where its signals come from ({@link Spawner#inline()}), takes the one that polls
     * around it.
     *
     * @return the spawner; {@link TaskPool#shared()} outside all tasks
     */
    public static Spawner executor() {
        Services around = services();
        Spawner own = around == null ? null : around.get(Spawner.KEY);
        if (own != null && own != Spawner.inline()) {
            return own;
        }
        Trampoline polling = Trampoline.current();
        Spawner outer = polling == null ? null : polling.executor();
        Spawner replaced = SharedPool.replaced();
        if (replaced != null) {
            return replaced;
        }
        return outer == null ? SharedPool.get() : outer;
    }

    /**
     * Calls code that works for a task on a thread that does not poll it. For blocking calls and virtual threads.
     *
     * @param <T> the type of the result
     * @param services what the task finds around it
     * @param code the code
     * @return its result
     * @throws Exception what the code throws
     */
    public static <T extends @Nullable Object> T call(Services services, Callable<T> code) throws Exception {
        return TaskServices.call(services, code);
    }
}
