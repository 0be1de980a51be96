package pollux.executor;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import pollux.future.Failures;

/**
 * Watches over the workers of a pool. When one of them sits in a poll, it sees to it that others take what waits behind
 * it, and says where it sits.
 */
final class Monitor implements Runnable {

    /*
     * It looks every TICK. A worker is stuck if it is in the same poll as a tick before, by Worker.beat. Then:
     *
     *  - its slot goes to the inject queue; whatever lands there later is taken at the next tick, or by a searcher as
     *  the last
     *    thing it looks at. The ring can be stolen from anyway.
     *  - a worker is woken if there is anything to take, something has yielded there, or one of its timers is due.
     *  Searchers, and
     *    workers that look at their own timers, fire those of stuck workers and take over what has yielded on them. So
     *    nothing but the monitor's own code runs on its thread.
     *  - after the time that the user has set, its stack is logged, at most once per second and pool; of several polls
     *  the one that was
     *    reported least recently.
     *
     * Spare workers: if all workers of the pool are stuck, and the pool may have spare ones, one that is not stuck is
     * awake or woken, or one more is started; at most one a look. A spare worker steals, fires the timers of stuck
     * peers, and waits in the driver like others, but is not on the stack of sleepers: it looks every TICK. When a
     * worker of the pool has come back, the spare ones leave what they have to the others and sleep. Their threads
     * stay.
     *
     * What is no mistake of the poll is not reported before it takes SLOW_START: a class that is loaded or initialised,
     * a lambda or a concatenation of strings that is linked by its first call.
     *
     * A worker leaves the driver to poll what it has found there. If no worker has held the driver since the look
     * before, because that poll or those after it take their time, it wakes a sleeper, which finds nothing else to do
     * and sits down. A worker with many short polls looks by itself, every 61 of them, and is left alone.
     *
     * Pauses of the JVM stop the workers as well as the monitor: by how much a look is late, all polls count as having
     * begun later.
     *
     * Asleep: after QUIET looks in a row with every worker asleep the thread looks for damage only, once a second. A
     * worker that finds a task for the first time since it slept stirs it; it reads one field if the monitor is awake.
     *
     *     monitor:  write ASLEEP, look at the workers       worker:  no longer asleep, then read the state
     */

    static final long TICK = 10_000_000;

    private static final long LOG_EVERY = 1_000_000_000;

    /** How long a class may be loaded or initialised in a poll before that is reported. */
    private static final long SLOW_START = 2_000_000_000;

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
    private volatile boolean needsSpares;

    private long[] beats = {};
    private long[] since = {};

    /** After how long the poll of each worker is reported, or looked at again. */
    private long[] tellAfter = {};

    /** Which report was the last one of the poll of each worker; 0 if it had none. */
    private long[] told = {};

    private long reports;

    private int sittings = DriverSlot.NOBODY_HAS_TO;
    private long looked;
    private long logged;

    /** Here, so that its class is loaded with the pool and not in the middle of a repair. */
    private final TaskHost inline = (TaskHost) Spawner.inline();

    /** Whether a failure of this monitor was reported; its own thread only. */
    private boolean failed;

    Monitor(Workers all, Platform platform, PoolOptions options) {
        this.all = all;
        this.platform = platform;
        this.blockedNanos = options.blockedNanos;
        this.state = new AtomicInteger(options.monitor ? NEW : OFF);
    }

    /** Tells whether any worker is stuck. */
    boolean sawStuck() {
        return stuck;
    }

    /** Tells whether a poll that has lasted so long is to be reported. */
    boolean isBlocked(long nanos) {
        return nanos > 0 && nanos >= blockedNanos;
    }

