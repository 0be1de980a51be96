package pollux.executor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import pollux.debug.OpenPools;
import pollux.future.Failures;
import pollux.future.Services;
import pollux.future.Waker;
import pollux.internal.memory.MachineErrors;
import pollux.internal.thread.ManagedParking;
import pollux.time.TimeSource;
import pollux.time.TimerService;

/** Hop 5: the workers of a pool, what they share, and which queue a task goes to. */
final class Workers extends TaskHost implements TimerService {

    /*
     * The end, in order: the registry is closed, so nothing is spawned any more → every task is cancelled → the workers
     * run the clean-ups → the last task leaves → `stopped` → each worker closes its timers and ends → the last one
     * closes the driver and reports the failures that were not observed → close() returns.
     */

    static {
        MachineErrors.lookedUp(StackOverflowError.class, OutOfMemoryError.class);
    }

    final Platform platform;

    /**
     * Those that the pool was built with, then the spare ones; the array is replaced by the Monitor only, and only
     * grows.
     */
    volatile Worker[] workers;

    /** How many workers the pool was built with. */
    final int regulars;

    /** How many more it may get while all of them are stuck, see {@link Monitor}. */
    private final int mostSpares;

    private final PoolOptions options;
    private final long seed;
    final InjectQueue inject;
    final IdleSet idle;
    final DriverSlot seat = new DriverSlot(this::nudgeAll);

    /** Null if the pool is not traced. */
    final PoolTimes.@Nullable Both times;

    private final Spawner pool;
    private final String name;
    private final OwnedTasks registry;
    private final UnobservedFailures unobserved;
    private final TimerService timers;
    final Hooks hooks;
    final Monitor monitor;
    private final AtomicInteger left;
    private final CountDownLatch running;

    /** Whether the threads are of the user's make, so that a worker is not known by the class of its thread. */
    private final boolean foreignThreads;

    private volatile boolean stopped;

    Workers(
            Spawner pool,
            String name,
            Runnable cancelTasks,
            PoolOptions options,
            OwnedTasks registry,
            Platform platform) {
        this.pool = pool;
        this.name = name;
        this.times = options.traced ? new PoolTimes.Both() : null;
        this.platform = platform;
        this.registry = registry;
        this.unobserved = new UnobservedFailures(options.unhandled, cancelTasks);
        this.foreignThreads = options.threads != null;
        this.hooks = new Hooks(options);
        this.monitor = new Monitor(this, platform, options);
        int count = options.workers(platform);
        this.regulars = count;
        this.mostSpares = options.spares;
        this.options = options;
        this.left = new AtomicInteger(count);
        this.running = new CountDownLatch(1);
        this.inject = new InjectQueue(Integer.highestOneBit(Math.min(count, 64) * 2 - 1));
        this.seed = options.seed == null ? platform.seed() : options.seed;
        Worker[] made = new Worker[count];
        Parker[] places = new Parker[count];
        for (int i = 0; i < count; i++) {
            made[i] = newWorker(i);
            places[i] = made[i].parking;
        }
        this.workers = made;
        this.idle = new IdleSet(places);
        this.timers = options.timers == null ? this : options.timers;
        this.services = Services.NONE.with(TimerService.KEY, timers).with(Spawner.KEY, pool);
    }

    private Worker newWorker(int index) {
        return new Worker(this, registry, index, options, seed + 0x9e3779b97f4a7c15L * (index + 1));
    }

    /** Starts a spare worker, if there may be one more. Called by the Monitor. */
    void startSpare() {
        Worker[] present = workers;
        if (present.length == regulars + mostSpares || left.getAndUpdate(n -> n == 0 ? 0 : n + 1) == 0) {
            return;
        }
        Worker spare = newWorker(present.length);
        Worker[] more = Arrays.copyOf(present, present.length + 1);
        more[present.length] = spare;
        try {
            Thread thread = newThread(spare);
            workers = more; // before it runs, so that others find what it queues
            thread.start();
        } catch (Throwable refusal) {
            workers = present;
            leaveOne();
            Failures.report("no spare worker for " + this + " although all its workers are blocked", refusal);
        }
    }

    private Thread newThread(Worker worker) {
        String threadName = name + "-worker-" + (worker.parking.index + 1);
        ThreadFactory own = options.threads;
        Thread thread = own == null ? platform.newThread(worker, threadName) : own.newThread(worker);
        if (thread == null) {
            throw new IllegalStateException("the thread factory made no thread for a worker: " + own);
        }
        return thread;
    }

    /** Starts the threads; if one cannot be started, ends those that were. */
    void start() {
        int started = 0;
        try {
            for (Worker worker : workers) {
                newThread(worker).start();
                started++;
            }
        } catch (Throwable failure) {
            for (int i = started; i < regulars; i++) {
                leaveOne();
            }
            stop();
            throw failure;
        }
    }

    Spawner pool() {
        return pool;
    }

    TimerService timers() {
        return timers;
    }

    // ------------------------------------------------------------------ queueing

    /**
     * Counts a new task in, and queues it.
     *
     * @return false if the pool is closed
     */
    boolean start(Task<?> task) {
        Worker here = current();
        if (here != null && here.isPolling()) {
            if (registry.isClosed()) {
                return false;
            }
            here.countSpawned();
        } else if (!registry.admit()) {
            stopIfDone();
            return false;
        }
        try {
            hooks.taskSpawn(task);
            enqueue(task, here);
        } catch (StackOverflowError | OutOfMemoryError cut) {
            for (int i = 0; i < TaskHost.OWED; i++) { // see TaskHost: no calls here, and no lock
                if (owed[i] == null) {
                    owed[i] = task;
                    break;
                }
            }
            damaged = true;
        }
        return true;
    }

