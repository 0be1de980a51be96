package pollux.executor;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import pollux.debug.Dump;
import pollux.debug.OpenPools;
import pollux.debug.PoolTree;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.future.Services;
import pollux.internal.thread.ServiceThread;
import pollux.time.TimerService;

/**
 * A pool of workers that poll tasks, each from a queue of its own, and take work from each other when theirs is empty.
 *
 * <p>All methods may be called from any thread; spawning and waking take no lock. A task that is woken on a worker runs
 * there next, at most three in a row in front of the others. A task that yields, or that has used its budget, goes
 * behind everything that is runnable and behind the timers. Timers and clean-ups run on the workers.
 *
 * <p>A poll that blocks holds up one worker and what is queued in front of it there; use {@link #spawnBlocking} for
 * code that blocks. A poll that throws, whatever it throws, ends its task and nothing else.
 *
 * <p><b>Closing</b> cancels every task and waits until all clean-ups have run:
 *
 * <table>
 *   <caption>What closing does</caption>
 *   <tr><th>what</th><th>from the call on</th><th>when all tasks have ended</th></tr>
 *   <tr><td>tasks</td><td>are cancelled after the poll under way; clean-ups run on the workers</td><td></td></tr>
 *   <tr><td>{@code spawn}, {@code spawnBlocking}</td><td>give a cancelled handle</td><td>the same</td></tr>
 *   <tr><td>{@code execute}</td><td>throws {@code RejectedExecutionException}</td><td>the same</td></tr>
 *   <tr><td>blocking calls</td><td>are interrupted</td><td></td></tr>
 *   <tr><td>timers</td><td>still serve the clean-ups</td><td>new ones throw {@code RejectedExecutionException}; old
 *   ones
 *       fire from {@link pollux.time.Timers#fallback()}</td></tr>
 *   <tr><td>sockets of {@code pollux.io}</td><td>work</td><td>are closed</td></tr>
 *   <tr><td>wakers, handles</td><td>work</td><td>do nothing, tell the outcome</td></tr>
 * </table>
 *
 * <p>After Tokio's multi-thread runtime.
 */
public sealed class TaskPool implements Spawner, Executor, AutoCloseable permits SimulatedPool {

    private static final AtomicInteger POOLS = new AtomicInteger();

    private final String name;
    private final OwnedTasks registry;
    private final Workers workers;

    /** Makes a pool whose threads have not been started. */
    TaskPool(PoolOptions options, Platform platform) {
        name = options.name.isEmpty() ? "pollux-" + POOLS.incrementAndGet() : options.name;
        registry = new OwnedTasks(options.workers(platform) + options.spares);
        workers = new Workers(this, name, this::cancelTasks, options, registry, platform);
    }

    /**
     * Returns the options of a new pool.
     *
     * @return a builder
     */
    public static Builder builder() {
        return new Builder();
    }

    // ------------------------------------------------------------------ spawning

    @Override
    public <T extends @Nullable Object> JoinHandle<T> spawn(Future<T> future, Services services) {
        Task<T> task = start(future, services);
        return task == null ? Spawner.closed().spawn(future, services) : task;
    }

    @Override
    public <T extends @Nullable Object> JoinHandle<T> spawnBlocking(Callable<T> call) {
        return registry.isClosed() ? Spawner.closed().spawnBlocking(call) : BlockingCall.start(call, this);
    }

    @Override
    public TimerService timers() {
        return workers.timers();
    }

    @Override
    public @Nullable DriverSlot driverSlot() {
        return workers.seat;
    }

    /**
     * Tells whether a thread is a worker of some pool, or drives the timers or the sockets of tasks that are in no
     * pool, so that blocking it is a mistake. Threads that a {@link ThreadFactory} of the user's made are not
     * recognised.
     *
     * @param thread any thread
     * @return true if it must not block
     */
    public static boolean isWorker(Thread thread) {
        return thread instanceof PoolThread || thread instanceof ServiceThread;
    }

    /**
     * Returns the pool that all share who have none of their own, {@link pollux.Pollux#pool()}. Started by the first
     * call; if its threads cannot be started, a later call tries again.
     *
     * @return the pool; do not close it, others use it
     */
    public static TaskPool shared() {
        return SharedPool.get();
    }

    /**
     * Returns the pools of this process that have not ended. May be called from any thread; does not block.
     *
     * @return a list of its own, in the order of the names
     */
    public static List<TaskPool> open() {
        List<TaskPool> open = OpenPools.ofKind(TaskPool.class);
        open.sort(Comparator.comparing(TaskPool::name));
        return List.copyOf(open);
    }

