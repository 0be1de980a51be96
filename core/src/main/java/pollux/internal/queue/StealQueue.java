package pollux.internal.queue;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import pollux.internal.memory.SufficientStack;
import pollux.internal.memory.VarHandles;

/**
 * The run queue of one worker: a ring of 256 that its owner fills and empties in order, and of which any other worker
 * may take half at once.
 *
 * @param <E> the type of the elements
 */
public final class StealQueue<E> {

    /*
     * After Tokio's. Positions are ints that only ever grow; a slot is a position modulo 256.
     *
     *     tail     where the owner pushes next; written by the owner alone
     *     head     two positions in one long, so that they change together:
     *                real    where the next element is taken from
     *                steal   where a thief is still copying from; equal to real if there is none
     *
     *     steal ───── being copied ───── real ───── to be taken ───── tail ───── free … up to steal + 256
     *
     * pop (owner)    moves real, and steal with it if no thief is there
     * steal (thief) moves real over half of the rest, which claims it; copies; then moves steal up to real, which frees
     * it.
     *                One thief at a time: a second one finds steal != real and goes elsewhere.
     * overflow       the owner of a full ring claims all of it as a thief would, hands the younger half out, and puts the older
     *                half back by moving all positions on by 256: the same slots, but no position is ever used twice,
     *                so no compareAndSet succeeds on a stale head.
     *
     * Memory order: the owner's TAIL.setRelease after writing a slot ↔ the thief's TAIL.getAcquire before reading it. A
     * compareAndSet of head by a thief that has finished copying ↔ HEAD.getAcquire in push, before the slot is written
     * again. isEmpty() is exact only together with a full fence on both sides, which the caller provides that uses it
     * to go to sleep.
     */

    /** How many elements fit. */
    public static final int CAPACITY = 256;

    private static final int MASK = CAPACITY - 1;

    /** What {@link SufficientStack} has to find for a spill and its overflow: measured 12 deep. */
    private static final int SPILL_FRAMES = 64;

    private static final VarHandle HEAD = VarHandles.handle(MethodHandles.lookup(), "head", long.class);
    private static final VarHandle TAIL = VarHandles.handle(MethodHandles.lookup(), "tail", int.class);

    private final @Nullable Object[] slots = new Object[CAPACITY];
    private final Consumer<? super E> overflow;

    @SuppressWarnings("unused") // through HEAD
    private long head;

    private int tail;

    /**
     * Makes an empty queue.
     *
     * @param overflow takes, in order, what does not fit; called on the owner's thread inside {@link #push}
     */
    public StealQueue(Consumer<? super E> overflow) {
        this.overflow = overflow;
    }

    /**
     * Adds an element at the end. If the ring is full, the younger half of it and then the element go to the overflow;
     * while a thief holds that up, only the element does. Owner only.
     *
     * @param element the element
     */
    public void push(E element) {
        long now = (long) HEAD.getAcquire(this);
        while (!put(element, now)) {
            if (steal(now) != real(now)) {
                overflow.accept(element);
                return;
            }
            SufficientStack.ensure(SPILL_FRAMES); // from the claim to the end of a spill the ring is of no use
            long seen = (long) HEAD.compareAndExchange(this, now, pack(steal(now), tail));
            if (seen == now) { // so it was full until the claim, which is what a spill takes for granted
                spill(real(now), element);
                return;
            }
            now = seen; // a thief has just made room
        }
    }

    /**
     * Adds an element at the end if there is room. Owner only.
     *
     * @param element the element
     * @return false if the ring is full
     */
    public boolean offer(E element) {
        return put(element, (long) HEAD.getAcquire(this));
    }

    private boolean put(E element, long now) {
        int end = tail;
        if (end - steal(now) >= CAPACITY) {
            return false;
        }
        slots[end & MASK] = element;
        TAIL.setRelease(this, end + 1);
        return true;
    }

    /**
     * Takes the first element. Owner only.
     *
     * @return the element, or null if there is none
     */
    public @Nullable E pop() {
        return popBefore(tail);
    }

