package pollux.executor;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;
import pollux.future.Context;
import pollux.future.Failures;
import pollux.future.Waker;
import pollux.internal.queue.StealQueue;

/** Hop 7: one thread of a pool, and its loop. */
final class Worker implements Runnable {

    /*
     * Each turn of the loop:
     *
     *  1. Every 61 turns: what is ready outside, due timers, those who yielded, and how long polls take here.
     *  2. Find a task: every now and then the inject queue first; else the own slot, the own ring, a batch of the inject queue.
     *  3. Poll it, and then up to 3 tasks that land in the slot one after the other: what was woken last is warmest. The third
     *     finds the slot closed, so two tasks that wake each other do not keep the others from running.
     *  4. Nothing found: due timers, then those who yielded, then 2 again. Yielding tasks cannot run ahead of the timers, nor
     *     of the driver.
     *  5. Still nothing: search, half of a peer's ring, or the inject queue.
     *  6. Still nothing: announce, look once more, park until the next timer (rules 4 and 1 of IdleSet); in the driver, if
     *     there is one and nobody waits in it.
     *
     * The slot is taken with getAndSet, so that a peer may one day steal it. All else here belongs to the worker's thread.
     */

    private static final int MAINTENANCE = 61;
    private static final int SLOT_IN_A_ROW = 3;
    private static final int BATCH = 32;

    private static final VarHandle SLOT;

    static {
        try {
            SLOT = MethodHandles.lookup().findVarHandle(Worker.class, "slot", Task.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    final Parking parking;
    final TimerShard timers;
    final StealQueue<Task<?>> ring;

    private final Workers all;
    private final boolean hasSlot;
    private final ArrayDeque<Waker> deferred = new ArrayDeque<>();
    private final Context cx = new Context(this::defer);
    private final InjectInterval interval = new InjectInterval();
    private volatile @Nullable Task<?> slot;
    private boolean slotOpen;
    private boolean searching;
    private boolean quiet;
    private long random;
    private int turn;
    private int sinceInject;
    private long measuredFrom;

    Worker(Workers all, int index, boolean hasSlot, long seed) {
        this.all = all;
        this.hasSlot = hasSlot;
        this.slotOpen = hasSlot;
        this.random = seed | 1;
        this.parking = new Parking(index, all.platform);
        this.timers = new TimerShard(all.platform.clock(), this::nudgeFromOutside);
        this.ring = new StealQueue<>(all.inject::add);
    }

    boolean belongsTo(Workers pool) {
        return all == pool;
    }

    // ------------------------------------------------------------------ the publishing side, on the worker's own
    // thread

    /** Queues a task that was woken here. */
    void push(Task<?> task) {
        Task<?> displaced = task;
        if (slotOpen) {
            displaced = (Task<?>) SLOT.getAndSet(this, task);
            if (displaced == null) {
                return; // nobody is told: it runs here next
            }
        }
        pushBack(displaced);
    }

    /** Queues a task behind all others of this worker. */
    void pushBack(Task<?> task) {
        ring.push(task);
        if (!quiet) {
            all.idle.notifyOne();
        }
    }

    private void defer(Waker waker) {
        if (deferred.peekLast() != waker) {
            deferred.add(waker);
        }
    }

    private void nudgeFromOutside() {
        if (!parking.isOccupiedBy(Thread.currentThread())) {
            parking.nudge();
        }
    }

    // ------------------------------------------------------------------ the loop

    @Override
    public void run() {
        Thread thread = Thread.currentThread();
        // on a thread of the user's own making nothing else tells that it polls
        PollingThread polling = thread instanceof PoolThread ? null : PollingThread.enter();
        parking.occupy(thread);
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
        if (polling != null) {
            polling.leave();
        }
    }

    private void turn() {
        if (++turn == MAINTENANCE) {
            measure(turn);
            glance();
            settle();
        }
        Task<?> task = next();
        if (task == null) {
            if (settle()) {
                return;
            }
            task = search();
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
            own = ring.pop();
        }
        return own != null ? own : takeBatch();
    }

    private @Nullable Task<?> takeBatch() {
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
                return;
            }
            slotOpen = inARow < SLOT_IN_A_ROW && hasSlot;
            poll(warm);
        }
        slotOpen = hasSlot;
    }

    private void poll(Task<?> task) {
        task.poll(cx);
        Thread.interrupted(); // no interrupt reaches the next task
    }

    private @Nullable Task<?> takeSlot() {
        return slot == null ? null : (Task<?>) SLOT.getAndSet(this, null);
    }

    /** Due timers, then those who yielded, all of them to the back; returns whether there were any. */
    private boolean settle() {
        if (!deferred.isEmpty()) {
            glance();
        }
        slotOpen = false;
        try {
            boolean any = timers.fireDue();
            for (int yielded = deferred.size(); yielded > 0; yielded--) {
                any = true;
                deferred.remove().wake();
            }
            return any;
        } finally {
            slotOpen = hasSlot;
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
                Task<?> stolen = peer.ring.stealInto(ring);
                if (stolen != null) {
                    return stolen;
                }
            }
        }
        return takeBatch();
    }

    private void park() {
        all.idle.announce(parking, searching);
        if (all.hasWork()) {
            all.idle.notifyOne(); // maybe this very worker, which then does not sleep
        }
        measure(turn - 1); // this one polled nothing
        Driver driver = all.seat.take();
        searching = parking.sleep(all.isStopped() ? 0 : timers.nanosToNext(), driver);
        measuredFrom = all.platform.clock().nanoTime();
        if (driver != null) {
            deliver(driver);
        }
    }

    /** What is ready outside, if there is a driver and nobody waits in it. */
    private void glance() {
        Driver driver = all.seat.take();
        if (driver != null) {
            driver.await(0);
            deliver(driver);
        }
    }

    /** Queues what the driver has found, in its order, gives up the seat, and tells the others once (rule 5). */
    private void deliver(Driver driver) {
        slotOpen = false;
        quiet = true;
        int woken = driver.dispatch();
        quiet = false;
        slotOpen = hasSlot;
        all.seat.release();
        if (woken > 1 && !searching) {
            all.idle.notifyOne();
        }
    }

    /** Learns how long polls take, from those since the last time, and begins to count anew. */
    private void measure(int polls) {
        long now = all.platform.clock().nanoTime();
        interval.learn(now - measuredFrom, polls);
        measuredFrom = now;
        turn = 0;
    }

    private int nextRandom(int bound) {
        random ^= random << 13;
        random ^= random >>> 7;
        random ^= random << 17;
        return (int) ((random >>> 33) * bound >>> 31);
    }

    @Override
    public String toString() {
        return "Worker[" + parking.index + "]";
    }
}
