package pollux.internal.queue;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * A queue from one producer to one consumer. No method blocks or loops.
 *
 * <p>What the two sides write for each element lies in cache lines of their own, here and in the slots.
 *
 * @param <E> the type of the elements, never null
 */
public abstract sealed class SpscQueue<E> extends ProducerSide permits SpscRing, SpscChain {

    static final VarHandle SLOT = MethodHandles.arrayElementVarHandle(Object[].class);

    // 120 unused bytes, between what the producer writes and what the consumer writes
    long p0, p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, p12, p13, p14;

    SpscQueue(@Nullable Object[] slots) {
        super(slots);
    }

    /**
     * Adds an element. For the producer. Has the memory effects of a volatile write, so the producer may look at the
     * consumer's waker next.
     *
     * @param element the element
     * @return false if the queue is full, or if a second producer is at work
     */
    public abstract boolean offer(E element);

    /**
     * Adds an element on the consumer's own thread, inside a call that the consumer makes: a plain write, since that
     * thread will see it.
     *
     * @param element the element
     * @return false if the queue is full, or if a second producer has been here
     */
    public abstract boolean offerInside(E element);

    /**
     * Takes the oldest element. For the consumer.
     *
     * @return the element, or null if the queue is empty
     */
    public abstract @Nullable E poll();

    /**
     * Looks whether there is something to take. For the consumer.
     *
     * @return true if {@link #poll} would return null
     */
    public abstract boolean isEmpty();

    /**
     * Returns how many elements were added since the beginning. For the producer.
     *
     * @return the number of successful offers
     */
    public final long offered() {
        return offered;
    }

    /**
     * Returns how many elements were taken since the beginning. For the consumer.
     *
     * @return the number of successful polls
     */
    public abstract long taken();
}

/**
 * What the producer reads and writes. A class of its own, because the fields of a superclass come first in an object,
 * and so lie apart from those of the consumer.
 */
abstract class ProducerSide {

    final int last;

    @Nullable
    Object[] into;

    long offered;

    ProducerSide(@Nullable Object[] slots) {
        into = slots;
        last = slots.length - 1;
    }
}
