package pollux.io;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.SelectionKey;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import pollux.future.Context;
import pollux.future.Future;
import pollux.internal.checks.CheckReturnValue;

/**
 * A socket for datagrams of UDP: each is sent and received as a whole, or not at all.
 *
 * <p>It belongs to the pool of the task that made it, and is closed with it. All methods may be called from any thread
 * and none blocks; one send and one receive at a time, a second one fails with {@link IllegalStateException}.
 *
 * <p>After {@code tokio::net::UdpSocket}.
 */
public final class UdpSocket implements AutoCloseable {

    private final Socket socket;
    private final DatagramChannel channel;
    private final InetSocketAddress local;

    private UdpSocket(Socket socket, DatagramChannel channel) throws IOException {
        this.socket = socket;
        this.channel = channel;
        this.local = (InetSocketAddress) channel.getLocalAddress();
        socket.rename("UdpSocket[" + local + "]");
    }

    /**
     * Opens a socket on an address.
     *
     * <p><b>Cancellation:</b> nothing has happened.
     *
     * @param address where to receive; port 0 for any free one
     * @return a future that ends with the socket, or fails, for instance with {@link java.net.BindException}
     */
    @CheckReturnValue
    public static Future<UdpSocket> bind(SocketAddress address) {
        Objects.requireNonNull(address, "address");
        return new LazyFuture<>("UdpSocket.bind(" + address + ")", cx -> open(address, cx));
    }

    private static UdpSocket open(SocketAddress address, Context cx) throws IOException {
        Socket.check(address, "UdpSocket.bind");
        DatagramChannel channel = DatagramChannel.open();
        Socket socket = Socket.open(channel, "datagrams on " + address, cx);
        try {
            return new UdpSocket(socket, channel.bind(address));
        } catch (BindException failure) {
            socket.close();
            throw Socket.named(failure, address);
        } catch (Throwable failure) {
            socket.close();
            throw failure;
        }
    }

    /**
     * Sets the one peer that this socket sends to and receives from, from now on.
     *
     * <p><b>Cancellation:</b> nothing has happened.
     *
     * @param peer the other side
     * @return a future that ends with null
     */
    @CheckReturnValue
    public Future<Void> connect(SocketAddress peer) {
        Objects.requireNonNull(peer, "peer");
        return new LazyFuture<>("UdpSocket.connect(" + peer + ")", cx -> {
            Socket.check(peer, "UdpSocket.connect");
            try {
                channel.connect(peer);
                return null;
            } catch (AlreadyConnectedException already) {
                throw connected("cannot be connected to " + peer);
            } catch (ClosedChannelException e) {
                throw socket.closedFailure(e);
            }
        });
    }

    /**
     * Sends one datagram to the connected peer.
     *
     * <p><b>Cancellation:</b> nothing was sent.
     *
     * @param from the datagram, from the buffer's position to its limit
     * @return a future that ends with its size; it fails with {@link java.nio.channels.NotYetConnectedException}
     *     without a peer, and may fail with {@link java.net.PortUnreachableException} for an earlier datagram that was
     *     not received
     */
    @CheckReturnValue
    public Future<Integer> send(ByteBuffer from) {
        return new Send(Objects.requireNonNull(from, "from"), null);
    }

    /**
     * Sends one datagram.
     *
     * <p><b>Cancellation:</b> nothing was sent.
     *
     * @param from the datagram, from the buffer's position to its limit
     * @param target where to
     * @return a future that ends with its size
     */
    @CheckReturnValue
    public Future<Integer> send(ByteBuffer from, SocketAddress target) {
        return new Send(Objects.requireNonNull(from, "from"), Objects.requireNonNull(target, "target"));
    }

    /**
     * Receives one datagram. What does not fit into the buffer is discarded, as the platform does it.
     *
     * <p><b>Cancellation:</b> loses no datagram.
     *
     * <p><b>Backpressure:</b> none in the protocol: the platform drops what is not received in time.
     *
     * @param into where to put it
     * @return a future that ends with the address of the sender
     */
    @CheckReturnValue
    public Future<InetSocketAddress> receive(ByteBuffer into) {
        return new Receive(Objects.requireNonNull(into, "into"));
    }

