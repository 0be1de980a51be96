package pollux.executor;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import pollux.future.Failures;
import pollux.future.Waker;
import pollux.internal.memory.MachineErrors;
import pollux.internal.memory.VarHandles;
import pollux.internal.queue.HandoverStack;
import pollux.internal.queue.QueueNode;
import pollux.internal.queue.StealQueue;

/** Hop 7: one thread of a pool, and its loop. */
final class Worker extends PoolRunner implements Runnable, PoolThread.Polling {

    /*
     * Each turn of the loop:
     *
     *  1. Every 61 turns: what is ready outside, due timers, those who yielded, and how long polls take here.
     *  2. Find a task: every now and then the inject queue first; else the own slot, the own ring, a batch of the
     *     inject queue.
     *  3. Poll it, and then up to 3 tasks that land in the slot one after the other: what was woken last is warmest.
     *     They share the budget of the first. The third finds the slot closed if others wait here, so two tasks that
     *     wake each other do not keep those from running.
     *  4. Nothing found: due timers, then those that yielded, then 2 again. Yielding tasks cannot run ahead of the
     *     timers, nor of the driver.
     *  5. Still nothing: search, half of a peer's ring, or the inject queue; last, what waits behind a peer that the
     *     Monitor has found stuck in a poll.
     *  6. Still nothing: announce, look once more, park until the next timer (rules 4 and 1 of IdleSet); in the driver,
     *     if there is one and no thread waits in it.
     *
     * What yields goes into `later`, the twin of `ring`. When the ring is empty at step 4 the two change places, so a
     * yield costs one place in one ring, and what has yielded can be stolen once it has its turn. If the ring is not
     * empty, at step 1 or because a timer was due, both keep their places, and `releasedRing` and `releasedLater` note
     * how far they are filled: the tasks of `later` have their turn when those of the ring are taken. What `later`
     * cannot hold (parts of tasks, a 257th task) and all that yields after it goes to `more`, and from there to the
     * back of the ring.
     *
     * Whom to tell (rule 1 of IdleSet): a task that is pushed out into the ring in the middle of a poll is announced,
     * since it is not known how long that poll takes. A task that comes in between two polls is taken by this worker
     * itself in a moment; only if there is more than one, the others are told, once.
     *
     * The slot is filled by its owner and emptied by getAndSet, so that others can take from it. `beat` is odd during a
     * poll, and even between two. The counters are written here and read by others without any order. All else belongs
     * to the thread.
     */

    static {
        MachineErrors.lookedUp(StackOverflowError.class, OutOfMemoryError.class);
    }

    private static final int SLOT_IN_A_ROW = 3;
    private static final int BATCH = 32;

    private static final VarHandle SLOT = VarHandles.handle(MethodHandles.lookup(), "slot", Task.class);
    private static final VarHandle RING = VarHandles.handle(MethodHandles.lookup(), "ring", StealQueue.class);
    private static final VarHandle BEAT = VarHandles.handle(MethodHandles.lookup(), "beat", long.class);

    final Parker parking;
    final TimerShard timers;

    /** What is runnable here. Any worker may steal from it; the owner alone changes it. */
    private StealQueue<Task<?>> ring;

    /** The tasks that have yielded. Any worker may steal from it while this one is stuck. */
    private StealQueue<Task<?>> later;

    /** What {@link #later} cannot hold, in order, and all that has yielded after it. */
    private final HandoverStack<QueueNode> more = new HandoverStack<>();

    /** Whether what was in {@link #later} has its turn after what was in {@link #ring}. */
    private boolean released;

    private int releasedRing;
    private int releasedLater;

    private final Workers all;
    private final boolean spare;
    private final boolean hasSlot;
    private final int maintenance;
    private final @Nullable Hooks hooks;
    private final InjectInterval interval;
    private volatile @Nullable Task<?> slot;
    private boolean slotOpen;

    private boolean searching;
    private boolean quiet;
    private boolean stirred;
    private long random;
    private int turn;
    private int sinceInject;
    private long measuredFrom;

    /** Whether the {@link Monitor} has found this worker stuck. */
    volatile boolean stuck;

    /** How long the present poll had lasted when the {@link Monitor} looked; read by others without any order. */
    long stuckNanos;

