package pollux.executor;

import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import pollux.debug.Dump;
import pollux.debug.OpenPools;
import pollux.debug.PoolTree;
import pollux.future.Block;
import pollux.future.Future;
import pollux.future.Services;
import pollux.future.Waker;
import pollux.internal.memory.MachineErrors;
import pollux.internal.queue.MpscQueue;
import pollux.internal.queue.QueueNode;
import pollux.internal.thread.ManagedParking;
import pollux.time.ManualTime;
import pollux.time.TimeSource;
import pollux.time.TimerService;

/**
 * A pool without threads: its tasks make progress only while a thread calls one of its run methods, on that thread, one
 * after the other in the order in which they were woken. The same program takes the same steps each time. Timers,
 * sockets and tasks that yield have their turn after 61 polls at the latest, also while there are always runnable
 * tasks.
 *
 * <p>The run methods may be called from any thread, but by one at a time, and not from inside a poll. {@link #spawn},
 * wakers and handles work from everywhere. Waking takes no lock.
 *
 * <p>With a {@link ManualTime} a test decides when timers fire; without one, timers follow the JVM's clock and fire
 * while a run method runs. Sockets are driven by the thread that runs the pool, too; they make no progress in between.
 */
public final class LocalPool implements Spawner, AutoCloseable {

    /*
     * One queue for everything that is runnable, from whichever thread. Tasks that yield wait aside until the timers
     * were looked at once, so that they cannot run ahead of time.
     *
     * Timers, sockets and those who yielded are looked at when the queue is empty, and after SETTLE_EVERY polls if it
     * never is. So tasks that wake themselves or each other for ever keep none of them waiting.
     *
     * A caller that chooses the order itself needs to count and to pick: `runnable()` moves what is queued into
     * `lined`, which keeps the order and always goes before the queue.
     */

    static {
        MachineErrors.lookedUp(StackOverflowError.class, OutOfMemoryError.class);
    }

    /** The runner looks for what errors of the machine have cut off, see TaskHost. */
    private static final long LONGEST_PARK = 1_000_000_000;

    /** The same number as that of a worker, see {@link TaskPool.Builder#maintenanceInterval}. */
    private static final int SETTLE_EVERY = 61;

    private final MpscQueue<Task<?>> queue = new MpscQueue<>();
    private final ArrayList<Task<?>> lined = new ArrayList<>();
    private final OwnedTasks registry = new OwnedTasks(1);
    private final AtomicReference<@Nullable Thread> runner = new AtomicReference<>();
    private final Host host = new Host();
    private final Turns turns = new Turns();
    private final DriverSlot seat = new DriverSlot(this::unparkRunner);
    private final UnobservedFailures unobserved;
    private final TimerService timers;
    private final @Nullable ManualTime manual;
    private final @Nullable TimerShard shard;
    private boolean autoAdvance;

    /** Polls since {@link #settle}. */
    private int sinceSettled;

    /** Blocking calls that have been handed to a thread and have not returned, and virtual threads that run. */
    private final OutsideWork outside = new OutsideWork(this::unparkRunner);

    /** The driver that the runner waits in or is about to, instead of parking. */
    private volatile @Nullable Driver waitsIn;

    /** Makes a pool on the JVM's clock that logs unhandled failures. */
    public LocalPool() {
        this(null, UnhandledFailure.LOG);
    }

    /**
     * Makes a pool whose timers stand still until the clock is advanced.
     *
     * @param time the clock
     */
    public LocalPool(ManualTime time) {
        this(Objects.requireNonNull(time, "time"), UnhandledFailure.LOG);
    }

    /**
     * Makes a pool.
     *
     * @param time the clock to follow; null for the JVM's own
     * @param unhandled what to do about failures that are not observed
     */
    public LocalPool(@Nullable ManualTime time, UnhandledFailure unhandled) {
        unobserved = new UnobservedFailures(Objects.requireNonNull(unhandled, "unhandled"), this::cancelTasks);
        manual = time;
        shard = time == null ? new TimerShard(TimeSource.system(), this::unparkRunner) : null;
        timers = shard == null ? Objects.requireNonNull(time) : shard;
        Services known = Services.NONE.with(TimerService.KEY, timers).with(Spawner.KEY, this);
        host.services = time == null ? known : known.with(OutsideWork.KEY, outside);
        OpenPools.add(this, LocalPool::look);
    }

