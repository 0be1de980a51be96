package pollux.sync;

import pollux.future.Context;
import pollux.future.RawFuture;
import pollux.internal.trace.Ended;

/**
 * A future that waits for something of this package and owns no other future.
 *
 * <p>Holds the steps that each of its polls begins and ends with. They are final methods: a poll makes no call that is
 * chosen by the class of the future.
 *
 * @param <T> the type of the value
 */
abstract class LeafFuture<T> extends RawFuture<T> {

    private boolean ended;

    /** The first step of a poll: fails after the end. Returns true if the budget is used up; answer PENDING then. */
    final boolean mustYield(Context cx) {
        if (ended) {
            throw Ended.future(this);
        }
        return cx.mustYield();
    }

    /** The last step of a poll that answers. */
    final void end(Context cx) {
        ended = true;
        cx.spend();
    }

    /** Gives up the wait; called once, perhaps before the first poll. */
    abstract void leave();

    @Override
    public final boolean cancel() {
        if (!ended) {
            ended = true;
            leave();
        }
        return true;
    }
}
