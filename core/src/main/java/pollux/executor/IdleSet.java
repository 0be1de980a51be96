package pollux.executor;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import pollux.internal.memory.MachineErrors;
import pollux.internal.memory.VarHandles;

/** Hop 6: who sleeps, how many search, and whom to wake when there is work. */
final class IdleSet {

    /*
     * One word:   | version 36 | searching 14 | top 14 |
     *
     *     top        the worker that went to sleep last, plus 1; those before it follow through Parking.below; 0 = none
     *     searching  how many workers look for work at others'
     *     version    counts pushes and pops, so that a stale top is noticed
     *
     * The rules:
     *
     *  1. A thread that publishes work (a ring, the inject queue) looks here afterwards: if no worker searches and one
     *     sleeps, one sleeper is taken off, counted as searching, and woken. Otherwise nothing: a searcher will find
     *     the work.
     *  2. At most half of the workers search.
     *  3. A searcher that finds work stops being one before it runs it; if it was the last, it wakes one more. So a
     *     burst of work wakes the workers one after the other, for as long as there is something to find.
     *  4. Every worker puts itself on the stack *first* and looks for published work *afterwards*, once more; if there
     *     is some, it applies rule 1.
     *  5. A worker that takes from the inject queue without searching and leaves something there applies rule 1. So
     *     does one that has been in the driver, once, if that has made more than one task runnable.
     *
     * No wake-up is lost. Rules 1 and 4 are the two halves of a handshake, with a full fence in each between the write
     * and the read:
     *
     *     publisher:  write work, fence, read this word          sleeper:  write this word, fence, read work
     *
     * So a sleeper sees the work, or the publisher sees the sleeper. If the publisher did nothing because a worker
     * searched, that searcher finds the work; or finds other work and is not the last; or is the last and wakes one
     * more (3), who searches; or finds nothing, and then it goes to sleep later than the work was published, and sees
     * it (4).
     *
     * What is in a worker's slot counts as published only when it is pushed out into the ring; until then its owner
     * runs, and it never sleeps with a full slot. Nor does it sleep with a full ring, so between two polls a single
     * task in it need not be told of: its owner takes it next, or tells of it before it polls another. If that owner
     * never comes back from a poll, the Monitor sees to the rest.
     *
     * Ghosts: a worker that is woken by its own timers stays on the stack. The thread that takes it off finds that it
     * does not sleep, gives its count as searcher back and looks again, because in the meantime others have relied on
     * that count.
     */

    static {
        MachineErrors.lookedUp(StackOverflowError.class, OutOfMemoryError.class);
    }

    private static final int FIELD = 14;
    private static final long TOP = (1L << FIELD) - 1;
    private static final long ONE_SEARCHING = 1L << FIELD;
    private static final long SEARCHING = TOP << FIELD;
    private static final long ONE_VERSION = 1L << 2 * FIELD;

    /** As many workers as the word can count, and then some to spare. */
    static final int MAX_WORKERS = 4096;

    private static final VarHandle WORD = VarHandles.handle(MethodHandles.lookup(), "word", long.class);

    private final Parker[] workers;
    private volatile long word;

    /** Whether a notification was cut off by an error of the machine; set without a call, see {@link TaskHost}. */
    volatile boolean damaged;

    IdleSet(Parker[] workers) {
        this.workers = workers;
    }

    /** Rules 1, 3, 4 and 5: wakes one sleeper if no worker searches. The caller has published its work. */
    void notifyOne() {
        VarHandle.fullFence(); // ↔ the fence in announce()
        while (true) {
            long now = word;
            int top = (int) (now & TOP);
            if (top == 0 || (now & SEARCHING) != 0) {
                return;
            }
            Parker sleeper = workers[top - 1];
            long popped = (now & ~TOP | sleeper.below) + ONE_SEARCHING + ONE_VERSION;
            if (WORD.compareAndSet(this, now, popped)) {
                try {
                    sleeper.listed = false; // before the state is looked at ↔ announce() does it the other way round
                    if (sleeper.notifySearcher()) {
                        return;
                    }
                    stopSearching();
                } catch (StackOverflowError | OutOfMemoryError cut) {
                    damaged = true; // calls nothing, see TaskHost
                    return;
                }
            }
        }
    }

    /** Rule 2: makes the caller a searcher, if there are not enough of them. */
    boolean startSearching() {
        while (true) {
            long now = word;
            if (2 * ((now & SEARCHING) >>> FIELD) >= workers.length) {
                return false;
            }
            if (WORD.compareAndSet(this, now, now + ONE_SEARCHING)) {
                return true;
            }
        }
    }

    /** Rule 3, first half: the caller is no searcher any more; answers whether it was the last. */
    boolean stopSearching() {
        while (true) {
            long now = word;
            long searchers = now & SEARCHING;
            if (searchers == 0) {
                return true; // not counted any more since a repair
            }
            if (WORD.compareAndSet(this, now, now - ONE_SEARCHING)) {
                return searchers == ONE_SEARCHING;
            }
        }
    }

    /**
     * Puts right what a notification that was cut off has left behind: a searcher too many, a sleeper that is off the
     * stack and was not woken. Nothing here is exact, and none of it has to be: with a count that is too low some
     * workers search more, and a sleeper that is woken for nothing goes to sleep again.
     */
    void repair() {
        damaged = false; // before the repair, so that what is cut off meanwhile is repaired once more
        long now;
        do {
            now = word;
        } while (!WORD.compareAndSet(this, now, now & ~SEARCHING));
        for (Parker worker : workers) {
            worker.rouse();
        }
    }

    /** Rule 4, first half: puts a worker among the sleepers. Then it looks for work once more, and sleeps. */
    void announce(Parker worker, boolean searching) {
        worker.prepare();
        if (searching) {
            stopSearching();
        }
        if (!worker.listed) {
            worker.listed = true;
            long now;
            long pushed;
            do {
                now = word;
                worker.below = (int) (now & TOP);
                pushed = (now & ~TOP | worker.index + 1) + ONE_VERSION;
            } while (!WORD.compareAndSet(this, now, pushed));
        }
        VarHandle.fullFence(); // ↔ the fence in notifyOne()
    }

    int searching() {
        return (int) ((word & SEARCHING) >>> FIELD);
    }
}
