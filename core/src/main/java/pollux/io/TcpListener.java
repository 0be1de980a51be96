package pollux.io;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import pollux.future.Context;
import pollux.future.Failures;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.internal.checks.CheckReturnValue;
import pollux.stream.AsyncStream;
import pollux.stream.AsyncStreams;
import pollux.time.Timers;

/**
 * A TCP socket that takes connections.
 *
 * <p>It belongs to the pool of the task that made it, and is closed with it. All methods may be called from any thread
 * and none blocks; one {@link #accept} at a time.
 *
 * <p>If a connection cannot be taken because the process has too many open files, or the like, {@link #accept} reports
 * that to the log once, waits 10 ms, then longer and longer up to a second, and tries again: an accept loop neither
 * ends nor spins.
 *
 * <p>After {@code tokio::net::TcpListener}.
 */
public final class TcpListener implements AutoCloseable {

    /** How many connections may wait to be accepted if the caller does not say; as many as Tokio has. */
    public static final int DEFAULT_BACKLOG = 1024;

    private static final int LONGEST_PAUSE_MILLIS = 1_000;

    private final Socket socket;
    private final ServerSocketChannel channel;
    private final InetSocketAddress local;

    /** How many attempts have failed in a row; belongs to the one who accepts. */
    private int failures;

    private TcpListener(Socket socket, ServerSocketChannel channel) throws IOException {
        this.socket = socket;
        this.channel = channel;
        this.local = (InetSocketAddress) channel.getLocalAddress();
        socket.rename("TcpListener[" + local + "]");
    }

    /**
     * Listens on an address, with room for {@value #DEFAULT_BACKLOG} connections that wait to be accepted. The platform
     * may have a smaller limit of its own, such as {@code net.core.somaxconn} of Linux.
     *
     * <p><b>Cancellation:</b> nothing has happened.
     *
     * @param address where; port 0 for any free one
     * @return a future that ends with the listener, or fails, for instance with {@link java.net.BindException}
     */
    @CheckReturnValue
    public static Future<TcpListener> bind(SocketAddress address) {
        return bind(address, DEFAULT_BACKLOG);
    }

    /**
     * Listens on an address. Ports that were in use a moment ago may be used again.
     *
     * <p><b>Cancellation:</b> nothing has happened.
     *
     * @param address where; port 0 for any free one
     * @param backlog how many connections may wait to be accepted, roughly; those beyond are kept waiting by the
     *     platform, or refused; 0 for {@value #DEFAULT_BACKLOG}
     * @return a future that ends with the listener, or fails, for instance with {@link java.net.BindException}
     */
    @CheckReturnValue
    public static Future<TcpListener> bind(SocketAddress address, int backlog) {
        Objects.requireNonNull(address, "address");
        if (backlog < 0) {
            throw new IllegalArgumentException("a backlog is 0 or more, not " + backlog);
        }
        int waiting = backlog == 0 ? DEFAULT_BACKLOG : backlog; // 0 would be 50 to the JDK
        return new LazyFuture<>("TcpListener.bind(" + address + ")", cx -> open(address, waiting, cx));
    }

    private static TcpListener open(SocketAddress address, int backlog, Context cx) throws IOException {
        Socket.check(address, "TcpListener.bind");
        ServerSocketChannel channel = ServerSocketChannel.open();
        Socket socket = Socket.open(channel, "listener on " + address, cx);
        try {
            return new TcpListener(socket, channel.bind(address, backlog));
        } catch (BindException failure) {
            socket.close();
            throw Socket.named(failure, address);
        } catch (Throwable failure) {
            socket.close();
            throw failure;
        }
    }

    /**
     * Takes the next connection.
     *
     * <p><b>Cancellation:</b> loses no connection: what was not delivered is there for the next accept.
     *
     * @return a future that ends with the connection; it fails only if this listener is closed
     */
    @CheckReturnValue
    public Future<TcpStream> accept() {
        return new Accept().recover(this::pause);
    }

    /**
     * Returns the connections as a stream without an end, one {@link #accept} for each.
     *
     * <p><b>Cancellation:</b> loses no connection; the listener stays open.
     *
     * <p><b>Backpressure:</b> connections that are not accepted wait in the platform's queue.
     *
     * @return a stream of connections
     */
    public AsyncStream<TcpStream> incoming() {
        return AsyncStreams.unfold(this, from -> from.accept().map(taken -> new AsyncStreams.Step<>(taken, from)));
    }

    private Future<TcpStream> pause(Throwable failure) {
        if (socket.isClosed() || !(failure instanceof IOException)) {
            return Futures.failed(failure);
        }
        if (failures++ == 0) {
            Failures.report(this + " cannot take a connection, and tries again and again", failure);
        }
        int millis = Math.min(10 << Math.min(failures - 1, 10), LONGEST_PAUSE_MILLIS);
        return Timers.sleep(Duration.ofMillis(millis)).then(slept -> accept());
    }

    /**
     * Returns the address that this listens on, also after the end.
     *
     * @return the local address, with the port that was chosen
     */
    public InetSocketAddress localAddress() {
        return local;
    }

    /**
     * Tells whether this listener is closed.
     *
     * @return true after {@link #close}, or when its pool has ended
     */
    public boolean isClosed() {
        return socket.isClosed();
    }

    /**
     * Stops listening: a pending accept fails, connections that wait are reset. Those that were accepted go on. Does
     * not block; the port is free when the pool has looked at its sockets next, at the latest when it is idle. Calling
     * it again does nothing.
     */
    @Override
    public void close() {
        socket.close();
    }

    @Override
    public String toString() {
        return socket.toString();
    }

    /** One attempt to take a connection. */
    private final class Accept extends SocketFuture<TcpStream> {

        Accept() {
            super(TcpListener.this.socket, TcpListener.this.socket.reading, SelectionKey.OP_ACCEPT);
        }

        @Override
        @Nullable
        Object attempt(Context cx) throws IOException {
            SocketChannel accepted = channel.accept();
            if (accepted == null) {
                exhausted();
                return PENDING;
            }
            failures = 0;
            Socket taken = Socket.open(accepted, "connection", cx);
            try {
                return new TcpStream(taken, accepted);
            } catch (Throwable failure) {
                taken.close();
                throw failure;
            }
        }

        @Override
        public String toString() {
            return "accept()";
        }
    }
}
