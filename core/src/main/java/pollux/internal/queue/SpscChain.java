package pollux.internal.queue;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;
import pollux.internal.memory.VarHandles;

/**
 * The unbounded {@link SpscQueue}: a chain of small arrays, each let go of when the consumer has passed it.
 *
 * @param <E> the type of the elements, never null
 */
public final class SpscChain<E> extends SpscQueue<E> {

    /*
     * Within a link as in SpscRing: null means not written yet, and the CAS publishes. A link that is full is followed
     * by one that holds its first element before it is published through `next`, by a CAS for the same reasons.
     */
    private static final VarHandle NEXT = VarHandles.handle(MethodHandles.lookup(), Link.class, "next", Link.class);

    private static final int LENGTH = 64;

    private static final class Link {
        final @Nullable Object[] slots = new Object[LENGTH];
        volatile @Nullable Link next;
    }

    /** Producer only, and touched only when a link is full. */
    private Link newest;

    /** Consumer only, as the next two. */
    private Link first;

    private int head;
    private long taken;

    /** Makes an empty chain. */
    public SpscChain() {
        this(new Link());
    }

    private SpscChain(Link only) {
        super(only.slots);
        newest = only;
        first = only;
    }

    @Override
    public boolean offer(E element) {
        int slot = (int) offered & last;
        if (slot == 0 && offered != 0) {
            return append(element);
        }
        if (!SLOT.compareAndSet(into, slot, null, element)) {
            return false;
        }
        offered++;
        return true;
    }

    @Override
    public boolean offerInside(E element) {
        int slot = (int) offered & last;
        if (slot == 0 && offered != 0) {
            return append(element);
        }
        if (into[slot] != null) {
            return false;
        }
        SLOT.setRelease(into, slot, element);
        offered++;
        return true;
    }

    private boolean append(E element) {
        Link link = new Link();
        link.slots[0] = element;
        if (!NEXT.compareAndSet(newest, null, link)) {
            return false;
        }
        newest = link;
        into = link.slots;
        offered++;
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
        taken++;
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

    @Override
    public long taken() {
        return taken;
    }
}
