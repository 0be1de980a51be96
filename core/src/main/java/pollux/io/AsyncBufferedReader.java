package pollux.io;

import java.io.EOFException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import pollux.future.Future;
import pollux.future.RawFuture;
import pollux.internal.checks.CheckReturnValue;
import pollux.stream.AsyncStream;
import pollux.stream.AsyncStreams;

/**
 * A reader with a buffer: for lines, for counted bytes, and for everything up to a limit.
 *
 * <p>One operation at a time; a second one fails with {@link IllegalStateException}. Nothing grows without a bound:
 * each operation has a limit, and fails with {@link LimitExceededException} beyond it; the bytes stay in the buffer
 * then.
 *
 * <p>The end of the input is what the source tells to an operation. The next operation asks again, so a reader of a
 * file that grows reads on.
 *
 * <p><b>Cancellation:</b> no operation here loses a byte, however often it is cancelled: what was read stays in the
 * buffer until an operation takes all that it needs at once. {@link #read} and {@link #readExactly(ByteBuffer)} say
 * what they do.
 *
 * <p><b>Backpressure:</b> reads only when the buffer does not have what is asked for, and no more than the buffer
 * holds.
 *
 * <p>After {@code tokio::io::BufReader}.
 */
public final class AsyncBufferedReader implements AsyncReader {

    /** How long a line may be, in bytes, if the caller does not say. */
    public static final int LONGEST_LINE = 64 * 1024;

    private static final int SIZE = 8 * 1024;

    private final AsyncReader source;
    private byte[] bytes = new byte[SIZE];
    private int from;
    private int to;

    /** Whether the source has told its end to the operation under way. */
    private boolean end;

    /** The operation under way. */
    private @Nullable Object owner;

    /**
     * Puts a buffer in front of a reader.
     *
     * @param source the reader, not to be used otherwise from now on
     */
    public AsyncBufferedReader(AsyncReader source) {
        this.source = Objects.requireNonNull(source, "source");
    }

    // ------------------------------------------------------------------ what can be asked for

    @Override
    @CheckReturnValue
    public Future<Integer> read(ByteBuffer into) {
        Objects.requireNonNull(into, "into");
        return new BufferedRead<>(this, "read(…)", () -> {
            if (available() == 0 && into.hasRemaining()) {
                return end ? -1 : RawFuture.PENDING;
            }
            int count = Math.min(available(), into.remaining());
            into.put(bytes, from, count);
            from += count;
            return count;
        });
    }

    /**
     * Reads a number of bytes.
     *
     * @param count how many
     * @return a future that ends with them; it fails with {@link EOFException} if the end comes before
     */
    @CheckReturnValue
    public Future<byte[]> readExactly(int count) {
        if (count < 0) {
            throw new IllegalArgumentException("bytes are counted from 0, not " + count);
        }
        return new BufferedRead<>(this, "readExactly(" + count + ")", () -> {
            if (available() >= count) {
                return take(count);
            }
            if (end) {
                throw new EOFException("the end came after " + available() + " of the " + count
                        + " bytes that were to be read exactly; " + source);
            }
            return RawFuture.PENDING;
        });
    }

    /**
     * Reads up to and with the next byte of a value. What is left before the end of the input counts as well. To tell
     * that end from a limit that is exceeded, one byte more than the limit is asked for.
     *
     * @param delimiter the value
     * @param limit how many bytes at most, the delimiter included
     * @return a future that ends with the bytes, the delimiter among them unless the input has ended; with null at the
     *     end
     */
    @CheckReturnValue
    public Future<byte @Nullable []> readUntil(byte delimiter, int limit) {
        requirePositive(limit);
        return new BufferedRead<>(this, "readUntil(" + delimiter + ")", new Search(delimiter, limit));
    }

    /**
     * Reads a line of UTF-8, of at most {@link #LONGEST_LINE} bytes; see {@link #readLine(int)}.
     *
     * @return a future that ends with the line, or with null at the end
     */
    @CheckReturnValue
    public Future<@Nullable String> readLine() {
        return readLine(LONGEST_LINE);
    }

    /**
     * Reads a line of UTF-8 that ends with LF, CR LF, or the end of the input. What is no UTF-8 becomes replacement
     * characters.
     *
     * @param limit how many bytes at most, the line's end included
     * @return a future that ends with the line without its end, or with null at the end of the input
     */
    @SuppressWarnings("NullAway") // version 0.12 takes the null of map for a mistake
    @CheckReturnValue
    public Future<@Nullable String> readLine(int limit) {
        return readUntil((byte) '\n', limit).map(line -> line == null ? null : text(line));
    }

