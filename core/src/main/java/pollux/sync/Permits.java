package pollux.sync;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;
import pollux.future.AwaitTree;
import pollux.future.Context;
import pollux.future.Inspectable;
import pollux.future.RawFuture;
import pollux.future.Waker;
import pollux.internal.memory.VarHandles;
import pollux.internal.trace.Ended;

/** A number of permits and a fair queue for them: what semaphores, mutexes and channels have in common. */
class Permits {

    /*
     * Everything that the fast paths need is in one word:
     *
     *     63                         2        1        0
     *     ┌──────────────────────────┬────────┬────────┐
     *     │ available permits        │ CLOSED │ QUEUED │
     *     └──────────────────────────┴────────┴────────┘
     *
     *     QUEUED  set by the first waiter that finds too few permits; cleared with the last one; both under the lock.
     *             While it is set, permits are taken only under the lock, so those that come back pile up until
     *             the first in the queue has enough. That makes the queue fair, also for large requests.
     *     CLOSED  set once, never cleared; from then on no permit is taken and no task joins the queue.
     *
     * Of a single permit, one bit says whether it is available, and the others count its turns: how often it was given
     * back. So the word tells whose turn it is, and the compare-and-set that gives the permit back also decides between
     * two that give it back for the same turn. A permit of several needs a flag of its own for that, and one atomic
     * more. The turn of a waiter that gives up belongs to no guard, and is given to the next one.
     *
     * Without waiters, taking is one compare-and-set and releasing one addition. Release sees QUEUED as it was when the
     * permits were added, so it cannot miss a waiter: who sets QUEUED has found too few of them in the same word.
     *
     * Permits may come back by another way than release(), one that costs the releaser no more than a store of its own.
     * The word does not know them until they are needed: a taker that finds too few, or is about to wait, collects
     * them. From then on, and until no task waits, a releaser collects as well: it is notified by onWaiting(), gives
     * back, crosses a full fence, and looks; who waits has it told, crosses a full fence, and collects. One of the two
     * comes second and sees the other.
     *
     * A permit that is granted to a waiter belongs to it at once, whether or not its task has run since. So a waiter
     * that gives up after that has to release it.
     */

    /** The answer to an attempt to take permits. */
    enum Answer {
        TAKEN,
        SHORT,
        CLOSED
    }

    static final long MAX = Long.MAX_VALUE >> 2;

    private static final long QUEUED = 0b01;
    private static final long CLOSED = 0b10;
    private static final int SHIFT = 2;

    /** Of a single permit: above the bit that says whether it is available. */
    private static final int TURNS = SHIFT + 1;

    private static final VarHandle WORD = VarHandles.handle(MethodHandles.lookup(), "word", long.class);

    private static final class Node extends Waiter {
        final long wanted;

        /** Null while it waits. Set under the lock. */
        volatile @Nullable Answer answer;

        Node(long wanted) {
            this.wanted = wanted;
        }
    }

    private final Object lock = new Object();
    private final WaiterList<Node> waiters = new WaiterList<>();

    /** The bits of the number of available permits, shifted down; the bits above count turns. */
    private final long permits;

    private volatile long word;

    Permits(long available) {
        this(available, -1L >>> SHIFT);
    }

    private Permits(long available, long permits) {
        this.permits = permits;
        word = available << SHIFT;
    }

    /** Makes one permit, which is available, and counts its turns. */
    static Permits single() {
        return new Permits(1, 1);
    }

    private long availableIn(long now) {
        return now >>> SHIFT & permits;
    }

    /**
     * Takes permits if there are enough and no task waits. Takes the lock only to collect what came back by another
     * way.
     */
    Answer tryTake(long wanted) {
        while (true) {
            long now = word;
            if ((now & CLOSED) != 0) {
                return Answer.CLOSED;
            }
            if ((now & QUEUED) != 0) {
                return Answer.SHORT;
            }
            if (availableIn(now) < wanted) {
                if (uncollected() == 0) {
                    return Answer.SHORT;
                }
                collect();
            } else if (WORD.compareAndSet(this, now, now - (wanted << SHIFT))) {
                return Answer.TAKEN;
            }
        }
    }

