package pollux.future;

import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import pollux.internal.trace.Ended;

/**
 * One step of a chain of {@code map}, {@code then} and {@code recover}.
 *
 * @param <S> what the step is given
 * @param <T> what it makes of it
 */
abstract class ChainFuture<S extends @Nullable Object, T extends @Nullable Object> extends RawFuture<T>
        implements Inspectable {

    /*
     * A chain may be a million steps long, so it must not be polled by recursion. Building links each stage to its
     * source:
     *
     *     last ──source──▶ … ──source──▶ first ──source──▶ origin
     *
     * The first poll of the last stage turns the links around, in a loop, and allocates nothing for it:
     *
     *     current = origin     next = first ──outer──▶ … ──outer──▶ last ──outer──▶ null
     *
     * From then on the last stage polls `current`; each outcome, value or failure, is handed to `next` and travels
     * outwards until the chain ends, or until a stage answers with another future. That one becomes `current`, and if
     * it is a chain itself its stages are turned around in front of `next`. So a loop written as `then` recursion keeps
     * no stages behind.
     *
     * A stage that was turned around has lost its source. Polling it by itself is an error of the caller, and says so.
     */

    /** How many steps a dump counts. */
    private static final int MOST_STEPS = 1000;

    private @Nullable Future<?> source;
    private @Nullable ChainFuture<?, ?> outer;

    /** The future under way; set in the stage that is polled, null before the first poll and after the end. */
    private @Nullable Future<?> current;

    /** The stage that gets the outcome of {@link #current}; null if that is the outcome of the chain. */
    private @Nullable ChainFuture<?, ?> next;

    /** Set while a cancelled chain waits for the clean-up of {@link #current}. */
    private boolean cancelled;

    ChainFuture(Future<S> source) {
        this.source = source;
    }

    /**
     * Takes the value of the source.
     *
     * @return the value of this stage, or a {@link Next} future to go on with
     */
    abstract @Nullable Object onValue(S value) throws Throwable;

    /** Takes the failure of the source: throws it on, or returns as {@link #onValue} does. */
    abstract @Nullable Object onFailure(Throwable failure) throws Throwable;

    /** Wraps a future that a stage goes on with, to tell it from a value that happens to be a future. */
    record Next(Future<?> future) {}

    @Override
    @SuppressWarnings("NullAway") // turnAround() sets current, and the loop goes on only with one
    public final @Nullable Object pollRaw(Context cx) {
        if (current == null) {
            if (source == null) {
                throw Ended.ownedOrOver(this);
            }
            turnAround(this, null);
        }
        while (true) {
            Object value = null;
            Throwable failure = null;
            try {
                value = RawFuture.pollStep(current, cx);
                if (value == PENDING) {
                    return PENDING;
                }
            } catch (Throwable thrown) {
                failure = thrown;
            }
            ChainFuture<?, ?> stage = next;
            Future<?> cleaned = current;
            current = null;
            if (cancelled) {
                if (failure instanceof CancellationException own) {
                    throw own;
                }
                if (failure != null) {
                    Failures.dropOfCleanUp(cx.services(), cleaned, failure);
                }
                Failures.dropValue(cx.services(), value);
                throw new CancellationException("cancelled: " + this);
            }
            // outwards, until a stage goes on with a future or the chain ends
            for (; stage != null; stage = stage.outer) {
                try {
                    value = failure == null ? stage.acceptValue(value) : stage.onFailure(failure);
                    failure = null;
                } catch (Throwable thrown) {
                    failure = thrown;
                }
                if (value instanceof Next step && failure == null) {
                    turnAround(step.future, stage.outer);
                    break;
                }
            }
            if (current == null) {
                next = null;
                if (failure != null) {
                    throw Failures.rethrow(failure);
                }
                return value;
            }
        }
    }

    @Override
    public final boolean cancel() {
        Future<?> running = current;
        if (running == null) {
            // never polled: the origin of the chain still has to hear of it
            Future<?> origin = source;
            while (origin instanceof ChainFuture<?, ?> stage && stage.current == null && stage.source != null) {
                origin = stage.source;
                stage.source = null;
            }
            source = null;
            running = origin;
        }
        current = running == null ? null : Ending.cancel(running);
        next = null;
        cancelled = current != null;
        return !cancelled;
    }

    @Override
    public final boolean hasDecided() {
        return !cancelled && hasDecided(current);
    }

    @Override
    public void describe(AwaitTree sketch) {
        Future<?> running = current;
        int steps = 1;
        if (running == null) {
            running = source;
            while (running instanceof ChainFuture<?, ?> stage && stage.current == null && steps < MOST_STEPS) {
                running = stage.source;
                steps++;
            }
        } else {
            for (ChainFuture<?, ?> stage = next;
                    stage != null && stage != this && steps < MOST_STEPS;
                    stage = stage.outer) {
                steps++;
            }
        }
        sketch.name("chain").count("steps", steps).awaits(running);
    }

    /** Makes the origin of {@code future} the current one, and puts the stages between in front of {@code after}. */
    private void turnAround(Future<?> future, @Nullable ChainFuture<?, ?> after) {
        Future<?> origin = future;
        ChainFuture<?, ?> inner = after;
        while (origin instanceof ChainFuture<?, ?> stage && stage.current == null && stage.source != null) {
            origin = stage.source;
            stage.source = null;
            stage.outer = inner;
            inner = stage;
        }
        current = origin;
        next = inner;
    }

    @SuppressWarnings({"unchecked", "NullAway"}) // the source of a stage answers with an S
    private @Nullable Object acceptValue(@Nullable Object value) throws Throwable {
        return onValue((S) value);
    }
}
