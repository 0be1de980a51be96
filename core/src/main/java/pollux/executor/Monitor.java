package pollux.executor;

import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import pollux.future.Failures;

/**
 * Watches over the workers of a pool. When one of them sits in a poll, it sees to it that others take what waits behind it, and
 * says where it sits.
 */
final class Monitor implements Runnable {

    /*
     * It looks every TICK. A worker is stuck if it is in the same poll as a tick before, by Worker.beat. Then:
     *
     *  - its slot goes to the inject queue; whatever lands there later is taken at the next tick, or by a searcher as the last
     *    thing it looks at. The ring can be stolen from anyway.
     *  - somebody is woken if there is anything to take, something has yielded there, or one of its timers is due. Searchers, and
     *    workers that look at their own timers, fire those of stuck workers and take over what has yielded on them. So nothing but
     *    the monitor's own code runs on its thread.
     *  - after the time that the user has set, its stack is logged, at most once per second and pool.
     *
     * A worker leaves the driver to poll what it has found there. If nobody has sat in the driver since the look before, because
     * that poll or those after it take their time, it wakes a sleeper, which finds nothing else to do and sits down. A worker
     * with many short polls looks by itself, every 61 of them, and is left alone.
     *
     * Pauses of the JVM stop the workers as well as the monitor: by how much a look is late, all polls count as having begun
     * later.
     *
     * Asleep: after QUIET looks in a row with every worker asleep the thread looks for damage only, once a second. A worker that finds a task for
     * the first time since it slept stirs it; it reads one field if the monitor is awake.
     *
     *     monitor:  write ASLEEP, look at the workers       worker:  no longer asleep, then read the state
     */

    static final long TICK = 10_000_000;

    private static final long LOG_EVERY = 1_000_000_000;
    private static final int QUIET = 10;

    /** How long damage may last if nothing else comes across it, see TaskHost. */
    private static final long REPAIR_EVERY = 1_000_000_000;

    private static final int NEW = 0;
    private static final int AWAKE = 1;
    private static final int ASLEEP = 2;
    private static final int OFF = 3;

    private final Workers all;
    private final Platform platform;
    private final long blockedNanos;
    private final AtomicInteger state;
    private volatile @Nullable Thread thread;
    private volatile boolean stuck;

    private long[] beats = {};
    private long[] since = {};
    private int sittings = DriverSeat.NOBODY_HAS_TO;
    private long looked;
    private long logged;

    Monitor(Workers all, Platform platform, TaskPool.Builder options) {
        this.all = all;
        this.platform = platform;
        this.blockedNanos = options.blockedNanos;
        this.state = new AtomicInteger(options.monitor ? NEW : OFF);
    }

    /** Tells whether any worker is stuck. */
    boolean sawStuck() {
        return stuck;
    }

    /** Called by a worker that has work again. */
    void stir() {
        int now = state.get();
        if (now == ASLEEP && state.compareAndSet(ASLEEP, AWAKE)) {
            platform.unpark(thread);
        } else if (now == NEW && state.compareAndSet(NEW, AWAKE)) {
            try {
                Thread made = platform.newMonitorThread(this, all + "-monitor");
                thread = made;
                made.start();
            } catch (Throwable refusal) {
                state.set(OFF);
                Failures.report("nobody watches over the workers of " + all + ", there is no thread for it", refusal);
            }
        }
    }

    /** The workers have been told to stop. */
    void end() {
        Thread watching = thread;
        if (watching != null) {
            platform.unpark(watching);
        }
    }

    @Override
    public void run() {
        int quiet = 0;
        while (!all.isStopped()) {
            platform.park(this, TICK);
            Thread.interrupted();
            try {
                repair();
                quiet = look() ? 0 : quiet + 1;
            } catch (Throwable failure) {
                Failures.report("the monitor of " + all + " goes on after a failure", failure);
            }
            if (quiet > QUIET) {
                sleep();
                quiet = 0;
            }
        }
    }

    private void sleep() {
        state.set(ASLEEP);
        while (state.get() == ASLEEP && !all.isStopped() && allAsleep()) {
            platform.park(this, REPAIR_EVERY);
            Thread.interrupted();
            repair();
        }
        state.set(AWAKE);
        beats = new long[0];
    }

    private void repair() {
        all.repairIfDamaged();
        HostedSpawner.INLINE.repairIfDamaged();
    }

    private boolean allAsleep() {
        for (Worker worker : all.workers) {
            if (!worker.parking.isAsleep()) {
                return false;
            }
        }
        return true;
    }

    /** Looks at all workers once; returns whether any of them is awake. */
    boolean look() {
        long now = platform.clock().nanoTime();
        Worker[] workers = all.workers;
        if (beats.length == 0) {
            beats = new long[workers.length];
            since = new long[workers.length];
            looked = now;
            logged = now - LOG_EVERY;
        }
        long late = Math.max(0, now - looked - TICK);
        looked = now;
        boolean any = false;
        for (int i = 0; i < workers.length; i++) {
            Worker worker = workers[i];
            long beat = worker.beat();
            boolean same = beat == beats[i] && (beat & 1) != 0;
            since[i] = same ? since[i] + late : now;
            beats[i] = beat;
            worker.stuck = same;
            any |= same;
        }
        stuck = any;
        for (int i = 0; any && i < workers.length; i++) {
            if (workers[i].stuck) {
                relieve(workers[i]);
                tell(workers[i], now, now - since[i]);
            }
        }
        fillSeat();
        return any || !allAsleep();
    }

    private void fillSeat() {
        int before = sittings;
        sittings = all.seat.sittings();
        if (sittings == before && (before & 1) == 0) {
            all.idle.notifyOne();
        }
    }

    private void relieve(Worker worker) {
        Task<?> waiting = worker.takeSlot();
        if (waiting != null) {
            all.inject.add(waiting);
        }
        if (waiting != null || !worker.ring.isEmpty() || worker.hasYielding() || worker.timers.nanosToNext() == 0) {
            all.idle.notifyOne();
        }
    }

    private void tell(Worker worker, long now, long nanos) {
        if (nanos >= blockedNanos && now - logged >= LOG_EVERY) {
            logged = now;
            BlockedPoll where = new BlockedPoll(worker.parking.stack());
            if ((worker.beat() & 1) != 0) {
                Failures.report(
                        worker + " of " + all + " has been in one poll for " + nanos / 1_000_000 + " ms, of "
                                + worker.cx.waker()
                                + "; use spawnBlocking for code that blocks, and yield in long loops",
                        where);
            }
        }
    }

    /** The place where a worker sits, as something that loggers can print. */
    static final class BlockedPoll extends Exception {

        private static final long serialVersionUID = 1;

        BlockedPoll(StackTraceElement[] stack) {
            super("blocked here", null, false, true);
            setStackTrace(stack);
        }
    }
}
