package pollux.future;

import org.jspecify.annotations.Nullable;
import pollux.internal.trace.Ended;

/**
 * A run of a {@link Block} that was not compiled: all of it in the first poll. For {@code pollux.async}; users call
 * {@link Block#start}.
 *
 * @param <T> the type of the result
 */
public final class BlockFuture<T extends @Nullable Object> extends RawFuture<T> {

    private @Nullable Block<T> block;

    /**
     * Makes a run that has not started.
     *
     * @param block the code
     */
    public BlockFuture(Block<T> block) {
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

    /**
     * Returns the block of a run that has not started.
     *
     * @return the block; null if the run has started or was cancelled
     */
    public @Nullable Block<T> block() {
        return block;
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
