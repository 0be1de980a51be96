package pollux.future;

/**
 * A resource that belongs to its receiver, and is closed if it reaches none: the guard of a lock, a permit.
 *
 * <p>A value is lost where its future has ended with it and no receiver is left: a {@link Futures#join} that has
 * one lock is cancelled while it waits for the next, a task is cancelled that was about to return a permit. Pollux
 * closes it there, before the {@link DropHook} of the task gets it. Only values themselves are closed, not what is in a
 * list or in a record.
 *
 * <p>For resources of one owner: one that another part of the program uses as well is closed under its hands.
 *
 * <p>After {@code Drop} of Rust, for values in transit.
 */
public interface Droppable extends AutoCloseable {

    /**
     * Gives the resource back; the second time it does nothing. May be called from any thread, must not block. What it
     * throws when the value was lost is a failure without a receiver, see {@link Failures#drop}.
     */
    @Override
    void close();
}
