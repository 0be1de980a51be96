package pollux.async;

import org.jspecify.annotations.Nullable;
import pollux.future.Context;
import pollux.future.Failures;
import pollux.future.RawFuture;
import pollux.internal.trace.Ended;

/** A run of a block that was not compiled: all of it in the first poll. */
final class BlockFuture<T> extends RawFuture<T> {

    private @Nullable AsyncBlock<T> block;

    BlockFuture(AsyncBlock<T> block) {
        this.block = block;
    }

    @Override
    public @Nullable Object pollRaw(Context cx) {
        AsyncBlock<T> running = block;
        if (running == null) {
            throw Ended.future(this);
        }
        block = null;
        return call(running);
    }

    /** Returns the block of a run that has not started, null of one that has. */
    @Nullable
    AsyncBlock<T> block() {
        return block;
    }

    /** Runs a block in one piece and throws what it throws. */
    static <T> @Nullable T call(AsyncBlock<T> block) {
        try {
            return block.run();
        } catch (Throwable failure) {
            throw Failures.rethrow(failure);
        }
    }

    @Override
    public boolean cancel() {
        block = null;
        return true;
    }

    @Override
    public String toString() {
        return "async(" + (block == null ? "ended" : block) + ")";
    }
}
