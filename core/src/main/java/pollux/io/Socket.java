package pollux.io;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import pollux.future.Context;
import pollux.future.Failures;
import pollux.internal.memory.VarHandles;

/** What all sockets have in common: a channel, its key with a driver, its two directions, and its end. */
final class Socket {

    private static final VarHandle CLOSED = VarHandles.handle(MethodHandles.lookup(), "closed", String.class);

    final Direction reading = new Direction(this, SelectionKey.OP_READ | SelectionKey.OP_ACCEPT, false);
    final Direction writing = new Direction(this, SelectionKey.OP_WRITE | SelectionKey.OP_CONNECT, true);

    private final SelectableChannel channel;
    private volatile String name;
    private @Nullable SelectorDriver driver;
    private @Nullable SelectionKey key;

    /** Null while open; then why it is not. */
    private volatile @Nullable String closed;

    Socket(SelectableChannel channel, String name) {
        this.channel = channel;
        this.name = name;
    }

    /**
     * Puts a new channel under the driver of the polled task, or closes it.
     *
     * @param name what it is, for messages
     */
    static Socket open(SelectableChannel channel, String name, Context cx) throws IOException {
        Socket socket = new Socket(channel, name);
        try {
            channel.configureBlocking(false);
            SelectorDriver.register(socket, cx);
            return socket;
        } catch (Throwable failure) {
            channel.close();
            throw failure;
        }
    }

    /** Called once, by the driver that takes this in. */
    void register(SelectorDriver driver, Selector selector) throws ClosedChannelException {
        this.driver = driver;
        this.key = channel.register(selector, 0, this);
    }

    SelectorDriver driver() {
        return Objects.requireNonNull(driver);
    }

    SelectionKey key() {
        return Objects.requireNonNull(key);
    }

    void rename(String known) {
        name = known;
    }

    boolean isClosed() {
        return closed != null;
    }

    /** Closes on behalf of the owner. */
    void close() {
        close("was closed on this side");
    }

    /** Closes because the driver is gone. */
    void lose() {
        close("was closed together with the pool that waited for it");
    }

    private void close(String why) {
        if (!CLOSED.compareAndSet(this, (String) null, why)) {
            return;
        }
        try {
            channel.close();
        } catch (IOException failure) {
            Failures.report("closing " + this, failure);
        }
        // the descriptor goes when the selector lets go of the key
        driver().flush();
        reading.closed();
        writing.closed();
    }

    /** Returns the failure of a use after the close. */
    SocketException closedFailure(@Nullable Throwable cause) {
        SocketException failure = new SocketException("the " + this + " " + (closed == null ? "is closed" : closed));
        failure.initCause(cause);
        return failure;
    }

    @Override
    public String toString() {
        return name;
    }

    /**
     * Refuses an address that no socket of the platform takes; the exceptions of the platform say nothing.
     *
     * @param call what was called with it
     */
    static void check(SocketAddress address, String call) throws UnknownHostException {
        if (!(address instanceof InetSocketAddress known)) {
            throw new IllegalArgumentException(call + " takes an InetSocketAddress, not a "
                    + address.getClass().getName() + ": " + address);
        }
        if (known.isUnresolved()) {
            throw new UnknownHostException(call + " needs a resolved address, and " + address
                    + " is none. TcpStream.connect(host, port) resolves names, as new InetSocketAddress(host, port)"
                    + " does, which may block");
        }
    }

    /** The platform does not say which address is in use, or may not be used. */
    static BindException named(BindException failure, SocketAddress address) {
        BindException told = new BindException("binding to " + address + " failed: " + failure.getMessage());
        told.initCause(failure);
        return told;
    }
}
