package pollux.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static pollux.io.Loopback.any;
import static pollux.io.Loopback.bytes;
import static pollux.io.Loopback.run;
import static pollux.io.Loopback.text;

import java.net.PortUnreachableException;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.NotYetConnectedException;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import pollux.executor.JoinHandle;
import pollux.executor.TaskPool;

/** Datagrams. */
@Timeout(value = 120)
class UdpSocketTest {

    private final TaskPool pool = TaskPool.builder().workers(1).build();
    private final UdpSocket one = run(pool, UdpSocket.bind(any()));
    private final UdpSocket other = run(pool, UdpSocket.bind(any()));

    @AfterEach
    void close() {
        pool.close();
    }

    @Test
    void datagramArrivesWithItsSender() {
        ByteBuffer into = ByteBuffer.allocate(100);
        JoinHandle<java.net.InetSocketAddress> received = pool.spawn(other.receive(into));
        assertThat(run(pool, one.send(bytes("ping"), other.localAddress()))).isEqualTo(4);
        assertThat(run(pool, received.join())).isEqualTo(one.localAddress());
        assertThat(text(into)).isEqualTo("ping");
    }

    @Test
    void whatDoesNotFitIsCutOff() {
        run(pool, one.send(bytes("0123456789"), other.localAddress()));
        ByteBuffer four = ByteBuffer.allocate(4);
        run(pool, other.receive(four));
        assertThat(text(four)).isEqualTo("0123");
    }

    @Test
    void connectedSocketNeedsNoTarget() {
        assertThatThrownBy(() -> run(pool, one.send(bytes("x"))))
                .isInstanceOf(NotYetConnectedException.class)
                .hasMessage(one + " has no peer: connect it, or say where to send to");
        run(pool, one.connect(other.localAddress()));
        run(pool, one.send(bytes("to you")));
        ByteBuffer into = ByteBuffer.allocate(100);
        run(pool, other.receive(into));
        assertThat(text(into)).isEqualTo("to you");
    }

    @Test
    void misuseSaysWhatIsWrong() {
        run(pool, one.connect(other.localAddress()));
        assertThatThrownBy(() -> run(pool, one.connect(one.localAddress())))
                .isInstanceOf(AlreadyConnectedException.class)
                .hasMessage(one + " cannot be connected to " + one.localAddress() + ": its peer is "
                        + other.localAddress());
        assertThatThrownBy(() -> run(pool, one.send(bytes("x"), one.localAddress())))
                .isInstanceOf(AlreadyConnectedException.class)
                .hasMessage(one + " cannot send to " + one.localAddress() + ": its peer is " + other.localAddress());
        one.close();
        for (ThrowingCallable use : List.<ThrowingCallable>of(
                () -> run(pool, one.connect(other.localAddress())),
                () -> one.option(StandardSocketOptions.SO_RCVBUF, 10_000))) {
            assertThatThrownBy(use)
                    .isInstanceOf(SocketException.class)
                    .hasMessage("the " + one + " was closed on this side");
        }
    }

    @Test
    void aPortWithoutReceiverIsNamed() {
        java.net.InetSocketAddress closed = other.localAddress();
        other.close();
        run(pool, one.connect(closed));
        run(pool, one.send(bytes("lost")));
        assertThatThrownBy(() -> run(pool, one.receive(ByteBuffer.allocate(1))))
                .isInstanceOf(PortUnreachableException.class)
                .hasMessage("a datagram of " + one + " to " + closed + " found no receiver");
    }

    @Test
    void closeFailsAPendingReceive() {
        JoinHandle<?> pending = pool.spawn(one.receive(ByteBuffer.allocate(1)));
        one.close();
        assertThatThrownBy(() -> run(pool, pending.join()))
                .isInstanceOf(SocketException.class)
                .hasMessageContaining("was closed on this side");
    }
}
