package pollux.executor;

/**
 * What a spawner does about a task that failed and whose outcome is not observed.
 *
 * <p>An outcome is wanted once {@link JoinHandle#join} or {@link JoinHandle#toCompletableFuture} was called, whether
 * before the failure or up to 200 ms after it, so that {@code spawn(future).join()} is quiet even if the task is faster
 * than the caller. A {@link java.util.concurrent.CancellationException} never counts as a failure here.
 */
public enum UnhandledFailure {

    /** Nothing. The failure is kept for a later {@code join()}, as always. */
    IGNORE,

    /** Log it, through {@link System.Logger} under the name {@code pollux}. The default. */
    LOG,

    /** Log it and close the spawner without waiting: all its tasks are cancelled. */
    SHUTDOWN
}
