package pollux.sync;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;
import pollux.future.AwaitTree;
import pollux.future.Context;
import pollux.future.Future;
import pollux.future.Inspectable;
import pollux.future.Waker;
import pollux.internal.checks.CheckReturnValue;
import pollux.internal.memory.VarHandles;

/**
 * Wakes tasks without handing them anything: the event is that something, somewhere else, has changed.
 *
 * <p>{@link #notifyOne} is for one of several equal workers; if no task waits, one permit is kept for the task that
 * comes next, so a notification that comes too early is not lost. {@link #notifyWaiters} is for all tasks that wait
 * now, and keeps no permit.
 *
 * <p>All methods may be called from any thread and do not block. Waiters are served in the order of their first poll.
 *
 * <p>After {@code tokio::sync::Notify}.
 */
public final class Notify {

    /*
     * What needs no list is in one word:
     *
     *     null        no task waits and there is no permit
     *     PERMIT      no task waits and the next one need not
     *     a Notified  it alone waits
     *     LIST        the list has waiters
     *
     *     edge                  by                          how
     *     null → PERMIT         notifyOne                   compare-and-set
     *     PERMIT → PERMIT       notifyOne                   compare-and-set: its writes are for the taker
     *     PERMIT → null         a first poll                compare-and-set
     *     null → a Notified     its first poll              compare-and-set
     *     a Notified → null     notifyOne, or its leaving   compare-and-set
     *     a Notified → LIST     who needs the list          compare-and-set, under the lock
     *     LIST → null           who takes the last waiter   under the lock
     *
     * So a permit and waiters are never there together. Without waiters, or with one, a notification and its receipt
     * are one compare-and-set each. The list is guarded by the lock; under the lock it has waiters exactly while the
     * word says LIST. A future is in the word at most once, so a compare-and-set that finds it there has not missed
     * that it left and came back.
     *
     * The load of a word that the same thread has just changed by an atomic takes as long as half of that atomic. So
     * attempts begin with a guess of it, which is read and written without order: the compare-and-set compares the
     * word, and where it fails, the word is loaded.
     *
     * A future knows its place:
     *
     *     NOWHERE   it has not waited
     *     ALONE     it was put into the word; if it is there no longer, notifyOne has taken it
     *     LISTED    it is in the list                            from NOWHERE, ALONE; under the lock, as below
     *     NOTIFIED  notifyOne has taken it out of the list       from LISTED
     *     LEFT      a broadcast has, or it left by itself        from LISTED
     *
     * notifyOne takes the waiter that has waited longest. From then on the notification belongs to that waiter, which
     * passes it on if it gives up before it has seen it.
     *
     * notifyWaiters counts itself in broadcasts. A future notes the count when it is made and ends when it differs. So
     * a broadcast between the making and the first poll ends it too, and no condition can change unseen between the
     * two. A broadcast has nothing to pass on. It counts, and then looks at the word; a first poll enters the word, and
     * then looks at the count; so one of the two sees the other. A poll that sees the broadcast and was taken by
     * notifyOne in between passes that on, as it does with a permit: its end is the broadcast. The list is in the order
     * of the counts, because a future that joins it looks at the count under the lock. A broadcast takes out those of
     * smaller counts in steps.
     */

    private static final Object PERMIT = new Object();
    private static final Object LIST = new Object();

    private static final VarHandle WORD = VarHandles.handle(MethodHandles.lookup(), "word", Object.class);

    private static final byte UNKNOWN = 1;
    private static final byte PERMITTED = 2;

    private final Object lock = new Object();
    private volatile @Nullable Object word;

    /** A guess of what the word is: 0 is null. */
    private byte guess;

    /** Written under the lock. */
    private volatile long broadcasts;

    private @Nullable Notified first;
    private @Nullable Notified last;
    private int listed;

    /** Makes one without a permit. */
    public Notify() {}

