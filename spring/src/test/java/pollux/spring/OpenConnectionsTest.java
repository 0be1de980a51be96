package pollux.spring;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static pollux.async.Async.stream;
import static pollux.reactor.ReactorAdapter.await;
import static pollux.time.Timers.sleep;

import io.netty.channel.ChannelOption;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.reactive.function.client.WebClient;
import pollux.executor.TaskPool;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.reactor.ReactorAdapter;
import pollux.stream.AsyncStream;
import pollux.sync.Promise;
import reactor.core.publisher.Flux;

/** Many open streams of events, and an application that stops while requests are under way. */
@Timeout(300)
class OpenConnectionsTest {

    private static final int CLIENTS = 1000;
    private static final int TO_READ = 200;

    /** Far more than fits between a generator and a client that reads nothing: buffers of the sockets and of Netty. */
    private static final int BOUND = 2000;

    static final AtomicIntegerArray EMITTED = new AtomicIntegerArray(CLIENTS + 1);
    static final AtomicInteger CLEANED_UP = new AtomicInteger();
    static final BlockingQueue<String> EVENTS = new LinkedBlockingQueue<>();

    static Promise<Void> gate = new Promise<>();

    static Promise<Void> gate() {
        return gate;
    }

    @RestController
    static class Feeds {

        private static final String FILL = "x".repeat(400);

        static String item(int client) {
            return "#" + EMITTED.getAndIncrement(client) + "#" + FILL;
        }

