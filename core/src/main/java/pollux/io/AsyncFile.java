package pollux.io;

import static java.nio.file.StandardOpenOption.APPEND;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import pollux.future.Context;
import pollux.future.Failures;
import pollux.future.Future;
import pollux.internal.checks.CheckReturnValue;

/**
 * A file, read and written from the front to the back; and whole files at once.
 *
 * <p>Files are always ready as far as the operating system is concerned, and yet reading one may take a while. So each
 * operation runs as a {@linkplain pollux.executor.Spawner#spawnBlocking blocking call} of the task's spawner. One
 * operation at a time; a second one fails with {@link IllegalStateException}. Bytes go through a buffer of their own,
 * so cost a copy.
 *
 * <p>{@link #position()} and the position of the caller's buffer always move by the same number of bytes, also if a
 * write fails half-way or is cancelled. So a write that has failed may be repeated with the same buffer.
 *
 * <p><b>Cancellation</b> of any operation ends it at once. A call that is still queued does nothing. A call that runs
 * is not interrupted, which would close the file, but goes on alone; the next operation waits for it, and
 * {@link #close} takes effect after it. A read that was cancelled loses no byte: the position stays where it was. A
 * write that was cancelled while its call ran has handed over the bytes of that call, at most 256 KiB, and both
 * positions are behind them; should the call fail after all, the next operation fails once with an {@link IOException}
 * that tells how many of these bytes are in the file, and {@link #position()} is behind those. Closing the pool
 * interrupts all calls.
 *
 * <p>After {@code tokio::fs}.
 */
public final class AsyncFile implements AsyncReader, AsyncWriter, AutoCloseable {

    /** How many bytes one call reads or writes at most. */
    private static final int CHUNK = 256 * 1024;

    private final Path path;
    private final FileChannel channel;
    private final AtomicBoolean busy = new AtomicBoolean();
    private final AtomicReference<@Nullable Written> lateFailure = new AtomicReference<>();
    private volatile long position;

    /*
     * A call that was left running, and the end of this file:
     *
     *     close():  closed = true, then read whether `late` is over        call:  late is over, then read `closed`
     *
     * so one of the two closes the channel. Closing it twice is harmless.
     */

    /** The call that an operation before has left running; changed by the operation that has claimed this. */
    private volatile @Nullable BlockingStep<?> late;

    private volatile boolean closed;

    AsyncFile(Path path, FileChannel channel, long position) {
        this.path = path;
        this.channel = channel;
        this.position = position;
    }

    /**
     * Opens a file.
     *
     * <p><b>Cancellation:</b> ends the wait at once. A call that runs goes on alone, and the file that it opens is
     * closed.
     *
     * @param path which
     * @param options how, by default for reading; with {@code APPEND} writes go behind its end, and the position begins
     *     there
     * @return a future that ends with the file, or fails, for instance with {@link java.nio.file.NoSuchFileException}
     */
    @CheckReturnValue
    public static Future<AsyncFile> open(Path path, OpenOption... options) {
        Objects.requireNonNull(path, "path");
        OpenOption[] how = options.clone();
        return new BlockingStep<>("AsyncFile.open(" + path + ")", () -> openNow(path, how), AsyncFile::close);
    }

    private static AsyncFile openNow(Path path, OpenOption... options) throws IOException {
        FileChannel channel = FileChannel.open(path, options);
        try {
            return new AsyncFile(path, channel, List.of(options).contains(APPEND) ? channel.size() : 0);
        } catch (Throwable failure) {
            channel.close();
            throw failure;
        }
    }

    /**
     * Reads a whole file.
     *
     * <p><b>Cancellation:</b> ends the wait at once. A call that runs goes on alone, and its bytes are dropped.
     *
     * @param path which
     * @param limit how many bytes at most
     * @return a future that ends with the bytes; it fails with {@link LimitExceededException} if there are more
     */
    @CheckReturnValue
    public static Future<byte[]> readAll(Path path, int limit) {
        Objects.requireNonNull(path, "path");
        if (limit < 0) {
            throw new IllegalArgumentException("a limit is 0 or more, not " + limit);
        }
        return new BlockingStep<>("AsyncFile.readAll(" + path + ")", () -> {
            try (var in = Files.newInputStream(path)) {
                byte[] bytes = in.readNBytes(limit);
                if (in.read() >= 0) {
                    throw new LimitExceededException(path + " has more than " + limit + " bytes");
                }
                return bytes;
            }
        });
    }

