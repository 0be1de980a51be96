package pollux.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static pollux.io.Loopback.any;
import static pollux.io.Loopback.bytes;
import static pollux.io.Loopback.rest;
import static pollux.io.Loopback.run;
import static pollux.io.Loopback.text;

import java.io.EOFException;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import pollux.executor.JoinHandle;
import pollux.executor.Spawner;
import pollux.executor.TaskPool;
import pollux.future.Context;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.future.RawFuture;
import pollux.time.Timers;

/** TCP on a pool: bytes, and every way in which a connection can end or not begin. */
@Timeout(value = 120)
class TcpTest {

    private final TaskPool pool = TaskPool.builder().workers(2).build();

    @AfterEach
    void closePool() {
        pool.close();
    }

    private Loopback connected() {
        return new Loopback(pool);
    }

    // ------------------------------------------------------------------ bytes

    @Test
    void whatOneSideWritesTheOtherReads() {
        try (Loopback pair = connected()) {
            pair.run(pair.client.writeAll(bytes("hello")));
            ByteBuffer into = ByteBuffer.allocate(100);
            assertThat(pair.run(pair.server.read(into))).isEqualTo(5);
            assertThat(text(into)).isEqualTo("hello");
        }
    }

    /** Connections that come at once wait to be accepted; the JDK's own limit of 50 would leave the rest unanswered. */
    @Test
    void burstOfConnectionsWaitsForAccept() throws IOException {
        List<SocketChannel> clients = new ArrayList<>();
        try {
            for (Future<TcpListener> bind : List.of(TcpListener.bind(any()), TcpListener.bind(any(), 0))) {
                try (TcpListener listener = run(pool, bind)) {
                    for (int i = 0; i < 120; i++) {
                        SocketChannel client = SocketChannel.open();
                        clients.add(client);
                        client.configureBlocking(false);
                        client.connect(listener.localAddress());
                        Loopback.until(() -> finished(client));
                    }
                    for (int i = 0; i < 120; i++) {
                        run(pool, listener.accept()).close();
                    }
                }
            }
        } finally {
            for (SocketChannel client : clients) {
                client.close();
            }
        }
        assertThatThrownBy(() -> TcpListener.bind(any(), -1)).isInstanceOf(IllegalArgumentException.class);
    }

    private static boolean finished(SocketChannel client) {
        try {
            return client.finishConnect();
        } catch (IOException failure) {
            throw new AssertionError("a connection is refused beside an empty queue", failure);
        }
    }

    @Test
    void pendingReadIsWokenByBytes() {
        try (Loopback pair = connected()) {
            ByteBuffer into = ByteBuffer.allocate(100);
            for (int i = 0; i < 1_000; i++) {
                JoinHandle<Integer> read = pool.spawn(pair.server.read(into.clear()));
                pair.run(pair.client.writeAll(bytes("x" + i)));
                pair.run(read.join());
                assertThat(text(into)).isEqualTo("x" + i);
            }
        }
    }

