package pollux.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import pollux.future.Failures;
import pollux.future.Future;
import pollux.internal.checks.CheckReturnValue;

/** The half of a connection that reads, see {@link TcpStream#split}. */
public final class TcpReader implements AsyncReader, AutoCloseable {

    private final TcpStream stream;
    private final AtomicInteger open;
    private final AtomicBoolean closed = new AtomicBoolean();

    /**
     * Makes a half.
     *
     * @param open how many halves are open; shared with the other one
     */
    TcpReader(TcpStream stream, AtomicInteger open) {
        this.stream = stream;
        this.open = open;
    }

    @Override
    @CheckReturnValue
    public Future<Integer> read(ByteBuffer into) {
        return stream.read(into);
    }

    /**
     * Ends the input: a pending read and later ones end with -1. Closes the connection if the other half is closed.
     * Calling it again does nothing.
     */
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
            stream.endInput();
        } catch (IOException failure) {
            Failures.report("ending the input of " + stream, failure);
        }
    }

    @Override
    public String toString() {
        return "reader of " + stream;
    }
}