    /**
     * Notifies the task that has waited longest. If no task waits, the next one to wait is notified at once; several
     * such calls keep one permit only.
     */
    public void notifyOne() {
        boolean done = false;
        while (!done) {
            Object now = look();
            if (now == LIST) {
                done = notifyFirst();
            } else if (now instanceof Notified alone) {
                done = change(alone, null, (byte) 0);
                if (done) {
                    wake(alone.takeWaker());
                }
            } else {
                done = change(now, PERMIT, PERMITTED);
            }
        }
    }

    /** Returns what the word is, or was; only a change finds out. */
    private @Nullable Object look() {
        byte guessed = guess;
        return guessed == 0 ? null : guessed == PERMITTED ? PERMIT : word;
    }

    private boolean change(@Nullable Object from, @Nullable Object to, byte guessed) {
        boolean changed = WORD.compareAndSet(this, from, to);
        guess = changed ? guessed : UNKNOWN;
        return changed;
    }

    /** False if the list has become empty. */
    private boolean notifyFirst() {
        Waker waker;
        synchronized (lock) {
            Notified notified = first;
            if (notified == null) {
                return false;
            }
            remove(notified, Notified.NOTIFIED);
            waker = notified.takeWaker();
        }
        wake(waker);
        return true;
    }

    /** A first poll of a future that is made at the moment at which it finds the permit. */
    static boolean takePermit(Notify notify) {
        return notify.look() == PERMIT && notify.change(PERMIT, null, (byte) 0);
    }

    private static void wake(@Nullable Waker waker) {
        if (waker != null) {
            waker.wake();
        }
    }

    /** Notifies all futures of {@link #notified()} that were made before this call. Keeps no permit. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // under the lock
    public void notifyWaiters() {
        WakeBatch batch = new WakeBatch();
        long upTo;
        boolean more;
        synchronized (lock) {
            upTo = broadcasts + 1;
            broadcasts = upTo;
            moveToList();
        }
        do {
            synchronized (lock) {
                while (first != null && first.broadcastsBefore < upTo && !batch.isFull()) {
                    Notified told = first;
                    remove(told, Notified.LEFT);
                    batch.add(told.takeWaker());
                }
                more = batch.isFull();
            }
            batch.wakeAll();
        } while (more);
    }

    // ------------------------------------------------------------------ the list, under the lock

    /** Has all waiters in the list; false if there are none. */
    private boolean moveToList() {
        Object now = word;
        while (now instanceof Notified alone) {
            if (WORD.compareAndSet(this, alone, LIST)) {
                add(alone);
                return true;
            }
            now = word;
        }
        return now == LIST;
    }

    /** The word says LIST. */
    private void add(Notified added) {
        added.place = Notified.LISTED;
        added.previous = last;
        if (last == null) {
            first = added;
        } else {
            last.next = added;
        }
        last = added;
        listed++;
    }

    /** Takes one out, which is in the given place from now on. */
    private void remove(Notified removed, byte place) {
        Notified before = removed.previous;
        Notified after = removed.next;
        if (before == null) {
            first = after;
        } else {
            before.next = after;
        }
        if (after == null) {
            last = before;
        } else {
            after.previous = before;
        }
        removed.previous = null;
        removed.next = null;
        removed.place = place;
        listed--;
        if (first == null) {
            word = null;
        }
    }

    /** Without the lock it is out of date as soon as it is read. */
    private int waiting() {
        Object now = word;
        return now instanceof Notified ? 1 : now == LIST ? listed : 0;
    }

    /**
     * Waits to be notified. To wait for a condition, make the future first, then look at the condition, and await the
     * future if it does not hold: a {@link #notifyWaiters} in between is seen. To be sure of a {@link #notifyOne} as
     * well, nothing is needed, for its permit is kept.
     *
     * <p><b>Cancellation:</b> the place in the queue is lost; a notification by {@code notifyOne} that had already
     * arrived is passed on to the next waiter.
     *
     * @return a future that ends with null
     */
    @CheckReturnValue
    public Future<Void> notified() {
        return new Notified(this);
    }