    /**
     * Makes the current thread see a pool of a simulation as the {@link #shared()} one.
     *
     * @param simulated runs what is spawned on that pool
     * @return puts back what was before; to be called on the same thread, the newest first
     */
    public static Runnable shared(Spawner simulated) {
        return SharedPool.replace(Objects.requireNonNull(simulated, "simulated"));
    }

    /**
     * Runs a piece of code on a worker. What it throws is an unhandled failure, see {@link UnhandledFailure}. If the
     * pool is closed before its turn comes, it does not run.
     *
     * @param code must not block
     * @throws RejectedExecutionException if this pool is closed
     */
    @Override
    public void execute(Runnable code) {
        Objects.requireNonNull(code, "code");
        if (start(once(code), Services.NONE) == null) {
            throw new RejectedExecutionException(this + " is closed");
        }
    }

    static Future<Void> once(Runnable code) {
        return Futures.defer(() -> {
            code.run();
            return Futures.ready(null);
        });
    }

    private <T extends @Nullable Object> @Nullable Task<T> start(Future<T> future, Services around) {
        Objects.requireNonNull(future, "future");
        Task<T> task = TaskTrace.task(workers.times, workers, around, future);
        return workers.start(task) ? task : null;
    }

    // ------------------------------------------------------------------ closing

