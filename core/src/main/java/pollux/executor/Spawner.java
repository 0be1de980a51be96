package pollux.executor;

import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import pollux.future.Block;
import pollux.future.Future;
import pollux.future.Services;
import pollux.time.TimerService;
import pollux.time.Timers;

/**
 * The capability to start tasks.
 *
 * <p>A spawned task is detached: it runs to its end whether or not the handle is kept. {@code TaskScope} is the
 * structured form.
 */
public interface Spawner {

    /** The key under which a task finds the spawner that it runs on. */
    Services.Key<Spawner> KEY = new Services.Key<>("spawner");

    /**
     * Starts a task that polls a future to its end. May be called from any thread; takes no lock and does not block.
     *
     * @param <T> the type of the value
     * @param future the future; it belongs to the task from now on
     * @return the handle; already cancelled if this spawner is closed
     */
    default <T extends @Nullable Object> JoinHandle<T> spawn(Future<T> future) {
        return spawn(future, Services.NONE);
    }

    /**
     * Starts a task that runs a block: {@code pool.spawn(() -> await(save(order)))}. May be called from any thread;
     * takes no lock and does not block.
     *
     * @param <T> the type of the value
     * @param block the code; each call is a fresh run of it
     * @return the handle; already cancelled if this spawner is closed
     */
    default <T extends @Nullable Object> JoinHandle<T> spawn(Block<T> block) {
        return spawn(block.start());
    }

    /**
     * Starts a task that finds further services around it.
     *
     * @param <T> the type of the value
     * @param future the future; it belongs to the task from now on
     * @param services what the task finds besides the services of this spawner, for instance a Reactor Context
     * @return the handle; already cancelled if this spawner is closed
     */
    <T extends @Nullable Object> JoinHandle<T> spawn(Future<T> future, Services services);

    /**
     * Runs blocking code on a thread where blocking is allowed: a platform thread of a pool that all spawners share. It
     * grows to 512 threads, which end when they were idle for 10 seconds; further calls queue, up to 100,000.
     *
     * <p><b>Cancellation:</b> {@link JoinHandle#cancel} removes a queued call. It interrupts a running one, and the
     * handle ends when the call has returned. A timeout around {@link JoinHandle#join} ends at its limit: it gives up
     * the wait, and the call goes on.
     *
     * @param <T> the type of the result
     * @param call the blocking code; what it throws becomes the failure
     * @return the handle; already cancelled if this spawner is closed; failed with
     *     {@link java.util.concurrent.RejectedExecutionException} if no thread takes the call
     */
    <T extends @Nullable Object> JoinHandle<T> spawnBlocking(Callable<T> call);

    /**
     * Returns the timers that tasks of this spawner find around them. For code that needs deadlines without being a
     * task: a scheduler of another library. May be called from any thread.
     *
     * @return the timers, {@link Timers#fallback()} unless this spawner has its own
     */
    default TimerService timers() {
        return Timers.fallback();
    }

    /**
     * Returns where threads of this spawner wait for the operating system while they have nothing to do. For packages
     * that drive sockets or the like. May be called from any thread.
     *
     * @return the seat, or null if the threads belong to others
     */
    default @Nullable DriverSlot driverSlot() {
        return null;
    }

    /**
     * Returns the spawner that polls on whichever thread spawns or wakes, as a Reactor operator would: no thread of its
     * own, no hop. Tasks that wake each other on one thread take turns; the stack does not grow.
     *
     * @return the inline spawner, always the same object
     */
    static Spawner inline() {
        return InlineSpawner.INLINE;
    }

    /**
     * Returns a spawner that starts nothing: each task is cancelled before its first poll, each blocking call before
     * its start. It is what a closed executor or scope delegates to.
     *
     * @return the closed spawner, always the same object
     */
    static Spawner closed() {
        return ClosedSpawner.INSTANCE;
    }

    /**
     * Returns a spawner whose tasks are polled by any executor of the JDK: a Netty event loop, a Reactor or RxJava
     * scheduler, an {@code ExecutorService}.
     *
     * @param host runs each poll; if it rejects one, the task ends with that failure
     * @return a spawner
     */
    static Spawner on(Executor host) {
        return new InlineSpawner(Objects.requireNonNull(host, "host"));
    }
}
