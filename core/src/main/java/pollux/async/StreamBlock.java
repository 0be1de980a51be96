package pollux.async;

import pollux.internal.bean.NotABean;

/**
 * A generator: code that emits the items of a stream one by one, and may await in between.
 *
 * <p>As with {@link AsyncBlock}, every lambda with this target type is compiled into a state machine, and each use of
 * the block is a fresh run. {@link Emitter#emit} suspends the code until the item has been taken, so nothing is
 * produced that was not requested. Returning ends the stream; throwing fails it.
 *
 * @param <T> the type of the items
 */
@FunctionalInterface
public interface StreamBlock<T> extends NotABean {

    /**
     * The code of the generator. To run it, hand the block to {@link Async#stream} or a bridge instead of calling this
     * method.
     *
     * @param out takes the items
     * @throws Exception whatever the code throws; it becomes the failure of the stream, as it is
     */
    void run(Emitter<T> out) throws Exception;
}