    /**
     * Cancels all tasks and waits until their clean-ups have run and the workers have ended, however long that takes.
     * Interrupting the caller interrupts whatever blocks the workers; then it goes on waiting. Calling it again only
     * waits.
     *
     * @throws IllegalStateException on a worker or inside a poll, where it would wait for itself;
     *     {@code close(Duration.ZERO)} does not wait
     */
    @Override
    public void close() {
        BlockOn.refuseOnPollingThread("TaskPool.close()");
        BlockingCall.letGoOf(this);
        cancelTasks();
        boolean interrupted = false;
        while (true) {
            try {
                if (workers.awaitEnd(Long.MAX_VALUE)) {
                    break;
                }
            } catch (InterruptedException e) {
                interrupted = true;
                workers.interrupt();
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Cancels all tasks and waits for a time at most until everything has ended. What has not ended by then goes on to
     * do so; nothing is abandoned but the wait. With a duration of zero or less it does not wait, and may be called
     * from anywhere.
     *
     * @param limit how long to wait; any duration is fine
     * @return true if all tasks and workers have ended; false also if the waiting thread was interrupted, whose flag is
     *     set again
     * @throws IllegalStateException if it would have to wait on a worker or inside a poll
     */
    public boolean close(Duration limit) {
        boolean waits = !limit.isNegative() && !limit.isZero();
        if (waits) {
            BlockOn.refuseOnPollingThread("TaskPool.close(Duration)");
            BlockingCall.letGoOf(this);
        }
        cancelTasks();
        try {
            return workers.awaitEnd(waits ? nanos(limit) : 0);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    void cancelTasks() {
        registry.close();
        registry.forEachWaiting(Task::cancelByClosing);
        workers.stopIfDone();
    }

    private static long nanos(Duration duration) {
        try {
            return duration.toNanos();
        } catch (ArithmeticException tooLong) {
            return Long.MAX_VALUE;
        }
    }

    // ------------------------------------------------------------------ looking

    /**
     * Tells whether {@link #close} was called. Tasks may still be cleaning up.
     *
     * @return true if nothing can be spawned any more
     */
    public boolean isClosed() {
        return registry.isClosed();
    }

    /**
     * Returns how many tasks have not ended.
     *
     * @return the number of tasks, as exact as it can be while they come and go
     */
    public long liveTasks() {
        return registry.size();
    }

    /**
     * Returns how many workers there are.
     *
     * @return the number of threads of this pool
     */
    public int workers() {
        return workers.regulars;
    }

    /**
     * Takes a picture of what this pool is doing. Costs nothing while it is not called; the picture is not of one
     * moment.
     *
     * @return counts since the pool was built, and the lengths of its queues
     */
    public PoolMetrics metrics() {
        return workers.metrics();
    }

    /**
     * Takes a picture of what the tasks of this pool wait for. May be called from any thread, at any time; see
     * {@link Dump}.
     *
     * @return the picture
     */
    public Dump dump() {
        return Dump.of(look());
    }

    private PoolTree look() {
        return TaskTrees.of(this, registry, workers::forEachPolled);
    }

    /**
     * Returns the name of this pool.
     *
     * @return the name that {@link Builder#name} has set, or one that was made up
     */
    public String name() {
        return name;
    }

    Workers engine() {
        return workers;
    }

    @Override
    public String toString() {
        return "TaskPool[" + name + ", " + workers() + " workers, " + workers.idle.searching() + " searching, "
                + liveTasks() + " tasks" + (isClosed() ? ", closed]" : "]");
    }

    /**
     * The options of a pool. Not thread-safe. A hook that is set a second time is added: the older one is called first.
     */
    public static final class Builder {

        final PoolOptions options = new PoolOptions();

        private Builder() {}

        /**
         * Sets the number of workers. By default there are as many as the JVM has processors.
         *
         * @param count 1 to 4096
         * @return this
         * @throws IllegalArgumentException if there are too few or too many
         */
        public Builder workers(int count) {
            if (count < 1 || count > IdleSet.MAX_WORKERS) {
                throw new IllegalArgumentException("a pool has 1 to " + IdleSet.MAX_WORKERS + " workers, not " + count
                        + "; for none, use LocalPool or Spawner.inline()");
            }
            options.workers = count;
            return this;
        }

        /**
         * Sets the name of the pool, which its threads bear with a number behind it.
         *
         * @param name any name; by default {@code pollux-1} and so on
         * @return this
         */
        public Builder name(String name) {
            options.name = Objects.requireNonNull(name, "name");
            return this;
        }

        /**
         * Sets the factory of the worker threads. By default they are daemons that inherit neither thread-locals nor
         * the context class loader of the thread that builds the pool. Code on threads of another make finds its worker
         * a little slower.
         *
         * @param factory called once per worker by {@link #build}; each thread must run what it is given
         * @return this
         */
        public Builder threadFactory(ThreadFactory factory) {
            options.threads = Objects.requireNonNull(factory, "factory");
            return this;
        }

        /**
         * Seeds the choices that workers make at random: whom to steal from. By default each pool has another seed.
         *
         * @param seed any number
         * @return this
         */
        public Builder seed(long seed) {
            options.seed = seed;
            return this;
        }

        /**
         * Sets what each worker runs before its first task. What it throws is logged.
         *
         * @param hook called on the thread of the worker
         * @return this
         */
        public Builder onWorkerStart(Runnable hook) {
            options.onWorkerStart = Hooks.both(options.onWorkerStart, Objects.requireNonNull(hook, "hook"));
            return this;
        }

        /**
         * Sets what each worker runs after its last task. What it throws is logged.
         *
         * @param hook called on the thread of the worker
         * @return this
         */
        public Builder onWorkerStop(Runnable hook) {
            options.onWorkerStop = Hooks.both(options.onWorkerStop, Objects.requireNonNull(hook, "hook"));
            return this;
        }

        /**
         * Sets what each worker runs before it goes to sleep. It must be quick; what it throws is logged.
         *
         * @param hook called on the thread of the worker
         * @return this
         */
        public Builder onWorkerPark(Runnable hook) {
            options.onWorkerPark = Hooks.both(options.onWorkerPark, Objects.requireNonNull(hook, "hook"));
            return this;
        }

        /**
         * Sets what each worker runs when it has slept. It must be quick; what it throws is logged.
         *
         * @param hook called on the thread of the worker
         * @return this
         */
        public Builder onWorkerUnpark(Runnable hook) {
            options.onWorkerUnpark = Hooks.both(options.onWorkerUnpark, Objects.requireNonNull(hook, "hook"));
            return this;
        }

        /**
         * Sets what hears of each new task, before it is queued. What it throws is logged.
         *
         * @param hook called on the thread that spawns; must not block
         * @return this
         */
        public Builder onTaskSpawn(Consumer<? super JoinHandle<?>> hook) {
            options.onTaskSpawn = Hooks.both(options.onTaskSpawn, Objects.requireNonNull(hook, "hook"));
            return this;
        }

        /**
         * Sets what is called before each poll of a task. What it throws is logged.
         *
         * @param hook called on the thread that polls; must not block
         * @return this
         */
        public Builder onPollStart(Consumer<? super JoinHandle<?>> hook) {
            options.onPollStart = Hooks.both(options.onPollStart, Objects.requireNonNull(hook, "hook"));
            return this;
        }

        /**
         * Sets what is called after each poll of a task, when others may poll it already. What it throws is logged.
         *
         * @param hook called on the thread that polled; must not block
         * @return this
         */
        public Builder onPollStop(Consumer<? super JoinHandle<?>> hook) {
            options.onPollStop = Hooks.both(options.onPollStop, Objects.requireNonNull(hook, "hook"));
            return this;
        }

        /**
         * Sets what hears of the end of each task, just before those who join it. What it throws is logged.
         *
         * @param hook called on the thread that polled last; must not block
         * @return this
         */
        public Builder onTaskEnd(Consumer<? super JoinHandle<?>> hook) {
            options.onTaskEnd = Hooks.both(options.onTaskEnd, Objects.requireNonNull(hook, "hook"));
            return this;
        }

        /**
         * Sets what hears of each task that fails, just before those who join it. It does not count as an observer of
         * the failure, see {@link #unhandledFailure}. What it throws is logged.
         *
         * @param hook called with the task and its failure, on the thread that polled last; must not block
         * @return this
         */
        public Builder onTaskFailed(BiConsumer<? super JoinHandle<?>, ? super Throwable> hook) {
            options.onTaskFailed = Hooks.both(options.onTaskFailed, Objects.requireNonNull(hook, "hook"));
            return this;
        }

        /**
         * Sets what to do about failures that are not observed. By default they are logged.
         *
         * @param policy what to do
         * @return this
         */
        public Builder unhandledFailure(UnhandledFailure policy) {
            options.unhandled = Objects.requireNonNull(policy, "policy");
            return this;
        }

        /**
         * Sets whether a task that is woken on a worker runs there next, before those that wait. It is on by default,
         * and good for tasks that talk to each other. Without it such a task goes to the back of the queue, where idle
         * workers can take it; better if polls are long.
         *
         * @param on false for strict order
         * @return this
         */
        public Builder lifoSlot(boolean on) {
            options.lifoSlot = on;
            return this;
        }

        /**
         * Sets whether each task keeps what a {@link Dump} can tell of its past: when it was spawned, by which other
         * traced task, how often it was polled, when last, and whether the last poll has asked for a waker; and
         * whether the pool counts how long polls take and how long woken tasks wait for them, see {@link PoolMetrics}.
         * Off by default; it costs an object per task, and per poll a thread-local and two or three looks at the clock.
         *
         * @param on true to keep it, from the first task on
         * @return this
         */
        public Builder traced(boolean on) {
            options.traced = on;
            return this;
        }

        /**
         * Sets after how many polls a worker looks at its timers, at sockets, and at those who yielded, although it has
         * other tasks to run. By default 61.
         *
         * @param polls 1 or more
         * @return this
         * @throws IllegalArgumentException if it is less than 1
         */
        public Builder maintenanceInterval(int polls) {
            options.maintenanceInterval = requirePositive(polls);
            return this;
        }

        /**
         * Sets after how many polls a worker takes a task that was queued by others, although it has tasks of its own.
         * By default each worker finds out itself, so that those wait about 200 µs.
         *
         * @param polls 1 or more
         * @return this
         * @throws IllegalArgumentException if it is less than 1
         */
        public Builder injectInterval(int polls) {
            options.injectInterval = requirePositive(polls);
            return this;
        }

        private static int requirePositive(int polls) {
            if (polls < 1) {
                throw new IllegalArgumentException(
                        "an interval of " + polls + " polls never passes; it needs at least 1");
            }
            return polls;
        }

        /**
         * Sets whether a thread watches over the workers; by default one does. It starts with the first task, looks
         * every 10 ms, and sleeps while all workers sleep. When a worker sits in one poll for longer, the tasks and
         * timers behind it are given to the others. When it does so for longer than {@link #blockedAfter}, its stack is
         * logged, once per second.
         *
         * @param on false to leave blocked workers alone
         * @return this
         */
        public Builder monitor(boolean on) {
            options.monitor = on;
            return this;
        }

        /**
         * Sets how long a poll may take before its stack is logged, pauses of the JVM not counted. By default 100 ms.
         *
         * @param limit any positive duration; a very long one logs nothing
         * @return this
         * @throws IllegalArgumentException if it is zero or negative
         */
        public Builder blockedAfter(Duration limit) {
            if (limit.isNegative() || limit.isZero()) {
                throw new IllegalArgumentException(
                        "a poll always takes longer than " + limit + "; monitor(false) turns it off");
            }
            options.blockedNanos = nanos(limit);
            return this;
        }

        /**
         * Gives the tasks another clock and other timers, for instance a {@link pollux.time.ManualTime} in tests. By
         * default the workers drive timers of their own.
         *
         * @param driver what tasks will find under {@link TimerService#KEY}
         * @return this
         */
        public Builder timers(TimerService driver) {
            options.timers = Objects.requireNonNull(driver, "driver");
            return this;
        }

        /**
         * Starts a pool with these options.
         *
         * @return a running pool
         * @throws IllegalStateException if the thread factory makes no thread; what it throws is thrown as it is
         */
        public TaskPool build() {
            return build(Platform.JVM);
        }

        /** Lets the pool have more workers while all that it was built with are stuck in polls. */
        Builder spares(int most) {
            options.spares = most;
            return this;
        }

        TaskPool build(Platform platform) {
            TaskPool pool = new TaskPool(new PoolOptions(options), platform);
            pool.workers.start();
            OpenPools.add(pool, TaskPool::look);
            return pool;
        }
    }
}
