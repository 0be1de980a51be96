package pollux.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A file in memory that is short of room, moves few bytes at a time, or fails. */
final class FaultyChannel extends FileChannel {

    /** What was thrown by {@link #midway}, for the test to look at when it ends. */
    static final List<Throwable> WRONG = new CopyOnWriteArrayList<>();

    private byte[] content = new byte[0];
    private int size;

    /** How many bytes one call moves at most. */
    int atOnce = Integer.MAX_VALUE;

    /** How large the file may become. */
    long room = Long.MAX_VALUE;

    /** What a call throws that finds no room, or at the byte {@link #failsAt}. */
    Throwable failure = new IOException("No space left on device (made up)");

    /** Which byte no read gets. */
    long failsAt = Long.MAX_VALUE;

    /** Done once, before a call moves the byte {@link #midwayAt}. */
    Runnable midway = () -> {};

    long midwayAt = Long.MAX_VALUE;
    int forced;

    static FaultyChannel of(byte[] content) {
        FaultyChannel channel = new FaultyChannel();
        channel.content = content.clone();
        channel.size = content.length;
        return channel;
    }

    byte[] content() {
        return Arrays.copyOf(content, size);
    }

    private int movable(long at, int wanted, boolean writes) throws IOException {
        if (!isOpen()) {
            throw new ClosedChannelException();
        }
        if (at <= midwayAt && midwayAt < at + wanted) {
            if (at < midwayAt) {
                return movable(at, (int) Math.min(wanted, midwayAt - at), writes);
            }
            midwayAt = Long.MAX_VALUE;
            try {
                midway.run();
            } catch (Throwable wrong) { // AsyncFile would take it for a failure of the channel
                WRONG.add(wrong);
            }
        }
        long limit = writes ? room : failsAt;
        if (at >= limit) {
            throw pollux.future.Failures.rethrow(failure);
        }
        return (int) Math.min(Math.min(wanted, atOnce), limit - at);
    }

    @Override
    public int read(ByteBuffer into, long at) throws IOException {
        int there = (int) Math.min(size - at, into.remaining());
        if (there <= 0) {
            return into.hasRemaining() ? -1 : 0;
        }
        int count = movable(at, there, false);
        into.put(content, (int) at, count);
        return count;
    }

    @Override
    public int write(ByteBuffer from, long at) throws IOException {
        int count = movable(at, from.remaining(), true);
        size = Math.max(size, (int) at + count);
        if (size > content.length) {
            content = Arrays.copyOf(content, 2 * size);
        }
        from.get(content, (int) at, count);
        return count;
    }

    @Override
    public void force(boolean metaData) {
        forced++;
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    protected void implCloseChannel() {}

    // ------------------------------------------------------------------ not used by AsyncFile

    private static AssertionError unused() {
        return new AssertionError("AsyncFile calls what this double does not have");
    }

    @Override
    public int read(ByteBuffer into) {
        throw unused();
    }

    @Override
    public long read(ByteBuffer[] into, int offset, int length) {
        throw unused();
    }

    @Override
    public int write(ByteBuffer from) {
        throw unused();
    }

    @Override
    public long write(ByteBuffer[] from, int offset, int length) {
        throw unused();
    }

    @Override
    public long position() {
        throw unused();
    }

    @Override
    public FileChannel position(long next) {
        throw unused();
    }

    @Override
    public FileChannel truncate(long size) {
        throw unused();
    }

    @Override
    public long transferTo(long position, long count, WritableByteChannel target) {
        throw unused();
    }

    @Override
    public long transferFrom(ReadableByteChannel source, long position, long count) {
        throw unused();
    }

    @Override
    public MappedByteBuffer map(MapMode mode, long position, long size) {
        throw unused();
    }

    @Override
    public FileLock lock(long position, long size, boolean shared) {
        throw unused();
    }

    @Override
    public FileLock tryLock(long position, long size, boolean shared) {
        throw unused();
    }
}
