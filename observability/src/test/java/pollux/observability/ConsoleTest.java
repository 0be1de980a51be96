package pollux.observability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import pollux.executor.JoinHandle;
import pollux.executor.LocalPool;
import pollux.executor.TaskPool;
import pollux.future.Context;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.future.Poll;
import pollux.sync.Mpsc;
import pollux.sync.Promise;

@Timeout(180)
class ConsoleTest {

    private final Console console = Console.start(0);
    private final HttpClient client = HttpClient.newHttpClient();

    @AfterEach
    void close() {
        console.close();
    }

    private HttpResponse<String> get(String path) {
        return send(HttpRequest.newBuilder(console.url().resolve(path)).build());
    }

    private HttpResponse<String> send(HttpRequest request) {
        try {
            return client.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'', text/html; charset=utf-8, Pollux",
        "console.js, text/javascript; charset=utf-8, EventSource",
        "graph.js, text/javascript; charset=utf-8, textContent",
        "console.css, text/css; charset=utf-8, color-scheme",
        "snapshot, application/json, '\"pools\":['"
    })
    void servesThePage(String path, String type, String text) {
        HttpResponse<String> answer = get(path);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).contains(type);
        assertThat(answer.headers().firstValue("Content-Security-Policy").orElseThrow())
                .startsWith("default-src 'none'");
        assertThat(answer.body()).contains(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"console.html", "../console.css", "%2e%2e/Console.class", "events/", "snapshot/x", "favicon.ico"
            })
    void servesNothingElse(String path) {
        assertThat(get(path).statusCode()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"})
    void changesNothing(String method) {
        HttpRequest request = HttpRequest.newBuilder(console.url().resolve("snapshot"))
                .method(method, HttpRequest.BodyPublishers.noBody())
                .build();
        assertThat(send(request).statusCode()).isEqualTo(405);
    }

    @Test
    void thePageLoadsNothingFromElsewhere() {
        for (String path : List.of("", "console.js", "graph.js", "console.css")) {
            assertThat(get(path).body()).doesNotContain("http:", "https:", "//cdn", "innerHTML", "@import");
        }
    }

    @ParameterizedTest
    @CsvSource({"localhost, 200", "127.0.0.1, 200", "[::1], 200", "evil.example, 403", "127.0.0.1.evil.example, 403"})
    void asksForTheNameOfTheOwnMachine(String host, int status) throws IOException {
        assertThat(rawStatus("GET /snapshot HTTP/1.1\r\nHost: " + host + ":1\r\nConnection: close\r\n\r\n"))
                .isEqualTo(status);
    }

    private int rawStatus(String request) throws IOException {
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), console.url().getPort())) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            String line = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
                    .readLine();
            return Integer.parseInt(line.split(" ")[1]);
        }
    }

    @Test
    void otherAddressesNeedTheToken() throws IOException {
        InetAddress any = InetAddress.getByName("0.0.0.0");
        try (Console open = Console.builder().port(0).address(any).start()) {
            String path = open.url().getPath();
            assertThat(path).hasSizeGreaterThan(20);
            URI local = URI.create("http://127.0.0.1:" + open.url().getPort());
            assertThat(send(HttpRequest.newBuilder(local.resolve(path + "snapshot"))
                                    .build())
                            .statusCode())
                    .isEqualTo(200);
            for (String wrong : List.of("/", "/snapshot", "/x/snapshot", path.substring(0, path.length() - 2) + "/")) {
                assertThat(send(HttpRequest.newBuilder(local.resolve(wrong)).build())
                                .statusCode())
                        .as(wrong)
                        .isEqualTo(404);
            }
            try (Console second = Console.builder().port(0).address(any).start()) {
                assertThat(second.url().getPath()).isNotEqualTo(path);
            }
        }
    }

    @Test
    void aPortInUseIsNamed() {
        int port = console.url().getPort();
        assertThatThrownBy(() -> Console.start(port))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("port " + port)
                .hasMessageContaining("use another");
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 65_536, Integer.MIN_VALUE})
    void whatIsNoPortIsRefused(int port) {
        assertThatThrownBy(() -> Console.start(port)).isInstanceOf(IllegalArgumentException.class);
    }

    // ------------------------------------------------------------------ pages

    private InputStream openPage() throws IOException {
        Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), console.url().getPort());
        OutputStream out = socket.getOutputStream();
        out.write("GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        return socket.getInputStream();
    }

    private static String line(InputStream in, String start) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c >= 0; c = in.read()) {
            if (c == '\n') {
                if (line.toString().startsWith(start)) {
                    return line.toString();
                }
                line.setLength(0);
            } else if (c != '\r') {
                line.append((char) c);
            }
        }
        throw new IOException("ended without " + start);
    }

    @Test
    void aHundredPagesShareOneLook() throws IOException {
        assertThat(console.snapshots()).as("no page, no look").isZero();
        List<InputStream> pages = new ArrayList<>();
        int refused = 0;
        try {
            for (int i = 0; i < 100; i++) {
                InputStream page = openPage();
                pages.add(page);
                if (line(page, "HTTP/1.1").contains("503")) {
                    refused++;
                } else {
                    assertThat(line(page, "data: "))
                            .startsWith("data: {\"time\":")
                            .endsWith("}");
                }
            }
            assertThat(refused).isEqualTo(100 - Console.PAGES);
            assertThat(get("snapshot").statusCode())
                    .as("other requests are served")
                    .isEqualTo(200);
            assertThat(console.snapshots()).as("looks are not per page").isLessThan(50);
        } finally {
            for (InputStream page : pages) {
                page.close();
            }
        }
    }

    @Test
    void aPageThatNeverReadsHoldsUpNoOther() throws IOException {
        try (InputStream silent = openPage();
                InputStream other = openPage()) {
            for (int i = 0; i < 3; i++) {
                assertThat(line(other, "data: ")).isNotEmpty();
            }
            assertThat(silent).isNotNull();
            console.close(); // with the silent page still open
        }
        assertThatThrownBy(() -> get("snapshot")).isInstanceOf(UncheckedIOException.class);
        console.close();
    }

    // ------------------------------------------------------------------ what it shows

    /** Looks twice, since tasks are reported as stuck from the second look on. */
    private static String look() {
        Snapshot.Suspects first = new Snapshot.Suspects();
        Snapshot.take(null, first);
        return Json.of(Snapshot.take(first, new Snapshot.Suspects()), 1000);
    }

    @Test
    void namesAreEscaped() {
        String name = "</script><script>alert(1)</script>\"\\\n\u0000\ud800é";
        try (TaskPool pool = TaskPool.builder().workers(1).name(name).build()) {
            assertThat(pool.name()).isEqualTo(name);
            String json = look();
            assertThat(json)
                    .contains(
                            "\\u003c/script\\u003e\\u003cscript\\u003ealert(1)\\u003c/script\\u003e\\\"\\\\\\u000a\\u0000\\ud800\\u00e9")
                    .doesNotContain("<")
                    .matches("\\p{ASCII}*");
            assertThat(json.chars().filter(c -> c < ' ')).isEmpty();
        }
    }

    @Test
    void aNameOfTenMegabytesIsCut() {
        try (TaskPool pool =
                TaskPool.builder().workers(1).name("x".repeat(10_000_000)).build()) {
            assertThat(pool.workers()).isEqualTo(1);
            assertThat(look().length()).isLessThan(100_000);
        }
    }

    @Test
    void aBlockedWorkerIsNamedWithItsLine() throws InterruptedException {
        CountDownLatch blocked = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        try (TaskPool pool = TaskPool.builder()
                .workers(1)
                .name("shop")
                .blockedAfter(Duration.ofMillis(20))
                .build()) {
            JoinHandle<Object> task = pool.spawn(new Blocks(blocked, release));
            blocked.await();
            try {
                showsTheBlockedWorker(task.id());
            } finally {
                release.countDown();
            }
            task.toCompletableFuture().join();
            while (look().contains("BLOCKED_WORKER")) { // the task ends before its poll does
                Thread.onSpinWait();
            }
        }
    }

    private static void showsTheBlockedWorker(long task) {
        String json = look();
        while (!json.contains("BLOCKED_WORKER")) { // until the monitor has looked
            Thread.onSpinWait();
            json = look();
        }
        assertThat(json).contains("\"title\":\"blocked worker\"", "now at " + ConsoleTest.class.getName() + ".await(");
        assertThat(json).contains("\"tasks\":[" + task + "]", "\"mark\":\"blocked\"");
        StringBuilder text = new StringBuilder();
        Console.print(text);
        assertThat(text).contains("BLOCKED WORKER for ", "in shop", "pool shop: 1 tasks", "blocked  ");
    }

    static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private record Blocks(CountDownLatch blocked, CountDownLatch release) implements Future<Object> {
        @Override
        public Poll<Object> poll(Context cx) {
            blocked.countDown();
            await(release);
            return Poll.ready("done");
        }
    }

    @Test
    void aCycleAndALostWakeUpAreToldApart() {
        LocalPool pool = new LocalPool();
        try {
            Promise<Future<Object>> toSecond = new Promise<>();
            JoinHandle<Object> first = pool.spawn(toSecond.future().then(next -> next));
            JoinHandle<Object> second = pool.spawn(first.join());
            toSecond.complete(second.join());
            JoinHandle<Object> lost = pool.spawn(Futures.pending());
            pool.runUntilStalled();
            Snapshot.Suspects once = new Snapshot.Suspects();
            assertThat(Snapshot.take(null, once).diagnoses())
                    .as("seen once only")
                    .isEmpty();
            Snapshot twice = Snapshot.take(once, new Snapshot.Suspects());
            assertThat(twice.diagnoses())
                    .extracting(Snapshot.Diagnosis::fault)
                    .containsExactlyInAnyOrder(Snapshot.Fault.CYCLE, Snapshot.Fault.NOT_WOKEN);
            assertThat(twice.diagnoses().get(0).tasks()).containsExactlyInAnyOrder(first.id(), second.id());
            assertThat(twice.diagnoses().get(1).tasks()).containsExactly(lost.id());
        } finally {
            pool.close();
        }
    }

    @Test
    void twoTasksOfOneFutureAreNamed() {
        LocalPool pool = new LocalPool();
        try {
            Future<Object> future = new Promise<Object>().future();
            JoinHandle<Object> first = pool.spawn(future);
            JoinHandle<Object> second = pool.spawn(future);
            pool.runUntilStalled();
            Snapshot.Suspects once = new Snapshot.Suspects();
            assertThat(Snapshot.take(null, once).diagnoses()).isEmpty();
            assertThat(Snapshot.take(once, new Snapshot.Suspects()).diagnoses())
                    .singleElement()
                    .satisfies(found -> {
                        assertThat(found.fault()).isEqualTo(Snapshot.Fault.RIVALS);
                        assertThat(found.tasks()).containsExactlyInAnyOrder(first.id(), second.id());
                    });
        } finally {
            pool.close();
        }
    }

    @Test
    void aPromiseThatItsWriterForgotIsALeak() {
        LocalPool pool = new LocalPool();
        try {
            Promise<Object> promise = Promise.named("payment 7");
            JoinHandle<Object> task = pool.spawn(promise.future());
            pool.runUntilStalled();
            assertThat(look()).contains("future of Promise[payment 7, open]").doesNotContain("leaked task");
            WeakReference<Object> forgotten = new WeakReference<>(promise);
            promise = null;
            while (!forgotten.refersTo(null)) {
                System.gc();
            }
            assertThat(look()).contains("leaked task", "its promise was collected as garbage", "[" + task.id() + "]");
        } finally {
            pool.close();
        }
    }

    @Test
    void channelsAndTimesAreShown() {
        Mpsc<String> channel = Mpsc.named("channelsAndTimesAreShown", 4);
        channel.sender().trySend("a secret");
        try (TaskPool pool =
                TaskPool.builder().workers(1).name("timed").traced(true).build()) {
            pool.spawn(Futures.ready(1)).toCompletableFuture().join();
            StringBuilder text = new StringBuilder();
            Console.print(text);
            assertThat(text.toString())
                    .containsPattern(" 1 +4 +0 +1  channelsAndTimesAreShown\n")
                    .containsPattern("woken tasks waited for a poll: half of them at most \\d+ [µm]?s")
                    .doesNotContain("secret");
            assertThat(get("snapshot").body())
                    .contains(
                            "\"name\":\"channelsAndTimesAreShown\",\"queued\":1,\"capacity\":4,\"waiting\":0,\"senders\":1}")
                    .containsPattern("\"wakeDelays\":\\[\\d")
                    .doesNotContain("secret");
        }
        Reference.reachabilityFence(channel);
    }

    @Test
    void aMillionTasksAreOneKind() {
        LocalPool pool = new LocalPool();
        try {
            for (int i = 0; i < 1_000_000; i++) {
                pool.spawn(new Promise<String>().future());
            }
            pool.runUntilStalled();
            Snapshot snapshot = Snapshot.take(null, new Snapshot.Suspects());
            assertThat(snapshot.live()).isEqualTo(1_000_000);
            assertThat(snapshot.tasks()).hasSize(Snapshot.ROWS);
            assertThat(snapshot.kinds()).hasSize(1);
            assertThat(Json.of(snapshot, 1000).length()).isLessThan(300_000);
        } finally {
            pool.close();
        }
    }

    /** Each waits for the one before it; the first has a timer, so none of them is stuck. */
    @Test
    void aTreeTenThousandDeepIsCut() {
        LocalPool pool = new LocalPool();
        try {
            Future<Object> deep = new Promise<>().future();
            for (int i = 0; i < 10_000; i++) {
                Future<Object> inner = deep;
                deep = inner.map(value -> value);
            }
            pool.spawn(deep);
            pool.runUntilStalled();
            assertThat(look().length()).isLessThan(100_000);
        } finally {
            pool.close();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aToStringThatThrowsOrBlocksIsLeftAlone(boolean blocks) {
        CountDownLatch never = new CountDownLatch(1);
        LocalPool pool = new LocalPool();
        try {
            pool.spawn(new Odd(blocks, never));
            pool.runUntilStalled();
            assertThat(look()).contains("Odd");
        } finally {
            never.countDown();
            pool.close();
        }
    }

    private record Odd(boolean blocks, CountDownLatch never) implements Future<Object> {
        @Override
        public Poll<Object> poll(Context cx) {
            return Poll.pending();
        }

        @Override
        public String toString() {
            try {
                never.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            throw new IllegalStateException("no text");
        }
    }

    @Test
    void aPoolMayEndWhileItIsLookedAt() {
        for (int i = 0; i < 200; i++) {
            TaskPool pool = TaskPool.builder().workers(2).build();
            pool.spawn(new Promise<String>().future());
            Thread closing = new Thread(pool::close);
            closing.start();
            assertThat(look()).startsWith("{").endsWith("}");
            try {
                closing.join();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    @Test
    void controlCharactersDoNotReachTheTerminal() {
        try (TaskPool pool =
                TaskPool.builder().workers(1).name("a\u001b[2Jb\r\u202ec").build()) {
            assertThat(pool.workers()).isEqualTo(1);
            StringBuilder text = new StringBuilder();
            Console.print(text);
            assertThat(text).contains("pool a?[2Jb??c:").doesNotContain("\u001b", "\r", "\u202e");
        }
    }
}
