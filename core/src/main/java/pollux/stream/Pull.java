package pollux.stream;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import pollux.future.Awaiting;
import pollux.future.CleanUp;
import pollux.future.Context;
import pollux.future.RawFuture;
import pollux.future.Sketch;

/**
 * A stream that somebody owns, in the shape of a future, so that {@link CleanUp} and {@code FutureSet} can hold it.
 *
 * <p>Unlike other futures it may be polled again after it was ready with an item; null is the end. Once cancelled it
 * discards items and ends when the clean-up of the stream has ended.
 */
final class Pull<T> extends RawFuture<T> implements Awaiting {

    private @Nullable AsyncStream<? extends T> stream; // null once it has ended or failed
    private boolean cancelled;

    Pull(AsyncStream<? extends T> stream) {
        this.stream = Objects.requireNonNull(stream, "stream");
    }

    @Override
    public @Nullable Object pollRaw(Context cx) {
        AsyncStream<? extends T> polled = stream;
        if (polled == null) {
            throw new IllegalStateException("polled after its end: a source stream");
        }
        Object answer;
        try {
            answer = cancelled ? drain(polled, cx) : RawStream.pollAny(polled, cx);
        } catch (Throwable failure) {
            stream = null;
            throw failure;
        }
        if (answer == null) {
            stream = null;
        }
        return answer;
    }

    /** {@link RawStream#pollEnd} of the stream; true if it is over. */
    boolean pollEnd(Context cx) {
        return stream == null || RawStream.pollEndAny(stream, cx);
    }

    /** Tells whether there is nothing more to poll or to cancel. */
    boolean isOver() {
        return stream == null;
    }

    /** Cancels the stream unless it is over. */
    void giveUp(CleanUp remains) {
        if (stream != null) {
            remains.cancel(this);
        }
    }

    @Override
    public boolean cancel() {
        cancelled = true;
        return stream == null || stream.cancel();
    }

    @Override
    public void describe(Sketch sketch) {
        sketch.name(cancelled ? "source, cancelled" : "source").awaits(stream);
    }

    @Override
    public String toString() {
        return String.valueOf(stream);
    }

    private static @Nullable Object drain(AsyncStream<?> cleaning, Context cx) {
        Object discarded;
        do {
            discarded = RawStream.pollStep(cleaning, cx);
        } while (discarded != null && discarded != PENDING);
        return discarded;
    }
}