    /** Called by a worker that has work again. */
    void stir() {
        int now = state.get();
        if (now == ASLEEP && state.compareAndSet(ASLEEP, AWAKE)) {
            Thread sleeping = thread;
            if (sleeping != null) {
                platform.unpark(sleeping);
            }
        } else if (now == NEW && state.compareAndSet(NEW, AWAKE)) {
            try {
                Thread made = platform.newMonitorThread(this, all + "-monitor");
                thread = made;
                made.start();
            } catch (Throwable refusal) {
                state.set(OFF);
                Failures.report("no monitor watches the workers of " + all + ", there is no thread for it", refusal);
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
        Failures.prepare(); // here, where nothing waits for it
        int quiet = 0;
        while (!all.isStopped()) {
            platform.park(this, TICK);
            Thread.interrupted();
            try {
                repair();
                quiet = look() ? 0 : quiet + 1;
            } catch (Throwable failure) {
                quiet = 0;
                if (!failed) { // one that lasts, such as a class that cannot be loaded any more, would fill the log
                    failed = true;
                    Failures.report("the monitor of " + all + " goes on after a failure", failure);
                }
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
        inline.repairIfDamaged();
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
            looked = now;
            logged = now - LOG_EVERY;
        }
        if (beats.length < workers.length) {
            beats = Arrays.copyOf(beats, workers.length);
            since = Arrays.copyOf(since, workers.length);
            tellAfter = Arrays.copyOf(tellAfter, workers.length);
            told = Arrays.copyOf(told, workers.length);
        }
        long late = Math.max(0, now - looked - TICK);
        looked = now;
        boolean any = false;
        int stuckRegulars = 0;
        for (int i = 0; i < workers.length; i++) {
            Worker worker = workers[i];
            long beat = worker.beat();
            boolean same = beat == beats[i] && (beat & 1) != 0;
            since[i] = same ? since[i] + late : now;
            if (!same) {
                tellAfter[i] = blockedNanos;
                told[i] = 0;
            }
            beats[i] = beat;
            worker.stuckNanos = now - since[i];
            worker.stuck = same;
            any |= same;
            stuckRegulars += same && i < all.regulars ? 1 : 0;
        }
        stuck = any;
        needsSpares = stuckRegulars == all.regulars;
        for (int i = 0; any && i < workers.length; i++) {
            if (workers[i].stuck) {
                relieve(workers[i]);
            }
        }
        tell(workers, now);
        if (needsSpares) {
            wakeSpare(workers);
        }
        fillSeat();
        return any || !allAsleep();
    }

    /** Tells whether all workers that the pool was built with are stuck. */
    boolean needsSpares() {
        return needsSpares;
    }

    private void wakeSpare(Worker[] workers) {
        for (int i = all.regulars; i < workers.length; i++) {
            if (!workers[i].stuck) {
                workers[i].parking.nudge();
                return;
            }
        }
        all.startSpare();
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
        if (waiting != null
                || !worker.runnable().isEmpty()
                || worker.hasYielding()
                || worker.timers.nanosToNext() == 0) {
            all.idle.notifyOne();
        }
    }

    /** Reports the poll that is due and was reported least recently. */
    private void tell(Worker[] workers, long now) {
        if (now - logged < LOG_EVERY) {
            return;
        }
        int next = -1;
        for (int i = 0; i < workers.length; i++) {
            if (workers[i].stuck && now - since[i] >= tellAfter[i] && (next < 0 || told[i] < told[next])) {
                next = i;
            }
        }
        if (next >= 0) {
            tell(workers[next], next, now - since[next], now);
        }
    }

    private void tell(Worker worker, int index, long nanos, long now) {
        StackTraceElement[] stack = worker.parking.stack();
        if ((worker.beat() & 1) == 0 || worker.beat() != beats[index]) {
            return; // it has gone on, and the stack is that of another poll
        }
        if (nanos < SLOW_START && BlockedPoll.isStartUp(stack)) {
            tellAfter[index] = nanos + blockedNanos; // looks again then, and nothing is used up
            return;
        }
        logged = now;
        told[index] = ++reports;
        Failures.report(
                worker + " of " + all + " has been in one poll for " + nanos / 1_000_000 + " ms, of "
                        + worker.cx.polled()
                        + "; use spawnBlocking for code that blocks, and yield in long loops",
                new BlockedPoll(BlockedPoll.shortened(stack)));
    }
}
