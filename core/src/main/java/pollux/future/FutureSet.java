package pollux.future;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.IdentityHashMap;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import pollux.internal.memory.VarHandles;
import pollux.internal.trace.Ended;

/**
 * Many futures inside one task, of which only the woken ones are polled.
 *
 * <p>The work-horse of {@code joinAll}, {@code buffered} streams and merges: with a hundred thousand children, one
 * wake-up costs one poll. Futures may be added at any time between polls. It belongs to the holder of the right to
 * poll; only the wakers that it gives to its children may be used from other threads.
 *
 * <p>After {@code FuturesUnordered} of futures-rs.
 *
 * @param <T> the type of the values
 */
public final class FutureSet<T extends @Nullable Object> implements Inspectable {

    /*
     * Every child has a node, and the node is the child's waker. Waking it puts it into the ready queue, an intrusive
     * multi-producer single-consumer list (Vyukov): a producer swaps itself in as the tail, then links its predecessor
     * to itself. Between the two steps the list has a gap; a consumer that meets it reports pending and wakes itself,
     * which is rare and keeps every wake() free of loops and locks.
     *
     *     node.queued   set by wake() (getAndSet), cleared before the child's poll (getAndSet). So a wake during the poll
     *                   queues the node once more. Both are read-modify-writes: what was written before *any* wake() is
     *                   visible to the poll that clears the flag, also where that wake found the flag set.
     *     parent        stored by the consumer before it looks into the queue; read by wake() after it has queued the node.
     *                   Both sides are sequentially consistent, so one of them sees the other: no wake-up is lost.
     *
     * A child that has ended leaves the list of children; its node may still be queued, and is then skipped.
     *
     * A child that is pending at its first poll is compared with those that were so before: `waiting` holds them once
     * there are more than a few. A future keeps one waker, so of two nodes of one future only the last is woken: that
     * one fails, and the other is polled again to have its waker back.
     */

    private static final VarHandle TAIL = VarHandles.handle(MethodHandles.lookup(), "tail", Node.class);
    private static final VarHandle NEXT = VarHandles.handle(MethodHandles.lookup(), Node.class, "next", Node.class);
    private static final VarHandle QUEUED = VarHandles.handle(MethodHandles.lookup(), Node.class, "queued", int.class);
    private static final VarHandle PARENT = VarHandles.handle(MethodHandles.lookup(), "parent", Waker.class);

    /** Up to so many waiting futures are compared one by one. */
    private static final int FEW = 32;

    private final Node stub = new Node(this, null, 0);
    private Node head = stub; // consumer only

    /** Taken out of the queue when the poll had to end before its turn; the next one begins with it. Consumer only. */
    private @Nullable Node front;

    @SuppressWarnings("FieldMayBeFinal") // written through TAIL
    private volatile Node tail = stub;

    @SuppressWarnings("FieldMayBeFinal") // written through PARENT
    private volatile Waker parent = Waker.noop();

    private @Nullable Node children; // doubly linked
    private int size;
    private int endedTag;
    private final boolean distinct;
    private boolean complete; // no future is added any more
    private @Nullable IdentityHashMap<Object, Node> waiting; // null while they are few

    /** Makes an empty set. */
    public FutureSet() {
        this(false);
    }

    private FutureSet(boolean distinct) {
        this.distinct = distinct;
    }

    /**
     * Makes an empty set for futures that are known to be distinct, as those that the holder of the set makes. They are
     * not compared with each other.
     *
     * @param <T> the type of the values
     * @return the set
     */
    public static <T extends @Nullable Object> FutureSet<T> ofDistinct() {
        return new FutureSet<>(true);
    }

    /**
     * Adds a future; it is polled for the first time by the next poll of this set.
     *
     * @param future the future; it belongs to this set from now on
     * @param tag any number, by which {@link #endedTag()} tells the futures apart
     */
    public void add(Future<? extends T> future, int tag) {
        Node node = new Node(this, Objects.requireNonNull(future, "future"), tag);
        node.younger = children;
        if (children != null) {
            children.older = node;
        }
        children = node;
        size++;
        node.queued = 1;
        push(node);
    }

    /**
     * Returns how many futures have not ended.
     *
     * @return the number of futures
     */
    public int size() {
        return size;
    }

    /**
     * Tells whether every future has ended.
     *
     * @return true if there is nothing to poll
     */
    public boolean isEmpty() {
        return size == 0;
    }

    /**
     * Returns the tag of the future that the last {@link #pollAnyRaw} ended with, whether it returned or threw.
     *
     * @return the tag given to {@link #add}
     */
    public int endedTag() {
        return endedTag;
    }

    /**
     * Polls woken futures until one of them ends. One that was added twice and has to wait ends with an
     * {@link IllegalStateException}; the place where it was added first is kept. Foreign futures are left
     * alone, since one without state may well be added twice.
     *
     * @param cx the context of this poll
     * @return the value of one future, or {@link RawFuture#PENDING}
     * @throws IllegalStateException if the set is empty
     */
    public @Nullable Object pollAnyRaw(Context cx) {
        if (size == 0) {
            throw new IllegalStateException("a set without futures cannot be polled; ask isEmpty() first");
        }
        if (parent != cx.waker()) {
            PARENT.setVolatile(this, cx.waker());
        }
        int polls = 0;
        while (true) {
            Node node = front == null ? pop() : front;
            front = null;
            if (node == null) {
                if (complete) {
                    waiting = null; // each was polled
                }
                return RawFuture.PENDING;
            }
            if (node == stub || polls > size || !cx.hasBudget()) {
                // a gap in the queue, or every child had its turn: let the rest of the task run
                if (node != stub) {
                    front = node; // not behind those that spent the budget, and were woken by that
                }
                cx.yield();
                return RawFuture.PENDING;
            }
            Future<?> future = node.future;
            if (future == null) {
                continue;
            }
            QUEUED.getAndSet(node, 0);
            polls++;
            Object answer;
            try {
                answer = cx.pollPart(future, node);
            } catch (Throwable failure) {
                remove(node);
                throw failure;
            }
            if (answer != RawFuture.PENDING) {
                remove(node);
                return answer;
            }
            if (!node.waits && !distinct) {
                compare(node, future);
            }
        }
    }

