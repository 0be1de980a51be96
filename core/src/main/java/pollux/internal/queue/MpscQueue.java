package pollux.internal.queue;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;
import pollux.internal.memory.MachineErrors;
import pollux.internal.memory.VarHandles;

/**
 * An unbounded first-in-first-out queue: any thread adds, one thread at a time takes. Adding is one atomic exchange,
 * never waits and never allocates.
 *
 * @param <E> the type of the elements
 */
public final class MpscQueue<E extends QueueNode> {

    /*
     * After Vyukov's intrusive queue. A producer first swaps itself in as `tail`, then links the old tail to itself:
     *
     *     head ──▶ a ──▶ b ──▶ null   c ◀── tail        c has swapped, but b.next = c is still to come: a gap
     *
     * While there is a gap, poll() finds b without a successor although b is not the tail, and has to answer null:
     * whatever is behind a gap does not count as added yet. The producer of c announces c only after it has closed the
     * gap, so no one who goes to sleep on that null misses it.
     *
     * A stub takes the place of the last element, so that the consumer never has to take the node that producers hang
     * on to.
     *
     * Memory order: next.setRelease of the producer ↔ next.getAcquire in poll() and isEmpty() hands the element over.
     */

    static {
        MachineErrors.lookedUp(StackOverflowError.class);
    }

    /** Not a VarHandle: that one calls a cast after its exchange, and an error of the machine there leaves a gap. */
    @SuppressWarnings("rawtypes") // there is no class literal of a parameterised type
    private static final AtomicReferenceFieldUpdater<MpscQueue, QueueNode> TAIL =
            AtomicReferenceFieldUpdater.newUpdater(MpscQueue.class, QueueNode.class, "tail");

    private static final VarHandle HEAD = VarHandles.handle(MethodHandles.lookup(), "head", QueueNode.class);
    private static final VarHandle NEXT =
            VarHandles.handle(MethodHandles.lookup(), QueueNode.class, "next", QueueNode.class);

    private final QueueNode stub = new Stub();
    private QueueNode head = stub;

    private volatile QueueNode tail = stub;

    /** Makes an empty queue. */
    public MpscQueue() {}

    /**
     * Adds an element at the end. Any thread.
     *
     * @param element an element that is in no queue
     */
    public void add(E element) {
        append(element);
    }

    /**
     * Takes the first element. One thread at a time.
     *
     * @return the element, or null if there is none that was added completely
     */
    @SuppressWarnings("unchecked") // add() let only elements in, and the stub is stepped over
    public @Nullable E poll() {
        QueueNode first = head;
        QueueNode second = (QueueNode) NEXT.getAcquire(first);
        if (first == stub) {
            if (second == null) {
                return null;
            }
            stub.next = null;
            HEAD.setRelease(this, second);
            first = second;
            second = (QueueNode) NEXT.getAcquire(first);
        }
        if (second == null) {
            if (first != tail) {
                return null; // a gap behind the first
            }
            append(stub);
            second = (QueueNode) NEXT.getAcquire(first);
            if (second == null) {
                return null; // a producer was faster than the stub, and its gap is open
            }
        }
        HEAD.setRelease(this, second);
        first.next = null; // a queued element must not keep those behind it alive
        return (E) first;
    }

    /**
     * Tells whether there seems to be nothing to take. Any thread. May answer false for elements behind a gap; never
     * answers true for an element whose {@link #add} has returned, unless it is being taken.
     *
     * @return true if the queue looked empty
     */
    public boolean isEmpty() {
        QueueNode first = (QueueNode) HEAD.getAcquire(this);
        return first == stub && NEXT.getAcquire(first) == null;
    }

    /**
     * Counts the elements that were added completely. The thread that takes.
     *
     * @return the number of elements up to the first gap
     */
    public int size() {
        int size = 0;
        for (QueueNode node = head; node != null; node = (QueueNode) NEXT.getAcquire(node)) {
            size += node == stub ? 0 : 1;
        }
        return size;
    }

    private void append(QueueNode node) {
        node.next = null;
        QueueNode before = TAIL.getAndSet(this, node);
        try {
            NEXT.setRelease(before, node);
        } catch (StackOverflowError cut) {
            // calls nothing: a gap that stays open would end the queue. The exchange above has fenced
            before.next = node;
        }
    }

    private static final class Stub extends QueueNode {}
}
