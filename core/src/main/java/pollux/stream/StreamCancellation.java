package pollux.stream;

import org.jspecify.annotations.Nullable;
import pollux.future.AwaitTree;
import pollux.future.Context;
import pollux.future.DropHook;
import pollux.future.Ending;
import pollux.future.Failures;
import pollux.future.Inspectable;
import pollux.future.RawFuture;

/**
 * Gives a stream up: cancels it and polls it until it has ended. For {@link Ending#giveUp}, which cancels this future
 * at once and then polls it.
 *
 * <p>A stream in which an answer {@linkplain RawStream#hasDecided is decided} is not cancelled yet: the code that waits
 * for the answer gets it first. Items go to the {@link DropHook}. Ends as the stream does; a failure of its clean-up is
 * that of this future.
 */
public final class StreamCancellation extends RawFuture<Void> implements Inspectable {

    private @Nullable AsyncStream<?> stream; // null once it has ended
    private boolean cancelled;

    /**
     * Takes a stream, which must not have ended. Does nothing yet.
     *
     * @param stream the stream; belongs to this future from now on
     */
    public StreamCancellation(AsyncStream<?> stream) {
        this.stream = stream;
    }

    @Override
    public @Nullable Object pollRaw(Context cx) {
        while (stream != null) {
            if (cancel()) {
                break;
            }
            Object item;
            try {
                item = RawStream.pollStep(stream, cx); // a stream that goes on yielding items would keep its worker
            } catch (Throwable failure) {
                stream = null;
                throw failure;
            }
            if (item == null) {
                stream = null;
            } else if (item != PENDING) {
                Failures.dropValue(cx.services(), item);
            } else if (cancelled || RawStream.hasDecided(stream)) {
                return PENDING;
            }
        }
        return null;
    }

    /** Cancels the stream, unless that was done or has to wait. */
    @Override
    public boolean cancel() {
        if (stream != null && !cancelled && !RawStream.hasDecided(stream)) {
            cancelled = true;
            AsyncStream<?> released = stream;
            stream = null; // stays so if cancel() throws
            if (!released.cancel()) {
                stream = released;
            }
        }
        return stream == null;
    }

    @Override
    public void describe(AwaitTree sketch) {
        sketch.name("stream, cancelled").awaits(stream);
    }

    @Override
    public String toString() {
        return stream == null ? "cancelled stream" : Failures.nameOf(stream);
    }
}
