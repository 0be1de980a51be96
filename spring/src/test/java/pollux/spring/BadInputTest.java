package pollux.spring;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;
import static pollux.async.Async.async;
import static pollux.async.Async.stream;
import static pollux.reactor.ReactorAdapter.await;
import static pollux.reactor.ReactorAdapter.each;

import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.function.client.WebClientException;
import org.springframework.web.server.WebFilter;
import pollux.Pollux;
import pollux.executor.JoinHandle;
import pollux.executor.TaskPool;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.stream.AsyncStream;
import pollux.stream.AsyncStreams;
import pollux.sync.Promise;
import reactor.core.publisher.Flux;

/** Handlers that return what they must not, and clients that leave in each phase of a request, over real HTTP. */
@Timeout(300)
class BadInputTest {

    /** What the server tells the tests. */
    static final BlockingQueue<String> EVENTS = new LinkedBlockingQueue<>();

    /** How the server's side of each exchange ended. */
    static final BlockingQueue<String> SIGNALS = new LinkedBlockingQueue<>();

    static Promise<Void> gate = new Promise<>();

    /** Looks the gate up when the code runs; a test closes it anew. */
    static Promise<Void> gate() {
        return gate;
    }

    static class Rows {

        final DatabaseClient sql;

        Rows(DatabaseClient sql) {
            this.sql = sql;
        }

        Future<Long> insert(String name) {
            return pollux.reactor.ReactorAdapter.future(sql.sql("insert into r(name) values (:n)")
                    .bind("n", name)
                    .fetch()
                    .rowsUpdated());
        }

        List<String> names() {
            return sql.sql("select name from r order by name")
                    .map(row -> row.get(0, String.class))
                    .all()
                    .collectList()
                    .block();
        }

        @Transactional
        public Future<String> insertAndWait() {
            try {
                await(insert("a"));
                EVENTS.add("waiting");
                await(gate().future());
                await(insert("b"));
                return Futures.ready("done");
            } finally {
                await(insert("clean-up"));
                EVENTS.add("cleaned up");
            }
        }

        @Transactional
        public AsyncStream<String> insertAndEmit() {
            return stream(out -> {
                try {
                    for (int n = 0; n < Integer.MAX_VALUE; n++) {
                        await(insert("a"));
                        out.emit("item " + n);
                    }
                } finally {
                    await(insert("clean-up"));
                    EVENTS.add("cleaned up");
                }
            });
        }

        @Transactional
        public Future<Integer> insertAll(AsyncStream<String> body) {
            int count = 0;
            try {
                for (String line : each(body)) {
                    await(insert(line));
                    EVENTS.add("inserted " + line);
                    count++;
                }
                return Futures.ready(count);
            } finally {
                EVENTS.add("cleaned up");
            }
        }
    }

    record Item(String name) {}

    @RestController
    static class Handlers {

        final Rows rows;
        final Future<String> ready = Futures.ready("ready");
        final Future<String> combined = Futures.ready("x").map(x -> x + x);
        final AsyncStream<String> items = AsyncStreams.of("a", "b").map(x -> x + x);
        final Future<String> method = method();
        final AsyncStream<String> generator = stream(out -> out.emit("generated"));
        final JoinHandle<String> handle = Pollux.spawn(method());

        Handlers(Rows rows) {
            this.rows = rows;
        }

        static Future<String> method() {
            await(Futures.yieldNow());
            return Futures.ready("method");
        }

        private static <T> Future<T> spent(Future<T> future) {
            Pollux.blockOn(future);
            return future;
        }

        @GetMapping("/spent-method")
        Future<String> spentMethod() {
            return spent(method());
        }

        @GetMapping("/spent-block")
        Future<String> spentBlock() {
            return spent(async(() -> "block"));
        }

        @GetMapping("/spent-combined")
        Future<String> spentCombined() {
            return spent(Futures.ready("x").map(x -> x));
        }

        @GetMapping("/spent-stream")
        AsyncStream<String> spentStream() {
            AsyncStream<String> once = stream(out -> out.emit("x"));
            Pollux.blockOn(once.first());
            return once;
        }

        @GetMapping("/twice-combined")
        Future<String> twiceCombined() {
            return combined;
        }

        @GetMapping("/twice-stream")
        AsyncStream<String> twiceStream() {
            return items;
        }

        @GetMapping("/twice-method")
        Future<String> twiceMethod() {
            return method;
        }

        @GetMapping("/twice-generator")
        AsyncStream<String> twiceGenerator() {
            return generator;
        }

        @GetMapping("/twice-handle")
        JoinHandle<String> twiceHandle() {
            return handle;
        }

