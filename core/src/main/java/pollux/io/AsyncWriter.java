package pollux.io;

import java.nio.ByteBuffer;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.internal.checks.CheckReturnValue;

/**
 * Something that bytes can be written to without blocking.
 *
 * <p>One write at a time: who starts a second one while the first is pending gets an {@link IllegalStateException} from
 * Pollux's own writers. The buffer belongs to the write from its first poll until its end.
 *
 * <p><b>Backpressure:</b> a write is pending for as long as the other side takes nothing.
 *
 * <p>After {@code tokio::io::AsyncWrite}.
 */
@FunctionalInterface
public interface AsyncWriter {

    /**
     * Writes some bytes, at least one.
     *
     * <p><b>Cancellation:</b> what was written, or is being written by a call that goes on, is what the buffer's
     * position tells. With sockets that is nothing.
     *
     * @param from what to write, from its position to its limit; the position moves
     * @return a future that ends with the number of bytes; with 0 if there are none
     */
    @CheckReturnValue
    Future<Integer> write(ByteBuffer from);

    /**
     * Writes all bytes of a buffer.
     *
     * <p><b>Cancellation:</b> a part may have been written, as the buffer's position tells. A failure leaves the
     * position behind what is written, too.
     *
     * @param from what to write
     * @return a future that ends with null
     */
    @CheckReturnValue
    default Future<Void> writeAll(ByteBuffer from) {
        return new WriteAll(this, from);
    }

    /**
     * Passes on what this writer has collected in a buffer. Writers without a buffer do nothing.
     *
     * <p><b>Cancellation:</b> what was not passed on is still in the buffer.
     *
     * @return a future that ends with null
     */
    @CheckReturnValue
    default Future<Void> flush() {
        return Futures.ready(null);
    }

    /**
     * Ends the output, so that the other side reads its end. Writers without an end of their own do nothing.
     *
     * <p><b>Cancellation:</b> the output is as it was.
     *
     * @return a future that ends with null
     */
    @CheckReturnValue
    default Future<Void> shutdown() {
        return Futures.ready(null);
    }

    /**
     * Puts a buffer in front of this writer, which must be written through it alone from now on.
     *
     * @return a writer that collects small writes
     */
    default AsyncBufferedWriter bufferedWriter() {
        return new AsyncBufferedWriter(this);
    }
}
