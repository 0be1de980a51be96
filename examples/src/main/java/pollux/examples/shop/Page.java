package pollux.examples.shop;

import static java.time.Duration.ofMillis;
import static pollux.async.Async.await;
import static pollux.reactor.ReactorAdapter.await;
import static pollux.reactor.ReactorAdapter.on;
import static pollux.time.Timers.sleep;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.r2dbc.spi.Connection;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import pollux.executor.TaskPool;
import pollux.observability.Console;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;
import reactor.netty.http.server.HttpServerRoutes;

/**
 * The page at {@code /}: what the checkouts do, line by line; a reader with a dial; buttons that plant faults; and what
 * the console says to them.
 */
final class Page implements AutoCloseable {

    private static final Duration LOOK = ofMillis(60);
    private static final int COUNT_EVERY = 5;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    final Console console = Console.start(0);
    final Faults faults = new Faults();
    final PacedReader reader;

    private final Shop shop;
    private final TaskPool workers = TaskPool.builder().name("page").workers(1).build();
    private final HttpClient consoleClient;

    Page(Shop shop) {
        this.shop = shop;
        this.reader = new PacedReader(shop::port);
        this.consoleClient = HttpClient.create().baseUrl(console.url().toString());
    }

    void routes(HttpServerRoutes routes) {
        routes.get("/", (request, response) -> resource(response, "page.html", "text/html"))
                .get("/source", (request, response) -> resource(response, "Checkout.java", "text/plain"))
                .get("/events", (request, response) -> events(response))
                .get("/console/{path}", this::console)
                .get(
                        "/console",
                        (request, response) ->
                                response.sendRedirect(console.url().toString()))
                .post("/faults/{fault}", this::fault)
                .post("/reader/{rate}", this::dial);
    }

    private static Publisher<Void> resource(HttpServerResponse response, String name, String type) {
        return Shop.answer(response, HttpResponseStatus.OK, type + "; charset=utf-8", read(name));
    }

    /** A file that lies beside this class. */
    static String read(String name) {
        try (InputStream in = Objects.requireNonNull(Page.class.getResourceAsStream(name), name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The number of the last line of a source file of this package that contains some code. */
    static int line(String file, String code) {
        String[] lines = read(file).split("\n");
        for (int i = lines.length; i > 0; i--) {
            if (lines[i - 1].contains(code)) {
                return i;
            }
        }
        throw new IllegalArgumentException(code + " is not in " + file);
    }

    // ------------------------------------------------------------------ what the page is told

    private Publisher<Void> events(HttpServerResponse response) {
        Flux<String> events = on(workers).flux(out -> {
            Totals totals = new Totals(0, 0);
            for (int i = 0; true; i++) {
                if (i % COUNT_EVERY == 0) {
                    totals = await(totals());
                }
                shop.timeline.look(shop.workers.dump());
                out.emit(event(totals));
                await(sleep(LOOK));
            }
        });
        return response.sse().send(events.map(Page::bytes), bytes -> true);
    }

    private String event(Totals totals) {
        return "{\"now\":%d,\"receipts\":%d,\"reserved\":%d,\"connections\":%d,\"reader\":%s,\"runs\":%s}"
                .formatted(
                        shop.timeline.now(),
                        totals.receipts,
                        totals.reserved,
                        shop.database.connectionsInUse(),
                        reader.toJson(),
                        shop.timeline.toJson());
    }

    private static ByteBuf bytes(String event) {
        return Unpooled.wrappedBuffer(("data: " + event + "\n\n").getBytes(StandardCharsets.UTF_8));
    }

    /** What is committed: receipts, and pieces that were taken out of the stock. */
    record Totals(long receipts, long reserved) {}

    private Mono<Totals> totals() {
        Function<Connection, Flux<Totals>> query = tx -> Orders.totals(tx).flux();
        return shop.database.read(query).single();
    }

    /** Hands on what the console says: this page shows its diagnoses. */
    private Publisher<Void> console(HttpServerRequest request, HttpServerResponse response) {
        return consoleClient
                .get()
                .uri("/" + request.param("path"))
                .response((answer, body) -> response.status(answer.status())
                        .header(
                                HttpHeaderNames.CONTENT_TYPE,
                                answer.responseHeaders().get(HttpHeaderNames.CONTENT_TYPE, "text/plain"))
                        .send(body.retain(), bytes -> true));
    }

    // ------------------------------------------------------------------ what the page does

    private Publisher<Void> fault(HttpServerRequest request, HttpServerResponse response) {
        String name = String.valueOf(request.param("fault")).toUpperCase(Locale.ROOT);
        if (name.equals("HEAL")) {
            faults.heal();
            return Shop.answer(response, HttpResponseStatus.OK, "application/json", "[]\n");
        }
        return Arrays.stream(Faults.Fault.values())
                .filter(fault -> fault.name().equals(name))
                .findFirst()
                .<Publisher<Void>>map(fault ->
                        Shop.answer(response, HttpResponseStatus.OK, "application/json", faults.plant(fault) + "\n"))
                .orElseGet(response::sendNotFound);
    }

    private Publisher<Void> dial(HttpServerRequest request, HttpServerResponse response) {
        String rate = String.valueOf(request.param("rate"));
        return Mono.<Void>fromRunnable(() -> {
                    try {
                        if (rate.equals("leave")) {
                            reader.leave();
                        } else {
                            reader.read(Integer.parseInt(rate));
                        }
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                })
                .subscribeOn(Schedulers.boundedElastic())
                .then(Mono.defer(
                        () -> Shop.answer(response, HttpResponseStatus.OK, "application/json", reader.toJson() + "\n")))
                .onErrorResume(NumberFormatException.class, failure -> response.sendNotFound());
    }

    @Override
    public void close() throws IOException {
        reader.close();
        faults.close();
        workers.close(PATIENCE);
        console.close();
    }
}