        @GetMapping("/null-stream")
        AsyncStream<String> nullStream() {
            return null;
        }

        @GetMapping("/method-returns-null")
        Future<String> methodReturnsNull() {
            await(Futures.yieldNow());
            return null;
        }

        @GetMapping("/null-item")
        AsyncStream<String> nullItem() {
            return stream(out -> out.emit(null));
        }

        @GetMapping("/async-error")
        Future<String> error() {
            await(Futures.yieldNow());
            throw new AssertionError("an Error, not an Exception");
        }

        @ExceptionHandler({IllegalStateException.class, NullPointerException.class, AssertionError.class})
        ResponseEntity<String> failed(Throwable failure) {
            return ResponseEntity.status(HttpStatus.INTERNAL_SERVER_ERROR).body(failure.getMessage());
        }

        @GetMapping("/transaction")
        Future<String> transaction() {
            EVENTS.add("called");
            return rows.insertAndWait();
        }

        @GetMapping(path = "/transaction-events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
        AsyncStream<String> transactionEvents() {
            return rows.insertAndEmit();
        }

        @PostMapping(path = "/transaction-body", consumes = MediaType.APPLICATION_NDJSON_VALUE)
        Future<Integer> transactionBody(@RequestBody AsyncStream<String> body) {
            return rows.insertAll(body);
        }

        @PostMapping("/unread")
        Future<String> unread(@RequestBody Future<byte[]> body) {
            return method();
        }

        @PostMapping("/unread-stream")
        Future<String> unreadStream(@RequestBody AsyncStream<byte[]> body) {
            return method();
        }

        @GetMapping("/breaks")
        AsyncStream<Item> breaks() {
            return stream(out -> {
                out.emit(new Item("one"));
                await(gate().future());
                throw new IllegalStateException("after the first item");
            });
        }
    }

    @App.Plain
    @Import({Handlers.class, Rows.class})
    static class Broken {

        @Bean
        WebFilter cancelled() {
            return (exchange, chain) -> chain.filter(exchange)
                    .doFinally(signal -> SIGNALS.add(
                            signal + " " + exchange.getRequest().getURI().getQuery()));
        }
    }

    static App app;
    static WebTestClient client;
    static Rows rows;
    static TaskPool pool;

    @BeforeAll
    static void start() {
        app = App.start(
                WebApplicationType.REACTIVE,
                Broken.class,
                "pollux.workers=1",
                "spring.http.codecs.max-in-memory-size=100MB");
        client = app.client();
        rows = app.bean(Rows.class);
        pool = app.bean(TaskPool.class);
        app.bean(DatabaseClient.class)
                .sql("create table r(name varchar(40))")
                .fetch()
                .rowsUpdated()
                .block();
    }

    @AfterAll
    static void stop() {
        app.close();
    }

    @BeforeEach
    void empty() {
        gate = new Promise<>();
        EVENTS.clear();
        SIGNALS.clear();
        app.bean(DatabaseClient.class)
                .sql("delete from r")
                .fetch()
                .rowsUpdated()
                .block();
    }

    private static void next(String expected) throws InterruptedException {
        assertThat(EVENTS.poll(90, TimeUnit.SECONDS)).isEqualTo(expected);
    }

