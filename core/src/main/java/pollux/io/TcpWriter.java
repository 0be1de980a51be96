package pollux.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import pollux.future.Failures;
import pollux.future.Future;
import pollux.internal.checks.CheckReturnValue;

/** The half of a connection that writes, see {@link TcpStream#split}. */
public final class TcpWriter implements AsyncWriter, AutoCloseable {

    private final TcpStream stream;
    private final AtomicInteger open;
    private final AtomicBoolean closed = new AtomicBoolean();

    /**
     * Makes a half.
     *
     * @param open how many halves are open; shared with the other one
     */
    TcpWriter(TcpStream stream, AtomicInteger open) {
        this.stream = stream;
        this.open = open;
    }

    @Override
    @CheckReturnValue
    public Future<Integer> write(ByteBuffer from) {
        return stream.write(from);
    }

    @Override
    @CheckReturnValue
    public Future<Void> writeAll(ByteBuffer from) {
        return stream.writeAll(from);
    }

    @Override
    @CheckReturnValue
    public Future<Void> shutdown() {
        return stream.shutdown();
    }

    /** Ends the output, as {@link #shutdown} does. Closes the connection if the other half is closed, too. */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        if (open.decrementAndGet() == 0) {
            stream.close();
            return;
        }
        try {
            if (!stream.isClosed()) {
                stream.endOutput();
            }
        } catch (IOException failure) {
            Failures.report("ending the output of " + stream, failure);
        }
    }

    @Override
    public String toString() {
        return "writer of " + stream;
    }
}
