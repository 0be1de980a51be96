package pollux.examples.rsocket;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static pollux.examples.rsocket.Client.connect;
import static pollux.examples.rsocket.Client.connector;
import static pollux.examples.rsocket.Client.request;
import static pollux.reactor.ReactorAdapter.*;
import static pollux.time.Timers.sleep;

import io.rsocket.Payload;
import io.rsocket.RSocket;
import io.rsocket.transport.netty.client.TcpClientTransport;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import pollux.Pollux;
import pollux.executor.JoinHandle;
import pollux.future.Futures;
import reactor.netty.tcp.TcpClient;

/** What tasks see when a peer, a connection or a frame is bad, and that nothing of it is left. */
@Timeout(300)
class RSocketFaultsTest {

    /** A keep-alive that ends a connection soon. */
    private static final Duration SHORT = ofSeconds(6);

    /** One that ends nothing here: what fails at once fails for another reason. */
    private static final Duration LONG = ofMinutes(10);

    private static Server server;
    private static RSocket socket;

    @BeforeAll
    static void start() throws Exception {
        server = new Server("-Xmx64m", 0);
        socket = connect(server.port);
    }

    @AfterAll
    static void stop() {
        server.close();
        if (socket != null) {
            socket.dispose();
        }
    }

    private static String ask(RSocket socket, String text) {
        return Pollux.run(() -> await(socket.requestResponse(request(text)))).getDataUtf8();
    }

    private static void assertServes() {
        assertThat(ask(socket, "price POLX")).isEqualTo("42");
    }

    /** Asks again until the server has so many tasks and connections; the time limit of the test is the bound. */
    private static void untilLeft(int tasks, int connections) {
        while (!ask(socket, "left").equals(tasks + " tasks, " + connections + " connections")) {
            Pollux.blockOn(sleep(ofMillis(5)));
        }
    }

    @Test
    void killing_the_server_fails_the_task_that_waits() throws Exception {
        try (Server victim = new Server("-Xmx64m", 0)) {
            RSocket toVictim = connect(victim.port);
            JoinHandle<Payload> task = Pollux.spawn(() -> await(toVictim.requestResponse(request("wait"))));
            victim.await("waiting");
            victim.process.destroyForcibly().waitFor();
            assertThatThrownBy(() -> task.toCompletableFuture().get())
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(ClosedChannelException.class);
        }
    }

    /** The peer accepts and never answers: only the keep-alive can tell. */
    @Test
    void a_peer_that_says_nothing_fails_the_task_within_the_keep_alive() throws Exception {
        try (ServerSocket mute = new ServerSocket(0)) {
            RSocket toMute = connect(mute.getLocalPort(), SHORT);
            try (Socket accepted = mute.accept()) {
                assertThat(accepted.isConnected()).isTrue();
                assertThatThrownBy(() -> ask(toMute, "price POLX")).hasMessageContaining("keep-alive");
            }
        }
    }

    /** Half open: the far side is gone without an end. Both sides find out by the keep-alive. */
    @Test
    void a_connection_that_forwards_nothing_fails_the_task_here_and_cancels_the_one_there() throws Exception {
        try (Proxy proxy = new Proxy(server.port)) {
            RSocket through = connect(proxy.port(), SHORT);
            assertThat(ask(through, "price POLX")).isEqualTo("42");
            JoinHandle<Payload> task = Pollux.spawn(() -> await(through.requestResponse(request("wait"))));
            server.await("waiting");
            proxy.cut();
            assertThatThrownBy(() -> task.toCompletableFuture().get())
                    .isInstanceOf(ExecutionException.class)
                    .hasMessageContaining("keep-alive");
            server.await("cleaned up");
        }
    }

    @Test
    void a_frame_that_the_server_refuses_ends_the_connection_and_hangs_nothing() {
        RSocket other = connect(server.port, SHORT);
        assertThatThrownBy(() -> ask(other, "x".repeat(1 << 17))).isInstanceOf(ClosedChannelException.class);
        assertServes(); // the connection of the others goes on
    }

