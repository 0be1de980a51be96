package pollux.internal.queue;

import org.jspecify.annotations.Nullable;

/**
 * A queue from one producer to one consumer. No method blocks or loops.
 *
 * @param <E> the type of the elements, never null
 */
public sealed interface SpscQueue<E> permits SpscRing, SpscChain {

    /**
     * Adds an element. For the producer. Has the memory effects of a volatile write, so the producer may look at the consumer's
     * waker next.
     *
     * @param element the element
     * @return false if the queue is full, or if a second producer is at work
     */
    boolean offer(E element);

    /**
     * Takes the oldest element. For the consumer.
     *
     * @return the element, or null if the queue is empty
     */
    @Nullable
    E poll();

    /**
     * Looks whether there is something to take. For the consumer.
     *
     * @return true if {@link #poll} would return null
     */
    boolean isEmpty();
}