    /**
     * Takes the first element, if it was added before a moment. Owner only.
     *
     * @param end what {@link #end} was at that moment
     * @return the element, or null if there is none
     */
    public @Nullable E popBefore(int end) {
        long now = (long) HEAD.getAcquire(this);
        while (true) {
            int first = real(now);
            if (end - first <= 0) {
                return null;
            }
            int claimed = steal(now) == first ? first + 1 : steal(now);
            long seen = (long) HEAD.compareAndExchange(this, now, pack(claimed, first + 1));
            if (seen == now) {
                return take(first);
            }
            now = seen;
        }
    }

    /**
     * Returns the position behind the last element, which names this moment. Owner only.
     *
     * @return the position
     */
    public int end() {
        return tail;
    }

    /**
     * Tells whether all elements that were added before a moment have been taken. Owner only.
     *
     * @param end what {@link #end} was at that moment
     * @return true if none of them is left
     */
    public boolean isTakenBefore(int end) {
        return end - real((long) HEAD.getAcquire(this)) <= 0;
    }

    /**
     * Takes half of this queue, rounded up, into the thief's own. Owner of the other queue only.
     *
     * @param thief the queue of the calling worker
     * @return one of the taken elements, to run at once; null if there was nothing to take, another thief is at it, or
     *     the thief's own queue is more than half full
     */
    public @Nullable E stealInto(StealQueue<E> thief) {
        int end = thief.tail;
        if (end - steal((long) HEAD.getAcquire(thief)) > CAPACITY / 2) {
            return null;
        }
        long now = (long) HEAD.getAcquire(this);
        int count;
        int first;
        long claimed;
        while (true) {
            first = real(now);
            if (steal(now) != first) {
                return null;
            }
            int size = (int) TAIL.getAcquire(this) - first;
            count = size - size / 2;
            if (count <= 0) {
                return null;
            }
            claimed = pack(first, first + count);
            long seen = (long) HEAD.compareAndExchange(this, now, claimed);
            if (seen == now) {
                break;
            }
            now = seen;
        }
        // the last one is returned, the others are copied
        for (int i = 0; i < count - 1; i++) {
            thief.slots[end + i & MASK] = take(first + i);
        }
        E last = take(first + count - 1);
        while (true) {
            // the owner may have popped on in the meantime
            long seen = (long) HEAD.compareAndExchange(this, claimed, pack(real(claimed), real(claimed)));
            if (seen == claimed) {
                break;
            }
            claimed = seen;
        }
        TAIL.setRelease(thief, end + count - 1);
        return last;
    }

    /**
     * Tells whether there is nothing to take. Any thread.
     *
     * @return true if the queue looked empty
     */
    public boolean isEmpty() {
        return real((long) HEAD.getAcquire(this)) == (int) TAIL.getAcquire(this);
    }

    /**
     * Returns how many elements there are to take. Any thread.
     *
     * @return the number, as it looked
     */
    public int size() {
        return Math.max(0, (int) TAIL.getAcquire(this) - real((long) HEAD.getAcquire(this)));
    }

    /**
     * Tells whether there are two elements or more. Owner only.
     *
     * @return true if others could take some and leave some
     */
    public boolean hasSeveral() {
        return tail - real((long) HEAD.getAcquire(this)) > 1;
    }

    /**
     * Returns how many more elements fit into the older half, so that a batch put there never overflows. Owner only.
     *
     * @return the room, maybe 0
     */
    public int batchRoom() {
        return Math.max(0, CAPACITY / 2 - (tail - steal((long) HEAD.getAcquire(this))));
    }

    /** Hands out the younger half of a full ring that the owner has claimed, then the element. */
    private void spill(int first, E element) {
        int half = CAPACITY / 2;
        for (int i = half; i < CAPACITY; i++) {
            overflow.accept(take(first + i));
        }
        overflow.accept(element);
        int moved = first + CAPACITY;
        TAIL.setRelease(this, moved + half);
        HEAD.setRelease(this, pack(moved, moved));
    }

    @SuppressWarnings({"unchecked", "NullAway"}) // push() let only elements in
    private E take(int position) {
        Object element = slots[position & MASK];
        slots[position & MASK] = null; // an old ring must not keep ended tasks
        return (E) element;
    }

    private static long pack(int steal, int real) {
        return (long) steal << 32 | real & 0xffff_ffffL;
    }

    private static int steal(long head) {
        return (int) (head >>> 32);
    }

    private static int real(long head) {
        return (int) head;
    }
}
