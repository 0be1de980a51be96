package pollux.internal.queue;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * The unbounded {@link SpscQueue}: a chain of small arrays, each let go of when the consumer has passed it.
 *
 * @param <E> the type of the elements, never null
 */
public final class SpscChain<E> implements SpscQueue<E> {

    /*
     * Within a link as in SpscRing: null means not written yet, and the CAS publishes. A link that is full is followed by one
     * that holds its first element before it is published through `next`, by a CAS for the same reasons.
     */
    private static final VarHandle SLOT = MethodHandles.arrayElementVarHandle(Object[].class);
    private static final VarHandle NEXT;

    static {
        try {
            NEXT = MethodHandles.lookup().findVarHandle(Link.class, "next", Link.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    private static final int LENGTH = 64;

    private static final class Link {
        final @Nullable Object[] slots = new Object[LENGTH];
        volatile @Nullable Link next;
    }

    /** Producer only. */
    private Link last = new Link();

    private int tail;

    /** Consumer only. */
    private Link first = last;

    private int head;

    /** Makes an empty chain. */
    public SpscChain() {}

    @Override
    public boolean offer(E element) {
        if (tail < LENGTH) {
            if (!SLOT.compareAndSet(last.slots, tail, null, element)) {
                return false;
            }
            tail++;
            return true;
        }
        Link link = new Link();
        link.slots[0] = element;
        if (!NEXT.compareAndSet(last, null, link)) {
            return false;
        }
        last = link;
        tail = 1;
        return true;
    }

    @Override
    @SuppressWarnings("unchecked") // offer() puts in nothing but E
    public @Nullable E poll() {
        if (isEmpty()) {
            return null;
        }
        Object element = SLOT.getAcquire(first.slots, head);
        first.slots[head++] = null; // for the collector; a slot is used once
        return (E) element;
    }

    @Override
    public boolean isEmpty() {
        if (head == LENGTH) {
            Link link = first.next;
            if (link == null) {
                return true;
            }
            first = link;
            head = 0;
        }
        return SLOT.getAcquire(first.slots, head) == null;
    }
}