    private long beat;
    private long steals;
    private long parks;
    private long overflows;
    private long busyNanos;

    Worker(Workers all, OwnedTasks registry, int index, PoolOptions options, long seed) {
        super(registry, index);
        this.all = all;
        this.spare = index >= all.regulars;
        this.hasSlot = options.lifoSlot;
        this.slotOpen = hasSlot;
        this.maintenance = options.maintenanceInterval;
        this.interval = new InjectInterval(options.injectInterval);
        this.hooks = all.hooks.aroundPolls() ? all.hooks : null;
        this.random = seed | 1;
        cx.seed(seed);
        this.parking = new Parker(index, all.platform);
        this.timers = new TimerShard(all.platform.clock(), this::nudgeFromOutside);
        this.ring = new StealQueue<>(this::overflow);
        this.later = new StealQueue<>(this::overflow);
    }

    boolean belongsTo(Workers pool) {
        return all == pool;
    }

    // ------------------------------------------------------------------ the publishing side, on the worker's own
    // thread

    /** Queues a task that was woken here. */
    void push(Task<?> task) {
        if (!slotOpen) {
            pushOut(task);
        } else if (slot == null) {
            SLOT.setRelease(this, task); // no other thread fills it, and no worker is woken: it runs here next
        } else {
            Task<?> displaced = slot;
            if (displaced == null || !SLOT.compareAndSet(this, displaced, task)) {
                SLOT.setRelease(this, task); // another worker has emptied it; none but this one fills it
                return;
            }
            try {
                pushOut(displaced);
            } catch (StackOverflowError | OutOfMemoryError cut) {
                for (int i = 0; i < TaskHost.OWED; i++) { // see TaskHost: no calls here, and no lock
                    if (all.owed[i] == null) {
                        all.owed[i] = displaced;
                        break;
                    }
                }
                all.damaged = true;
            }
        }
    }

    private void pushOut(Task<?> task) {
        ring.push(task);
        if (!quiet) {
            try {
                all.idle.notifyOne();
            } catch (StackOverflowError | OutOfMemoryError cut) {
                all.idle.damaged = true; // step 3 of TaskHost: the task is queued, and must not be queued again
            }
        }
    }

    /** Queues a task after its poll. */
    @Override
    void queueAtBack(Task<?> task) {
        boolean alone = slot == null && ring.isEmpty();
        ring.push(task);
        if (!alone && !quiet) {
            all.idle.notifyOne();
        }
    }

    @Override
    void queueBehindTimers(Task<?> task) {
        if (!more.isEmpty() || !later.offer(task)) {
            more.add(task);
        }
    }

    @Override
    boolean queueLocked(Task<?> task) {
        if (!more.isEmpty()) {
            return false;
        }
        task.keepLock(); // before others can take it
        return later.offer(task) || dropMark(task);
    }

    private static boolean dropMark(Task<?> task) {
        task.next = null;
        return false;
    }

    @Override
    void defer(Waker part) {
        if (!(more.last() instanceof Part last && last.waker == part)) {
            more.add(new Part(part));
        }
    }

    @Override
    void leave(Task<?> task) {
        super.leave(task);
        if (hooks != null) {
            hooks.taskEnd(task);
        }
    }

    private void overflow(Task<?> task) {
        overflows++;
        task.letLockGo();
        all.inject.add(task);
    }

    private void nudgeFromOutside() {
        if (!parking.isOccupiedBy(Thread.currentThread())) {
            parking.nudge();
        }
    }

    /** The context class loader of the thread; the owner only. */
    private @Nullable ClassLoader loader;

    // ------------------------------------------------------------------ the loop

    @Override
    public void run() {
        Thread thread = Thread.currentThread();
        // on a thread of the user's own making nothing else tells that it polls
        Trampoline polling = thread instanceof PoolThread own ? own.polling : Trampoline.enter();
        polling.polls(cx, all.pool());
        parking.occupy(thread);
        loader = thread.getContextClassLoader();
        all.started(this);
        measuredFrom = all.platform.clock().nanoTime();
        while (!all.isStopped()) {
            try {
                turn();
            } catch (Throwable failure) {
                // no user code throws up to here; whatever it is, the others need this worker
                Failures.report("worker " + thread.getName() + " goes on after a failure", failure);
            }
        }
        timers.close();
        all.ended(this);
        if (!(thread instanceof PoolThread)) {
            polling.leave();
        }
    }

