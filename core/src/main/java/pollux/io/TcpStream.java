package pollux.io;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import pollux.future.Context;
import pollux.future.Future;
import pollux.internal.checks.CheckReturnValue;

/**
 * A TCP connection.
 *
 * <p>It belongs to the pool of the task that made it, which waits for it; other tasks and pools may use it, one reading
 * and one writing at a time. Closing that pool closes it. All methods may be called from any thread and none blocks.
 *
 * <table>
 *   <caption>What happens when</caption>
 *   <tr><th>event</th><th>reading</th><th>writing</th></tr>
 *   <tr><td>the peer ends its output</td><td>-1 after the last byte, each time</td><td>goes on</td></tr>
 *   <tr><td>the peer resets</td><td>{@code IOException}</td><td>{@code IOException}</td></tr>
 *   <tr><td>{@link #shutdown}</td><td>goes on</td><td>{@code SocketException}; the peer reads its end</td></tr>
 *   <tr><td>{@link #close}, or the pool is closed</td><td>{@code SocketException}, also if pending</td><td>the
 *   same</td></tr>
 *   <tr><td>a second one while one is pending</td><td>{@code IllegalStateException}</td><td>the same</td></tr>
 * </table>
 *
 * <p>After {@code tokio::net::TcpStream}.
 */
public final class TcpStream implements AsyncReader, AsyncWriter, AutoCloseable {

    private final Socket socket;
    private final SocketChannel channel;
    private final InetSocketAddress local;
    private final InetSocketAddress remote;
    private volatile boolean outputEnded;

    /** Makes the stream of a connected channel. */
    TcpStream(Socket socket, SocketChannel channel) throws IOException {
        this.socket = socket;
        this.channel = channel;
        this.local = (InetSocketAddress) channel.getLocalAddress();
        this.remote = (InetSocketAddress) channel.getRemoteAddress();
        socket.rename("TcpStream[" + local + " to " + remote + "]");
    }

    /**
     * Connects to an address.
     *
     * <p>If the peer's queue of connections is full the platform tries for a long time; put a {@link
     * pollux.time.Timers#timeout} around it.
     *
     * <p><b>Cancellation:</b> closes the half-made connection.
     *
     * @param address where to; a host name that is not resolved fails, use {@link #connect(String, int)}
     * @return a future that ends with the connection, or fails, for instance with {@link java.net.ConnectException} or
     *     {@link java.net.UnknownHostException}
     */
    @CheckReturnValue
    public static Future<TcpStream> connect(SocketAddress address) {
        return Connect.to(Objects.requireNonNull(address, "address"));
    }

    /**
     * Resolves a host name, as a blocking call of the task's spawner, and connects to its addresses in turn until one
     * answers.
     *
     * <p><b>Cancellation:</b> ends at once and closes the half-made connection. A resolver that is at work goes on
     * alone; what it finds is dropped.
     *
     * @param host a name or an address
     * @param port the port
     * @return a future that ends with the connection; it fails as the last address did, the others suppressed
     */
    @CheckReturnValue
    public static Future<TcpStream> connect(String host, int port) {
        return new ConnectByName(Objects.requireNonNull(host, "host"), port);
    }

    // ------------------------------------------------------------------ bytes

    @Override
    @CheckReturnValue
    public Future<Integer> read(ByteBuffer into) {
        return new Read(Objects.requireNonNull(into, "into"));
    }

    @Override
    @CheckReturnValue
    public Future<Integer> write(ByteBuffer from) {
        return new Write<Integer>(Objects.requireNonNull(from, "from"), false);
    }

    @Override
    @CheckReturnValue
    public Future<Void> writeAll(ByteBuffer from) {
        return new Write<Void>(Objects.requireNonNull(from, "from"), true);
    }

    /**
     * Ends the output: the peer reads its end after the last byte. Reading goes on.
     *
     * <p><b>Cancellation:</b> the output is as it was.
     *
     * @return a future that ends with null; a second time it does nothing
     */
    @Override
    @CheckReturnValue
    public Future<Void> shutdown() {
        return new LazyFuture<>("TcpStream.shutdown()", cx -> {
            endOutput();
            return null;
        });
    }

