package pollux.future;

/**
 * Takes the errors and values of a task that have no receiver any more.
 *
 * <p>A bridge puts the hook of its library around the task that serves a subscriber, under {@link #KEY}. Where there is
 * no hook, errors are {@linkplain Failures#report logged} and values are left to the garbage collector. A value that is
 * {@link Droppable} is closed first. May be called
 * from any thread. What a method throws is logged.
 */
public interface DropHook {

    /** The key under which a task finds the hook. */
    Services.Key<DropHook> KEY = new Services.Key<>("drop hook");

    /**
     * Takes an error.
     *
     * @param error the error, which reached no receiver
     */
    void droppedError(Throwable error);

    /**
     * Takes a value.
     *
     * @param value the value, which reached no receiver; never null
     */
    void droppedValue(Object value);
}
