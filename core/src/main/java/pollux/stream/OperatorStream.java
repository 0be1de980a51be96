package pollux.stream;

import org.jspecify.annotations.Nullable;
import pollux.future.AwaitTree;
import pollux.future.Context;
import pollux.future.Ending;
import pollux.future.Inspectable;

/**
 * A stream that owns others, or futures, and is over only after those that it gave up have cleaned up: see
 * {@link Ending}.
 *
 * <p>Operators differ in what they answer. An end and a failure are decided outcomes, like the value of a future.
 *
 * @param <T> the type of the items
 */
abstract class OperatorStream<T> extends RawStream<T> implements Inspectable {

    /** Set when no more items will come or this was cancelled; from then on only clean-up is polled. */
    private @Nullable Ending ending;

    /**
     * Polls what is owned: returns an item, null at the end, or PENDING; a failure is thrown. Not called after the end.
     */
    abstract @Nullable Object produce(Context cx);

    /** Gives up everything owned that has not ended. Called once. */
    abstract void giveUp(Ending ending);

    /** {@link RawStream#hasDecided} while there may be items: tells whether an answer of what is owned is decided. */
    abstract boolean isPartDecided();

    /** {@link RawStream#pollEnd} while there may be items; false unless the operator can tell from its sources. */
    boolean isExhausted(Context cx) {
        return false;
    }

    /** Says what is owned. Called by any thread, see {@link Inspectable}. */
    abstract void describeParts(AwaitTree sketch);

    @Override
    public final void describe(AwaitTree sketch) {
        describeParts(sketch.name(name()));
        sketch.awaits(ending);
    }

    private String name() {
        String text = toString();
        int argument = text.indexOf('(');
        return argument < 0 ? text : text.substring(0, argument);
    }

    @Override
    public final boolean pollEnd(Context cx) {
        return ending == null ? isExhausted(cx) : ending.cleanUp(cx);
    }

    @Override
    public final @Nullable Object pollNextRaw(Context cx) {
        if (ending == null) {
            try {
                Object answer = produce(cx);
                if (answer != null) {
                    return answer;
                }
                ending = Ending.ofValue(null);
            } catch (Throwable thrown) {
                ending = Ending.ofFailure(thrown);
            }
            giveUp(ending);
        }
        return ending.poll(cx, this);
    }

    @Override
    public final boolean cancel() {
        if (ending == null) {
            ending = Ending.cancelled();
            giveUp(ending);
        }
        return ending.answerCancel();
    }

    @Override
    public final boolean hasDecided() {
        return ending == null ? isPartDecided() : ending.hasDecided();
    }

    /** Makes sure that what a user's function answered can be an item, or is there at all. */
    static <X> X present(@Nullable X answer, String message) {
        if (answer == null) {
            throw new NullPointerException(message);
        }
        return answer;
    }
}