    /**
     * Sets an option.
     *
     * @param <V> the type of its value
     * @param option one of {@link java.net.StandardSocketOptions}
     * @param value the value
     * @return this
     * @throws IOException if the socket is closed, or the platform refuses
     */
    public <V> UdpSocket option(SocketOption<V> option, V value) throws IOException {
        try {
            channel.setOption(option, value);
            return this;
        } catch (ClosedChannelException e) {
            throw socket.closedFailure(e);
        }
    }

    /**
     * Returns the address of this side, also after the end.
     *
     * @return the local address, with the port that was chosen
     */
    public InetSocketAddress localAddress() {
        return local;
    }

    /** Closes the socket; pending sends and receives fail. Does not block. Calling it again does nothing. */
    @Override
    public void close() {
        socket.close();
    }

    @Override
    public String toString() {
        return socket.toString();
    }

    /** The platform does not say whose port it is. */
    private PortUnreachableException unreachable(PortUnreachableException failure) throws IOException {
        PortUnreachableException told = new PortUnreachableException(
                "a datagram of " + socket + " to " + channel.getRemoteAddress() + " found no receiver");
        told.initCause(failure);
        return told;
    }

    /** The platform does not say that a socket has a peer, nor which. */
    private HasPeer connected(String refused) throws IOException {
        return new HasPeer(socket + " " + refused + ": its peer is " + channel.getRemoteAddress());
    }

    /** As the platform's, with a message. */
    private static final class HasPeer extends AlreadyConnectedException {

        private static final long serialVersionUID = 1;

        private final String message;

        HasPeer(String message) {
            this.message = message;
        }

        @Override
        public String getMessage() {
            return message;
        }
    }

    /** As the platform's, with a message. */
    private static final class NoPeer extends NotYetConnectedException {

        private static final long serialVersionUID = 1;

        private final String message;

        NoPeer(String message) {
            this.message = message;
        }

        @Override
        public String getMessage() {
            return message;
        }
    }

    /** {@link #receive}. */
    private final class Receive extends SocketFuture<InetSocketAddress> {

        private final ByteBuffer into;

        Receive(ByteBuffer into) {
            super(UdpSocket.this.socket, UdpSocket.this.socket.reading, SelectionKey.OP_READ);
            this.into = into;
        }

        @Override
        Object attempt(Context cx) throws IOException {
            SocketAddress sender;
            try {
                sender = channel.receive(into);
            } catch (PortUnreachableException failure) {
                throw unreachable(failure);
            }
            if (sender == null) {
                exhausted();
                return PENDING;
            }
            return sender;
        }

        @Override
        public String toString() {
            return "receive(…)";
        }
    }

    /** {@link #send}. */
    private final class Send extends SocketFuture<Integer> {

        private final ByteBuffer from;
        private final @Nullable SocketAddress target;

        Send(ByteBuffer from, @Nullable SocketAddress target) {
            super(UdpSocket.this.socket, UdpSocket.this.socket.writing, SelectionKey.OP_WRITE);
            this.from = from;
            this.target = target;
        }

        @Override
        Object attempt(Context cx) throws IOException {
            if (target != null) {
                Socket.check(target, "UdpSocket.send");
            }
            int size = from.remaining();
            int sent;
            try {
                sent = target == null ? channel.write(from) : channel.send(from, target);
            } catch (NotYetConnectedException none) {
                throw new NoPeer(socket + " has no peer: connect it, or say where to send to");
            } catch (AlreadyConnectedException already) {
                throw connected("cannot send to " + target);
            } catch (PortUnreachableException failure) {
                throw unreachable(failure);
            }
            if (sent == 0 && size > 0) {
                exhausted();
                return PENDING;
            }
            return (Integer) sent;
        }

        @Override
        public String toString() {
            return "send(…)";
        }
    }
}
