package pollux.internal.queue;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;
import pollux.internal.memory.VarHandles;

/**
 * Elements that are taken all at once, by one of several threads: any thread adds, any thread takes what is there, each
 * element is taken once. Adding is one compare-and-set and never allocates.
 *
 * @param <E> the type of the elements
 */
public final class HandoverStack<E extends QueueNode> {

    /*
     * After Treiber. Taking exchanges the top for null, so an element never comes back to the top while another thread
     * holds on to it, and the compare-and-set of add() needs no counter. `next` of an element is written before that
     * compare-and-set, and read after the exchange.
     */

    private static final VarHandle TOP = VarHandles.handle(MethodHandles.lookup(), "top", QueueNode.class);

    private volatile @Nullable QueueNode top;

    /** Makes an empty stack. */
    public HandoverStack() {}

    /**
     * Adds an element. Any thread.
     *
     * @param element an element that is in no queue
     */
    public void add(E element) {
        QueueNode below;
        do {
            below = top;
            element.next = below;
        } while (!TOP.compareAndSet(this, below, element));
    }

    /**
     * Tells whether there is nothing to take. Any thread.
     *
     * @return true if there is no element
     */
    public boolean isEmpty() {
        return top == null;
    }

    /**
     * Looks at the element that was added last. Any thread; it may have been taken meanwhile.
     *
     * @return the element, null if there is none
     */
    @SuppressWarnings("unchecked") // add() lets nothing else in
    public @Nullable E last() {
        return (E) top;
    }

    /**
     * Takes all elements, the first one first; go on with {@link #next}. Any thread.
     *
     * @return the element that was added first, null if there is none
     */
    @SuppressWarnings("unchecked") // add() lets nothing else in
    public @Nullable E takeAll() {
        QueueNode node = top == null ? null : (QueueNode) TOP.getAndSet(this, null);
        QueueNode first = null;
        while (node != null) {
            QueueNode below = node.next;
            node.next = first;
            first = node;
            node = below;
        }
        return (E) first;
    }

    /**
     * Detaches an element that was taken from those behind it. The thread that has taken them.
     *
     * @param taken an element that {@link #takeAll} or this method returned
     * @return the one that was added after it, null if there is none
     */
    @SuppressWarnings("unchecked") // add() lets nothing else in
    public @Nullable E next(E taken) {
        QueueNode next = taken.next;
        taken.next = null;
        return (E) next;
    }
}
