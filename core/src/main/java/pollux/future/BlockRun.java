package pollux.future;

import org.jspecify.annotations.Nullable;
import pollux.internal.trace.Ended;

/** A run of a {@link Block} that was not compiled: all of it in the first poll. */
final class BlockRun<T> extends RawFuture<T> {

    private @Nullable Block<T> block;

    BlockRun(Block<T> block) {
        this.block = block;
    }

    @Override
    public @Nullable Object pollRaw(Context cx) {
        Block<T> running = block;
        if (running == null) {
            throw Ended.future(this);
        }
        block = null;
        try {
            return running.run();
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
        return "block(" + (block == null ? "ended" : block) + ")";
    }
}
