package pollux.io;

import java.util.Objects;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import pollux.future.CleanUp;
import pollux.future.Context;
import pollux.future.Failures;
import pollux.future.Future;
import pollux.future.RawFuture;

/** {@link AsyncBufferedWriter#flushBefore}. */
final class FlushBefore<T> extends RawFuture<T> {

    /*
     * One of the two is polled at a time: `next` first; if it is pending the flush to its end; then `next` to its end.
     * So no value is ever held back while the flush is under way, and a cancel loses none. A wake-up of `next` during
     * the flush is not lost: it is polled after the flush in any case.
     */

    private final AsyncBufferedWriter writer;
    private final Future<T> next;
    private final CleanUp cleanUp = new CleanUp();
    private @Nullable Future<Void> flush;
    private boolean flushed;

    /** What this ends with, once {@link #cleanUp} has ended. */
    private @Nullable Throwable failure;

    private boolean ended;

    FlushBefore(AsyncBufferedWriter writer, Future<T> next) {
        this.writer = writer;
        this.next = next;
    }

    @Override
    public @Nullable Object pollRaw(Context cx) {
        if (ended) {
            throw new IllegalStateException("polled after its end: " + this);
        }
        ended = true; // stays so if something throws
        Object answer = failure == null ? pollBoth(cx) : finish(cx);
        ended = answer != PENDING;
        return answer;
    }

    private @Nullable Object pollBoth(Context cx) {
        if (flush == null) {
            Object answer = pollAny(next, cx);
            if (answer != PENDING || flushed || writer.pendingBytes() == 0) {
                return answer;
            }
            flushed = true;
            flush = writer.flush();
        }
        try {
            if (pollAny(flush, cx) == PENDING) {
                return PENDING;
            }
        } catch (Throwable thrown) {
            flush = null;
            failure = thrown;
            cleanUp.cancel(next);
            return finish(cx);
        }
        flush = null;
        return pollAny(next, cx);
    }

    private Object finish(Context cx) {
        if (!cleanUp.poll(cx)) {
            return PENDING;
        }
        throw Failures.rethrow(Objects.requireNonNull(failure));
    }

    @Override
    public boolean cancel() {
        if (failure == null) {
            failure = new CancellationException("cancelled: " + this);
            cleanUp.cancel(next);
        }
        if (flush != null) {
            cleanUp.cancel(flush);
            flush = null;
        }
        ended = cleanUp.isDone();
        return ended;
    }

    @Override
    public String toString() {
        return "flushBefore(" + next + ")";
    }
}
