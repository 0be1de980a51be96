package pollux.async;

import org.jspecify.annotations.Nullable;
import pollux.future.AwaitTree;
import pollux.future.Context;
import pollux.future.Inspectable;
import pollux.future.RawFuture;

/**
 * What code awaits that has used up the budget of its poll: ready, as soon as there is some. One for all, and for any
 * number of polls.
 */
final class NextTurn extends RawFuture<Void> implements Inspectable {

    @Override
    public @Nullable Object pollRaw(Context cx) {
        cx.spendTurn(); // whose poll sees to it that there is some
        return null;
    }

    @Override
    public boolean cancel() {
        return true;
    }

    @Override
    public void describe(AwaitTree sketch) {
        sketch.name(toString());
    }

    @Override
    public String toString() {
        return "the next turn";
    }
}
