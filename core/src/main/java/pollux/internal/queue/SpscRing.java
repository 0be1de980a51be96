package pollux.internal.queue;

import org.jspecify.annotations.Nullable;

/**
 * The bounded {@link SpscQueue}: an array of slots, allocated once.
 *
 * @param <E> the type of the elements, never null
 */
public final class SpscRing<E> extends SpscQueue<E> {

    /*
     * A slot is free when it is null, so neither side reads the other's index: the only lines that travel between the
     * two cores are the slots themselves. After FastFlow's ring buffer.
     *
     *     producer   slot[tail]: null -> element   CAS            (1)
     *     consumer   slot[head]: element -> null   getAcquire (2), setRelease (3)
     *
     * (1) pairs with (2), so the element is safely published, and (3) with (1), so the slot is empty before it is
     * reused.
     *
     * The producer could do with setRelease in (1). It uses a CAS for two reasons. A CAS is also the full fence that
     * a producer that wakes a sleeping consumer needs between its write and its look at the waker, so it costs what a
     * volatile write would. And where a broken publisher brings two producers, the second finds the slot taken and is
     * told so, instead of overwriting an element. On the consumer's own thread there is no thread to wake, and (1) is a
     * setRelease.
     */
    /** Consumer only, as the next two. */
    private final @Nullable Object[] slots;

    private final int mask;
    private long taken;

    /**
     * Makes an empty ring.
     *
     * @param capacity how many elements have to fit, at least 1; rounded up to a power of two
     */
    public SpscRing(int capacity) {
        super(new Object[length(capacity)]);
        slots = into;
        mask = last;
    }

    private static int length(int capacity) {
        if (capacity < 1 || capacity > 1 << 30) {
            throw new IllegalArgumentException("capacity must be 1 to 2^30, was " + capacity);
        }
        return capacity == 1 ? 1 : Integer.highestOneBit(capacity - 1) << 1;
    }

    @Override
    public boolean offer(E element) {
        if (!SLOT.compareAndSet(into, (int) offered & last, null, element)) {
            return false;
        }
        offered++;
        return true;
    }

    @Override
    public boolean offerInside(E element) {
        int slot = (int) offered & last;
        if (into[slot] != null) {
            return false;
        }
        SLOT.setRelease(into, slot, element);
        offered++;
        return true;
    }

    @Override
    @SuppressWarnings("unchecked") // offer() puts in nothing but E
    public @Nullable E poll() {
        int slot = (int) taken & mask;
        Object element = SLOT.getAcquire(slots, slot);
        if (element != null) {
            SLOT.setRelease(slots, slot, null);
            taken++;
        }
        return (E) element;
    }

    @Override
    public boolean isEmpty() {
        return SLOT.getAcquire(slots, (int) taken & mask) == null;
    }

    @Override
    public long taken() {
        return taken;
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