    /** Tells whether this helps only while all others are stuck, see {@link Monitor}. */
    boolean isSpare() {
        return spare;
    }

    private void turn() {
        if (isSpare() && !all.monitor.needsSpares()) {
            stepBack();
            return;
        }
        if (++turn >= maintenance) {
            measure(turn);
            all.repairIfDamaged();
            glance();
            settle();
            helpStuckPeers();
        }
        Task<?> task = next();
        if (task == null) {
            if (settle()) {
                task = takeQueued(); // all that it finds is queued behind the others
                if (task == null) {
                    return; // another worker was quicker
                }
            } else {
                task = search();
            }
        }
        if (task == null) {
            park();
            return;
        }
        if (searching) {
            searching = false;
            if (all.idle.stopSearching()) {
                all.idle.notifyOne();
            }
        }
        if (!stirred) {
            stirred = true;
            all.monitor.stir();
        }
        pollWithSlot(task);
    }

    private @Nullable Task<?> next() {
        if (++sinceInject >= interval.ticks()) {
            sinceInject = 0;
            Task<?> outside = all.inject.take(nextRandom(all.workers.length));
            if (outside != null) {
                tellOthers();
                return outside;
            }
        }
        Task<?> own = takeSlot();
        if (own == null) {
            own = takeQueued();
        }
        return own != null ? own : takeBatch();
    }

    /** The next of the ring, or of those that have yielded if it is their turn. */
    @Nullable
    Task<?> takeQueued() {
        if (released && ring.isTakenBefore(releasedRing)) {
            Task<?> yielded = ring.isEmpty() ? null : later.popBefore(releasedLater);
            if (yielded != null) {
                return yielded;
            }
            released = false;
            if (ring.isEmpty()) {
                settle();
            }
        }
        return ring.pop();
    }

    private @Nullable Task<?> takeBatch() {
        if (all.inject.isEmpty()) {
            return null;
        }
        Task<?> first = all.inject.take(parking.index, ring, Math.min(BATCH, ring.batchRoom()));
        if (first != null) {
            tellOthers();
        }
        return first;
    }

    /** Rule 5; a searcher follows rule 3 instead, in a moment. */
    private void tellOthers() {
        if (!searching && (!ring.isEmpty() || !all.inject.isEmpty())) {
            all.idle.notifyOne();
        }
    }

    private void pollWithSlot(Task<?> first) {
        poll(first);
        for (int inARow = 1; inARow <= SLOT_IN_A_ROW; inARow++) {
            Task<?> warm = takeSlot();
            if (warm == null) {
                break;
            }
            if (!cx.hasBudget()) {
                queueAtBack(warm);
                break;
            }
            keepBudget();
            // the last one in a row queues behind those that wait in the ring, or have their turn after it
            slotOpen = hasSlot && (inARow < SLOT_IN_A_ROW || ring.isEmpty() && !released);
            poll(warm);
        }
        slotOpen = hasSlot;
    }

    private void poll(Task<?> task) {
        cancelIfClosed(task);
        BEAT.setOpaque(this, beat + 1);
        if (hooks == null) {
            task.pollQueued(this);
        } else {
            hooks.poll(task, this);
        }
        BEAT.setOpaque(this, beat + 1);
        Thread.interrupted(); // no interrupt reaches the next task
        Thread thread = Thread.currentThread();
        if (thread.getContextClassLoader() != loader) {
            thread.setContextClassLoader(loader); // nor a class loader
        }
    }

    /** Takes what is in the slot. Any thread, but others only while the owner is stuck. */
    @Nullable
    Task<?> takeSlot() {
        return slot == null ? null : (Task<?>) SLOT.getAndSet(this, null);
    }

    /** Due timers, then those who yielded, all of them to the back; returns whether there were any. */
    private boolean settle() {
        boolean yielding = hasYielding();
        if (yielding) {
            glance();
        }
        beginQuiet();
        try {
            boolean fired = timers.fireDue();
            if (yielding) {
                releaseYielded();
            }
            return fired || yielding;
        } finally {
            endQuiet();
        }
    }