    @Override
    public String toString() {
        synchronized (lock) {
            return "Notify[" + waiting() + " waiting" + (word == PERMIT ? ", 1 permit]" : "]");
        }
    }

    /** A future and, while it waits, its own node in the list: one object of 40 bytes. */
    private static final class Notified extends LeafFuture<Void> implements Inspectable {

        static final byte NOWHERE = 0;
        static final byte ALONE = 1;
        static final byte LISTED = 2;
        static final byte NOTIFIED = 3;
        static final byte LEFT = 4;

        private final Notify notify;
        private final long broadcastsBefore;
        private byte place;
        private @Nullable Notified previous;
        private @Nullable Notified next;

        /** Of this future until it is in the word or in the list; then of the one that takes it out. */
        private @Nullable Waker waker;

        Notified(Notify notify) {
            this.notify = notify;
            this.broadcastsBefore = notify.broadcasts;
        }

        /** For the one that has taken it out. What was notified keeps no task alive. */
        @Nullable
        Waker takeWaker() {
            Waker taken = waker;
            waker = null;
            return taken;
        }

        @Override
        public @Nullable Object pollRaw(Context cx) {
            if (mustYield(cx)) {
                return PENDING;
            }
            if (!(place == NOWHERE ? first(cx.waker()) : again(cx.waker()))) {
                return PENDING;
            }
            end(cx);
            return null;
        }

        private boolean isBroadcast() {
            return notify.broadcasts != broadcastsBefore;
        }

        /** Ends it, or waits. */
        private boolean first(Waker left) {
            while (!isBroadcast()) {
                Object now = notify.look();
                if (now == PERMIT) {
                    if (notify.change(PERMIT, null, (byte) 0)) {
                        if (isBroadcast()) {
                            notify.notifyOne(); // the broadcast may be older than the permit
                        }
                        return true;
                    }
                } else if (now == null) {
                    waker = left;
                    place = ALONE;
                    if (notify.change(null, this, UNKNOWN)) {
                        if (!isBroadcast()) { // entered, then looked again
                            return false;
                        }
                        leave();
                        return true;
                    }
                    place = NOWHERE;
                    waker = null;
                } else if (join(left)) {
                    return false;
                }
            }
            return true;
        }

        /** Joins the others in the list; false if there are none any more, or if a broadcast has come. */
        private boolean join(Waker left) {
            synchronized (notify.lock) {
                if (isBroadcast() || !notify.moveToList()) {
                    return false;
                }
                waker = left;
                notify.add(this);
                return true;
            }
        }

        private boolean again(Waker left) {
            Object now = notify.word;
            if (now == this && waker == left && !isBroadcast()) {
                return false;
            }
            if (now != this && now != LIST) {
                return true; // it was taken out
            }
            synchronized (notify.lock) {
                if (!isListed()) {
                    return true;
                }
                if (!isBroadcast()) {
                    waker = left;
                    return false;
                }
                // a broadcast may not have come round to it yet; a future without a task must not be found by notifyOne
                notify.remove(this, LEFT);
                return true;
            }
        }

        /** Under the lock: goes into the list if it still waits alone. */
        private boolean isListed() {
            if (notify.word == this) {
                notify.moveToList();
            }
            return place == LISTED;
        }

        @Override
        void leave() {
            if (place == NOWHERE) {
                return;
            }
            boolean passOn = false;
            if (notify.word != this || !WORD.compareAndSet(notify, this, (Object) null)) {
                synchronized (notify.lock) {
                    if (isListed()) {
                        notify.remove(this, LEFT);
                    }
                    passOn = place != LEFT;
                }
            }
            waker = null;
            if (passOn) {
                notify.notifyOne();
            }
        }

        @Override
        public void describe(AwaitTree sketch) {
            sketch.name(toString()).count("waiting", notify.waiting());
        }

        @Override
        public String toString() {
            return "Notify.notified()";
        }
    }
}
