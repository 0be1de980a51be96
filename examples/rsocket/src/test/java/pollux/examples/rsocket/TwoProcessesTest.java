package pollux.examples.rsocket;

import static java.time.Duration.ofHours;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static pollux.reactor.ReactorAdapter.*;
import static pollux.time.Timers.sleep;
import static pollux.time.Timers.timeout;

import io.rsocket.Payload;
import io.rsocket.RSocket;
import io.rsocket.core.RSocketConnector;
import io.rsocket.exceptions.CustomRSocketException;
import io.rsocket.transport.netty.client.TcpClientTransport;
import io.rsocket.util.DefaultPayload;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import pollux.Pollux;
import pollux.executor.JoinHandle;
import reactor.core.publisher.Flux;

/** What crosses the wire between a server in one process and a task in another. */
@Timeout(120)
class TwoProcessesTest {

    private static final int LIMIT = 64;
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

    private static RSocket connect(int port) {
        return RSocketConnector.create()
                .keepAlive(ofMillis(200), ofSeconds(2))
                .connect(TcpClientTransport.create("localhost", port))
                .block();
    }

    private static Payload request(String text) {
        return DefaultPayload.create(text);
    }

    @Test
    void a_request_is_answered() {
        Payload answer = Pollux.run(() -> await(socket.requestResponse(request("price POLX"))));
        assertThat(answer.getDataUtf8()).isEqualTo("42");
    }

    @Test
    void a_typed_error_arrives_with_its_code_and_text() {
        assertThatThrownBy(() -> Pollux.run(() -> await(socket.requestResponse(request("price NONE")))))
                .isInstanceOf(CustomRSocketException.class)
                .hasMessage("no such symbol: NONE")
                .extracting(e -> ((CustomRSocketException) e).errorCode())
                .isEqualTo(QuoteServer.UNKNOWN_SYMBOL);
    }

    @Test
    void cancelling_the_task_here_runs_the_clean_up_there() throws Exception {
        JoinHandle<Payload> task = Pollux.spawn(() -> await(socket.requestResponse(request("wait"))));
        server.await("waiting");
        task.cancel();
        server.await("cleaned up");
    }

    @Test
    void a_timeout_here_runs_the_clean_up_there() throws Exception {
        assertThatThrownBy(() -> Pollux.run(
                        () -> await(timeout(ofMillis(300), future(socket.requestResponse(request("wait")))))))
                .isInstanceOf(TimeoutException.class);
        server.await("cleaned up");
    }

    @Test
    void a_million_items_cross_in_order_with_bounded_demand_and_a_small_heap() throws Exception {
        int count = 1_000_000;
        long seen = Pollux.run(() -> {
            long expected = 0;
            for (Payload item : each(stream(socket.requestStream(request("ticks " + count)), LIMIT))) {
                if (Long.parseLong(item.getDataUtf8()) != expected++) {
                    throw new AssertionError(item.getDataUtf8() + " instead of " + (expected - 1));
                }
            }
            return expected;
        });
        assertThat(seen).isEqualTo(count);
        assertThat(Long.parseLong(server.await("ended 1000000, largest demand ")))
                .isBetween(1L, (long) LIMIT);
    }

    @Test
    void leaving_the_loop_ends_the_generator_there() throws Exception {
        Payload first = Pollux.run(() -> {
            for (Payload item : each(stream(socket.requestStream(request("ticks 1000000000")), LIMIT))) {
                return item;
            }
            throw new AssertionError("no item");
        });
        assertThat(first.getDataUtf8()).isEqualTo("0");
        assertThat(Long.parseLong(server.await("ended 1000000000, largest demand ")))
                .isBetween(1L, (long) LIMIT);
    }

    /** Canary of the bound: a consumer that asks for everything is seen to do so. */
    @Test
    void unbounded_demand_shows() throws Exception {
        assertThat(socket.requestStream(request("ticks 1000")).count().block()).isEqualTo(1000);
        assertThat(Long.parseLong(server.await("ended 1000, largest demand "))).isGreaterThan(LIMIT);
    }

    @Test
    void a_channel_goes_both_ways() {
        Flux<Payload> numbers = flux(out -> {
            for (int number = 1; number <= 1000; number++) {
                out.emit(request(Integer.toString(number)));
            }
        });
        List<Long> sums = Pollux.run(() -> {
            List<Long> all = new ArrayList<>();
            for (Payload sum : each(stream(socket.requestChannel(numbers), 8))) {
                all.add(Long.parseLong(sum.getDataUtf8()));
            }
            return all;
        });
        assertThat(sums).hasSize(1000).endsWith(500_500L);
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
            RSocket toMute = connect(mute.getLocalPort());
            try (Socket accepted = mute.accept()) {
                assertThat(accepted.isConnected()).isTrue();
                assertThatThrownBy(() -> Pollux.run(() -> await(toMute.requestResponse(request("price POLX")))))
                        .hasMessageContaining("keep-alive");
            }
        }
    }

    @Test
    void an_oversized_frame_ends_the_connection_and_hangs_nothing() throws Exception {
        RSocket other = connect(server.port);
        String large = "x".repeat(1 << 17);
        assertThatThrownBy(() -> Pollux.run(() -> await(other.requestResponse(request(large)))))
                .isInstanceOf(ClosedChannelException.class);
        a_request_is_answered(); // the connection of the others goes on
    }

    @Test
    void the_second_server_on_a_port_fails_at_once() {
        assertThatThrownBy(() -> new Server("-Xmx64m", server.port).close())
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("BindException");
    }

    /** It asks for one item and never for the next; others on the same connection go on, and its cancel arrives. */
    @Test
    void a_consumer_that_stops_asking_holds_up_no_other() throws Exception {
        JoinHandle<Void> idle = Pollux.spawn(() -> {
            for (Payload item : each(stream(socket.requestStream(request("ticks 2000000")), 1))) {
                assertThat(item.getDataUtf8()).isEqualTo("0");
                await(sleep(ofHours(1)));
            }
            return null;
        });
        a_request_is_answered();
        idle.cancel();
        assertThat(Long.parseLong(server.await("ended 2000000, largest demand ")))
                .isLessThanOrEqualTo(1);
    }

    @Test
    void a_storm_of_connections_leaves_the_server_serving() {
        for (int i = 0; i < 200; i++) {
            RSocket brief = connect(server.port);
            brief.requestStream(request("ticks 3000000")).take(1).blockLast();
            brief.dispose();
        }
        a_request_is_answered();
    }
}
