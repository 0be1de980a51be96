package pollux.examples.rsocket;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;

import io.rsocket.Payload;
import io.rsocket.RSocket;
import io.rsocket.core.RSocketConnector;
import io.rsocket.transport.netty.client.TcpClientTransport;
import io.rsocket.util.DefaultPayload;
import java.time.Duration;

/** Connections and requests. */
final class Client {

    private Client() {}

    static RSocketConnector connector(Duration keepAlive) {
        return RSocketConnector.create().keepAlive(ofMillis(200), keepAlive);
    }

    /** Connects; a machine under load may be late with the keep-alive. */
    static RSocket connect(int port) {
        return connect(port, ofMinutes(1));
    }

    static RSocket connect(int port, Duration keepAlive) {
        return connector(keepAlive)
                .connect(TcpClientTransport.create("localhost", port))
                .block();
    }

    static Payload request(String text) {
        return DefaultPayload.create(text);
    }
}
