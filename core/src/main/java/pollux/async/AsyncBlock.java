package pollux.async;

import org.jspecify.annotations.Nullable;
import pollux.future.Block;

/**
 * A piece of code that may await: a recipe for a {@link pollux.future.Future}, not a run of it.
 *
 * <p>Every lambda whose target type is {@code AsyncBlock} and that contains an await is compiled into a state machine
 * by the annotation processor {@code pollux-async-compiler}, wherever the lambda is passed. Each
 * {@link Async#async start} is a fresh run. A block that was not compiled (a method reference, another language, a
 * lambda without an await) runs in one piece during the first poll.
 *
 * @param <T> the type of the result
 */
@FunctionalInterface
public interface AsyncBlock<T extends @Nullable Object> extends Block<T> {

    /**
     * The code of the block. To run it, hand the block to {@link Async#async}, a spawner or a bridge instead of calling
     * this method.
     *
     * @return the result, may be null
     * @throws Exception whatever the code throws; it becomes the failure of the run, as it is
     */
    @Override
    @Nullable
    T run() throws Exception;
}
