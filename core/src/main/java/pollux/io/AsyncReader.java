package pollux.io;

import java.nio.ByteBuffer;
import pollux.future.Future;
import pollux.internal.checks.CheckReturnValue;

/**
 * Something that bytes can be read from without blocking: pulled, one buffer at a time.
 *
 * <p>One read at a time: who starts a second one while the first is pending gets an {@link IllegalStateException} from
 * Pollux's own readers. The buffer belongs to the read from its first poll until its end.
 *
 * <p><b>Backpressure:</b> nothing is read before it is requested.
 *
 * <p>After {@code tokio::io::AsyncRead}.
 */
@FunctionalInterface
public interface AsyncReader {

    /**
     * Reads some bytes, at least one.
     *
     * <p><b>Cancellation:</b> loses no byte: what was not delivered is there for the next read.
     *
     * @param into where to put them, from its position to its limit; the position moves
     * @return a future that ends with the number of bytes; with -1 at the end, each time it is asked; with 0 if there
     *     is no room
     */
    @CheckReturnValue
    Future<Integer> read(ByteBuffer into);

    /**
     * Reads until a buffer is full.
     *
     * <p><b>Cancellation:</b> what was read so far is in the buffer, as its position tells; nothing else is lost.
     *
     * @param into the buffer
     * @return a future that ends with null; it fails with {@link java.io.EOFException} if the end comes before
     */
    @CheckReturnValue
    default Future<Void> readExactly(ByteBuffer into) {
        return new ReadExactly(this, into);
    }

    /**
     * Writes everything that can be read, up to the end, and flushes the writer. The end is not passed on: the writer
     * stays open.
     *
     * <p><b>Cancellation:</b> up to 16 KiB that were read and not yet written are lost, and how many is not told. A
     * write that fails loses them as well. To copy with a count that stays exact, read and write by hand.
     *
     * <p><b>Backpressure:</b> reads only when everything was written.
     *
     * @param writer where to write
     * @return a future that ends with the number of bytes
     */
    @CheckReturnValue
    default Future<Long> copyTo(AsyncWriter writer) {
        return new Copy(this, writer);
    }

    /**
     * Puts a buffer in front of this reader, which must be read through it alone from now on.
     *
     * @return a reader of lines and counted bytes
     */
    default AsyncBufferedReader buffered() {
        return new AsyncBufferedReader(this);
    }
}