    /**
     * Lets {@link #runUntil} advance a {@link ManualTime} to the next timer whenever nothing else is left to do. Off at
     * first.
     *
     * <p>The clock stands still while a blocking call or a file operation of this pool is under way, and while a block
     * of {@link pollux.Pollux#virtual} runs on its thread, awaits excepted: what they return comes first. Other work
     * outside is not known to the pool: a stage that another scheduler completes, a publisher on threads of its own,
     * bytes that are still on their way to a socket. Advance the clock by hand where the order matters. A task that
     * never waits, one that yields in a loop for instance, keeps the clock from advancing.
     *
     * @param on true to advance
     * @return this
     * @throws IllegalStateException if this pool is on the JVM's clock
     */
    public LocalPool autoAdvance(boolean on) {
        if (manual == null) {
            throw new IllegalStateException("this pool is on the JVM's clock, which advances by itself; "
                    + "make it with a ManualTime to advance it");
        }
        autoAdvance = on;
        return this;
    }

    /**
     * Seeds the random choices that tasks of this pool make, such as that of {@link pollux.future.Select}.
     *
     * @param seed any number; the same seed gives the same choices
     * @return this
     */
    public LocalPool seed(long seed) {
        turns.cx.seed(seed);
        return this;
    }

    // ------------------------------------------------------------------ spawning

    @Override
    public <T extends @Nullable Object> JoinHandle<T> spawn(Future<T> future, Services services) {
        return start(future, services);
    }

    @Override
    public <T extends @Nullable Object> JoinHandle<T> spawnBlocking(Callable<T> call) {
        return registry.isClosed()
                ? Spawner.closed().spawnBlocking(call)
                : BlockingCall.start(call, this, manual == null ? Blocking.shared() : this::runCounted);
    }

    /** Runs a blocking call on another thread, and has the clock stand still until it has returned. */
    private void runCounted(Runnable call) {
        outside.begin();
        try {
            Blocking.shared().execute(() -> {
                try {
                    call.run();
                } finally {
                    outside.end(); // the call has queued its task before, so that advance() finds it
                }
            });
        } catch (Throwable refusal) {
            outside.end();
            throw refusal;
        }
    }

    /** Moves the clock to the next timer, unless work outside is under way or has just queued a task. */
    private boolean advance() {
        return manual != null
                && !outside.isUnderWay() // read before the queue ↔ OutsideWork.end() comes after the wake
                && (!queue.isEmpty() || manual.advanceToNext());
    }

    @Override
    public TimerService timers() {
        return timers;
    }

    @Override
    public DriverSlot driverSlot() {
        return seat;
    }

    private <T extends @Nullable Object> Task<T> start(Future<T> future, Services around) {
        Objects.requireNonNull(future, "future");
        Task<T> task = Task.of(host, around, future);
        if (!registry.admit()) {
            return InlineSpawner.spawnCancelled(future, around);
        }
        try {
            host.enqueue(task);
        } catch (StackOverflowError | OutOfMemoryError cut) {
            for (int i = 0; i < TaskHost.OWED; i++) { // see TaskHost: no calls here, and no lock
                if (host.owed[i] == null) {
                    host.owed[i] = task;
                    break;
                }
            }
            host.damaged = true;
        }
        return task;
    }

    // ------------------------------------------------------------------ running

    /**
     * Polls one task, the one that was woken first. Looks at the timers and at the sockets if no task is runnable.
     *
     * @return true if there was something to do
     * @throws IllegalStateException inside a poll, or while another thread runs this pool
     */
    @SuppressWarnings("ShortCircuitBoolean") // both have to run
    public boolean tick() {
        Trampoline thread = begin("tick");
        try {
            return pollOne() || (settle() | glance()) && pollOne();
        } finally {
            end(thread);
        }
    }

    /**
     * Counts the tasks that {@link #tick(int)} may choose from. Fires due timers and looks at those who yielded if
     * there are none. Tasks that are woken from other threads meanwhile are counted the next time.
     *
     * @return how many tasks are runnable
     * @throws IllegalStateException inside a poll, or while another thread runs this pool
     */
    public int runnable() {
        Trampoline thread = begin("runnable");
        try {
            return count();
        } finally {
            end(thread);
        }
    }

