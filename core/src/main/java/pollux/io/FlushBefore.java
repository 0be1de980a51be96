package pollux.io;

import org.jspecify.annotations.Nullable;
import pollux.future.Context;
import pollux.future.Ending;
import pollux.future.Future;
import pollux.future.RawFuture;

/** {@link AsyncBufferedWriter#flushBefore}. */
final class FlushBefore<T extends @Nullable Object> extends RawFuture<T> {

    /*
     * One of the two is polled at a time: `next` first; if it is pending the flush to its end; then `next` to its end.
     * So no value is ever held back while the flush is under way, and a cancel loses none. A wake-up of `next` during
     * the flush is not lost: it is polled after the flush in any case.
     */

    private final AsyncBufferedWriter writer;
    private final Future<T> next;
    private @Nullable Future<Void> flush;
    private boolean flushed;

    /** Set when this was cancelled, or has ended; and when the flush failed, while {@link #next} cleans up. */
    private @Nullable Ending ending;

    FlushBefore(AsyncBufferedWriter writer, Future<T> next) {
        this.writer = writer;
        this.next = next;
    }

    @Override
    public @Nullable Object pollRaw(Context cx) {
        if (ending != null) {
            return ending.poll(cx, this);
        }
        if (flush != null) {
            return pollFlush(flush, cx);
        }
        Object answer = pollNext(cx);
        if (answer != PENDING || flushed || writer.pendingBytes() == 0) {
            return answer;
        }
        flushed = true;
        return pollFlush(writer.flush(), cx);
    }

    private @Nullable Object pollNext(Context cx) {
        ending = Ending.over(); // stays so if the poll throws
        Object answer = pollAny(next, cx);
        if (answer == PENDING) {
            ending = null;
        }
        return answer;
    }

    private @Nullable Object pollFlush(Future<Void> running, Context cx) {
        flush = null; // stays so if the poll throws
        try {
            if (pollAny(running, cx) == PENDING) {
                flush = running;
                return PENDING;
            }
        } catch (Throwable thrown) {
            ending = Ending.ofFailure(thrown);
            ending.giveUp(next);
            return ending.poll(cx, this);
        }
        return pollNext(cx);
    }

    @Override
    public boolean cancel() {
        if (ending == null) {
            ending = Ending.cancelled();
            ending.giveUp(next);
            if (flush != null) {
                ending.giveUp(flush);
                flush = null;
            }
        }
        return ending.answerCancel();
    }

    @Override
    public boolean hasDecided() {
        return ending == null ? hasDecided(next) : ending.hasDecided();
    }

    @Override
    public String toString() {
        return "flushBefore(" + next + ")";
    }
}