    /**
     * Writes a whole file, which is made if there is none and replaced if there is one. If it fails the file may hold a
     * part of the bytes.
     *
     * <p><b>Cancellation:</b> ends the wait at once. A call that is queued does nothing. A call that runs goes on alone
     * and writes the whole file; its failure is logged then.
     *
     * @param path which
     * @param bytes what to write; copied
     * @param options how, if not by {@code CREATE}, {@code TRUNCATE_EXISTING} and {@code WRITE}
     * @return a future that ends with null
     */
    @CheckReturnValue
    public static Future<Void> writeAll(Path path, byte[] bytes, OpenOption... options) {
        Objects.requireNonNull(path, "path");
        byte[] copy = bytes.clone();
        OpenOption[] how = options.clone();
        return new BlockingStep<>("AsyncFile.writeAll(" + path + ")", () -> {
            Files.write(path, copy, how);
            return null;
        });
    }

    // ------------------------------------------------------------------ bytes

    /**
     * Reads some bytes at the position, at most 256 KiB at a time.
     *
     * <p><b>Cancellation:</b> loses no byte: neither position moves.
     *
     * @param into where to put them
     * @return a future that ends with the number of bytes, or with -1 at the end of the file
     */
    @Override
    @CheckReturnValue
    public Future<Integer> read(ByteBuffer into) {
        if (into.isReadOnly()) {
            throw new ReadOnlyBufferException();
        }
        return new FileRead(this, into);
    }

    /**
     * Writes some bytes at the position, at most 256 KiB at a time. If it fails after a part of them, both positions
     * are behind that part.
     *
     * <p><b>Cancellation:</b> if the call has not begun nothing was written, and neither position moves. If it runs the
     * file takes its bytes, both positions are behind them, and the next operation waits until they are written.
     *
     * @param from what to write
     * @return a future that ends with the number of bytes
     */
    @Override
    @CheckReturnValue
    public Future<Integer> write(ByteBuffer from) {
        return new FileWrite(this, Objects.requireNonNull(from, "from"));
    }

    /**
     * Writes all bytes of a buffer, 256 KiB in one call. If it fails both positions are behind what is written, so it
     * may be repeated with the same buffer.
     *
     * <p><b>Cancellation:</b> a part may have been written, as both positions tell; a call that runs counts as done,
     * see {@link #write}.
     *
     * @param from what to write
     * @return a future that ends with null
     */
    @Override
    @SuppressWarnings("NullAway") // version 0.12 takes the null of map for a mistake
    @CheckReturnValue
    public Future<Void> writeAll(ByteBuffer from) {
        return from.hasRemaining()
                ? AsyncWriter.super.writeAll(from)
                : write(from).map(none -> null); // waits for a write that was given up, and has its failure
    }

    /**
     * Makes the operating system write everything to the device.
     *
     * <p><b>Cancellation:</b> ends the wait at once; it may happen all the same.
     *
     * @return a future that ends with null
     */
    @CheckReturnValue
    public Future<Void> force() {
        return new FileOperation<Boolean, Void>(this, "force()") {
            @Override
            BlockingStep<Boolean> begin() {
                return step("force()", at -> {
                    channel.force(true);
                    return true;
                });
            }

            @Override
            @Nullable
            Void took(Boolean forced) {
                return null;
            }
        };
    }

    // ------------------------------------------------------------------ the calls, on threads that may block

    static int chunk(ByteBuffer buffer) {
        return Math.min(buffer.remaining(), CHUNK);
    }

    int load(byte[] bytes, long at) throws IOException {
        try {
            return channel.read(ByteBuffer.wrap(bytes), at);
        } catch (NonReadableChannelException refusal) {
            throw new IllegalStateException(this + " was not opened for reading", refusal);
        }
    }