    /**
     * Polls one task of the caller's choice: for simulations, which try other orders than that of the wakes.
     *
     * @param which its place in the order of the wakes, from 0 to {@link #runnable()} - 1
     * @return how many tasks are runnable afterwards, as {@link #runnable()} counts them
     * @throws IndexOutOfBoundsException if no such task is runnable
     * @throws IllegalStateException inside a poll, or while another thread runs this pool
     */
    public int tick(int which) {
        Trampoline thread = begin("tick");
        try {
            poll(lined.remove(which));
            sinceSettled++;
            return count();
        } finally {
            end(thread);
        }
    }

    /**
     * Polls tasks until none is runnable, no timer is due and no socket is ready. Does not wait for anything. Does not
     * return while tasks keep yielding.
     *
     * @return how many polls that took
     * @throws IllegalStateException inside a poll, or while another thread runs this pool
     */
    @SuppressWarnings("ShortCircuitBoolean") // both have to run
    public long runUntilStalled() {
        Trampoline thread = begin("runUntilStalled");
        try {
            long polls = 0;
            do {
                while (pollOne()) {
                    polls++;
                }
            } while (settle() | glance());
            return polls;
        } finally {
            end(thread);
        }
    }

    /**
     * Spawns a future and runs this pool until it has ended, parking the calling thread while there is nothing to do.
     * Other tasks run as well, and stay behind where they are.
     *
     * <p><b>Cancellation:</b> interrupting the thread cancels the future and sees its clean-up through; then this
     * method throws {@link java.util.concurrent.CancellationException} with the thread's interrupted flag set.
     *
     * @param <T> the type of the value
     * @param future the future; it belongs to this call from now on
     * @return its value, which may be null; its failure is thrown as it is, checked or not
     * @throws IllegalStateException inside a poll, on a worker, or while another thread runs this pool
     */
    public <T extends @Nullable Object> T runUntil(Future<T> future) {
        BlockOn.refuseOnPollingThread("runUntil");
        Task<T> task = start(future, Services.NONE);
        task.toObserved();
        runUntil(task);
        return task.outcome();
    }

    /**
     * Runs a fresh run of a block to its end, see {@link #runUntil(Future)}.
     *
     * @param <T> the type of the value
     * @param block the code
     * @return its value; its failure is thrown as it is
     */
    public <T extends @Nullable Object> T runUntil(Block<T> block) {
        return runUntil(block.start());
    }

    /**
     * Waits until no blocking call and no virtual thread of this pool's tasks runs any more: each has ended, or waits
     * for a task or timer of this pool. Polls nothing. For simulations, whose next step depends on what such a thread
     * does. Only a pool with a {@link ManualTime} knows of such threads; others do not wait.
     *
     * @throws InterruptedException if the calling thread is interrupted; the work goes on
     * @throws IllegalStateException inside a poll, on a worker, or while another thread runs this pool
     */
    public void awaitOutsideWork() throws InterruptedException {
        Trampoline thread = begin("awaitOutsideWork");
        try {
            while (isWorkOutside()) {
                ManagedParking.park(this, LONGEST_PARK, () -> !outside.isUnderWay());
                if (Thread.interrupted()) {
                    throw new InterruptedException("while there was work outside: " + outside);
                }
            }
        } finally {
            end(thread);
        }
    }

    /**
     * Tells whether {@link #awaitOutsideWork} would wait.
     *
     * @return true if a blocking call or a virtual thread of this pool's tasks runs
     */
    public boolean isWorkOutside() {
        return manual != null && outside.isUnderWay();
    }

