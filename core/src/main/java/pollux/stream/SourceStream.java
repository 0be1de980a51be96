package pollux.stream;

import org.jspecify.annotations.Nullable;
import pollux.future.Context;
import pollux.internal.trace.Ended;

/**
 * A stream that has its items at hand. It is a leaf, so it spends the budget: a long one gives its worker back in
 * between.
 *
 * @param <T> the type of the items
 */
abstract class SourceStream<T> extends RawStream<T> {

    private boolean ended;

    /** Returns the next item, or null at the end; a failure is thrown. Not called after the end. */
    abstract @Nullable T produce();

    @Override
    public Supply itemSupply() {
        return Supply.AT_HAND;
    }

    /**
     * Tells whether {@link #produce} has no item left, if that can be told without producing one. Not called after the
     * end.
     */
    boolean isExhausted() {
        return false;
    }

    @Override
    public final boolean pollEnd(Context cx) {
        return ended || isExhausted();
    }

    @Override
    public final @Nullable Object pollNextRaw(Context cx) {
        if (ended) {
            throw Ended.stream(this);
        }
        if (cx.mustYield()) {
            return PENDING;
        }
        ended = true; // stays so if it throws
        T item = produce();
        if (item != null) {
            ended = false;
            cx.spend();
        }
        return item;
    }

    @Override
    public final boolean cancel() {
        ended = true;
        return true;
    }
}
