package pollux.future;

import org.jspecify.annotations.Nullable;
import pollux.internal.bean.NotABean;

/**
 * A block of code that may await, for methods below {@code pollux.async} that take one where they take a future to run:
 * {@code pool.spawn(() -> await(save(order)))}. A lambda with this target type is compiled as one whose target type is
 * {@code pollux.async.AsyncBlock}. Each {@link #start} is a fresh run.
 *
 * @param <T> the type of the result
 */
@FunctionalInterface
public interface Block<T extends @Nullable Object> extends NotABean {

    /**
     * The code of the block. To run it, hand the block to a spawner, or call {@link #start}.
     *
     * @return the result, may be null
     * @throws Exception whatever the code throws; it becomes the failure of the run, as it is
     */
    @Nullable
    T run() throws Exception;

    /**
     * Makes a fresh run that has not started. A block that was not compiled runs in one piece during the first poll.
     *
     * @return the run
     */
    default Future<T> start() {
        return new BlockFuture<>(this);
    }
}