    /** How many permits have come back by another way and are not in the word yet. Any thread; exact under the lock. */
    long uncollected() {
        return 0;
    }

    /** Under the lock: the caller adds these to the word. */
    void onCollect(long collected) {}

    /** Under the lock: a task waits from now on, or none does any more. */
    void onWaiting(boolean waiting) {}

    /** Brings the permits that have come back by another way to those who need them. */
    final void collect() {
        synchronized (lock) {
            addUncollected();
        }
        if ((word & QUEUED) != 0) {
            grant();
        }
    }

    /** Under the lock, so that they are never counted twice. */
    private void addUncollected() {
        long came = uncollected();
        if (came != 0) {
            onCollect(came);
            WORD.getAndAdd(this, came << SHIFT);
        }
    }

    /** Adds permits and hands them to those who wait. */
    void release(long released) {
        long before = (long) WORD.getAndAdd(this, released << SHIFT);
        if ((before & QUEUED) != 0) {
            grant();
        }
    }

    /** Returns the number of the turn of the single permit. Its holder sees no other until it gives the permit back. */
    long turn() {
        return word >>> TURNS;
    }

    /** Gives the single permit back, if it is still held for this turn; its next turn begins. */
    boolean endTurn(long turn) {
        long now = word;
        while (now >>> TURNS == turn) {
            if (WORD.compareAndSet(this, now, now + (1L << TURNS) + (1L << SHIFT))) {
                if ((now & QUEUED) != 0) {
                    grant();
                }
                return true;
            }
            now = word;
        }
        return false;
    }

    /** Refuses newcomers from now on; those who wait stay and are served. */
    void seal() {
        WORD.getAndBitwiseOr(this, CLOSED);
    }

    /** Refuses newcomers and those who wait. */
    void close() {
        seal();
        WakeBatch batch = new WakeBatch();
        boolean more;
        do {
            synchronized (lock) {
                more = refuseInto(batch);
            }
            batch.wakeAll();
        } while (more);
    }

    /** Out of date as soon as it is read. */
    long available() {
        return availableIn(word) + uncollected();
    }

    boolean isClosed() {
        return (word & CLOSED) != 0;
    }

    /**
     * Whether no permit can be held any more, ever: closed, no task waits, and all {@code total} permits are here.
     */
    boolean isOver(long total) {
        if (!isClosed()) {
            return false;
        }
        synchronized (lock) {
            return word + (uncollected() << SHIFT) == (total << SHIFT | CLOSED);
        }
    }

    int waiting() {
        synchronized (lock) {
            return waiters.size();
        }
    }

    /** A look without the lock: arrivals since the first one that is left, some of which may have left. */
    private void describePlace(Node node, AwaitTree sketch) {
        Node first = waiters.first();
        long place = node.position;
        if (place != 0 && first != null && first.position != 0) {
            sketch.count("in line at most", Math.max(1, place - first.position + 1));
        }
        sketch.count("waiting", waiters.size()).count("available", available());
    }

    private void grant() {
        WakeBatch batch = new WakeBatch();
        boolean more;
        do {
            synchronized (lock) {
                more = grantInto(batch);
            }
            batch.wakeAll();
        } while (more);
    }

    /** Under the lock. */
    private boolean grantInto(WakeBatch batch) {
        Node first = waiters.first();
        while (first != null && availableIn(word) >= first.wanted) {
            if (batch.isFull()) {
                return true;
            }
            WORD.getAndAdd(this, -(first.wanted << SHIFT));
            answer(first, Answer.TAKEN, batch);
            first = waiters.first();
        }
        clearQueuedIfEmpty();
        return false;
    }

    /** Under the lock. */
    private boolean refuseInto(WakeBatch batch) {
        Node first = waiters.first();
        while (first != null) {
            if (batch.isFull()) {
                return true;
            }
            answer(first, Answer.CLOSED, batch);
            first = waiters.first();
        }
        clearQueuedIfEmpty();
        return false;
    }

