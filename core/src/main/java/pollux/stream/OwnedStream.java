package pollux.stream;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import pollux.future.AwaitTree;
import pollux.future.Context;
import pollux.future.Ending;
import pollux.future.Inspectable;
import pollux.future.RawFuture;
import pollux.internal.trace.Ended;

/**
 * A stream that an operator owns, in the shape of a future, so that a {@code FutureSet} can hold it.
 *
 * <p>Unlike other futures it may be polled again after it was ready with an item; null is the end. It is given up by
 * {@link #giveUp}; a cancellation, by a time limit of one poll, leaves it as it is.
 */
final class OwnedStream<T> extends RawFuture<T> implements Inspectable {

    private @Nullable AsyncStream<? extends T> stream; // null once it has ended or failed

    OwnedStream(AsyncStream<? extends T> stream) {
        this.stream = Objects.requireNonNull(stream, "stream");
    }

    @Override
    public @Nullable Object pollRaw(Context cx) {
        AsyncStream<? extends T> polled = stream;
        if (polled == null) {
            throw Ended.stream("a source stream");
        }
        Object answer;
        try {
            answer = RawStream.pollAny(polled, cx);
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

    /** Gives the stream up, unless it is over. */
    void giveUp(Ending ending) {
        AsyncStream<? extends T> left = stream;
        if (left != null) {
            stream = null;
            ending.giveUp(new StreamCancellation(left));
        }
    }

    @Override
    public boolean hasDecided() {
        return RawStream.hasDecided(stream);
    }

    @Override
    public void describe(AwaitTree sketch) {
        sketch.name("source").awaits(stream);
    }

    @Override
    public String toString() {
        return String.valueOf(stream);
    }
}
