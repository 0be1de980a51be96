package pollux.io;

import java.util.Objects;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import pollux.future.Context;
import pollux.future.Failures;
import pollux.future.Future;
import pollux.future.RawFuture;
import pollux.internal.trace.Ended;

/** A future made of reads and writes, one after the other; it owns the one under way. */
abstract class IoLoop<T extends @Nullable Object> extends RawFuture<T> {

    private @Nullable Future<?> step;
    private boolean cancelled;
    private boolean ended;

    /** Returns the next read or write; null if there is none, and {@link #result} is due. */
    @Nullable
    abstract Future<?> next(Context cx) throws Exception;

    /** Takes what the last read or write has ended with. */
    abstract void took(@Nullable Object answer) throws Exception;

    /** Returns how many bytes a read that has ended has taken. */
    static int count(@Nullable Object answer) {
        return (Integer) Objects.requireNonNull(answer, "a read has ended with null instead of a number of bytes");
    }

    /** Returns what this ends with. */
    @Nullable
    abstract T result() throws Exception;

    /** Called once, when this has ended in whatever way. */
    void over() {}

    @Override
    public final @Nullable Object pollRaw(Context cx) {
        if (ended) {
            throw Ended.future(this);
        }
        ended = true; // stays so if something throws
        try {
            while (true) {
                Future<?> running = step;
                if (running == null) {
                    if (cancelled) {
                        throw new CancellationException("cancelled: " + this);
                    }
                    running = next(cx);
                    if (running == null) {
                        return result();
                    }
                }
                step = null;
                Object answer = pollStep(running, cx);
                if (answer == PENDING) {
                    step = running;
                    ended = false;
                    return PENDING;
                }
                took(answer);
            }
        } catch (Exception failure) {
            throw Failures.rethrow(failure);
        } finally {
            if (ended) {
                over();
            }
        }
    }

    @Override
    public final boolean cancel() {
        Future<?> running = step;
        ended = running == null || running.cancel();
        cancelled = true;
        if (ended) {
            over();
        }
        return ended;
    }

    @Override
    public final boolean hasDecided() {
        return hasDecided(step);
    }
}
