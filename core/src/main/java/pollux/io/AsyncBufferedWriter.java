package pollux.io;

import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import pollux.future.Future;
import pollux.future.RawFuture;
import pollux.internal.checks.CheckReturnValue;

/**
 * A writer with a buffer: small writes are collected, and go to the target together when the buffer is full or is
 * flushed.
 *
 * <p>The buffer has a fixed size. A write that finds it full writes it first, so a target that takes nothing makes
 * writes pending and holds no more memory. A write that is as large as the buffer goes to the target without a copy.
 *
 * <p>Bytes that were not flushed are lost if the target is closed, so end with {@link #flush} or {@link #shutdown}. A
 * server that answers requests writes each answer and reads the next request through {@link #flushBefore}: answers go
 * out together while requests are at hand, and at once when there is none.
 *
 * <p>One operation at a time; a second one fails with {@link IllegalStateException}. If the target fails, what it has
 * not taken stays in the buffer, and the next operation that needs the target tries again.
 *
 * <p><b>Cancellation:</b> no operation here loses a byte of the buffer or writes one twice, provided that the target's
 * writes tell by the position of their buffer what they have taken, as {@link AsyncWriter} asks for.
 *
 * <p><b>Backpressure:</b> a write is pending while the buffer is full and the target takes nothing.
 *
 * <p>After {@code tokio::io::BufWriter}.
 */
public final class AsyncBufferedWriter implements AsyncWriter {

    /** How many bytes the buffer holds if the caller does not say. */
    public static final int DEFAULT_SIZE = 8 * 1024;

    private final AsyncWriter target;
    private final byte[] bytes;
    private int from;
    private int to;

    /** The operation under way. */
    private @Nullable Object owner;

    /**
     * Puts a buffer of {@value #DEFAULT_SIZE} bytes in front of a writer.
     *
     * @param target the writer, not to be used otherwise from now on
     */
    public AsyncBufferedWriter(AsyncWriter target) {
        this(target, DEFAULT_SIZE);
    }

    /**
     * Puts a buffer in front of a writer.
     *
     * @param target the writer, not to be used otherwise from now on
     * @param size how many bytes the buffer holds, 1 or more
     */
    public AsyncBufferedWriter(AsyncWriter target, int size) {
        this.target = Objects.requireNonNull(target, "target");
        if (size < 1) {
            throw new IllegalArgumentException("a buffer holds 1 byte or more, not " + size);
        }
        this.bytes = new byte[size];
    }

    // ------------------------------------------------------------------ operations

    /**
     * Takes some bytes, at least one: as many as fit into the buffer. Writes the buffer first if it is full.
     *
     * <p><b>Cancellation:</b> nothing of this buffer was taken, unless it is as large as the writer's own: then as the
     * target says.
     *
     * @param from what to write
     * @return a future that ends with the number of bytes; with 0 if there are none
     */
    @Override
    @CheckReturnValue
    public Future<Integer> write(ByteBuffer from) {
        Objects.requireNonNull(from, "from");
        int before = from.remaining();
        return new BufferedWrite<>(this, "write(…)", operation -> {
            int taken = before - from.remaining();
            if (taken > 0 || before == 0) {
                return taken;
            }
            return step(from, operation) == RawFuture.PENDING ? RawFuture.PENDING : before - from.remaining();
        });
    }

    /**
     * Takes all bytes of a buffer. The last of them stay in the writer's own buffer.
     *
     * <p><b>Cancellation:</b> a part may have been taken, as the buffer's position tells.
     *
     * @param from what to write
     * @return a future that ends with null
     */
    @Override
    @CheckReturnValue
    public Future<Void> writeAll(ByteBuffer from) {
        Objects.requireNonNull(from, "from");
        return new BufferedWrite<>(this, "writeAll(…)", operation -> {
            while (from.hasRemaining()) {
                if (step(from, operation) == RawFuture.PENDING) {
                    return RawFuture.PENDING;
                }
            }
            return null;
        });
    }

    /**
     * Writes what is in the buffer, and flushes the target.
     *
     * <p><b>Cancellation:</b> what was not written is still in the buffer.
     *
     * @return a future that ends with null
     */
    @Override
    @CheckReturnValue
    public Future<Void> flush() {
        return flushAnd("flush()", target::flush);
    }

    /**
     * Writes what is in the buffer, and ends the output of the target.
     *
     * <p><b>Cancellation:</b> what was not written is still in the buffer; the output is as it was.
     *
     * @return a future that ends with null
     */
    @Override
    @CheckReturnValue
    public Future<Void> shutdown() {
        return flushAnd("shutdown()", target::shutdown);
    }

    /**
     * Waits for something else, and flushes only if it has to wait: for the next request of a client, while answers to
     * those before it are in the buffer. If the other future is ready when it is first polled nothing is flushed. Else
     * this flushes, and then goes on waiting. A client that does not take its answers thus keeps this from reading its
     * next request.
     *
     * <p><b>Cancellation:</b> cancels both.
     *
     * @param <T> the type of the other value
     * @param next what to wait for; it belongs to the future that is returned
     * @return a future that ends as the other one does, or fails as the flush has; the other one is cancelled then
     */
    @CheckReturnValue
    public <T extends @Nullable Object> Future<T> flushBefore(Future<T> next) {
        return new FlushBefore<>(this, Objects.requireNonNull(next, "next"));
    }

    /**
     * Returns how many bytes are in the buffer and were not written to the target.
     *
     * @return the number of bytes, 0 after a flush
     */
    public int pendingBytes() {
        return to - from;
    }

    // ------------------------------------------------------------------ steps

    /** Moves bytes into the buffer, or has them or the buffer written, and returns PENDING then. */
    private @Nullable Object step(ByteBuffer more, BufferedWrite<?> operation) {
        if (pendingBytes() == 0 && more.remaining() >= bytes.length) {
            return operation.start(target.write(more));
        }
        if (to == bytes.length) {
            return writeBuffer(operation);
        }
        int count = Math.min(bytes.length - to, more.remaining());
        more.get(bytes, to, count);
        to += count;
        return null;
    }

    private Object writeBuffer(BufferedWrite<?> operation) {
        ByteBuffer view = ByteBuffer.wrap(bytes, from, pendingBytes());
        return operation.startOfBuffer(view, target.writeAll(view));
    }

    private Future<Void> flushAnd(String name, Supplier<Future<Void>> after) {
        return new BufferedWrite<>(this, name, new BufferedWrite.Steps() {
            private boolean passedOn;

            @Override
            public @Nullable Object next(BufferedWrite<?> operation) {
                if (pendingBytes() > 0) {
                    return writeBuffer(operation);
                }
                if (passedOn) {
                    return null;
                }
                passedOn = true;
                return operation.start(after.get());
            }
        });
    }

    // ------------------------------------------------------------------ for BufferedWrite

    void claim(Object operation) {
        if (owner != null && owner != operation) {
            throw new IllegalStateException(operation + " while " + owner + " is under way on the same " + this
                    + "; await or cancel the first before the second");
        }
        owner = operation;
    }

    void release(Object operation) {
        if (owner == operation) {
            owner = null;
        }
    }

    /** The target has taken the bytes of a view of the buffer up to its position. */
    void written(ByteBuffer view) {
        from = view.position();
        if (from == to) {
            from = 0;
            to = 0;
        }
    }

    @Override
    public String toString() {
        return "AsyncBufferedWriter[" + pendingBytes() + " bytes for " + target + "]";
    }
}
