package pollux.io;

import java.io.IOException;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import pollux.future.Context;
import pollux.future.Failures;
import pollux.future.Future;
import pollux.future.RawFuture;
import pollux.internal.trace.Ended;

/** An operation of {@link AsyncBufferedReader}: looks whether the buffer has what it needs, fills it, looks again. */
final class BufferedRead<T extends @Nullable Object> extends RawFuture<T> {

    private final AsyncBufferedReader reader;
    private final String name;
    private final Taking taking;
    private @Nullable Future<Integer> filling;
    private boolean cancelled;
    private boolean ended;

    BufferedRead(AsyncBufferedReader reader, String name, Taking taking) {
        this.reader = reader;
        this.name = name;
        this.taking = taking;
    }

    @Override
    public @Nullable Object pollRaw(Context cx) {
        if (ended) {
            throw Ended.future(this);
        }
        if (filling == null && cx.mustYield()) {
            return PENDING;
        }
        ended = true; // stays so if something throws
        try {
            reader.claim(this);
            while (true) {
                if (filling != null) {
                    Object count = pollAny(filling, cx);
                    if (count == PENDING) {
                        ended = false;
                        return PENDING;
                    }
                    filling = null;
                    reader.filled(IoLoop.count(count));
                }
                if (cancelled) {
                    throw new CancellationException("cancelled: " + this);
                }
                Object answer = taking.take();
                if (answer != PENDING) {
                    cx.spend();
                    return answer;
                }
                filling = reader.fill();
            }
        } catch (IOException failure) {
            throw Failures.rethrow(failure);
        } finally {
            if (ended) {
                reader.release(this);
            }
        }
    }

    /** If the source cannot give its read up at once, what it still brings is put into the buffer. */
    @Override
    public boolean cancel() {
        cancelled = true;
        ended = filling == null || filling.cancel();
        if (ended) {
            reader.release(this);
        }
        return ended;
    }

    @Override
    public boolean hasDecided() {
        return hasDecided(filling);
    }

    @Override
    public String toString() {
        return name;
    }

    /** Takes what an operation needs out of the buffer. */
    @FunctionalInterface
    interface Taking {

        /** Returns the result; or PENDING, having taken nothing, if there is not enough in the buffer. */
        @Nullable
        Object take() throws IOException;
    }
}