        @GetMapping(path = "/feed/{client}", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
        AsyncStream<String> feed(@PathVariable int client) {
            return stream(out -> {
                try {
                    while (true) {
                        out.emit(item(client));
                    }
                } finally {
                    await(Futures.yieldNow());
                    CLEANED_UP.incrementAndGet();
                }
            });
        }

        /** What happens without backpressure. */
        @GetMapping(path = "/unbounded/{client}", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
        Flux<String> unbounded(@PathVariable int client) {
            return ReactorAdapter.flux(feed(client).take(BOUND * 10L)).onBackpressureBuffer();
        }

        @GetMapping("/slow")
        Future<String> slow() {
            EVENTS.add("called");
            await(gate().future());
            return Futures.ready("in time");
        }

        @GetMapping("/never")
        Future<String> never() {
            try {
                EVENTS.add("called");
                return Futures.ready(await(Futures.<String>pending()));
            } finally {
                await(sleep(Duration.ofMillis(5)));
                EVENTS.add("cleaned up");
            }
        }

        @EventListener
        void closes(ContextClosedEvent event) {
            gate().complete(null);
        }
    }

    @App.Plain
    @Import(Feeds.class)
    static class Open {

        @Bean
        WebServerFactoryCustomizer<NettyReactiveWebServerFactory> smallBuffers() {
            return factory -> factory.addServerCustomizers(server ->
                    server.childOption(ChannelOption.SO_SNDBUF, 65536).option(ChannelOption.SO_BACKLOG, CLIENTS));
        }
    }

    /** A client that checks that the items arrive in order and none is missing. */
    private static final class Reader {
        final SocketChannel channel;
        int expected;
        int number = -1;

        Reader(SocketChannel channel) {
            this.channel = channel;
        }

        @Override
        public String toString() {
            return "read " + expected;
        }

        void read(ByteBuffer bytes) {
            while (bytes.hasRemaining()) {
                byte b = bytes.get();
                if (b == '#') {
                    if (number >= 0) {
                        assertThat(number).isEqualTo(expected++);
                        number = -1;
                    } else {
                        number = 0;
                    }
                } else if (number >= 0) {
                    number = number * 10 + b - '0';
                }
            }
        }
    }

    private static SocketChannel open(int port, String path, boolean stalls) throws Exception {
        SocketChannel channel = SocketChannel.open();
        if (stalls) {
            channel.setOption(StandardSocketOptions.SO_RCVBUF, 8192);
        }
        channel.connect(new InetSocketAddress("localhost", port));
        channel.write(ByteBuffer.wrap(("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n").getBytes(US_ASCII)));
        return channel;
    }

    @Test
    void half_of_a_thousand_open_streams_stall_and_the_others_miss_nothing() throws Exception {
        CLEANED_UP.set(0);
        for (int n = 0; n <= CLIENTS; n++) {
            EMITTED.set(n, 0);
        }
        try (App app = App.start(WebApplicationType.REACTIVE, Open.class);
                Selector selector = Selector.open()) {
            int port = app.port();
            List<SocketChannel> stalled = new ArrayList<>();
            for (int n = 0; n < CLIENTS; n++) {
                SocketChannel channel = open(port, "/feed/" + n, n % 2 == 0);
                if (n % 2 == 0) {
                    stalled.add(channel);
                } else {
                    channel.configureBlocking(false);
                    channel.register(selector, SelectionKey.OP_READ, new Reader(channel));
                }
            }
            ByteBuffer bytes = ByteBuffer.allocate(65536);
            AtomicInteger reading = new AtomicInteger(CLIENTS / 2);
            while (reading.get() > 0) {
                int ready = selector.select(
                        key -> {
                            Reader reader = (Reader) key.attachment();
                            try {
                                assertThat(reader.channel.read(bytes.clear())).isPositive();
                                reader.read(bytes.flip());
                                if (reader.expected >= TO_READ) {
                                    reader.channel.close();
                                    reading.decrementAndGet();
                                }
                            } catch (java.io.IOException e) {
                                throw new AssertionError(e);
                            }
                        },
                        60_000);
                assertThat(ready)
                        .as(() -> "clients that miss items: "
                                + selector.keys().stream()
                                        .map(SelectionKey::attachment)
                                        .toList())
                        .isPositive();
            }
            for (int n = 0; n < CLIENTS; n += 2) {
                int client = n;
                App.until(() -> EMITTED.get(client) > 0); // a stream that is left before it starts cleans nothing up
                assertThat(EMITTED.get(n)).isLessThan(BOUND);
            }
            for (SocketChannel channel : stalled) {
                channel.close();
            }
            App.until(() -> CLEANED_UP.get() == CLIENTS);
            TaskPool pool = app.bean(TaskPool.class);
            App.until(() -> pool.liveTasks() == 0);
            // the canary: a stalled client of a feed without backpressure does not bound it
            try (SocketChannel channel = open(port, "/unbounded/" + CLIENTS, true)) {
                App.until(() -> EMITTED.get(CLIENTS) > BOUND * 2);
                assertThat(channel.isOpen()).isTrue();
            }
        }
    }

    @Test
    void a_request_under_way_is_answered_while_the_application_stops() throws Exception {
        gate = new Promise<>();
        EVENTS.clear();
        App app = App.start(WebApplicationType.REACTIVE, Open.class);
        TaskPool pool = app.bean(TaskPool.class);
        CompletableFuture<String> answer = WebClient.create(app.url())
                .get()
                .uri("/slow")
                .retrieve()
                .bodyToMono(String.class)
                .toFuture();
        assertThat(EVENTS.poll(90, TimeUnit.SECONDS)).isEqualTo("called");
        app.close(); // which opens the gate first
        assertThat(answer.get()).isEqualTo("in time");
        assertThat(pool.isClosed()).isTrue();
    }

    @Test
    void requests_and_streams_that_do_not_end_are_cancelled_and_cleaned_up_when_the_application_stops()
            throws Exception {
        gate = new Promise<>();
        EVENTS.clear();
        CLEANED_UP.set(0);
        App app = App.start(
                WebApplicationType.REACTIVE,
                Open.class,
                "spring.lifecycle.timeout-per-shutdown-phase=200ms",
                "pollux.shutdown-timeout=100ms");
        TaskPool pool = app.bean(TaskPool.class);
        try (Socket request = new Socket("localhost", app.port());
                SocketChannel feed = open(app.port(), "/feed/0", true)) {
            request.getOutputStream().write("GET /never HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(US_ASCII));
            assertThat(EVENTS.poll(90, TimeUnit.SECONDS)).isEqualTo("called");
            assertThat(feed.read(ByteBuffer.allocate(10))).isPositive();
            app.close();
            assertThat(EVENTS.poll()).isEqualTo("cleaned up"); // before close() returned
            assertThat(CLEANED_UP).hasValue(1);
            assertThat(pool.isClosed()).isTrue();
            assertThat(pool.liveTasks()).isZero();
            assertThat(request.getInputStream().read()).isEqualTo(-1);
        }
    }
}
