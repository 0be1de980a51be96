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
     * Where one permit may be given back more often than once, the highest bits count turns: see TurnPermits.
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

    /** The answers to an attempt to take permits that are no turn: taken without a turn, too few, and closed. */
    static final int TAKEN = -1;

    static final int SHORT = -2;
    static final int REFUSED = -3;

    static final long MAX = Long.MAX_VALUE >> 2;

    static final long QUEUED = 0b01;
    static final long CLOSED = 0b10;
    static final int SHIFT = 2;

    static final VarHandle WORD = VarHandles.handle(MethodHandles.lookup(), "word", long.class);

    private static final class Node extends Waiter {
        final long wanted;

        /** {@link #SHORT} while it waits. Set under the lock. */
        volatile int answer = SHORT;

        Node(long wanted) {
            this.wanted = wanted;
        }
    }

    final Object lock = new Object();
    private final WaiterList<Node> waiters = new WaiterList<>();

    /** The bits of the number of available permits, shifted down; the bits above count turns. */
    private final long permits;

    volatile long word;

    Permits(long available) {
        this(available, -1L >>> SHIFT);
    }

    /** With the bits of the number of available permits, shifted down. */
    Permits(long available, long permits) {
        this.permits = permits;
        word = available << SHIFT;
    }

    final long availableIn(long now) {
        return now >>> SHIFT & permits;
    }

    /**
     * Takes permits if there are enough and no task waits. Takes the lock only to collect what came back by another
     * way. Returns the turn if there is one for them, else {@link #TAKEN}, {@link #SHORT} or {@link #REFUSED}.
     */
    long tryTake(long wanted) {
        while (true) {
            long now = word;
            if ((now & CLOSED) != 0) {
                return REFUSED;
            }
            if ((now & QUEUED) != 0) {
                return SHORT;
            }
            if (availableIn(now) < wanted) {
                if (uncollected() == 0) {
                    return SHORT;
                }
                collect();
            } else if (WORD.compareAndSet(this, now, now - (wanted << SHIFT))) {
                return TAKEN;
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
        sketch.count("waiting", waiters.size());
    }

    /** Hands permits to those who wait. */
    final void grant() {
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
            answer(first, TAKEN, batch);
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
            answer(first, REFUSED, batch);
            first = waiters.first();
        }
        clearQueuedIfEmpty();
        return false;
    }

    private void answer(Node node, int answer, WakeBatch batch) {
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
    private long enqueue(Node node, Waker waker) {
        synchronized (lock) {
            onWaiting(true);
            addUncollected();
            long answer = tryTake(node.wanted);
            while (answer == SHORT) {
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

    /** {@code SHORT} if the node still waits, then with this waker. */
    private long look(Node node, Waker waker) {
        if (node.answer == SHORT && node.waker != waker) {
            synchronized (lock) {
                if (node.answer == SHORT) {
                    node.waker = waker;
                }
            }
        }
        return node.answer;
    }

    private void leave(Node node) {
        boolean granted;
        synchronized (lock) {
            granted = node.answer == TAKEN;
            waiters.remove(node);
            node.answer = REFUSED;
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

        /** Called once, when the permits are the caller's, with their turn or {@link #TAKEN}; returns the answer. */
        abstract @Nullable Object onTaken(Context cx, long turn);

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
            long answer = waiting == null ? first(cx) : permits().look(waiting, cx.waker());
            if (answer == SHORT) {
                return PENDING;
            }
            cx.spend();
            node = ENDED;
            if (answer == REFUSED) {
                throw onClosed();
            }
            return onTaken(cx, answer);
        }

        /** What there is to take, while this waits for it. */
        void describeFree(AwaitTree sketch) {
            sketch.count("available", permits().available());
        }

        /** What there is to say besides the place in the queue. */
        void describeMore(AwaitTree sketch) {}

        @Override
        public final void describe(AwaitTree sketch) {
            Node waiting = node;
            sketch.name(toString());
            if (waiting != null) {
                permits().describePlace(waiting, sketch);
                describeFree(sketch);
            }
            describeMore(sketch);
        }

        private long first(Context cx) {
            beforeFirst();
            Permits permits = permits();
            long answer = permits.tryTake(wanted());
            if (answer == SHORT) {
                Node waiting = new Node(wanted());
                answer = permits.enqueue(waiting, cx.waker());
                if (answer == SHORT) {
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