    /** Tells whether something that has yielded waits here. Any thread. */
    boolean hasYielding() {
        return !later.isEmpty() || !more.isEmpty();
    }

    /** Gives what has yielded its turn, behind what is queued; what yields in the meantime waits for the next time. */
    void releaseYielded() {
        if (released) {
            return; // what was released before has its turn first
        }
        if (ring.isEmpty()) {
            StealQueue<Task<?>> empty = ring;
            RING.setRelease(this, later); // before what is published in it afterwards ↔ runnable()
            later = empty;
        } else {
            released = true;
            releasedRing = ring.end();
            releasedLater = later.end();
        }
        takeMoreOf(this);
    }

    /** Queues here what has yielded on a peer that is stuck in a poll. */
    void takeYieldedOf(Worker peer) {
        StealQueue<Task<?>> waiting = peer.later; // or its ring, if it comes back at this moment: no matter
        for (Task<?> last = waiting.stealInto(ring); last != null; last = waiting.stealInto(ring)) {
            queueAtBack(last);
        }
        takeMoreOf(peer);
    }

    private void takeMoreOf(Worker worker) {
        QueueNode next;
        for (QueueNode node = worker.more.takeAll(); node != null; node = next) {
            next = worker.more.next(node);
            if (node instanceof Task<?> task) {
                queueAtBack(task);
            } else {
                ((Part) node).wake();
            }
        }
    }

    /** From here on what comes in goes to the back, and no worker is woken. */
    private void beginQuiet() {
        slotOpen = false;
        quiet = true;
    }

    /** Tells the others, once, if there is more than this worker takes itself in a moment. */
    private void endQuiet() {
        quiet = false;
        slotOpen = hasSlot;
        if (!searching && (ring.hasSeveral() || slot != null && !ring.isEmpty())) {
            all.idle.notifyOne();
        }
    }

    private @Nullable Task<?> search() {
        if (!searching) {
            searching = all.idle.startSearching();
            if (!searching) {
                return null;
            }
        }
        Worker[] peers = all.workers;
        int start = nextRandom(peers.length);
        for (int i = 0; i < peers.length; i++) {
            Worker peer = peers[(start + i) % peers.length];
            if (peer != this) {
                Task<?> stolen = peer.runnable().stealInto(ring);
                if (stolen != null) {
                    steals++;
                    return stolen;
                }
            }
        }
        Task<?> outside = takeBatch();
        return outside != null || !all.monitor.sawStuck() ? outside : relieve();
    }

    /** What waits behind a peer that is stuck in a poll. */
    private @Nullable Task<?> relieve() {
        for (Worker peer : all.workers) {
            Task<?> left = peer != this && peer.stuck ? peer.takeSlot() : null;
            if (left != null) {
                steals++;
                return left;
            }
        }
        helpStuckPeers();
        return ring.pop();
    }

    /** Fires the due timers of peers that are stuck in a poll, and queues here what has yielded on them. */
    private void helpStuckPeers() {
        if (all.monitor.sawStuck()) {
            beginQuiet();
            try {
                for (Worker peer : all.workers) {
                    if (peer != this && peer.stuck) {
                        peer.timers.fireDue();
                        takeYieldedOf(peer);
                    }
                }
            } finally {
                endQuiet();
            }
        }
    }

    /** The others are back: leaves everything to them, and sleeps until the Monitor says otherwise. */
    private void stepBack() {
        beginQuiet();
        releaseYielded();
        endQuiet();
        for (Task<?> task = takeSlot(); task != null; task = takeSlot()) {
            all.inject.add(task);
        }
        released = false;
        for (Task<?> task = ring.pop(); task != null; task = ring.pop()) {
            task.letLockGo();
            all.inject.add(task);
        }
        for (Task<?> task = later.pop(); task != null; task = later.pop()) {
            task.letLockGo();
            all.inject.add(task);
        }
        if (all.hasWork()) {
            all.idle.notifyOne();
        }
        sleepAsSpare(Long.MAX_VALUE, null);
    }

