package pollux.internal.trace;

import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileLockInterruptionException;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/** The end of blocking code whose thread was interrupted in order to cancel it. */
public final class Interrupted {

    private Interrupted() {}

    /**
     * Tells whether what the code has thrown says no more than that it was interrupted or cancelled. Then it is the
     * answer to the interrupt, and no failure.
     *
     * @param thrown what it has thrown
     * @return false if it has failed
     */
    public static boolean isAnswer(@Nullable Throwable thrown) {
        return thrown instanceof CancellationException
                || thrown instanceof InterruptedException
                || thrown instanceof InterruptedIOException && !(thrown instanceof SocketTimeoutException)
                || thrown instanceof ClosedByInterruptException
                || thrown instanceof FileLockInterruptionException;
    }

    /**
     * Makes what the owner of the code gets. A resource that failed to close on the way, which an answer suppresses, is
     * suppressed by this as well, so that it is reported.
     *
     * @param code what was cancelled
     * @param answer what the code has thrown, if that is an answer; null if it has returned, or failed
     * @return what to throw
     */
    public static CancellationException cancelled(String code, @Nullable Throwable answer) {
        if (answer instanceof CancellationException own) {
            return own;
        }
        CancellationException cancelled = new CancellationException(code + " was cancelled");
        if (answer != null) {
            cancelled.initCause(answer);
            for (Throwable suppressed : answer.getSuppressed()) {
                cancelled.addSuppressed(suppressed);
            }
        }
        return cancelled;
    }
}