    private void answer(Node node, Answer answer, WakeBatch batch) {
        waiters.remove(node);
        node.answer = answer;
        batch.add(node);
    }

    private void clearQueuedIfEmpty() {
        if (waiters.isEmpty() && (word & QUEUED) != 0) {
            WORD.getAndBitwiseAnd(this, ~QUEUED);
            onWaiting(false);
        }
    }

    /** Joins the queue, unless permits came back or it was closed in the meantime; {@code SHORT} means joined. */
    private Answer enqueue(Node node, Waker waker) {
        synchronized (lock) {
            onWaiting(true);
            addUncollected();
            Answer answer = tryTake(node.wanted);
            while (answer == Answer.SHORT) {
                long now = word;
                boolean unchanged = (now & CLOSED) == 0 && ((now & QUEUED) != 0 || availableIn(now) < node.wanted);
                if (unchanged && WORD.compareAndSet(this, now, now | QUEUED)) {
                    node.waker = waker;
                    waiters.add(node);
                    return answer;
                }
                answer = tryTake(node.wanted);
            }
            onWaiting(!waiters.isEmpty());
            return answer;
        }
    }

    /** Null if the node still waits, then with this waker. */
    private @Nullable Answer look(Node node, Waker waker) {
        if (node.answer == null && node.waker != waker) {
            synchronized (lock) {
                if (node.answer == null) {
                    node.waker = waker;
                }
            }
        }
        return node.answer;
    }

    private void leave(Node node) {
        boolean granted;
        synchronized (lock) {
            granted = node.answer == Answer.TAKEN;
            waiters.remove(node);
            node.answer = Answer.CLOSED;
            node.waker = null;
        }
        if (granted) {
            release(node.wanted);
        } else {
            grant(); // it may have stood in front of a waiter that wants less
        }
    }

    /**
     * A future that takes permits, and then turns them into something.
     *
     * @param <T> what it turns them into
     */
    abstract static class Acquire<T> extends RawFuture<T> implements Inspectable {

        private static final Node ENDED = new Node(0);

        /** Null until it has to wait; {@link #ENDED} once it has answered or was cancelled. */
        private @Nullable Node node;

        /** Where from. */
        abstract Permits permits();

        /** How many. */
        abstract long wanted();

        /** Called once, when the permits are the caller's. */
        abstract @Nullable T onTaken(Context cx);

        /** Called once, when there will be no permits any more. */
        abstract RuntimeException onClosed();

        /** Called before the first attempt; throws if the attempt must not be made. */
        void beforeFirst() {}

        /** Called when a waiter has left, after its permits are released. */
        void afterCancel() {}

        @Override
        public final @Nullable Object pollRaw(Context cx) {
            Node waiting = node;
            if (waiting == ENDED) {
                throw Ended.future(this);
            }
            if (cx.mustYield()) {
                return PENDING;
            }
            Answer answer = waiting == null ? first(cx) : permits().look(waiting, cx.waker());
            if (answer == null || answer == Answer.SHORT) {
                return PENDING;
            }
            cx.spend();
            node = ENDED;
            if (answer == Answer.CLOSED) {
                throw onClosed();
            }
            return onTaken(cx);
        }

        /** What there is to say besides the place in the queue. */
        void describeMore(AwaitTree sketch) {}

        @Override
        public final void describe(AwaitTree sketch) {
            Node waiting = node;
            sketch.name(toString());
            if (waiting != null) {
                permits().describePlace(waiting, sketch);
            }
            describeMore(sketch);
        }

        private Answer first(Context cx) {
            beforeFirst();
            Permits permits = permits();
            Answer answer = permits.tryTake(wanted());
            if (answer == Answer.SHORT) {
                Node waiting = new Node(wanted());
                answer = permits.enqueue(waiting, cx.waker());
                if (answer == Answer.SHORT) {
                    node = waiting;
                }
            }
            return answer;
        }

        @Override
        public final boolean cancel() {
            Node waiting = node;
            node = ENDED;
            if (waiting != null && waiting != ENDED) {
                permits().leave(waiting);
                afterCancel();
            }
            return true;
        }
    }
}