    @Override
    void enqueue(Task<?> task) {
        enqueue(task, current());
    }

    private void enqueue(Task<?> task, @Nullable Worker here) {
        assert !task.isLocked() : "a second entry of " + task;
        if (times != null) {
            TaskTrace.woken(task);
        }
        if (here != null) {
            here.push(task);
            return;
        }
        repairIfDamaged();
        inject.add(task);
        try {
            idle.notifyOne();
        } catch (StackOverflowError | OutOfMemoryError cut) {
            idle.damaged = true; // step 3 of TaskHost: the task is queued, and must not be queued again
        }
    }

    @Override
    void repairIfDamaged() {
        if (damaged || idle.damaged) {
            repair();
        }
    }

    private void repair() {
        try {
            idle.repair();
            queueOwed();
        } catch (StackOverflowError | OutOfMemoryError cut) {
            damaged = true; // and the next one repairs
        }
    }

    /** Tells whether there is published work; see the rules of {@link IdleSet}. */
    boolean hasWork() {
        for (Worker worker : workers) {
            if (!worker.runnable().isEmpty()) {
                return true;
            }
        }
        return !inject.isEmpty();
    }

    /** Returns the worker of this pool that runs on the current thread. */
    private @Nullable Worker current() {
        Thread thread = Thread.currentThread();
        if (thread instanceof PoolThread known) {
            return known.worker instanceof Worker worker && worker.belongsTo(this) ? worker : null;
        }
        return foreignThreads ? find(thread) : null;
    }

    private @Nullable Worker find(Thread thread) {
        for (Worker worker : workers) {
            if (worker.parking.isOccupiedBy(thread)) {
                return worker;
            }
        }
        return null;
    }

    // ------------------------------------------------------------------ tasks and their ends

    @Override
    void run(Task<?> task) {
        throw new IllegalStateException(task + " is polled by the workers of its pool only");
    }

    @Override
    void failed(Task<?> task, Throwable failure) {
        hooks.taskFailed(task, failure);
    }

    @Override
    void failedUnobserved(Task<?> task, Throwable failure) {
        unobserved.add(task, failure, timers);
    }

    /** Stops the workers if the pool is closed and no task is left. */
    void stopIfDone() {
        if (registry.isDone()) {
            stop();
        }
    }

    private void stop() {
        stopped = true;
        nudgeAll();
        monitor.end();
    }

    private void nudgeAll() {
        for (Worker worker : workers) {
            worker.parking.nudge();
        }
    }

    boolean isStopped() {
        return stopped;
    }

    /** Shows what the workers poll, or have polled last, and where they are. For dumps: they go on meanwhile. */
    void forEachPolled(TaskTrees.Visitor visitor) {
        for (Worker worker : workers) {
            long beat = worker.beat();
            if (worker.cx.polled() instanceof Task<?> task && !task.hasEnded()) {
                StackTraceElement[] stack = (beat & 1) != 0 ? worker.parking.stack() : new StackTraceElement[0];
                boolean blocks = worker.metrics().state() == PoolMetrics.State.BLOCKED;
                boolean same = worker.beat() == beat;
                visitor.polls(task, same ? stack : new StackTraceElement[0], same && blocks);
            }
        }
    }

    void started(Worker worker) {
        hooks.workerStart(worker);
    }

    void ended(Worker worker) {
        hooks.workerStop(worker);
        leaveOne();
    }

    private void leaveOne() {
        if (left.decrementAndGet() == 0) {
            seat.close();
            OpenPools.remove(pool);
            unobserved.flush();
            running.countDown();
        }
    }

    boolean awaitEnd(long nanos) throws InterruptedException {
        ManagedParking.await(() -> running.getCount() == 0, () -> running.await(nanos, TimeUnit.NANOSECONDS));
        return running.getCount() == 0;
    }

    /** Interrupts whatever blocks the workers. */
    void interrupt() {
        for (Worker worker : workers) {
            worker.parking.interrupt();
        }
    }

    PoolMetrics metrics() {
        List<PoolMetrics.Worker> each = new ArrayList<>();
        for (Worker worker : workers) {
            each.add(worker.metrics());
        }
        long ended = registry.ended(); // before the others, so that there are never more ended than spawned
        int waiting = inject.size();
        idle.notifyOne(); // for a caller that was turned away while the queue was counted
        return new PoolMetrics(
                registry.spawned(),
                ended,
                waiting,
                List.copyOf(each),
                times == null ? PoolMetrics.Times.NONE : times.polls().sum(),
                times == null ? PoolMetrics.Times.NONE : times.wakes().sum());
    }

    // ------------------------------------------------------------------ timers

    @Override
    public TimeSource timeSource() {
        return platform.clock();
    }

    /**
     * On a worker its own timers; elsewhere always those of the same worker, which is woken to take them into account.
     */
    @Override
    public Registration register(long deadlineNanos, Waker waker) {
        Worker here = current();
        if (here == null || here.isSpare()) { // a spare one may not come back to its timers
            here = workers[(int) (Thread.currentThread().getId() % regulars)];
        }
        return here.timers.register(deadlineNanos, waker);
    }

    @Override
    public String toString() {
        return name;
    }
}
