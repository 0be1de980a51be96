package pollux.io;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import pollux.future.Context;
import pollux.future.Failures;
import pollux.future.Future;
import pollux.future.Futures;

/** {@link TcpStream#connect(String, int)}. */
final class ConnectByName extends IoLoop<TcpStream> {

    private final String host;
    private final int port;
    private @Nullable ArrayDeque<InetAddress> untried;
    private @Nullable Throwable failure;
    private @Nullable TcpStream connected;

    ConnectByName(String host, int port) {
        this.host = host;
        this.port = port;
    }

    @Override
    @Nullable
    Future<?> next(Context cx) {
        if (untried == null) {
            return new BlockingStep<>("resolving " + host, () -> InetAddress.getAllByName(host));
        }
        InetAddress address = connected == null ? untried.poll() : null;
        return address == null
                ? null
                : TcpStream.connect(new InetSocketAddress(address, port)).recover(this::failed);
    }

    private Future<TcpStream> failed(Throwable thrown) {
        if (!(thrown instanceof IOException)) {
            return Futures.failed(thrown);
        }
        if (failure != null) {
            thrown.addSuppressed(failure);
        }
        failure = thrown;
        return Futures.ready(null);
    }

    @Override
    void took(@Nullable Object answer) {
        if (untried == null) {
            untried = new ArrayDeque<>(List.of((InetAddress[]) answer));
        } else {
            connected = (TcpStream) answer;
        }
    }

    @Override
    TcpStream result() {
        if (connected == null) {
            throw Failures.rethrow(Objects.requireNonNull(failure));
        }
        return connected;
    }

    @Override
    public String toString() {
        return "TcpStream.connect(" + host + ", " + port + ")";
    }
}