    /**
     * Returns the lines as a stream; see {@link #readLine(int)}.
     *
     * @param limit how many bytes a line may have at most, its end included
     * @return a stream of the lines up to the end of the input
     */
    @SuppressWarnings("NullAway") // version 0.12 takes the null of map for a mistake
    public AsyncStream<String> lines(int limit) {
        requirePositive(limit);
        return AsyncStreams.unfold(
                this,
                from -> from.readLine(limit).map(line -> line == null ? null : new AsyncStreams.Step<>(line, from)));
    }

    /**
     * Returns the lines as a stream, of at most {@link #LONGEST_LINE} bytes each; see {@link #readLine(int)}.
     *
     * @return a stream of the lines up to the end of the input
     */
    public AsyncStream<String> lines() {
        return lines(LONGEST_LINE);
    }

    /**
     * Reads everything up to the end.
     *
     * @param limit how many bytes at most
     * @return a future that ends with the bytes, none if there are none
     */
    @CheckReturnValue
    public Future<byte[]> readToEnd(int limit) {
        if (limit < 0) {
            throw new IllegalArgumentException("a limit is 0 or more, not " + limit);
        }
        return new BufferedRead<>(this, "readToEnd(" + limit + ")", () -> {
            if (available() > limit) {
                throw new LimitExceededException("more than " + limit + " bytes before the end; " + source);
            }
            return end ? take(available()) : RawFuture.PENDING;
        });
    }

    // ------------------------------------------------------------------ for BufferedRead

    void claim(Object operation) {
        if (owner != null && owner != operation) {
            throw new IllegalStateException(operation + " while " + owner + " is under way on the same " + this
                    + "; await or cancel the first before the second");
        }
        if (owner == null) {
            owner = operation;
            end = false; // what has ended may have grown, as files do
        }
    }

    void release(Object operation) {
        if (owner == operation) {
            owner = null;
        }
    }

    /** Reads some more from the source, behind what is there. */
    Future<Integer> fill() {
        if (from == to) {
            from = 0;
            to = 0;
        } else if (to == bytes.length) {
            if (from > bytes.length / 2) {
                System.arraycopy(bytes, from, bytes, 0, to - from);
            } else {
                byte[] longer = new byte[2 * bytes.length];
                System.arraycopy(bytes, from, longer, 0, to - from);
                bytes = longer;
            }
            to -= from;
            from = 0;
        }
        return source.read(ByteBuffer.wrap(bytes, to, bytes.length - to));
    }

    void filled(int count) {
        if (count < 0) {
            end = true;
        } else {
            to += count;
        }
    }

    private int available() {
        return to - from;
    }

    private byte[] take(int count) {
        byte[] taken = Arrays.copyOfRange(bytes, from, from + count);
        from += count;
        if (from == to && bytes.length > SIZE) {
            bytes = new byte[SIZE]; // one long line must not keep its memory for the whole connection
            from = 0;
            to = 0;
        }
        return taken;
    }

    private static String text(byte[] line) {
        int length = line.length;
        if (length > 0 && line[length - 1] == '\n') {
            length--;
            if (length > 0 && line[length - 1] == '\r') {
                length--;
            }
        }
        return new String(line, 0, length, StandardCharsets.UTF_8);
    }

    private static void requirePositive(int limit) {
        if (limit < 1) {
            throw new IllegalArgumentException("a limit is 1 or more, not " + limit);
        }
    }

    /** Looks at each byte once, however often it is asked. */
    private final class Search implements BufferedRead.Taking {

        private final byte delimiter;
        private final int limit;
        private int searched;

        Search(byte delimiter, int limit) {
            this.delimiter = delimiter;
            this.limit = limit;
        }

        @Override
        public @Nullable Object take() throws LimitExceededException {
            int within = Math.min(available(), limit);
            for (; searched < within; searched++) {
                if (bytes[from + searched] == delimiter) {
                    return AsyncBufferedReader.this.take(searched + 1);
                }
            }
            if (available() > limit) {
                throw new LimitExceededException(
                        "no delimiter " + delimiter + " within " + limit + " bytes; " + source);
            }
            if (!end) { // with `limit` bytes at hand, too: the end of the input may come next
                return RawFuture.PENDING;
            }
            return available() == 0 ? null : AsyncBufferedReader.this.take(available());
        }
    }

    @Override
    public String toString() {
        return "AsyncBufferedReader[" + available() + " bytes of " + source + "]";
    }
}
