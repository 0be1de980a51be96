package pollux.executor;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import pollux.internal.memory.VarHandles;
import pollux.internal.queue.QueueNode;

/** The state word of a task, and the only code that writes it. */
abstract class TaskState extends InlineRunnable {

    /*
     *     bit        set by                      cleared by              meaning
     *     NOTIFIED   wake, cancel; birth         toRunning, toEnd        exactly one queue entry exists, or is owed by the runner
     *     RUNNING    toRunning                   toIdle, toEnd           the lock on the future; its holder alone may poll or cancel it
     *     CANCEL     cancel                      toEnd                   the end was asked for; looked at between polls only
     *     CLOSED     cancel, with CANCEL         never                   it was asked for first by closing the executor
     *     CLEANING   toCleaning, by the runner   toEnd                   the future was cancelled and its clean-up is suspended
     *     OBSERVED   join, unless VALUE          never                   the outcome was asked for, or may yet be
     *     VALUE, FAILURE, ABORTED   toEnd        never                   the end, and which; excludes all but OBSERVED, CLOSED
     *
     * Transitions; each is one atomic read-modify-write, so all of them are totally ordered:
     *
     *     from                  event        to                     who calls what next
     *     idle                  wake         NOTIFIED               the waker queues the task
     *     NOTIFIED              wake         the same, written      nothing; the write publishes what the waker wrote before
     *     RUNNING               wake         RUNNING|NOTIFIED       nothing; the runner queues it after the poll
     *     NOTIFIED              run          RUNNING                polls, or cancels the future if CANCEL and not CLEANING
     *     idle, RUNNING, ended  run          the same               refused: a stale entry, a second run, or a poll within a poll
     *     RUNNING               pending      idle                   nothing
     *     RUNNING|NOTIFIED      pending      NOTIFIED               the runner queues it at the back
     *     RUNNING               yields       NOTIFIED               the runner queues it behind the timers
     *     RUNNING, no CANCEL    keeps lock   the same, not written  the runner queues it behind the timers, with the lock
     *     RUNNING               runs on      the same, not written  polls
     *     RUNNING|NOTIFIED      runs on      RUNNING                polls, or cancels the future, as after run
     *     RUNNING|CANCEL        runs on      the same, not written  cancels the future, unless CLEANING
     *     RUNNING|CANCEL        pending      the same               the runner cancels the future, unless CLEANING
     *     RUNNING|CANCEL        deferred     CANCEL or …|NOTIFIED   as after pending; an outcome is decided, the next poll asks again
     *     idle                  cancel       CANCEL|NOTIFIED        the canceller queues the task; a runner will cancel the future
     *     NOTIFIED or RUNNING   cancel       …|CANCEL               nothing; the runner will see it
     *     RUNNING|…             end          VALUE/FAILURE/ABORTED  the runner wakes the joiners
     *
     * The lock may stay with a queue entry. A runner of a pool, when a task has yielded, keeps RUNNING, lets `next` of
     * the task lead to the task itself as a mark, and queues it. The thread that takes the entry out of the queue has
     * the lock, so the queue has to hand over what the runner wrote, as StealQueue does, and there must be exactly one
     * entry. Wakers and cancellers find RUNNING, as in a poll. Before such an entry is moved into a queue that uses
     * `next`, the lock is let go. Entries of the queues of others never carry it: those may run them twice. A second
     * entry would be polled beside the first one. Assertions look for it: a task that is queued anew is not locked, and
     * the mark of the lock is taken once.
     *
     * Ready wins: CANCEL that arrives during a poll is seen only if that poll was pending.
     * Each write is a compareAndSet, which orders what a waker wrote before wake() before the poll that follows it,
     * and the outcome that the runner stored before toEnd before any reader of the end.
     */

    static final int NOTIFIED = 1;
    static final int RUNNING = 1 << 1;
    static final int CANCEL = 1 << 2;
    static final int CLEANING = 1 << 3;
    static final int OBSERVED = 1 << 4;
    static final int VALUE = 1 << 5;
    static final int FAILURE = 1 << 6;
    static final int ABORTED = 1 << 7;
    static final int CLOSED = 1 << 8;

