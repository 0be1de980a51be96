package pollux.future;

import org.jspecify.annotations.Nullable;

/**
 * A future that owns several others, and ends only after those that it gave up have cleaned up: see {@link Ending}.
 *
 * <p>Join and select differ in when they are decided and in what follows from it.
 *
 * @param <T> the type of the value
 */
abstract class CombinatorFuture<T extends @Nullable Object> extends RawFuture<T> implements Inspectable {

    /** Set when the outcome is decided or this was cancelled; from then on only clean-up is polled. */
    private @Nullable Ending ending;

    /** Polls what is owned until the outcome is decided: returns it, throws it, or returns PENDING. */
    abstract @Nullable Object decide(Context cx);

    /** Gives up every owned future that has not ended. Called once. */
    abstract void giveUp(Ending ending);

    /** Tells whether a decided outcome of what is owned decides this. */
    abstract boolean isPartDecided();

    /** Turns what {@link #decide} returned into the value, after everything that was given up has ended. */
    @Nullable
    Object conclude(@Nullable Object decided) {
        return decided;
    }

    /** Says what is owned and has not ended. Called by any thread, see {@link Inspectable}. */
    abstract void describeParts(AwaitTree sketch);

    @Override
    public final void describe(AwaitTree sketch) {
        describeParts(sketch);
        sketch.awaits(ending);
    }

    @Override
    public final @Nullable Object pollRaw(Context cx) {
        if (ending == null) {
            try {
                Object decided = decide(cx);
                if (decided == PENDING) {
                    return PENDING;
                }
                ending = Ending.ofValue(decided);
            } catch (Throwable thrown) {
                ending = Ending.ofFailure(thrown);
            }
            giveUp(ending);
        }
        Object decided = ending.poll(cx, this);
        return decided == PENDING ? PENDING : conclude(decided);
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
}