    /** Writes as much as can be written, and tells how much that was, also if it fails. */
    Written store(byte[] bytes, long at) {
        ByteBuffer left = ByteBuffer.wrap(bytes);
        Throwable failure = null;
        try {
            while (left.hasRemaining()) {
                if (channel.write(left, at + left.position()) <= 0) {
                    throw new IOException("nothing can be written to " + this);
                }
            }
        } catch (NonWritableChannelException refusal) {
            failure = new IllegalStateException(this + " was not opened for writing", refusal);
        } catch (Throwable thrown) {
            failure = thrown;
        }
        return new Written(at, left.position(), bytes.length, failure);
    }

    /**
     * Makes a call at the position where this is now. What it returns if it is left running is kept if it is a failed
     * write.
     */
    <C> BlockingStep<C> step(String name, Call<C> call) {
        long at = position;
        return new BlockingStep<>(name + " of " + this, () -> call.at(at), new BlockingStep.Release<C>() {
            @Override
            public void release(C returned) {
                if (returned instanceof Written written && written.failure() != null) {
                    lateFailure.set(written);
                }
            }

            @Override
            public void over() {
                if (closed) {
                    closeNow();
                }
            }
        });
    }

    /** As the platform's, with a message. */
    private static final class Closed extends ClosedChannelException {

        private static final long serialVersionUID = 1;

        private final String message;

        Closed(String message) {
            this.message = message;
        }

        @Override
        public String getMessage() {
            return message;
        }
    }

    /** A call at a position. */
    @FunctionalInterface
    interface Call<C> {

        C at(long position) throws IOException;
    }

    /**
     * How a write has ended.
     *
     * @param at where it began
     * @param count how many bytes are written
     * @param size how many were to be written
     * @param failure why that is less; null if it is not
     */
    record Written(long at, int count, int size, @Nullable Throwable failure) {}

    // ------------------------------------------------------------------ around them

    void claim(Object operation) {
        if (!busy.compareAndSet(false, true)) {
            throw new IllegalStateException(operation + " while another operation is under way on the same " + this
                    + "; await or cancel it before");
        }
    }

    void release() {
        busy.set(false);
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // by the one operation that has claimed this
    void advance(int count) {
        position += count;
    }

    /** The operation that has claimed this leaves a call running. */
    void leave(BlockingStep<?> call) {
        late = call;
    }

    /** Tells whether no earlier call is running, for the operation that has claimed this; wakes it if one is. */
    boolean isFree(Context cx) throws IOException {
        BlockingStep<?> running = late;
        if (running != null) {
            if (!running.isOver(cx)) {
                return false;
            }
            late = null;
        }
        Written failed = lateFailure.getAndSet(null);
        if (failed != null) {
            if (position == failed.at + failed.size) { // not if it was set since
                position = failed.at + failed.count;
            }
            throw told(failed);
        }
        if (closed) {
            throw new Closed(this + " is closed");
        }
        return true;
    }

    private IOException told(Written failed) {
        return new IOException(
                "an earlier write to " + this + ", which was given up while it ran, has failed: of " + failed.size
                        + " bytes at position " + failed.at + " the first " + failed.count + " are written",
                failed.failure);
    }

    /**
     * Returns where the next read or write begins.
     *
     * @return the position, from 0
     */
    public long position() {
        return position;
    }

    /**
     * Sets where the next read or write begins; not while one is under way.
     *
     * @param next the position, from 0
     * @return this
     */
    public AsyncFile position(long next) {
        if (next < 0) {
            throw new IllegalArgumentException("a position is 0 or more, not " + next);
        }
        claim("position(" + next + ")");
        position = next;
        release();
        return this;
    }

    /**
     * Closes the file; an operation under way fails. A call that a cancelled operation has left running ends first,
     * then the file is closed; this method does not wait for it. Calling it again does nothing.
     */
    @Override
    public void close() {
        closed = true;
        BlockingStep<?> running = late;
        if (running == null || running.isOver()) {
            closeNow();
        }
    }

    private void closeNow() {
        Written failed = lateFailure.getAndSet(null);
        if (failed != null) {
            Failures.report("closing " + this, told(failed));
        }
        try {
            channel.close();
        } catch (IOException failure) {
            Failures.report("closing " + this, failure);
        }
    }

    @Override
    public String toString() {
        return "AsyncFile[" + path + "]";
    }
}
