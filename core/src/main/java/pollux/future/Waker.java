package pollux.future;

/**
 * The way to tell an executor that a task is worth polling again.
 *
 * <p>A future that answers pending keeps the waker of that poll where its event will find it. The contract:
 *
 * <ul>
 *   <li>{@code wake()} may be called from any thread, at any time, any number of times; it never throws.
 *   <li>Any number of wakes before the next poll cause one poll. A wake during a poll causes exactly one more.
 *   <li>Everything written before {@code wake()} is visible to the poll that follows it.
 *   <li>Two wakers are the same if they are the same object ({@code ==}), so a future that sees its stored waker again
 *       need not store it.
 *   <li>After the task has ended a wake does nothing.
 * </ul>
 *
 * <p>The wakers of {@code TaskPool}, {@code LocalPool} and {@code blockOn} never block, take no lock, and run no code
 * of the task. The waker of an inline task ({@code Spawner.inline()}) may run the task on the calling thread, as a
 * Reactor operator would; so {@code wake()} must not be called while a lock is held.
 *
 * <p>After {@code std::task::Waker}; the reference counting is the collector's work here.
 */
@FunctionalInterface
public interface Waker {

    /** Makes the task be polled again. Never blocks, never throws. */
    void wake();

    /**
     * Returns the number of the task that this waker wakes, for diagnostics. May be called from any thread.
     *
     * @return the number; 0 if it wakes no task, or if that is not known
     */
    default long taskId() {
        return 0;
    }

    /**
     * Returns a waker that does nothing, for polls whose answer is only looked at.
     *
     * @return a waker without effect, always the same object
     */
    static Waker noop() {
        return NoopWaker.INSTANCE;
    }
}