    /**
     * Divides this connection between a task that reads and one that writes. Closing the half that reads ends its
     * reads, closing the one that writes ends the output; when both are closed the connection is. The stream itself is
     * left for addresses, options, and {@link #close}, which closes both.
     *
     * @return the halves
     */
    public Halves split() {
        AtomicInteger open = new AtomicInteger(2);
        return new Halves(new TcpReader(this, open), new TcpWriter(this, open));
    }

    void endOutput() throws IOException {
        outputEnded = true;
        if (!channel.isOpen()) {
            throw socket.closedFailure(null);
        }
        channel.shutdownOutput();
    }

    void endInput() throws IOException {
        if (channel.isOpen()) {
            channel.shutdownInput();
        }
    }

    // ------------------------------------------------------------------ options, addresses, the end

    /**
     * Sends small writes at once instead of waiting for more (Nagle's algorithm). Off at first, as the platform has it.
     *
     * @param on true to send at once
     * @return this
     * @throws IOException if the connection is closed
     */
    public TcpStream noDelay(boolean on) throws IOException {
        return option(StandardSocketOptions.TCP_NODELAY, on);
    }

    /**
     * Sets an option.
     *
     * @param <V> the type of its value
     * @param option one of {@link StandardSocketOptions}
     * @param value the value
     * @return this
     * @throws IOException if the connection is closed, or the platform refuses
     */
    public <V> TcpStream option(SocketOption<V> option, V value) throws IOException {
        try {
            channel.setOption(option, value);
            return this;
        } catch (ClosedChannelException e) {
            throw socket.closedFailure(e);
        }
    }

    /**
     * Returns the value of an option.
     *
     * @param <V> the type of its value
     * @param option one of {@link StandardSocketOptions}
     * @return the value
     * @throws IOException if the connection is closed
     */
    public <V> V option(SocketOption<V> option) throws IOException {
        try {
            return channel.getOption(option);
        } catch (ClosedChannelException e) {
            throw socket.closedFailure(e);
        }
    }

    /**
     * Returns the address of this side, also after the end.
     *
     * @return the local address
     */
    public InetSocketAddress localAddress() {
        return local;
    }

    /**
     * Returns the address of the other side, also after the end.
     *
     * @return the address of the peer
     */
    public InetSocketAddress peerAddress() {
        return remote;
    }

    /**
     * Tells whether the connection is closed on this side.
     *
     * @return true after {@link #close}
     */
    public boolean isClosed() {
        return socket.isClosed();
    }

    /** Closes the connection; pending reads and writes fail. Does not block. Calling it again does nothing. */
    @Override
    public void close() {
        socket.close();
    }

    @Override
    public String toString() {
        return socket.toString();
    }

    /** {@link #read}. */
    private final class Read extends SocketFuture<Integer> {

        private final ByteBuffer into;

        Read(ByteBuffer into) {
            super(TcpStream.this.socket, TcpStream.this.socket.reading, SelectionKey.OP_READ);
            this.into = into;
        }

        @Override
        @Nullable
        Object attempt(Context cx) throws IOException {
            int room = into.remaining();
            int count = channel.read(into);
            if (0 <= count && count < room) {
                exhausted(); // what comes now will be reported
            }
            return count == 0 && room > 0 ? PENDING : (Integer) count;
        }

        @Override
        public String toString() {
            return "read(…)";
        }
    }

    /** {@link #write} and {@link #writeAll}. */
    private final class Write<T> extends SocketFuture<T> {

        private final ByteBuffer from;
        private final boolean all;

        Write(ByteBuffer from, boolean all) {
            super(TcpStream.this.socket, TcpStream.this.socket.writing, SelectionKey.OP_WRITE);
            this.from = from;
            this.all = all;
        }

        @Override
        @Nullable
        Object attempt(Context cx) throws IOException {
            if (outputEnded) {
                throw new SocketException(
                        "the output of " + socket + " was ended by shutdown(), nothing can be written");
            }
            int count = channel.write(from);
            if (!from.hasRemaining()) {
                return all ? null : (Integer) count;
            }
            exhausted();
            return all || count == 0 ? PENDING : (Integer) count;
        }

        @Override
        public String toString() {
            return all ? "writeAll(…)" : "write(…)";
        }
    }

    /**
     * A connection in two halves.
     *
     * @param reader the half that reads
     * @param writer the half that writes
     */
    public record Halves(TcpReader reader, TcpWriter writer) {}
}
