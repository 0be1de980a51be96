package pollux.io;

import java.nio.ByteBuffer;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import pollux.future.Context;
import pollux.future.Future;
import pollux.future.RawFuture;
import pollux.internal.trace.Ended;

/** An operation of {@link AsyncBufferedWriter}: takes what fits into the buffer, writes the buffer, and so on. */
final class BufferedWrite<T extends @Nullable Object> extends RawFuture<T> {

    private final AsyncBufferedWriter writer;
    private final String name;
    private final Steps steps;

    /** The write to the target that is under way, of {@link #bytes}. */
    private @Nullable Future<?> writing;

    private @Nullable ByteBuffer bytes;
    private boolean cancelled;
    private boolean ended;

    BufferedWrite(AsyncBufferedWriter writer, String name, Steps steps) {
        this.writer = writer;
        this.name = name;
        this.steps = steps;
    }

    @Override
    public @Nullable Object pollRaw(Context cx) {
        if (ended) {
            throw Ended.future(this);
        }
        if (writing == null && cx.mustYield()) {
            return PENDING;
        }
        ended = true; // stays so if something throws
        try {
            writer.claim(this);
            while (true) {
                if (writing != null) {
                    if (pollAny(writing, cx) == PENDING) {
                        ended = false;
                        return PENDING;
                    }
                    settle();
                }
                if (cancelled) {
                    throw new CancellationException("cancelled: " + this);
                }
                Object answer = steps.next(this);
                if (answer != PENDING) {
                    cx.spend();
                    return answer;
                }
            }
        } finally {
            if (ended) {
                over();
            }
        }
    }

    /** Has a write to the target polled, before the next step is asked for. */
    Object start(Future<?> write) {
        writing = write;
        return PENDING;
    }

    /** Has bytes of the buffer written, which counts as much as was taken, whatever becomes of the write. */
    Object startOfBuffer(ByteBuffer view, Future<?> write) {
        bytes = view;
        return start(write);
    }

    private void settle() {
        writing = null;
        ByteBuffer view = bytes;
        if (view != null) {
            bytes = null;
            writer.written(view);
        }
    }

    private void over() {
        settle();
        writer.release(this);
    }

    @Override
    public boolean hasDecided() {
        return hasDecided(writing);
    }

    /** If the target cannot give its write up at once, what it still writes is taken out of the buffer. */
    @Override
    public boolean cancel() {
        cancelled = true;
        ended = writing == null || writing.cancel();
        if (ended) {
            over();
        }
        return ended;
    }

    @Override
    public String toString() {
        return name;
    }

    /** What an operation does between its writes to the target. */
    @FunctionalInterface
    interface Steps {

        /** Returns the result; or PENDING, after {@link #start} or {@link #startOfBuffer}. */
        @Nullable
        Object next(BufferedWrite<?> operation);
    }
}