    private static final int ENDED = VALUE | FAILURE | ABORTED;

    /** What stays after the end. */
    private static final int KEPT = OBSERVED | CLOSED;

    /** What to do with a queue entry. */
    enum Entry {
        /** Poll the future; the caller holds the lock. */
        POLL,
        /** Cancel the future; the caller holds the lock. */
        CANCEL,
        /** Nothing: the entry is stale, or another run is under way. */
        REFUSED
    }

    /** What to do after a pending poll. */
    enum Rest {
        /** Nothing; the lock is released. */
        IDLE,
        /** Queue the task behind the others; the lock is released. */
        REQUEUE,
        /** Cancel the future; the caller still holds the lock. */
        CANCEL
    }

    private static final VarHandle WORD = VarHandles.handle(MethodHandles.lookup(), "word", short.class);

    /** For an assertion only. */
    private static final VarHandle MARK =
            VarHandles.handle(MethodHandles.lookup(), QueueNode.class, "next", QueueNode.class);

    /** The bits above. A short, so that {@code Task.home} has the other half of its place in the object. */
    private volatile short word;

    /** Makes a task that owes its first queue entry. */
    TaskState() {
        WORD.set(this, (short) NOTIFIED); // plain: publishing the task publishes its word
    }

    private boolean change(int from, int to) {
        return WORD.compareAndSet(this, (short) from, (short) to);
    }

    /**
     * Notes a wake-up.
     *
     * @return true if the caller must queue the task
     */
    final boolean toNotified() {
        while (true) {
            int now = word;
            if ((now & ENDED) != 0) {
                return false;
            }
            if (change(now, now | NOTIFIED)) {
                return (now & (NOTIFIED | RUNNING)) == 0;
            }
        }
    }

    /**
     * Notes that the task is to end.
     *
     * @param why {@link #CANCEL}, alone or with {@link #CLOSED}
     * @return true if the caller must queue the task
     */
    final boolean toCancelled(int why) {
        while (true) {
            int now = word;
            if ((now & (ENDED | CANCEL)) != 0) {
                return false;
            }
            boolean idle = (now & (NOTIFIED | RUNNING)) == 0;
            if (change(now, now | why | (idle ? NOTIFIED : 0))) {
                return idle;
            }
        }
    }

    /** Takes the lock on the future, if a queue entry is due. */
    final Entry toRunning() {
        while (true) {
            int now = word;
            if ((now & (NOTIFIED | RUNNING)) != NOTIFIED) {
                return Entry.REFUSED;
            }
            if (change(now, now & ~NOTIFIED | RUNNING)) {
                return (now & (CANCEL | CLEANING)) == CANCEL ? Entry.CANCEL : Entry.POLL;
            }
        }
    }

    /** Takes the lock that a queue entry carries; its taker only. */
    final Entry toRunningOn() {
        assert MARK.compareAndSet((QueueNode) this, (QueueNode) this, (QueueNode) null)
                : "two entries have the lock of " + this;
        next = null;
        int now = word;
        while ((now & NOTIFIED) != 0) { // the poll that follows sees what the waker wrote
            if (change(now, now & ~NOTIFIED)) {
                break;
            }
            now = word;
        }
        return (now & (CANCEL | CLEANING)) == CANCEL ? Entry.CANCEL : Entry.POLL;
    }

    /** Tells whether a runner, or a queue entry, has the lock. */
    final boolean isLocked() {
        return (word & RUNNING) != 0;
    }

    /** Tells whether the queue entry of this task carries the lock; who has taken the entry only. */
    final boolean isQueuedLocked() {
        return next == this;
    }

    /** Marks that the queue entry which the caller is about to make carries the lock. The caller holds it. */
    final void keepLock() {
        next = this;
    }

    /** Makes an entry that carries the lock one like others; who has taken it only. */
    final void letLockGo() {
        if (next == this) {
            next = null;
            toIdleDeferring(true); // the next poll sees to a cancellation
        }
    }

