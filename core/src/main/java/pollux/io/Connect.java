package pollux.io;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import pollux.future.Context;
import pollux.future.Future;

/** {@link TcpStream#connect(SocketAddress)}, once the platform has begun; it owns the channel until it is connected. */
final class Connect extends SocketFuture<TcpStream> {

    private final SocketChannel channel;
    private final SocketAddress address;

    private Connect(Socket socket, SocketChannel channel, SocketAddress address) {
        super(socket, socket.writing, SelectionKey.OP_CONNECT);
        this.channel = channel;
        this.address = address;
    }

    static Future<TcpStream> to(SocketAddress address) {
        return new LazyFuture<>("TcpStream.connect(" + address + ")", cx -> begin(address, cx)).then(begun -> begun);
    }

    private static Connect begin(SocketAddress address, Context cx) throws IOException {
        Socket.check(address, "TcpStream.connect");
        SocketChannel channel = SocketChannel.open();
        Socket socket = Socket.open(channel, "connection to " + address, cx);
        boolean begun = false;
        try {
            channel.connect(address);
            begun = true;
            return new Connect(socket, channel, address);
        } catch (ConnectException failure) {
            throw named(failure, address);
        } finally {
            if (!begun) {
                socket.close();
            }
        }
    }

    @Override
    Object attempt(Context cx) throws IOException {
        boolean open = false;
        try {
            if (channel.finishConnect()) {
                TcpStream stream = new TcpStream(socket, channel);
                open = true;
                return stream;
            }
            open = true;
        } catch (ConnectException failure) {
            throw named(failure, address);
        } finally {
            if (!open) {
                socket.close();
            }
        }
        exhausted();
        return PENDING;
    }

    @Override
    public boolean cancel() {
        socket.close();
        return super.cancel();
    }

    /** The platform does not say to whom it could not connect. */
    private static ConnectException named(ConnectException failure, SocketAddress address) {
        ConnectException told = new ConnectException("connecting to " + address + " failed: " + failure.getMessage());
        told.initCause(failure);
        return told;
    }

    @Override
    public String toString() {
        return "TcpStream.connect(" + address + ")";
    }
}
