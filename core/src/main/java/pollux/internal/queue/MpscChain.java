package pollux.internal.queue;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;
import pollux.internal.memory.VarHandles;

/**
 * An unbounded first-in-first-out queue of any objects: any thread adds, one thread at a time takes. Adding is one
 * atomic addition and never waits; a chain of arrays carries the elements, so an element costs five bytes instead of a
 * node.
 *
 * @param <E> the type of the elements, never null
 */
public final class MpscChain<E> extends ConsumerSide {

    /*
     * A producer claims a position by adding 1 to `tail`, finds the link that has it, and writes the element there. The
     * consumer takes positions in turn. A position that is claimed and not yet written is a gap: what is behind it does
     * not count as added, and the producer tells of its element only after it has closed the gap. (After Tokio's list
     * of blocks.)
     *
     *     first ──▶ [a b c d] ──▶ [e · g ·] ◀── last            · claimed or free; head stands at a, tail behind g
     *
     * Finding the link. A producer reads `last` before it claims. The producer that moved `last` to a link had claimed
     * a position in it, so a position that is claimed afterwards is in that link or behind it. It walks on from there,
     * and appends what is missing.
     *
     * Letting go of links. When the consumer leaves a link it lets that point at itself, so that an old dead link does
     * not keep all the later ones from being collected. A producer that is still on its way there starts over at
     * `first`: the consumer cannot pass a position that is not written, so that is never behind it.
     *
     * What the producers write for each element and what the consumer writes for each lie in cache lines of their own.
     *
     * Memory order: slot.setRelease of the producer ↔ slot.getAcquire in poll(). taken is told by a release store, for
     * those who count on the room that it makes.
     */

    private static final VarHandle SLOT = MethodHandles.arrayElementVarHandle(Object[].class);
    private static final VarHandle NEXT = VarHandles.handle(MethodHandles.lookup(), Link.class, "next", Link.class);

    // 120 unused bytes, between what the consumer writes and whatever comes next in the heap
    long p0, p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, p12, p13, p14;

    /** Makes an empty queue. */
    public MpscChain() {
        super(new Link(0));
    }

    /**
     * Adds an element at the end. Any thread.
     *
     * @param element the element
     */
    public void add(E element) {
        Link seen = last;
        long position = (long) TAIL.getAndAdd(this, 1L);
        Link link = seen;
        while (position - link.start >= Link.LENGTH) {
            link = after(link);
        }
        SLOT.setRelease(link.slots, (int) (position - link.start), element);
        if (link != seen && last.start < link.start) {
            last = link;
        }
    }

    /**
     * Takes the first element. One thread at a time, each of which sees what the one before did.
     *
     * @return the element, or null if there is none that was added completely
     */
    @SuppressWarnings("unchecked") // add() lets only elements in
    public @Nullable E poll() {
        Link link = first;
        long head = taken;
        int index = (int) (head - link.start);
        if (index == Link.LENGTH) {
            Link next = link.next;
            if (next == null) {
                return null;
            }
            first = next;
            link.next = link;
            link = next;
            index = 0;
        }
        Object element = SLOT.getAcquire(link.slots, index);
        if (element != null) {
            link.slots[index] = null; // a position is used once
            TAKEN.setRelease(this, head + 1);
        }
        return (E) element;
    }

    /**
     * Returns how many elements were taken since the beginning. Any thread; never more than were.
     *
     * @return the number of polls that found one
     */
    public long taken() {
        return (long) TAKEN.getAcquire(this);
    }

    private Link after(Link link) {
        Link next = link.next;
        if (next == null) {
            Link made = new Link(link.start + Link.LENGTH);
            next = (Link) NEXT.compareAndExchange(link, null, made);
            if (next == null) {
                return made;
            }
        }
        return next == link ? first : next;
    }
}

/** What the consumer reads and writes. */
abstract class ConsumerSide extends ProducersSide {

    static final VarHandle TAKEN = VarHandles.handle(MethodHandles.lookup(), "taken", long.class);

    // 120 unused bytes, between what the producers write and what the consumer writes
    long q0, q1, q2, q3, q4, q5, q6, q7, q8, q9, q10, q11, q12, q13, q14;

    long taken;

    /** Also for producers that have lost their way. */
    volatile Link first;

    ConsumerSide(Link only) {
        super(only);
        first = only;
    }
}

/**
 * What the producers read and write. A class of its own, because the fields of a superclass come first in an object,
 * and so lie apart from those of the consumer.
 */
abstract class ProducersSide {

    static final VarHandle TAIL = VarHandles.handle(MethodHandles.lookup(), "tail", long.class);

    /** A part of the chain. */
    static final class Link {

        static final int LENGTH = 64;

        final long start;
        final @Nullable Object[] slots = new Object[LENGTH];

        /** Itself, when the consumer has left it. */
        volatile @Nullable Link next;

        Link(long start) {
            this.start = start;
        }
    }

    @SuppressWarnings("unused") // through TAIL
    private volatile long tail;

    volatile Link last;

    ProducersSide(Link only) {
        last = only;
    }
}