    @Test
    void socketIsServedWhileTheWorkerThatWaitedForItSitsInALongPoll() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        CountDownLatch sitting = new CountDownLatch(1);
        try (Loopback pair = connected();
                java.net.Socket first = connect(pair.listener);
                java.net.Socket second = connect(pair.listener)) {
            TcpStream slow = pair.run(pair.listener.accept());
            TcpStream quick = pair.run(pair.listener.accept());
            JoinHandle<Boolean> inTime =
                    pool.spawn(slow.read(ByteBuffer.allocate(1)).then(count -> {
                        sitting.countDown();
                        try {
                            return Futures.ready(goOn.await(20, TimeUnit.SECONDS));
                        } catch (InterruptedException e) {
                            return Futures.failed(e);
                        }
                    }));
            JoinHandle<Integer> served = pool.spawn(quick.read(ByteBuffer.allocate(1)));
            first.getOutputStream().write(1);
            sitting.await();
            second.getOutputStream().write(1);
            assertThat(served.toCompletableFuture().get()).isEqualTo(1);
            goOn.countDown();
            assertThat(inTime.toCompletableFuture().get())
                    .as("while it sat there")
                    .isTrue();
        }
    }

    private static java.net.Socket connect(TcpListener listener) throws IOException {
        return new java.net.Socket(
                listener.localAddress().getAddress(), listener.localAddress().getPort());
    }

    @Test
    void largeWritesWaitForTheReader() {
        byte[] large = new byte[8 << 20];
        for (int i = 0; i < large.length; i++) {
            large[i] = (byte) (i * 31 >>> 3);
        }
        try (Loopback pair = connected()) {
            JoinHandle<Void> written =
                    pool.spawn(pair.client.writeAll(ByteBuffer.wrap(large)).then(x -> pair.client.shutdown()));
            byte[] read = pair.run(pair.server.buffered().readToEnd(large.length));
            pair.run(written.join());
            assertThat(read).isEqualTo(large);
        }
    }

    @Test
    void bufferWithoutRoomReadsNothing() {
        try (Loopback pair = connected()) {
            assertThat(pair.run(pair.client.read(ByteBuffer.allocate(0)))).isZero();
            assertThat(pair.run(pair.client.write(ByteBuffer.allocate(0)))).isZero();
            assertThatCode(() -> pair.run(pair.client.writeAll(ByteBuffer.allocate(0))))
                    .doesNotThrowAnyException();
        }
    }

    @Test
    void fullBufferLeavesTheRestForTheNextRead() {
        try (Loopback pair = connected()) {
            pair.run(pair.client.writeAll(bytes("abcdef")));
            ByteBuffer four = ByteBuffer.allocate(4);
            pair.run(pair.server.readExactly(four));
            assertThat(text(four)).isEqualTo("abcd");
            ByteBuffer more = ByteBuffer.allocate(4);
            assertThat(pair.run(pair.server.read(more))).isEqualTo(2);
            assertThat(text(more)).isEqualTo("ef");
        }
    }

    @Test
    void readExactlyTellsOfAnEarlyEnd() {
        try (Loopback pair = connected()) {
            pair.run(pair.client.writeAll(bytes("abc")).then(x -> pair.client.shutdown()));
            assertThatThrownBy(() -> pair.run(pair.server.readExactly(ByteBuffer.allocate(10))))
                    .isInstanceOf(EOFException.class)
                    .hasMessageContaining("7 bytes before the 10");
        }
    }

    @Test
    void copyPassesEverythingOn() {
        try (Loopback in = connected();
                Loopback out = connected()) {
            JoinHandle<Long> copy = pool.spawn(in.server
                    .copyTo(out.client)
                    .then(count -> out.client.shutdown().map(x -> count)));
            String text = "0123456789".repeat(50_000);
            pool.spawn(in.client.writeAll(bytes(text)).then(x -> in.client.shutdown()));
            assertThat(out.run(rest(out.server))).isEqualTo(text);
            assertThat(out.run(copy.join())).isEqualTo(500_000L);
        }
    }

    @Test
    void halvesWorkInTwoTasksAndCloseTheConnectionTogether() {
        try (Loopback pair = connected()) {
            TcpStream.Halves halves = pair.server.split();
            JoinHandle<Void> echo =
                    pool.spawn(halves.reader().copyTo(halves.writer()).then(count -> {
                        halves.writer().close();
                        assertThat(pair.server.isClosed()).isFalse();
                        halves.reader().close();
                        halves.reader().close();
                        return Futures.ready(null);
                    }));
            pair.run(pair.client.writeAll(bytes("to and fro")).then(x -> pair.client.shutdown()));
            assertThat(pair.run(rest(pair.client))).isEqualTo("to and fro");
            pair.run(echo.join());
            assertThat(pair.server.isClosed()).isTrue();
        }
    }

    @Test
    void readySocketDoesNotKeepItsWorker() {
        try (TaskPool one = TaskPool.builder().workers(1).build();
                Loopback pair = new Loopback(one)) {
            pair.run(pair.client.writeAll(ByteBuffer.allocate(10_000)));
            int[] most = {0};
            Future<Void> greedy = new RawFuture<>() {
                private int read;
                private final ByteBuffer single = ByteBuffer.allocate(1);

                @Override
                public Object pollRaw(Context cx) {
                    int before = read;
                    while (read < 5_000) {
                        if (RawFuture.pollAny(pair.server.read(single.clear()), cx) == PENDING) {
                            most[0] = Math.max(most[0], read - before);
                            cx.yield();
                            return PENDING;
                        }
                        read++;
                    }
                    return null;
                }
            };
            run(one, greedy);
            assertThat(most[0]).isEqualTo(Context.BUDGET);
        }
    }

    // ------------------------------------------------------------------ addresses and options

    @Test
    void addressesAreThoseOfTheTwoSides() {
        try (Loopback pair = connected()) {
            assertThat(pair.client.peerAddress()).isEqualTo(pair.listener.localAddress());
            assertThat(pair.client.localAddress()).isEqualTo(pair.server.peerAddress());
            assertThat(pair.client)
                    .hasToString("TcpStream[" + pair.client.localAddress() + " to " + pair.client.peerAddress() + "]");
        }
    }

    @Test
    void optionsAreSetAndTold() throws IOException {
        try (Loopback pair = connected()) {
            assertThat(pair.client.noDelay(true).option(StandardSocketOptions.TCP_NODELAY))
                    .isTrue();
            assertThat(pair.client
                            .option(StandardSocketOptions.SO_KEEPALIVE, true)
                            .option(StandardSocketOptions.SO_KEEPALIVE))
                    .isTrue();
        }
    }

    @Test
    void connectsByName() {
        try (Loopback pair = connected()) {
            int port = pair.listener.localAddress().getPort();
            try (TcpStream byName = pair.run(TcpStream.connect("localhost", port))) {
                assertThat(byName.peerAddress().getPort()).isEqualTo(port);
            }
            assertThatThrownBy(() -> pair.run(TcpStream.connect("no-such-host.invalid", port)))
                    .isInstanceOf(java.net.UnknownHostException.class);
        }
    }

    @Test
    void incomingConnectionsAreAStream() {
        TcpListener listener = run(pool, TcpListener.bind(any()));
        JoinHandle<List<Integer>> ports = pool.spawn(listener.incoming()
                .take(3)
                .map(taken -> {
                    taken.close();
                    return taken.peerAddress().getPort();
                })
                .toList());
        List<Integer> expected = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            try (TcpStream client = run(pool, TcpStream.connect(listener.localAddress()))) {
                expected.add(client.localAddress().getPort());
            }
        }
        assertThat(run(pool, ports.join())).isEqualTo(expected);
        assertThat(listener.isClosed()).isFalse();
        listener.close();
    }

    // ------------------------------------------------------------------ how connections end

    @Test
    void halfCloseEndsOneDirection() {
        try (Loopback pair = connected()) {
            pair.run(pair.client.writeAll(bytes("last words")).then(x -> pair.client.shutdown()));
            assertThat(pair.run(rest(pair.server))).isEqualTo("last words");
            ByteBuffer into = ByteBuffer.allocate(10);
            for (int i = 0; i < 3; i++) {
                assertThat(pair.run(pair.server.read(into)))
                        .as("read after the end")
                        .isEqualTo(-1);
            }
            pair.run(pair.server.writeAll(bytes("answer")));
            assertThat(pair.run(pair.client.read(into))).isEqualTo(6);
        }
    }

    @Test
    void writeAfterShutdownFails() {
        try (Loopback pair = connected()) {
            pair.run(pair.client.shutdown());
            pair.run(pair.client.shutdown());
            assertThatThrownBy(() -> pair.run(pair.client.writeAll(bytes("more"))))
                    .isInstanceOf(SocketException.class)
                    .hasMessageContaining("ended by shutdown()");
        }
    }

    @Test
    void resetByPeerFailsAPendingRead() throws IOException {
        try (Loopback pair = connected()) {
            JoinHandle<Integer> read = pool.spawn(pair.server.read(ByteBuffer.allocate(10)));
            pair.client.option(StandardSocketOptions.SO_LINGER, 0);
            pair.client.close();
            assertThatThrownBy(() -> pair.run(read.join()))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("reset");
            assertThatThrownBy(() -> pair.run(pair.server.writeAll(bytes("x")))).isInstanceOf(IOException.class);
        }
    }

    @Test
    void closeFailsAPendingReadAndWrite() {
        try (Loopback pair = connected()) {
            JoinHandle<Integer> read = pool.spawn(pair.server.read(ByteBuffer.allocate(10)));
            JoinHandle<Void> write = pool.spawn(pair.server.writeAll(ByteBuffer.allocate(64 << 20)));
            JoinHandle<Integer> other = pool.spawn(pair.client.read(ByteBuffer.allocate(10)));
            pair.run(other.join()); // the write is under way
            pair.server.close();
            pair.server.close();
            assertThatThrownBy(() -> pair.run(read.join()))
                    .isInstanceOf(SocketException.class)
                    .hasMessageContaining("was closed on this side")
                    .hasMessageContaining(pair.server.toString());
            assertThatThrownBy(() -> pair.run(write.join())).isInstanceOf(SocketException.class);
            assertThatThrownBy(() -> pair.run(pair.server.read(ByteBuffer.allocate(10))))
                    .isInstanceOf(SocketException.class)
                    .hasMessageContaining("was closed on this side");
        }
    }

    @Test
    void secondReadIsRefusedAndTheFirstGoesOn() {
        try (Loopback pair = connected()) {
            ByteBuffer into = ByteBuffer.allocate(10);
            Future<Integer> first = pair.server.read(into);
            Future<Integer> second = pair.server.read(ByteBuffer.allocate(10));
            JoinHandle<Integer> both = pool.spawn(Futures.defer(() -> new RawFuture<Integer>() {
                @Override
                public Object pollRaw(Context cx) {
                    Object answer = RawFuture.pollAny(first, cx);
                    if (answer == PENDING && into.position() == 0 && !refused) {
                        refused = true;
                        assertThatThrownBy(() -> RawFuture.pollAny(second, cx))
                                .isInstanceOf(IllegalStateException.class)
                                .hasMessageContaining("read(…) while read(…) is under way");
                        pool.spawn(pair.client.writeAll(bytes("late")));
                    }
                    return answer;
                }

                private boolean refused;
            }));
            assertThat(pair.run(both.join())).isEqualTo(4);
        }
    }

    @Test
    void cancelledReadLosesNoByte() {
        try (Loopback pair = connected()) {
            JoinHandle<Integer> read = pool.spawn(pair.server.read(ByteBuffer.allocate(10)));
            read.cancel();
            assertThatThrownBy(() -> pair.run(read.join())).isInstanceOf(CancellationException.class);
            pair.run(pair.client.writeAll(bytes("kept")));
            ByteBuffer into = ByteBuffer.allocate(10);
            pair.run(pair.server.read(into));
            assertThat(text(into)).isEqualTo("kept");
        }
    }

    @Test
    void acceptFailsWhenTheListenerIsClosed() {
        TcpListener listener = run(pool, TcpListener.bind(any()));
        JoinHandle<TcpStream> accept = pool.spawn(listener.accept());
        listener.close();
        assertThatThrownBy(() -> run(pool, accept.join()))
                .isInstanceOf(SocketException.class)
                .hasMessageContaining("was closed on this side");
    }

    @Test
    void closedPoolClosesItsSockets() {
        TaskPool shortLived = TaskPool.builder().workers(1).build();
        TcpListener listener = run(shortLived, TcpListener.bind(any()));
        // the other end belongs to the pool that stays: it must not be what ends the read
        try (TcpStream client = run(pool, TcpStream.connect(listener.localAddress()))) {
            TcpStream server = run(shortLived, listener.accept());
            JoinHandle<Integer> elsewhere = pool.spawn(server.read(ByteBuffer.allocate(10)));
            shortLived.close();
            assertThatThrownBy(() -> run(pool, elsewhere.join()))
                    .isInstanceOf(SocketException.class)
                    .hasMessageContaining("was closed together with the pool");
            assertThat(server.isClosed()).isTrue();
            assertThat(listener.isClosed()).isTrue();
            assertThat(client.isClosed()).isFalse();
        }
    }

    // ------------------------------------------------------------------ how connections do not begin

    @Test
    void refusedConnectNamesTheAddress() throws IOException {
        InetSocketAddress unbound;
        try (ServerSocket closed = new ServerSocket(0, 1, any().getAddress())) {
            unbound = (InetSocketAddress) closed.getLocalSocketAddress();
        }
        assertThatThrownBy(() -> run(pool, TcpStream.connect(unbound)))
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining(unbound.toString())
                .hasMessageContaining("refused");
    }

    @Test
    void unresolvedAddressIsRefused() {
        assertThatThrownBy(() -> run(pool, TcpStream.connect(InetSocketAddress.createUnresolved("somewhere", 80))))
                .isInstanceOf(UnknownHostException.class)
                .hasMessageStartingWith("TcpStream.connect needs a resolved address, and somewhere")
                .hasMessageContaining("TcpStream.connect(host, port)");
    }

    /** The exceptions of the platform for these have no message. */
    @Test
    void anAddressThatNoSocketTakesIsNamed() {
        SocketAddress unresolved = InetSocketAddress.createUnresolved("somewhere", 80);
        SocketAddress foreign = UnixDomainSocketAddress.of("/tmp/somewhere");
        UdpSocket socket = run(pool, UdpSocket.bind(any()));
        Map<String, Function<SocketAddress, Future<?>>> calls = Map.of(
                "TcpStream.connect",
                TcpStream::connect,
                "TcpListener.bind",
                TcpListener::bind,
                "UdpSocket.bind",
                UdpSocket::bind,
                "UdpSocket.connect",
                socket::connect,
                "UdpSocket.send",
                address -> socket.send(bytes("x"), address));
        calls.forEach((name, call) -> {
            assertThatThrownBy(() -> run(pool, call.apply(unresolved)))
                    .isInstanceOf(UnknownHostException.class)
                    .hasMessageStartingWith(name + " needs a resolved address, and " + unresolved + " is none. ");
            assertThatThrownBy(() -> run(pool, call.apply(foreign)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(
                            name + " takes an InetSocketAddress, not a java.net.UnixDomainSocketAddress: " + foreign);
        });
        socket.close();
    }

    @Test
    void portInUseIsRefused() {
        TcpListener listener = run(pool, TcpListener.bind(any()));
        assertThatThrownBy(() -> run(pool, TcpListener.bind(listener.localAddress())))
                .isInstanceOf(BindException.class)
                .hasMessageContaining("binding to " + listener.localAddress() + " failed: ");
        listener.close();
        UdpSocket socket = run(pool, UdpSocket.bind(any()));
        assertThatThrownBy(() -> run(pool, UdpSocket.bind(socket.localAddress())))
                .isInstanceOf(BindException.class)
                .hasMessageContaining("binding to " + socket.localAddress() + " failed: ");
        socket.close();
    }

    @Test
    void connectToAFullBacklogTimesOutAndLeavesNothing() {
        TcpListener listener = run(pool, TcpListener.bind(any(), 1));
        List<TcpStream> waiting = new ArrayList<>();
        try {
            while (waiting.size() < 50) {
                waiting.add(
                        run(pool, Timers.timeout(Duration.ofMillis(100), TcpStream.connect(listener.localAddress()))));
            }
        } catch (Throwable full) {
            assertThat(full).isInstanceOf(TimeoutException.class);
        }
        assertThat(waiting.size()).isBetween(1, 10);
        for (int i = 0; i < waiting.size(); i++) {
            run(pool, listener.accept()).close();
        }
        waiting.forEach(TcpStream::close);
        listener.close();
    }

    @Test
    void nothingHappensBeforeTheFirstPoll() {
        TcpListener.bind(any());
        TcpStream.connect(any());
        assertThat(pool.driverSlot()).hasToString("DriverSeat[empty]");
        assertThat(Spawner.inline().driverSlot()).isNull();
    }
}
