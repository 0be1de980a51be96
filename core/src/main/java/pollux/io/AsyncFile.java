package pollux.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import pollux.future.Failures;
import pollux.future.Future;

/**
 * A file, read and written from the front to the back; and whole files at once.
 *
 * <p>Files are always ready as far as the operating system is concerned, and yet reading one may take a while. So each operation
 * runs as a {@linkplain pollux.executor.Spawner#spawnBlocking blocking call} of the task's spawner. One operation at a time; a
 * second one fails with {@link IllegalStateException}. Bytes go through a buffer of their own, so cost a copy.
 *
 * <p><b>Cancellation</b> of any operation waits for the call under way, which is not interrupted: that would close the file. A
 * cancelled read loses no byte, the position stays where it was. A cancelled write may have been done, as the position tells.
 *
 * <p>After {@code tokio::fs}.
 */
public final class AsyncFile implements AsyncReader, AsyncWriter, AutoCloseable {

    /** How many bytes one call reads or writes at most. */
    private static final int CHUNK = 256 * 1024;

    private final Path path;
    private final FileChannel channel;
    private final AtomicBoolean busy = new AtomicBoolean();
    private volatile long position;

    private AsyncFile(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /**
     * Opens a file.
     *
     * @param path which
     * @param options how, by default for reading; with {@code APPEND} writes go behind its end
     * @return a future that ends with the file, or fails, for instance with {@link java.nio.file.NoSuchFileException}
     */
    public static Future<AsyncFile> open(Path path, OpenOption... options) {
        Objects.requireNonNull(path, "path");
        OpenOption[] how = options.clone();
        return new BlockingStep<>(
                "AsyncFile.open(" + path + ")", () -> new AsyncFile(path, FileChannel.open(path, how)));
    }

    /**
     * Reads a whole file.
     *
     * @param path which
     * @param limit how many bytes at most
     * @return a future that ends with the bytes; it fails with {@link LimitExceededException} if there are more
     */
    public static Future<byte[]> readAll(Path path, int limit) {
        Objects.requireNonNull(path, "path");
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
     * Writes a whole file, which is made if there is none and replaced if there is one.
     *
     * @param path which
     * @param bytes what to write; not to be changed until the future has ended
     * @param options how, if not by {@code CREATE}, {@code TRUNCATE_EXISTING} and {@code WRITE}
     * @return a future that ends with null
     */
    public static Future<Void> writeAll(Path path, byte[] bytes, OpenOption... options) {
        Objects.requireNonNull(path, "path");
        Objects.requireNonNull(bytes, "bytes");
        OpenOption[] how = options.clone();
        return new BlockingStep<>("AsyncFile.writeAll(" + path + ")", () -> {
            Files.write(path, bytes, how);
            return null;
        });
    }

    // ------------------------------------------------------------------ bytes

    /**
     * Reads some bytes at the position, at most 256 KiB at a time.
     *
     * @param into where to put them
     * @return a future that ends with the number of bytes, or with -1 at the end of the file
     */
    @Override
    public Future<Integer> read(ByteBuffer into) {
        return new FileRead(this, Objects.requireNonNull(into, "into"));
    }

    /**
     * Writes some bytes at the position, at most 256 KiB at a time.
     *
     * @param from what to write
     * @return a future that ends with the number of bytes
     */
    @Override
    public Future<Integer> write(ByteBuffer from) {
        return new FileWrite(this, Objects.requireNonNull(from, "from"));
    }

    /**
     * Makes the operating system write everything to the device.
     *
     * @return a future that ends with null
     */
    public Future<Void> force() {
        return new BlockingStep<>("force()", () -> {
            channel.force(true);
            return null;
        });
    }

    // ------------------------------------------------------------------ the calls, on threads that may block

    static int chunk(ByteBuffer buffer) {
        return Math.min(buffer.remaining(), CHUNK);
    }

    /** Reads at the position, and does not move it: nobody may be there any more to take the bytes. */
    int load(byte[] bytes) throws IOException {
        return channel.read(ByteBuffer.wrap(bytes), position);
    }

    void advance(int count) {
        position += count;
    }

    /** Writes at the position and moves it: what is written is written. */
    int store(byte[] bytes) throws IOException {
        ByteBuffer left = ByteBuffer.wrap(bytes);
        while (left.hasRemaining()) {
            position += channel.write(left, position);
        }
        return bytes.length;
    }

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

    /** Closes the file; an operation under way fails. Calling it again does nothing. */
    @Override
    public void close() {
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
