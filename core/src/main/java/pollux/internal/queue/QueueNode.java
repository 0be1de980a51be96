package pollux.internal.queue;

import org.jspecify.annotations.Nullable;

/**
 * What an element of an intrusive queue extends: the link to the next one lies in the element, so that queueing
 * allocates nothing. An element is in at most one queue at a time.
 */
public abstract class QueueNode {

    /** Belongs to the queue, or other list, that the element is in; null while it is in none. */
    public @Nullable QueueNode next;

    /** For subclasses. */
    protected QueueNode() {}
}
