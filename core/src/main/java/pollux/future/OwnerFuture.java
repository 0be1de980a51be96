package pollux.future;

import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * A future that owns several others, and ends only after those that it gave up have cleaned up.
 *
 * <p>Join, race and select differ in when they are decided and in what follows from it. The rest is the same, and is here:
 * once decided, cancel what is left, see suspended clean-ups through, then report.
 *
 * @param <T> the type of the value
 */
abstract class OwnerFuture<T> extends RawFuture<T> implements Awaiting {

    /** Set when the outcome is decided; from then on only clean-up is polled. */
    private @Nullable CleanUp cleanUp;

    private @Nullable Object value;
    private @Nullable Throwable failure;
    private boolean ended;

    /** Polls what is owned until the outcome is decided: returns it, throws it, or returns PENDING. */
    abstract @Nullable Object decide(Context cx);

    /** Cancels every owned future that has not ended. Called once. */
    abstract void giveUp(CleanUp remains);

    /** Turns what {@link #decide} returned into the value, after everything that was given up has ended. */
    @Nullable
    Object conclude(@Nullable Object decided) throws Throwable {
        return decided;
    }

    /** Says what is owned and has not ended. Called by any thread, see {@link Awaiting}. */
    abstract void describeParts(Sketch sketch);

    @Override
    public final void describe(Sketch sketch) {
        describeParts(sketch);
        sketch.awaits(cleanUp);
    }

    @Override
    public final @Nullable Object pollRaw(Context cx) {
        if (ended) {
            throw new IllegalStateException("polled after its end: " + this);
        }
        if (cleanUp == null) {
            try {
                Object decided = decide(cx);
                if (decided == PENDING) {
                    return PENDING;
                }
                value = decided;
            } catch (Throwable thrown) {
                failure = thrown;
            }
            cleanUp = new CleanUp();
            giveUp(cleanUp);
        }
        if (!cleanUp.poll(cx)) {
            return PENDING;
        }
        ended = true;
        if (failure != null) {
            throw Failures.rethrow(failure);
        }
        Object decided = value;
        value = null;
        try {
            return conclude(decided);
        } catch (Throwable thrown) {
            throw Failures.rethrow(thrown);
        }
    }

    @Override
    public final boolean cancel() {
        if (cleanUp == null) {
            cleanUp = new CleanUp();
            giveUp(cleanUp);
        }
        value = null;
        failure = new CancellationException("cancelled: " + this);
        ended = cleanUp.isDone();
        return ended;
    }
}
