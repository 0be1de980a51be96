package pollux.sync;

/** Tells a task that waits for permits that the semaphore was closed. */
public final class SemaphoreClosedException extends RuntimeException {

    private static final long serialVersionUID = 1;

    /**
     * Makes one.
     *
     * @param message what happened
     */
    public SemaphoreClosedException(String message) {
        super(message);
    }
}
