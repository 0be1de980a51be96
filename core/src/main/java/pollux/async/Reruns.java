package pollux.async;

import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import pollux.future.Block;
import pollux.future.BlockFuture;
import pollux.future.Future;
import pollux.stream.AsyncStream;

/**
 * Makes fresh runs of an async method's result: for bridges to frameworks that call a method once and subscribe to what
 * it returned many times, for instance to repeat a scheduled method or to retry.
 *
 * <p>A future runs once. Yet the future that an async method or {@link Async#async} returns holds, until its first
 * poll, nothing but the code and its arguments, and so does the stream of {@link Async#stream}. These can be run again
 * with the same arguments; the futures of combinators, channels and publishers cannot.
 *
 * <p>The caller owns the future that it passes, and must not poll it once it has asked for a supplier of runs. The
 * suppliers may be called from any thread, also concurrently.
 */
public final class Reruns {

    private Reruns() {}

    /**
     * Returns a supplier of fresh runs of a future that has not started.
     *
     * @param <T> the type of the value
     * @param future a future that no other party owns
     * @return a supplier whose every result is a run that has not started; null if this future cannot be run twice, or
     *     has started
     */
    public static <T extends @Nullable Object> @Nullable Supplier<Future<T>> of(Future<T> future) {
        Objects.requireNonNull(future, "future");
        if (future instanceof AsyncFrame<T> frame && frame.isFresh()) {
            return frame::copy;
        }
        if (future instanceof BlockFuture<T> run) {
            Block<T> block = run.block();
            return block == null ? null : () -> new BlockFuture<>(block);
        }
        return null;
    }

    /**
     * Returns a supplier of fresh runs of a stream that has not started.
     *
     * @param <T> the type of the items
     * @param stream a stream that no other party owns
     * @return a supplier whose every result is a run that has not started; null if this stream cannot be run twice, or
     *     has started
     */
    public static <T> @Nullable Supplier<AsyncStream<T>> of(AsyncStream<T> stream) {
        Objects.requireNonNull(stream, "stream");
        if (stream instanceof GeneratorStream<T> run) {
            StreamBlock<T> block = run.block();
            return block == null ? null : () -> new GeneratorStream<>(block);
        }
        return null;
    }
}