    /** Tells whether the end was asked for and the future does not know yet. */
    final boolean isCancelDue() {
        return (word & (CANCEL | CLEANING)) == CANCEL;
    }

    /**
     * Releases the lock after a pending poll, unless there is a cancellation to see to.
     *
     * @param yields whether the task wants to be polled again anyway
     */
    final Rest toIdle(boolean yields) {
        return toIdle(yields, false);
    }

    /** Releases the lock after a pending poll, while a cancellation waits because an outcome is decided. */
    final Rest toIdleDeferring(boolean yields) {
        return toIdle(yields, true);
    }

    private Rest toIdle(boolean yields, boolean defers) {
        int owed = yields ? NOTIFIED : 0;
        while (true) {
            int now = word;
            if ((now & (CANCEL | CLEANING)) == CANCEL && !defers) {
                return Rest.CANCEL;
            }
            int next = now & ~RUNNING | owed;
            if (change(now, next)) {
                return (next & NOTIFIED) == 0 ? Rest.IDLE : Rest.REQUEUE;
            }
        }
    }

    /** Notes that the future was cancelled and has to be polled on. The caller holds the lock. */
    final void toCleaning() {
        int now;
        do {
            now = word;
        } while (!change(now, now | CLEANING));
    }

    /**
     * Ends the task and publishes its outcome. The caller holds the lock, which is never released.
     *
     * @param end one of {@link #VALUE}, {@link #FAILURE}, {@link #ABORTED}
     * @return whether the outcome had been asked for before
     */
    final boolean toEnd(int end) {
        while (true) {
            int now = word;
            if (change(now, now & KEPT | end)) {
                return (now & OBSERVED) != 0;
            }
        }
    }

    /**
     * Notes that the outcome was asked for, may yet be, or was reported. It need not be known of a task that has
     * ended with a value, so there it is not noted: most who join late find the value, and pay for no write.
     *
     * @return true if that was not known before
     */
    final boolean toObserved() {
        while (true) {
            int now = word;
            if ((now & (OBSERVED | VALUE)) != 0) {
                return false;
            }
            if (change(now, now | OBSERVED)) {
                return true;
            }
        }
    }

    /** Tells whether the task has ended. */
    final boolean hasEnded() {
        return (word & ENDED) != 0;
    }

    @Override
    final boolean isOver() {
        return hasEnded();
    }

    /** Tells whether the task has ended as one of the bits says. */
    final boolean hasEnded(int end) {
        return (word & end) != 0;
    }

    /** Tells whether the closing of the executor asked for the end, before anything else did. */
    final boolean isCancelledByClosing() {
        return (word & CLOSED) != 0;
    }

    /** Tells whether the task waits to be woken. */
    final boolean isIdle() {
        return (word & (NOTIFIED | RUNNING | ENDED)) == 0;
    }

    final boolean isObserved() {
        return (word & OBSERVED) != 0;
    }

    /** Tells whether the end of the task was asked for. */
    public final boolean isCancelRequested() {
        return (word & CANCEL) != 0;
    }

    final boolean isCleaning() {
        return (word & CLEANING) != 0;
    }

    /** Returns the word in words, for {@code toString}. */
    final String describe() {
        int now = word;
        if ((now & ENDED) != 0) {
            return (now & VALUE) != 0 ? "ended" : (now & FAILURE) != 0 ? "failed" : "cancelled";
        }
        boolean queued = (now & RUNNING) != 0 ? next != null : (now & NOTIFIED) != 0;
        String doing = queued ? "queued" : (now & RUNNING) != 0 ? "running" : "waiting";
        return (now & CLEANING) != 0 ? doing + ", cleaning up" : (now & CANCEL) != 0 ? doing + ", cancelling" : doing;
    }

    /** Returns the word, for tests. */
    final int word() {
        return word;
    }

    /** Forces the word, for tests of single transitions. */
    final void forceWord(int bits) {
        word = (short) bits;
    }
}
