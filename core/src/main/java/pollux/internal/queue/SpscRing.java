package pollux.internal.queue;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * The bounded {@link SpscQueue}: an array of slots, allocated once.
 *
 * @param <E> the type of the elements, never null
 */
public final class SpscRing<E> implements SpscQueue<E> {

    /*
     * A slot is free when it is null, so neither side reads the other's index: the only lines that travel between the two
     * cores are the slots themselves. After FastFlow's ring buffer.
     *
     *     producer   slot[tail]: null -> element   CAS            (1)
     *     consumer   slot[head]: element -> null   getAcquire (2), setRelease (3)
     *
     * (1) pairs with (2), so the element is safely published, and (3) with (1), so the slot is empty before it is reused.
     *
     * The producer could do with setRelease in (1). It uses a CAS for two reasons. A CAS is also the full fence that
     * whoever wakes a sleeping consumer needs between its write and its look at the waker, so it costs what a volatile write
     * would. And where a broken publisher brings two producers, the second finds the slot taken and is told so, instead of
     * overwriting an element.
     */
    private static final VarHandle SLOT = MethodHandles.arrayElementVarHandle(Object[].class);

    private final @Nullable Object[] slots;
    private final int mask;

    /** Producer only. */
    private int tail;

    /** Consumer only. */
    private int head;

    /**
     * Makes an empty ring.
     *
     * @param capacity how many elements have to fit, at least 1; rounded up to a power of two
     */
    public SpscRing(int capacity) {
        if (capacity < 1 || capacity > 1 << 30) {
            throw new IllegalArgumentException("capacity must be 1 to 2^30, was " + capacity);
        }
        int length = capacity == 1 ? 1 : Integer.highestOneBit(capacity - 1) << 1;
        slots = new Object[length];
        mask = length - 1;
    }

    @Override
    public boolean offer(E element) {
        int slot = tail & mask;
        if (!SLOT.compareAndSet(slots, slot, null, element)) {
            return false;
        }
        tail++;
        return true;
    }

    @Override
    @SuppressWarnings("unchecked") // offer() puts in nothing but E
    public @Nullable E poll() {
        int slot = head & mask;
        Object element = SLOT.getAcquire(slots, slot);
        if (element != null) {
            SLOT.setRelease(slots, slot, null);
            head++;
        }
        return (E) element;
    }

    @Override
    public boolean isEmpty() {
        return SLOT.getAcquire(slots, head & mask) == null;
    }

    /**
     * Returns how many elements fit.
     *
     * @return the capacity, a power of two
     */
    public int capacity() {
        return slots.length;
    }
}
