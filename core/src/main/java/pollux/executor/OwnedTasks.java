package pollux.executor;

import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.Consumer;

/** All tasks of one pool that have not ended, so that closing also reaches those that will never be woken. */
final class OwnedTasks {

    /*
     * A task is found in one of two places. If it is due to run, it is in a queue, and a runner will come across it; a
     * runner of a closed registry cancels what it comes across. If it waits, it is in the OwnedTasksShard of the runner
     * that polled it first, from before that poll was over. So a task that never waits costs two plain counters, and is
     * in no list.
     *
     * How many there are: each runner counts what it has spawned from within a task, and what it has ended; threads
     * outside count what they spawn in `entered`. All counts only grow, so isEmpty() is exact if it reads the ends
     * first:
     *
     *     ends read ≤ ends then ≤ spawned then ≤ spawned read,      "then" being the moment between the two
     *
     * Equal sums mean that all are equal: at that moment no task was left.
     *
     * Closing against spawning. From outside: a spawner counts itself in, then reads `closed`; close() sets `closed`,
     * then looks at the counts. So a task is either counted before the pool may be found empty, or turned away. From
     * within a task: that task itself is counted, and its end comes later.
     *
     * Closing against ends, and the last ends on two runners against each other: who has ended a task, and who has
     * closed, looks here afterwards, behind a full fence (isDone). A runner does so before it sleeps, not at each end:
     * an end is counted by a release, which may still be on its way when the next line reads what others have counted.
     * So of several who look, the last to pass its fence sees all.
     *
     * Closing against waiting: a task is kept, then `closed` is read; close() sets `closed`, then visits those that are
     * kept.
     */

    private static final int APART = 16; // longs; counters that share a line are one counter

    private final OwnedTasksShard[] ledgers;
    private final AtomicLongArray entered;
    private final AtomicLongArray turnedAway;
    private final int mask;
    private volatile boolean closed;

    /** Makes an empty registry. */
    OwnedTasks(int runners) {
        if (runners >= Task.NO_POOL) {
            throw new IllegalArgumentException("at most " + (Task.NO_POOL - 1) + " runners, not " + runners);
        }
        ledgers = new OwnedTasksShard[runners];
        for (int i = 0; i < runners; i++) {
            ledgers[i] = new OwnedTasksShard((char) (i + 1));
        }
        int stripes = Integer.highestOneBit(Math.min(runners, 64) * 2 - 1);
        mask = stripes - 1;
        entered = new AtomicLongArray(stripes * APART);
        turnedAway = new AtomicLongArray(stripes * APART);
    }

    /** The ledger of a runner. */
    OwnedTasksShard ledger(int runner) {
        return ledgers[runner];
    }

    /** Counts a task that a runner is about to end, and forgets it, whichever shard it is kept in. */
    void leave(Task<?> task, OwnedTasksShard runner) {
        char home = task.home;
        if (home != 0) {
            task.home = 0;
            ledgers[home - 1].tend(task);
        }
        runner.countEnded();
    }

    /**
     * Counts a task in that is spawned outside all tasks of this pool.
     *
     * @return false if the registry is closed; the caller then looks whether {@link #isEmpty}
     */
    boolean admit() {
        int stripe = ((int) Thread.currentThread().getId() & mask) * APART;
        entered.getAndIncrement(stripe);
        if (closed) {
            turnedAway.getAndIncrement(stripe);
            return false;
        }
        return true;
    }

    /** Lets no more tasks in. */
    void close() {
        closed = true;
    }

    boolean isClosed() {
        return closed;
    }

    /**
     * Tells whether no task is left; once true after {@link #close} it stays true, but for spawners about to be turned
     * away.
     */
    boolean isEmpty() {
        return size() == 0;
    }

    /**
     * Tells whether the registry is closed and no task is left. Who has counted an end, or closed, asks; the last one
     * is told.
     */
    boolean isDone() {
        VarHandle.fullFence(); // the caller's own count or `closed` ↔ the reads of the others
        return closed && isEmpty();
    }

    /** Returns how many tasks have not ended; too many rather than too few while they come and go. */
    long size() {
        long ended = ended(); // before the others, see above
        return spawned() - ended;
    }

    /** Returns how many tasks there have been. */
    long spawned() {
        long spawned = sum(entered);
        for (OwnedTasksShard ledger : ledgers) {
            spawned += ledger.spawned();
        }
        return spawned;
    }

    /** Returns how many tasks have ended, or were turned away. */
    long ended() {
        long ended = sum(turnedAway);
        for (OwnedTasksShard ledger : ledgers) {
            ended += ledger.ended();
        }
        return ended;
    }

    /** Shows all tasks that have waited, to a visitor that calls no user code. */
    void forEachWaiting(Consumer<? super Task<?>> visitor) {
        for (OwnedTasksShard ledger : ledgers) {
            ledger.forEach(visitor);
        }
    }

    private static long sum(AtomicLongArray counts) {
        long sum = 0;
        for (int i = 0; i < counts.length(); i += APART) {
            sum += counts.get(i);
        }
        return sum;
    }
}
