package pollux.stream;

import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import pollux.future.Awaiting;
import pollux.future.CleanUp;
import pollux.future.Context;
import pollux.future.Failures;
import pollux.future.Sketch;

/**
 * A stream that owns others, or futures, and is over only after those that it gave up have cleaned up.
 *
 * <p>Operators differ in what they answer. The rest is the same, and is here: at the end, after a failure and when
 * cancelled, give up what is left, see suspended clean-ups through, then report.
 *
 * @param <T> the type of the items
 */
abstract class OperatorStream<T> extends RawStream<T> implements Awaiting {

    /** Set when no more items will come; from then on only clean-up is polled. */
    private @Nullable CleanUp cleanUp;

    private @Nullable Throwable failure;
    private boolean ended;

    /** Polls what is owned: returns an item, null at the end, or PENDING; a failure is thrown. Not called after the end. */
    abstract @Nullable Object produce(Context cx);

    /** Cancels everything owned that has not ended. Called once. */
    abstract void giveUp(CleanUp remains);

    /** {@link RawStream#pollEnd} while there may be items; false unless the operator can tell from its sources. */
    boolean isExhausted(Context cx) {
        return false;
    }

    /** Says what is owned. Called by any thread, see {@link Awaiting}. */
    abstract void describeParts(Sketch sketch);

    @Override
    public final void describe(Sketch sketch) {
        describeParts(sketch.name(name()));
        sketch.awaits(cleanUp);
    }

    private String name() {
        String text = toString();
        int argument = text.indexOf('(');
        return argument < 0 ? text : text.substring(0, argument);
    }

    @Override
    public final boolean pollEnd(Context cx) {
        return cleanUp == null ? isExhausted(cx) : cleanUp.poll(cx);
    }

    @Override
    public final @Nullable Object pollNextRaw(Context cx) {
        if (cleanUp == null) {
            try {
                Object answer = produce(cx);
                if (answer != null) {
                    return answer;
                }
            } catch (Throwable thrown) {
                failure = thrown;
            }
            cleanUp = new CleanUp();
            giveUp(cleanUp);
        } else if (ended) {
            throw new IllegalStateException("polled after its end: " + this);
        }
        if (!cleanUp.poll(cx)) {
            return PENDING;
        }
        ended = true;
        if (failure != null) {
            throw Failures.rethrow(failure);
        }
        return null;
    }

    @Override
    public final boolean cancel() {
        if (cleanUp == null) {
            cleanUp = new CleanUp();
            giveUp(cleanUp);
        }
        ended = cleanUp.isDone();
        if (!ended) {
            failure = new CancellationException("cancelled: " + this);
        }
        return ended;
    }

    /** Makes sure that what a user's function answered can be an item, or is there at all. */
    static <X> X present(@Nullable X answer, String message) {
        if (answer == null) {
            throw new NullPointerException(message);
        }
        return answer;
    }
}