    private static void answers(String path, int status, String text) {
        assertThat(client.get()
                        .uri(path)
                        .accept(MediaType.ALL)
                        .exchange()
                        .expectStatus()
                        .isEqualTo(status)
                        .expectBody(String.class)
                        .returnResult()
                        .getResponseBody())
                .contains(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/spent-method", "/spent-block", "/spent-combined", "/spent-stream"})
    void what_has_run_is_refused_with_a_text(String path) {
        answers(path, 500, "polled after its end");
    }

    static Stream<Arguments> twice() {
        return Stream.of(
                arguments("/twice-combined", "xx", 500, "polled after its end"),
                arguments("/twice-stream", "aabb", 500, "polled after its end"),
                // these are run afresh, see Reruns
                arguments("/twice-method", "method", 200, "method"),
                arguments("/twice-generator", "generated", 200, "generated"),
                arguments("/twice-handle", "method", 200, "method"));
    }

    @ParameterizedTest
    @MethodSource
    void twice(String path, String first, int status, String second) {
        answers(path, 200, first);
        answers(path, status, second);
    }

    static Stream<Arguments> wrong() {
        return Stream.of(
                arguments("/method-returns-null", "returned null; return Futures.ready(null)"),
                arguments("/null-item", "null"),
                arguments("/async-error", "an Error, not an Exception"));
    }

    @ParameterizedTest
    @MethodSource
    void wrong(String path, String text) {
        answers(path, 500, text);
    }

    @Test
    void a_null_stream_is_an_empty_body() {
        client.get()
                .uri("/null-stream")
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody()
                .isEmpty();
    }

    /** A request on a socket of its own, which the test may close at any moment. */
    private static Socket send(String request) throws Exception {
        Socket socket = new Socket("localhost", app.port());
        socket.getOutputStream().write(request.getBytes(US_ASCII));
        return socket;
    }

    private static Socket get(String path) throws Exception {
        return send("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
    }

    private static void leave(Socket socket) throws Exception {
        socket.close();
    }

    /** Waits for the end of what a request left behind, and looks at the rows. */
    private static void leavesNoRow() {
        App.until(() -> pool.liveTasks() == 0);
        assertThat(rows.names()).isEmpty();
    }

    @Test
    void a_client_that_leaves_before_the_first_poll_starts_nothing() throws Exception {
        CountDownLatch busy = new CountDownLatch(1);
        CountDownLatch occupied = new CountDownLatch(1);
        pool.spawn(cx -> {
            occupied.countDown();
            try {
                busy.await();
            } catch (InterruptedException stopped) {
                throw new IllegalStateException(stopped);
            }
            return pollux.future.Poll.ready(null);
        });
        occupied.await(); // the only worker
        try (Socket socket = get("/transaction?early")) {
            next("called");
            leave(socket);
        }
        while (!"cancel early".equals(SIGNALS.poll(90, TimeUnit.SECONDS))) {
            // another exchange's
        }
        busy.countDown();
        leavesNoRow();
        assertThat(EVENTS).isEmpty();
    }

    @Test
    void a_client_that_leaves_inside_a_transaction_rolls_it_back() throws Exception {
        try (Socket socket = get("/transaction")) {
            next("called");
            next("waiting");
            leave(socket);
        }
        next("cleaned up");
        leavesNoRow();
    }

    @Test
    void a_client_that_stays_gets_its_transaction_committed() throws Exception {
        try (Socket socket = get("/transaction")) {
            next("called");
            next("waiting");
            gate.complete(null);
            next("cleaned up");
            BufferedReader in = new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII));
            assertThat(in.readLine()).isEqualTo("HTTP/1.1 200 OK");
        }
        assertThat(rows.names()).containsExactly("a", "b", "clean-up"); // so the others could have left rows
    }

    @Test
    void a_client_that_leaves_a_stream_of_events_rolls_its_transaction_back() throws Exception {
        try (Socket socket = get("/transaction-events")) {
            InputStream in = socket.getInputStream();
            byte[] seen = in.readNBytes(1000);
            assertThat(new String(seen, US_ASCII)).contains("item 0", "item 1");
        }
        next("cleaned up");
        leavesNoRow();
    }

    @Test
    void a_client_that_leaves_while_it_sends_rolls_back() throws Exception {
        try (Socket socket = send("POST /transaction-body HTTP/1.1\r\nHost: localhost\r\n"
                + "Content-Type: application/x-ndjson\r\nContent-Length: 1000\r\n\r\nfirst\nsecond\nthi")) {
            next("inserted first");
            next("inserted second");
            leave(socket);
        }
        next("cleaned up");
        leavesNoRow();
    }

    @ParameterizedTest
    @ValueSource(strings = {MediaType.TEXT_EVENT_STREAM_VALUE, MediaType.APPLICATION_NDJSON_VALUE})
    void a_failure_after_the_response_began_reaches_the_client(String type) {
        Flux<Item> items = WebClient.create(app.url())
                .get()
                .uri("/breaks")
                .accept(MediaType.parseMediaType(type))
                .retrieve()
                .bodyToFlux(Item.class)
                .doOnNext(item -> gate.complete(null));
        var read = new java.util.concurrent.CopyOnWriteArrayList<Item>();
        assertThatThrownBy(() -> items.doOnNext(read::add).blockLast(Duration.ofSeconds(90)))
                .isInstanceOf(WebClientException.class)
                .hasMessageContaining("prematurely closed");
        assertThat(read).containsExactly(new Item("one"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/unread", "/unread-stream"})
    void a_body_that_is_not_read_does_not_spoil_the_connection(String path) throws Exception {
        String body = "x".repeat(200_000);
        String post = "POST " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/octet-stream\r\n"
                + "Content-Length: " + body.length() + "\r\n\r\n" + body;
        for (int n = 0; n < 3; n++) {
            try (Socket socket = send(post)) {
                assertThat(new String(socket.getInputStream().readNBytes(15), US_ASCII))
                        .isEqualTo("HTTP/1.1 200 OK");
            }
        }
        answers("/twice-handle", 200, "method");
    }
}