    /** A client that knows the limit refuses by itself, at once, and its connection goes on. */
    @Test
    void a_frame_above_the_limit_of_the_client_is_refused_with_a_clear_error() {
        TcpClient client = TcpClient.create().host("localhost").port(server.port);
        RSocket limited = connector(LONG)
                .connect(TcpClientTransport.create(client, 1 << 16))
                .block();
        assertThatThrownBy(() -> ask(limited, "x".repeat(1 << 17)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Consider enabling fragmentation");
        assertThat(ask(limited, "price POLX")).isEqualTo("42");
        limited.dispose();
    }

    @Test
    void fragments_carry_what_one_frame_does_not_and_an_error_says_when_all_of_it_is_too_large() {
        RSocket fragmenting = connector(LONG)
                .fragment(1 << 12)
                .connect(TcpClientTransport.create("localhost", server.port))
                .block();
        assertThatThrownBy(() -> ask(fragmenting, "price " + "x".repeat(50_000)))
                .hasMessage("no such symbol: " + "x".repeat(50_000));
        assertThatThrownBy(() -> ask(fragmenting, "x".repeat(1 << 17)))
                .hasMessageContaining("went out of allowed 65536 bytes");
        assertServes();
        fragmenting.dispose();
    }

    @Test
    void the_second_server_on_a_port_fails_at_once() {
        assertThatThrownBy(() -> new Server("-Xmx64m", server.port).close())
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("BindException");
    }

    /** They take one item each and ask for no other; the connection is the one of all. */
    @Test
    void consumers_that_stop_asking_hold_a_bounded_number_of_items_and_hold_up_no_other() throws Exception {
        int consumers = 100;
        int limit = 8;
        CountDownLatch stopped = new CountDownLatch(consumers);
        List<JoinHandle<Void>> idle = new ArrayList<>();
        for (int i = 0; i < consumers; i++) {
            idle.add(Pollux.spawn(() -> {
                for (Payload item : each(stream(socket.requestStream(request("ticks 2000000")), limit))) {
                    assertThat(item.getDataUtf8()).isEqualTo("0");
                    stopped.countDown();
                    await(Futures.pending());
                }
                return null;
            }));
        }
        stopped.await();
        assertServes();
        idle.forEach(JoinHandle::cancel);
        for (int i = 0; i < consumers; i++) {
            // one was taken here, and one is in the hands of the generator
            assertThat(Long.parseLong(server.await("made for 2000000: "))).isBetween(1L, limit + 2L);
        }
        untilLeft(1, 1);
    }

    /** Canary of the bound: for a consumer that asks for everything, everything is made. */
    @Test
    void unbounded_demand_is_seen_in_what_is_made() throws Exception {
        socket.requestStream(request("ticks 1000")).blockLast();
        assertThat(server.await("made for 1000: ")).isEqualTo("1000");
    }

    /** Each connection is dropped with a task that waits there, and with a stream that is cut short. */
    @Test
    void a_storm_of_connections_leaves_no_task_and_no_connection() throws Exception {
        for (int i = 0; i < 100; i++) {
            RSocket brief = connect(server.port);
            JoinHandle<Payload> task = Pollux.spawn(() -> await(brief.requestResponse(request("wait"))));
            server.await("waiting");
            brief.requestStream(request("ticks 3000000")).take(1).blockLast();
            brief.dispose();
            assertThatThrownBy(() -> task.toCompletableFuture().get()).isInstanceOf(ExecutionException.class);
            server.await("cleaned up");
        }
        untilLeft(1, 1);
        while (Pollux.pool().liveTasks() > 0) {
            Pollux.blockOn(sleep(ofMillis(5)));
        }
    }

    /** Canary of the figures: a task that waits, and its connection, show in them. */
    @Test
    void a_task_and_a_connection_that_are_left_are_seen() throws Exception {
        RSocket left = connect(server.port);
        JoinHandle<Payload> task = Pollux.spawn(() -> await(left.requestResponse(request("wait"))));
        server.await("waiting");
        untilLeft(2, 2);
        task.cancel();
        server.await("cleaned up");
        untilLeft(1, 2);
        left.dispose();
        untilLeft(1, 1);
    }
}
