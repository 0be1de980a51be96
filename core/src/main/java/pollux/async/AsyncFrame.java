package pollux.async;

import org.jspecify.annotations.Nullable;
import pollux.future.CleanUp;
import pollux.future.Future;
import pollux.future.RawFuture;

/**
 * One run of a compiled block or method: where it is suspended, what it awaits, and, in the generated subclass, the local
 * variables it goes on with. For compiled code; nobody extends it by hand.
 *
 * @param <T> the type of the result
 */
public abstract class AsyncFrame<T> extends RawFuture<T> {

    /*
     * Hop 9. The code stays in the class it was written in, as a method `lambda$name$async(frame, context)`; the generated
     * subclass holds its fields and forwards pollRaw to it. That method begins with a switch over `label`:
     *
     *     0           not started: loads the parameters
     *     1 … n       suspended at await k: restores locals and operand stack, and polls `child` again
     *     n + 1       (methods that return Future) waits for the future that the code returned
     *     ENDED       returned
     *     RUNNING     stored on entry, so it is what a re-entrant poll sees, and a poll after the code threw
     *
     * An await first polls its future with everything still in registers; only a pending answer stores the live variables,
     * `child` and `label`. Awaits inside a try block are numbered first, so that `guarded()` tells with one comparison
     * whether a cancelled frame has any code of its own left to run.
     *
     * Cancellation goes inwards through `child` and comes back outwards as an exception: each frame cancels its child and,
     * unless that was all, puts a CancelledChild in its place, which throws at the await as soon as the old child is done.
     */

    /** {@link #label} of a frame whose code has returned. */
    public static final int ENDED = -1;

    /** {@link #label} of a frame whose code runs, or has thrown. */
    public static final int RUNNING = -2;

    /** Where the code goes on; written by compiled code only. */
    public int label;

    /** What the code waits for while it is suspended; written by compiled code only. */
    public @Nullable Future<?> child;

    /** For generated subclasses. */
    protected AsyncFrame() {}

    /**
     * Returns the highest label of an await that has an exception handler around it.
     *
     * @return the label, 0 if there is none
     */
    protected abstract int guarded();

    /**
     * Describes the source of this frame: {@code class|method|file|line of label 0,line of label 1,…}.
     *
     * @return the description, a constant
     */
    protected abstract String source();

    /**
     * Gives the run up. Before the first poll nothing runs at all. A suspended run is resumed with {@link
     * java.util.concurrent.CancellationException} at its await, by the poll that follows, so that catch and finally blocks
     * run; they may await.
     *
     * @return true if there was nothing to run, and what was awaited is released
     */
    @Override
    public final boolean cancel() {
        Future<?> awaited = child;
        if (label <= 0 || awaited == null) {
            label = ENDED;
            return true;
        }
        boolean released = CleanUp.cancelQuietly(awaited);
        if (released && label > guarded()) {
            label = ENDED;
            child = null;
            return true;
        }
        child = new CancelledChild(released ? null : awaited);
        return false;
    }

    /**
     * Tells where in the source this frame is suspended, or begins. For dumps; another thread may see an older place.
     *
     * @return the place, as in a stack trace
     */
    public final StackTraceElement place() {
        String[] parts = source().split("\\|", -1);
        String[] lines = parts[3].split(",", -1);
        int at = label;
        int line = Integer.parseInt(lines[at > 0 && at < lines.length ? at : 0]);
        return new StackTraceElement(parts[0], parts[1], parts[2].isEmpty() ? null : parts[2], line);
    }

    /**
     * Returns what this frame waits for. For dumps; another thread may see an older answer.
     *
     * @return the awaited future, null if the frame is not suspended
     */
    public final @Nullable Future<?> awaited() {
        return label > 0 ? child : null;
    }

    /**
     * Explains a poll that the contract forbids. For compiled code.
     *
     * @return what to throw
     */
    public final IllegalStateException misused() {
        return new IllegalStateException(this + " was polled after its end, or from within its own poll");
    }

    /**
     * Checks the future that an async method returned. For compiled code.
     *
     * @param returned what the code returned
     * @return the same
     * @throws NullPointerException if it is null
     */
    public final Future<?> returned(@Nullable Future<?> returned) {
        if (returned == null) {
            throw new NullPointerException("the async method at " + place()
                    + " returned null; return Futures.ready(null) to end without a value");
        }
        return returned;
    }

    @Override
    public String toString() {
        String state = switch (label) {
            case 0 -> "not started";
            case ENDED -> "ended";
            case RUNNING -> "running or failed";
            default -> "suspended";
        };
        return "async " + place() + " [" + state + "]";
    }
}