    /**
     * Cancels every future that has not ended, the oldest last, and empties the set.
     *
     * @param ending takes them
     */
    public void cancelAll(Ending ending) {
        while (children != null) {
            Node node = children;
            Future<?> future = node.future;
            remove(node);
            if (future != null) {
                ending.giveUp(future);
            }
        }
    }

    /**
     * Tells whether a poll is going to end with an outcome that {@linkplain RawFuture#hasDecided is decided}.
     *
     * @return true if one of the futures says so
     */
    public boolean isAnyDecided() {
        for (Node node = children; node != null; node = node.younger) {
            if (RawFuture.hasDecided(node.future)) {
                return true;
            }
        }
        return false;
    }

    /** Tells whether there are futures, and the outcome of each is decided. */
    boolean areAllDecided() {
        for (Node node = children; node != null; node = node.younger) {
            if (!RawFuture.hasDecided(node.future)) {
                return false;
            }
        }
        return size > 0;
    }

    /** Says that no future is added any more. */
    void complete() {
        complete = true;
    }

    /** Notes that a future waits; fails if it is among those that do already. */
    private void compare(Node node, Future<?> future) {
        if (!(future instanceof RawFuture) || future == PendingFuture.INSTANCE) {
            node.waits = true; // any number of them may wait
            return;
        }
        if (waiting == null && size > FEW) {
            waiting = new IdentityHashMap<>(size);
            for (Node other = children; other != null; other = other.younger) {
                if (other.waits) {
                    waiting.put(Objects.requireNonNull(other.future), other);
                }
            }
        }
        Node first = waiting != null ? waiting.putIfAbsent(future, node) : find(future);
        if (first != null) {
            remove(node);
            first.enqueue();
            throw Ended.twice(future);
        }
        node.waits = true;
    }

    private @Nullable Node find(Future<?> future) {
        for (Node other = children; other != null; other = other.younger) {
            if (other.waits && other.future == future) {
                return other;
            }
        }
        return null;
    }

    @Override
    public void describe(AwaitTree sketch) {
        sketch.name("FutureSet").count("unfinished", size);
        describeParts(sketch);
    }

    /** The futures, newest first; links lead from newer to older nodes only, also while others change them. */
    void describeParts(AwaitTree sketch) {
        for (Node node = children; node != null; node = node.younger) {
            sketch.awaits(node.future);
        }
    }

    @Override
    public String toString() {
        return "FutureSet[" + size + " unfinished]";
    }

    private void remove(Node node) {
        endedTag = node.tag;
        if (waiting != null && node.waits) {
            waiting.remove(Objects.requireNonNull(node.future));
        }
        node.future = null;
        size--;
        if (node.older != null) {
            node.older.younger = node.younger;
        } else {
            children = node.younger;
        }
        if (node.younger != null) {
            node.younger.older = node.older;
        }
        node.older = null;
        node.younger = null;
    }

    private void push(Node node) {
        NEXT.setRelease(node, (Node) null); // published by the swap of the tail
        Node previous = (Node) TAIL.getAndSet(this, node);
        NEXT.setRelease(previous, node); // closes the gap; read by getAcquire in pop
    }

    /** Returns a woken node, null if the queue is empty, or the stub if a producer is between its two steps. */
    private @Nullable Node pop() {
        Node first = head;
        Node second = (Node) NEXT.getAcquire(first);
        if (first == stub) {
            if (second == null) {
                return tail == stub ? null : stub;
            }
            head = second;
            first = second;
            second = (Node) NEXT.getAcquire(first);
        }
        if (second != null) {
            head = second;
            return first;
        }
        if (first != tail) {
            return stub;
        }
        push(stub); // so that the last node can leave
        second = (Node) NEXT.getAcquire(first);
        if (second != null) {
            head = second;
            return first;
        }
        return stub;
    }

    /** A child: its future, its waker, its place in the ready queue and among the children. */
    private static final class Node implements Waker {

        private final FutureSet<?> set;
        private final int tag;
        private @Nullable Future<?> future; // null once it has ended
        private @Nullable Node older;
        private @Nullable Node younger;
        private boolean waits; // since its first poll

        @SuppressWarnings("UnusedVariable") // read by NEXT
        private volatile @Nullable Node next;

        @SuppressWarnings("UnusedVariable") // read by QUEUED
        private volatile int queued;

        Node(FutureSet<?> set, @Nullable Future<?> future, int tag) {
            this.set = set;
            this.future = future;
            this.tag = tag;
        }

        @Override
        public void wake() {
            if (enqueue()) {
                set.parent.wake();
            }
        }

        /** Puts this into the ready queue; false if it is in there. */
        boolean enqueue() {
            boolean added = (int) QUEUED.getAndSet(this, 1) == 0;
            if (added) {
                set.push(this);
            }
            return added;
        }
    }
}