    private void runUntil(Task<?> task) {
        boolean interrupted = false;
        Trampoline thread = begin("runUntil");
        try {
            // the end of the task need not wake another thread: it happens here
            while (!task.hasEnded()) {
                if (pollOne() || settle() || autoAdvance && (glance() || advance())) {
                    continue;
                }
                park();
                if (Thread.interrupted()) {
                    interrupted = true;
                    task.cancel();
                }
            }
        } finally {
            end(thread);
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private Trampoline begin(String call) {
        if (Trampoline.isPolling()) {
            throw new IllegalStateException(call + " inside a poll, or on a worker, would poll tasks within a task; "
                    + "await or spawn the future instead");
        }
        if (!runner.compareAndSet(null, Thread.currentThread())) {
            throw new IllegalStateException(
                    call + " while " + runner.get() + " runs this pool; it has one runner at a time");
        }
        Trampoline thread = Trampoline.enter();
        thread.polls(turns.cx, this);
        return thread;
    }

    private void end(Trampoline thread) {
        turns.cx.end();
        thread.leave();
        runner.set(null);
    }

    /** Every now and then what waits for something else than the queue has its turn, however long the queue is. */
    private boolean pollOne() {
        sinceSettled++;
        settleInTime();
        Task<?> task = next();
        if (task == null && turns.hasYielding() && settle(true)) {
            task = next();
        }
        for (; task != null; task = next()) {
            if (poll(task)) {
                return true;
            }
        }
        return false;
    }

    private boolean poll(Task<?> task) {
        turns.cancelIfClosed(task);
        return task.pollQueued(turns);
    }

    private @Nullable Task<?> next() {
        if (host.damaged) {
            host.queueOwed();
        }
        if (!lined.isEmpty()) {
            return lined.remove(0);
        }
        Task<?> yielded = turns.nextReleased();
        return yielded != null ? yielded : queue.poll();
    }

    private int count() {
        line();
        if (settleInTime() || lined.isEmpty() && settle()) {
            line();
        }
        return lined.size();
    }

    private void line() {
        for (Task<?> task = turns.nextReleased(); task != null; task = turns.nextReleased()) {
            lined.add(task);
        }
        for (Task<?> task = queue.poll(); task != null; task = queue.poll()) {
            lined.add(task);
        }
    }

    /** What is ready outside, due timers and those who yielded, if they have waited long enough for it. */
    @SuppressWarnings("ShortCircuitBoolean") // both have to run
    private boolean settleInTime() {
        return sinceSettled >= SETTLE_EVERY && (glance() | settle());
    }

    private boolean settle() {
        return settle(false);
    }

    /**
     * Fires due timers, then wakes those who yielded; returns whether a task may be runnable now.
     *
     * @param drained whether the queue was empty just now
     */
    private boolean settle(boolean drained) {
        sinceSettled = 0;
        boolean any = shard != null && shard.fireDue();
        if (turns.hasYielding()) {
            any |= glance();
            turns.releaseYielded(drained && !any);
        }
        return any || turns.released > 0 || !queue.isEmpty();
    }

    /** What is ready outside, if there is a driver; returns whether anything was. */
    private boolean glance() {
        Driver driver = seat.take();
        if (driver == null) {
            return false;
        }
        driver.await(0);
        return deliver(driver);
    }

    private boolean deliver(Driver driver) {
        boolean any = driver.dispatch() > 0;
        seat.release();
        return any;
    }

    /** Parks until a waker has queued something or a timer is due; returns early now and then. */
    private void park() {
        Driver driver = seat.take();
        waitsIn = driver; // before the queue and the timers are looked at ↔ unparkRunner() does it the other way round
        long nanos = Math.min(LONGEST_PARK, shard == null ? Long.MAX_VALUE : shard.nanosToNext());
        if (queue.isEmpty() && nanos > 0) {
            if (driver != null) {
                awaitIn(driver, nanos);
            } else {
                ManagedParking.park(this, nanos, () -> !queue.isEmpty());
            }
        }
        waitsIn = null;
        if (driver != null) {
            deliver(driver);
        }
    }

    private void awaitIn(Driver driver, long nanos) {
        try {
            ManagedParking.await(() -> !queue.isEmpty(), () -> driver.await(nanos));
        } catch (InterruptedException impossible) {
            Thread.currentThread().interrupt(); // a driver does not throw it
        }
    }

    /** Before the park it makes the park return at once, so nothing is lost in between. */
    private void unparkRunner() {
        Thread running = runner.get();
        if (running != null && running != Thread.currentThread()) {
            VarHandle.fullFence(); // ↔ the write in park()
            Driver driver = waitsIn;
            if (driver != null) {
                driver.wakeUp();
            }
            LockSupport.unpark(running);
        }
    }

    // ------------------------------------------------------------------ closing

    /**
     * Cancels all tasks and runs their clean-ups on the calling thread until every task has ended. A {@link ManualTime}
     * is advanced as far as clean-ups need it. Later spawns give cancelled handles. Calling it again does nothing.
     *
     * @throws IllegalStateException inside a poll, on a worker, or while another thread runs this pool
     */
    @Override
    public void close() {
        Trampoline thread = begin("close");
        boolean interrupted = false;
        try {
            BlockingCall.letGoOf(this);
            cancelTasks();
            while (!registry.isEmpty()) {
                if (!(pollOne() || settle() || advance())) {
                    park();
                    interrupted |= Thread.interrupted();
                }
            }
            unobserved.flush();
            seat.close();
            OpenPools.remove(this);
            if (shard != null) {
                shard.close();
            }
        } finally {
            end(thread);
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void cancelTasks() {
        registry.close();
        registry.forEachWaiting(Task::cancelByClosing);
    }

    /**
     * Returns how many tasks have not ended.
     *
     * @return the number of tasks
     */
    public long liveTasks() {
        return registry.size();
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
        return TaskTrees.of(this, registry, visitor -> {});
    }

    @Override
    public String toString() {
        return "LocalPool[" + liveTasks() + " tasks" + (registry.isClosed() ? ", closed]" : "]");
    }

    /** What the tasks see of this pool. */
    private final class Host extends TaskHost {

        static {
            MachineErrors.lookedUp(StackOverflowError.class, OutOfMemoryError.class);
        }

        @Override
        void enqueue(Task<?> task) {
            assert !task.isLocked() : "a second entry of " + task;
            queue.add(task);
            try {
                VarHandle.fullFence(); // ↔ the compareAndSet in begin(): either it sees the task, or this sees the
                // runner
                unparkRunner();
            } catch (StackOverflowError | OutOfMemoryError cut) {
                damaged = true; // queued, but the runner sleeps on, for LONGEST_PARK at most
            }
        }

        @Override
        void run(Task<?> task) {
            throw new IllegalStateException(task + " is polled by the run methods of its pool only");
        }

        @Override
        void failedUnobserved(Task<?> task, Throwable failure) {
            unobserved.add(task, failure, timers);
        }

        @Override
        public String toString() {
            return "LocalPool";
        }
    }

    /** The runner of this pool at the moment. */
    private final class Turns extends PoolRunner {

        Turns() {
            super(registry, 0);
        }

        /**
         * The one that has yielded last. Each leads to the one that has yielded after it, and the last one to the
         * first, so that a yield writes only one reference into this object, which is old: none, if the same task
         * yields again and again, because the field keeps a task that has had its turn until that ends.
         */
        private @Nullable QueueNode lastYielded;

        private int yielded;
        private boolean partsYielded;

        /** How many of those that have yielded, from the first, have their turn before {@link LocalPool#queue}. */
        int released;

        @Override
        void queueAtBack(Task<?> task) {
            queue.add(task);
        }

        @Override
        void queueBehindTimers(Task<?> task) {
            addYielded(task);
        }

        @Override
        boolean queueLocked(Task<?> task) {
            addYielded(task);
            return true;
        }

        @Override
        void leave(Task<?> task) {
            super.leave(task);
            if (lastYielded == task) {
                lastYielded = null;
            }
        }

        @Override
        void defer(Waker part) {
            if (yielded == 0 || !(lastYielded instanceof Part last && last.waker == part)) {
                addYielded(new Part(part));
                partsYielded = true;
            }
        }

        private void addYielded(QueueNode node) {
            QueueNode last = lastYielded;
            if (last == null || yielded == 0) {
                node.next = node;
            } else {
                node.next = last.next;
                last.next = node;
            }
            if (last != node) {
                lastYielded = node;
            }
            yielded++;
        }

        private QueueNode removeYielded() {
            QueueNode last = Objects.requireNonNull(lastYielded);
            QueueNode first = Objects.requireNonNull(last.next);
            boolean isTask = first instanceof Task<?>;
            if (first != last) {
                last.next = first.next;
            } else if (!isTask) {
                lastYielded = null;
            }
            first.next = isTask && ((Task<?>) first).isLocked() ? first : null; // see TaskState
            yielded--;
            return first;
        }

        /** Tells whether something has yielded that has not had its turn. */
        boolean hasYielding() {
            return yielded > 0;
        }

        /**
         * Gives what has yielded its turn, behind what is queued.
         *
         * @param drained whether nothing is, but what other threads have queued meanwhile
         */
        void releaseYielded(boolean drained) {
            if (released > 0) {
                return; // what was released before has its turn first
            }
            released = yielded;
            if (partsYielded || !drained && !queue.isEmpty()) {
                partsYielded = false;
                for (; released > 0; released--) {
                    QueueNode node = removeYielded();
                    if (node instanceof Task<?> task) {
                        task.letLockGo();
                        queue.add(task);
                    } else {
                        ((Part) node).wake();
                    }
                }
            }
        }

        /** Returns the next one that has yielded and has its turn, null if there is none. */
        @Nullable
        Task<?> nextReleased() {
            if (released == 0) {
                return null;
            }
            released--;
            return (Task<?>) removeYielded();
        }
    }
}
