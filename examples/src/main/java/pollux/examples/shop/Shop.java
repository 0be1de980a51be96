package pollux.examples.shop;

import static pollux.reactor.ReactorAdapter.completion;
import static pollux.reactor.ReactorAdapter.on;
import static pollux.time.Timers.timeout;

import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.util.AsciiString;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.reactivestreams.Publisher;
import pollux.Pollux;
import pollux.executor.TaskPool;
import reactor.core.publisher.Mono;
import reactor.netty.ChannelBindException;
import reactor.netty.DisposableServer;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/** The order service: a database, a pool of workers, a payment service to depend on, and an HTTP server in front. */
final class Shop implements AutoCloseable {

    private static final AsciiString JSON = HttpHeaderValues.APPLICATION_JSON;
    private static final AsciiString TEXT = HttpHeaderValues.TEXT_PLAIN;

    private static final String HOST = "127.0.0.1";
    /** Small, so that a slow reader is felt soon; by default the kernel takes some megabytes before it says stop. */
    private static final int SEND_BUFFER = 16 * 1024;

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    final TaskPool workers = TaskPool.builder().name("shop").workers(2).build();
    final Database database = Database.open();
    final Timeline timeline = new Timeline();
    final PaymentService paymentService = new PaymentService(timeline);
    final RowsEndpoint rows = new RowsEndpoint(database, workers);
    final Page page;

    private final DisposableServer paymentServer;
    private final DisposableServer server;
    private final Checkout checkout;
    private final AtomicLong lastOrder = new AtomicLong(Orders.COUNT);

    private Shop(int port) {
        paymentServer = HttpServer.create()
                .host(HOST)
                .port(0)
                .route(routes -> routes.post("/payments/{order}", paymentService::charge))
                .bindNow();
        Payments payments = new Payments(HttpClient.create().baseUrl("http://" + HOST + ":" + paymentServer.port()));
        checkout = new Checkout(database, payments);
        Pollux.blockOn(database.inTransaction(tx -> completion(Orders.create(tx).then(Readings.create(tx)))));
        Pollux.blockOn(completion(payments.warmUp()));
        tryOut();
        page = new Page(this);
        server = bind(port);
    }

    /** Loads what a checkout needs, on this thread: it takes so long that the monitor would report a blocked worker. */
    private void tryOut() {
        try {
            Pollux.blockOn(timeout(PATIENCE, checkout.checkout(PaymentService.TRIAL)));
        } catch (Exception refused) {
            if (!(refused instanceof Payments.Refused)) {
                throw new IllegalStateException("the shop does not work", refused);
            }
        }
    }

    /** Opens the shop, at any free port if the wanted one is taken. */
    static Shop open(int port) {
        return new Shop(port);
    }

    private DisposableServer bind(int port) {
        HttpServer http = HttpServer.create()
                .host(HOST)
                .childOption(ChannelOption.SO_SNDBUF, SEND_BUFFER)
                .route(routes -> page.routes(routes.get("/figures", this::figures)
                        .post("/orders", this::newOrder)
                        .post("/orders/{id}/checkout", this::checkout)
                        .get("/rows", rows::serve)));
        try {
            return http.port(port).bindNow();
        } catch (ChannelBindException e) {
            return http.port(0).bindNow();
        }
    }

    String url() {
        return "http://" + HOST + ":" + server.port();
    }

    int port() {
        return server.port();
    }

    private Publisher<Void> checkout(HttpServerRequest request, HttpServerResponse response) {
        return on(workers)
                .monoDefer(() -> {
                    long id = Long.parseLong(request.param("id"));
                    return timeline.follow(id, checkout.checkout(id));
                })
                .flatMap(receipt -> answer(response, HttpResponseStatus.OK, JSON, receipt.toJson()))
                .onErrorResume(failure -> answer(response, status(failure), TEXT, failure.getMessage() + "\n"))
                .contextWrite(context -> context.put(Database.LATENCY, latency(request)));
    }

    /** {@code ?latency=200} makes each statement of the request take 200 ms longer; this goes with the Context. */
    private static Duration latency(HttpServerRequest request) {
        List<String> millis = new QueryStringDecoder(request.uri()).parameters().getOrDefault("latency", List.of("0"));
        try {
            return Duration.ofMillis(Math.max(0, Math.min(1_000, Integer.parseInt(millis.get(0)))));
        } catch (NumberFormatException none) {
            return Duration.ZERO;
        }
    }

    private Publisher<Void> newOrder(HttpServerRequest request, HttpServerResponse response) {
        long id = lastOrder.incrementAndGet();
        return on(workers)
                .monoDefer(() -> database.inTransaction(tx -> completion(Orders.add(tx, id))))
                .then(Mono.defer(() -> answer(response, HttpResponseStatus.OK, JSON, "{\"order\":" + id + "}\n")));
    }

    private static HttpResponseStatus status(Throwable failure) {
        if (failure instanceof NumberFormatException) {
            return HttpResponseStatus.BAD_REQUEST;
        }
        if (failure instanceof NoSuchElementException) {
            return HttpResponseStatus.NOT_FOUND;
        }
        if (failure instanceof Payments.Refused) {
            return HttpResponseStatus.PAYMENT_REQUIRED;
        }
        if (failure instanceof IOException || failure instanceof TimeoutException) {
            return HttpResponseStatus.BAD_GATEWAY;
        }
        return HttpResponseStatus.INTERNAL_SERVER_ERROR;
    }

    private Publisher<Void> figures(HttpServerRequest request, HttpServerResponse response) {
        String figures = "{\"rowsReadByTheDatabase\":%d,\"readersGone\":%d,\"connectionsInUse\":%d}\n"
                .formatted(Readings.rowsRead(), rows.cancelled(), database.connectionsInUse());
        return answer(response, HttpResponseStatus.OK, JSON, figures);
    }

    static Mono<Void> answer(HttpServerResponse response, HttpResponseStatus status, CharSequence type, String body) {
        return response.status(status)
                .header(HttpHeaderNames.CONTENT_TYPE, type)
                .sendString(Mono.just(body))
                .then();
    }

    /** Waits until the server is stopped. */
    void await() {
        server.onDispose().block();
    }

    @Override
    public void close() {
        try {
            page.close();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        server.disposeNow();
        paymentServer.disposeNow();
        boolean ended = workers.close(PATIENCE);
        database.close();
        if (!ended) {
            throw new IllegalStateException(workers + " still has tasks " + PATIENCE + " after it was closed");
        }
    }
}