    private void sleepAsSpare(long nanos, @Nullable Driver driver) {
        parking.prepare();
        if (searching) {
            searching = false;
            all.idle.stopSearching();
        }
        all.stopIfDone();
        measure(turn - 1);
        parks++;
        stirred = false;
        cx.end();
        boolean comeBack = nanos == Long.MAX_VALUE && all.monitor.needsSpares(); // prepared, then looks ↔ Monitor
        parking.sleep(all.isStopped() || comeBack ? 0 : nanos, driver);
        measuredFrom = all.platform.clock().nanoTime();
        if (driver != null) {
            deliver(driver);
        }
    }

    private void park() {
        all.repairIfDamaged();
        if (isSpare()) {
            // not on the stack of sleepers: looks by itself as often as the monitor does
            sleepAsSpare(all.hasWork() ? 0 : Monitor.TICK, all.seat.take());
            return;
        }
        all.idle.announce(parking, searching);
        if (all.hasWork()) {
            all.idle.notifyOne(); // maybe this very worker, which then does not sleep
        }
        all.stopIfDone(); // not at each end, see OwnedTasks
        measure(turn - 1); // this one polled nothing
        parks++;
        stirred = false;
        cx.end(); // an idle worker keeps nothing alive
        Driver driver = all.seat.take();
        all.hooks.park(this);
        searching = parking.sleep(all.isStopped() ? 0 : timers.nanosToNext(), driver);
        all.hooks.unpark(this);
        measuredFrom = all.platform.clock().nanoTime();
        if (driver != null) {
            deliver(driver);
        }
    }

    /** What is ready outside, if there is a driver and no thread waits in it. */
    private void glance() {
        Driver driver = all.seat.take();
        if (driver != null) {
            driver.await(0);
            deliver(driver);
        }
    }

    /** Queues what the driver has found, in its order, and gives up the seat (rule 5). */
    private void deliver(Driver driver) {
        beginQuiet();
        driver.dispatch();
        all.seat.release();
        endQuiet();
    }

    /** Learns how long polls take, from those since the last time, and begins to count anew. */
    private void measure(int polls) {
        long now = all.platform.clock().nanoTime();
        interval.learn(now - measuredFrom, polls);
        busyNanos += now - measuredFrom;
        measuredFrom = now;
        turn = 0;
    }

    private int nextRandom(int bound) {
        random ^= random << 13;
        random ^= random >>> 7;
        random ^= random << 17;
        return (int) ((random >>> 33) * bound >>> 31);
    }

    // ------------------------------------------------------------------ what others may know

    /** Returns the queue of what is runnable here. */
    @SuppressWarnings("unchecked") // the type of the field
    StealQueue<Task<?>> runnable() {
        return (StealQueue<Task<?>>) RING.getAcquire(this);
    }

    /** A number that changes with each poll, odd during one. */
    long beat() {
        return (long) BEAT.getOpaque(this);
    }

    /** Tells whether the calling thread, which is this worker's, is in a poll. */
    @Override
    public boolean isPolling() {
        return (beat & 1) != 0;
    }

    PoolMetrics.Worker metrics() {
        long now = beat();
        long blocked = stuck ? stuckNanos : 0;
        boolean polls = (now & 1) != 0;
        PoolMetrics.State state = polls
                ? all.monitor.isBlocked(blocked) ? PoolMetrics.State.BLOCKED : PoolMetrics.State.POLLING
                : parking.isAsleep() ? PoolMetrics.State.PARKED : PoolMetrics.State.SEARCHING;
        return new PoolMetrics.Worker(
                (now + 1) / 2,
                steals,
                parks,
                overflows,
                queueDepth(),
                Duration.ofNanos(busyNanos),
                state,
                polls && cx.polled() instanceof Task<?> task ? task.id() : 0,
                Duration.ofNanos(polls ? blocked : 0));
    }

    private int queueDepth() {
        StealQueue<Task<?>> queued = runnable();
        StealQueue<Task<?>> yielded = later; // by a race: it may be what is runnable now, and is not counted twice
        return queued.size() + (yielded == queued ? 0 : yielded.size()) + (slot == null ? 0 : 1);
    }

    @Override
    public String toString() {
        return "Worker[" + parking.index + "]";
    }
}
