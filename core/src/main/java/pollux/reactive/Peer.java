package pollux.reactive;

import java.util.concurrent.CancellationException;
import pollux.future.Failures;
import pollux.future.Services;

/**
 * What the library on the other side of a bridge wants done with what can no longer be delivered, and what its subscriber
 * brings along.
 *
 * <p>A value, an error and a cancellation may race; one of them wins, and the others end here, each exactly once. This class
 * itself speaks for plain Reactive Streams, which has no such hooks: errors are {@linkplain Failures#report logged}, items
 * are left to the collector. The adapters extend it with the hooks of their library.
 *
 * <p>May be called from any thread. What a hook throws is logged and goes no further.
 */
public class Peer {

    private static final Peer PLAIN = new Peer();

    /** For the peers of other libraries. */
    protected Peer() {}

    /**
     * Returns the peer of plain Reactive Streams.
     *
     * @return the peer without hooks, always the same object
     */
    public static Peer plain() {
        return PLAIN;
    }

    /**
     * Returns what the task that serves a subscriber finds around it, besides the services of its spawner.
     *
     * @return the services, {@link Services#NONE} unless overridden
     */
    public Services services() {
        return Services.NONE;
    }

    /**
     * Takes an error that arrived too late. Override it with the hook of the library.
     *
     * @param error the error, never a {@link CancellationException}
     */
    protected void onErrorDropped(Throwable error) {
        Failures.report("an error could not be delivered: its receiver had ended or was cancelled", error);
    }

    /**
     * Takes an item that nobody will receive. Override it with the hook of the library.
     *
     * @param item the item
     */
    protected void onDiscard(Object item) {}

    /**
     * Drops an error that arrived too late. A {@link CancellationException} is no error and is dropped without a trace.
     *
     * @param error the error
     */
    public final void dropError(Throwable error) {
        if (error instanceof CancellationException) {
            return;
        }
        try {
            onErrorDropped(error);
        } catch (Throwable thrown) {
            thrown.addSuppressed(error);
            Failures.report("the hook for dropped errors failed", thrown);
        }
    }

    /**
     * Discards an item that nobody will receive.
     *
     * @param item the item
     */
    public final void discard(Object item) {
        try {
            onDiscard(item);
        } catch (Throwable thrown) {
            Failures.report("the hook for discarded items failed", thrown);
        }
    }
}
