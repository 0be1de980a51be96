package pollux.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;
import static pollux.async.Async.async;
import static pollux.async.Async.stream;
import static pollux.reactor.ReactorAdapter.await;
import static pollux.reactor.ReactorAdapter.each;
import static pollux.reactor.ReactorAdapter.future;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.http.HttpEntity;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.http.client.MultipartBodyBuilder;
import org.springframework.http.codec.multipart.FilePart;
import org.springframework.http.codec.multipart.Part;
import org.springframework.stereotype.Controller;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestPart;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.reactive.result.view.AbstractView;
import org.springframework.web.reactive.result.view.ViewResolver;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import org.springframework.web.server.WebSession;
import pollux.executor.TaskPool;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.reactor.ReactorAdapter;
import pollux.stream.AsyncStream;
import reactor.core.publisher.Mono;

/**
 * What surrounds a handler - advice, models, views, parts, sessions, filters - and handlers that are functions, over
 * real HTTP.
 */
@Timeout(300)
class EndpointsTest {

    record Order(String item, int count) {}

    static class Missing extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    static class Refused extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    static class Broken extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    /** What the server tells the tests. */
    static final BlockingQueue<String> EVENTS = new LinkedBlockingQueue<>();

    static Future<String> later(String text) {
        await(Futures.yieldNow());
        return Futures.ready(text);
    }

    @ControllerAdvice
    static class Advice {

        @ExceptionHandler
        Future<ResponseEntity<String>> missing(Missing failure) {
            return Futures.ready(ResponseEntity.status(404).body(await(later("advice"))));
        }

        @ExceptionHandler
        Future<ProblemDetail> refused(Refused failure) {
            await(Futures.yieldNow());
            return Futures.ready(ProblemDetail.forStatusAndDetail(HttpStatus.CONFLICT, "refused"));
        }

        @ExceptionHandler
        @ResponseStatus(HttpStatus.BAD_GATEWAY)
        ResponseEntity<AsyncStream<Order>> broken(Broken failure) {
            return ResponseEntity.status(502).body(stream(out -> {
                out.emit(new Order("broken", 1));
                await(Futures.yieldNow());
                out.emit(new Order("broken", 2));
            }));
        }

        /** Each handler's model has it. */
        @ModelAttribute("shop")
        Future<String> shop() {
            return later("tea shop");
        }

        /** A model attribute of no value adds to the model itself. */
        @ModelAttribute
        Future<Void> town(Model model) {
            model.addAttribute("town", await(later("bath")));
            return Futures.ready(null);
        }
    }

    @RestController
    static class Handlers {

        @GetMapping("/missing")
        Future<String> missing() {
            await(Futures.yieldNow());
            throw new Missing();
        }

        @GetMapping("/missing-stream")
        AsyncStream<String> missingStream() {
            return stream(out -> {
                await(Futures.yieldNow());
                throw new Missing();
            });
        }

        @GetMapping("/refused")
        Future<String> refused() {
            await(Futures.yieldNow());
            throw new Refused();
        }

        @GetMapping("/broken")
        Future<String> broken() {
            await(Futures.yieldNow());
            throw new Broken();
        }

        @GetMapping("/model")
        Future<String> model(@ModelAttribute("shop") String shop, Model model) {
            return later(shop + " in " + model.getAttribute("town"));
        }

        @GetMapping("/model-future")
        Future<String> modelFuture(@ModelAttribute("shop") Future<String> shop) {
            return later(await(shop));
        }

        @GetMapping("/session")
        Future<String> session(Future<WebSession> session) {
            return later(await(session).isStarted() ? "started" : "new");
        }

        @GetMapping("/unauthenticated")
        Future<String> principal(Future<java.security.Principal> principal) {
            return later("principal " + await(principal));
        }

        @PostMapping("/entity")
        Future<String> entity(HttpEntity<Future<Order>> entity) {
            return later(
                    await(entity.getBody()).item() + " " + entity.getHeaders().getContentType());
        }

        @PostMapping("/file")
        Future<String> file(@RequestPart("file") Future<FilePart> file, @RequestPart("order") Future<Order> order) {
            FilePart part = await(file);
            int length = 0;
            for (var bytes : each(part.content())) {
                length += bytes.readableByteCount();
                org.springframework.core.io.buffer.DataBufferUtils.release(bytes);
            }
            return later(part.filename() + " " + length + " " + await(order).item());
        }

        @PostMapping("/parts")
        Future<String> parts(@RequestPart("file") AsyncStream<Part> parts) {
            StringBuilder names = new StringBuilder();
            for (Part part : each(parts)) {
                names.append(part.name()).append(' ');
                await(part.delete());
            }
            return later(names.toString());
        }

        @PostMapping("/form")
        Future<String> form(ServerWebExchange exchange) {
            return later(await(exchange.getFormData()).toString());
        }

        @GetMapping("/filtered/{what}")
        Future<String> filtered(@PathVariable String what) {
            if (what.equals("fails")) {
                await(Futures.yieldNow());
                throw new IllegalStateException("for the filter");
            }
            if (what.equals("waits")) {
                try {
                    EVENTS.add("waiting");
                    await(Futures.<String>pending());
                } finally {
                    await(Futures.yieldNow());
                    EVENTS.add("handler cleaned up");
                }
            }
            var context = await(ReactorAdapter.context());
            return later("filtered for " + context.get("user"));
        }
    }

    @Controller
    static class Pages {

        @GetMapping("/page")
        Future<String> page(Model model) {
            await(Futures.yieldNow());
            model.addAttribute("later", later("resolved"));
            model.addAttribute("items", later("comb").map(text -> text + "ined"));
            return Futures.ready("order");
        }

        @GetMapping("/page-of-nothing")
        Future<Void> pageOfNothing(Model model) {
            await(Futures.yieldNow());
            return Futures.ready(null); // the view is named after the path
        }
    }

    /** The recipes of docs/spring.md. */
    static class Functions {

        final TaskPool pool;

        Functions(TaskPool pool) {
            this.pool = pool;
        }

        Mono<ServerResponse> echo(ServerRequest request) {
            return ReactorAdapter.on(pool).mono(() -> {
                Order order = await(request.bodyToMono(Order.class));
                if (order == null) {
                    throw new ResponseStatusException(HttpStatus.BAD_REQUEST, "no order");
                }
                return await(ServerResponse.ok().bodyValue(order));
            });
        }

        Mono<ServerResponse> future(ServerRequest request) {
            return ServerResponse.ok().body(later("a future as body"), String.class);
        }

        Mono<ServerResponse> items(ServerRequest request) {
            AsyncStream<Integer> items = stream(out -> {
                for (int n = 0; n < 3; n++) {
                    out.emit(n);
                    await(Futures.yieldNow());
                }
            });
            return ServerResponse.ok().contentType(MediaType.TEXT_EVENT_STREAM).body(items, Integer.class);
        }

        Mono<ServerResponse> thread(ServerRequest request) {
            return ReactorAdapter.on(pool).mono(() -> {
                await(Futures.yieldNow());
                return await(
                        ServerResponse.ok().bodyValue(Thread.currentThread().getName()));
            });
        }

        Mono<ServerResponse> status(ServerRequest request) {
            return ReactorAdapter.on(pool).mono(() -> {
                await(Futures.yieldNow());
                throw new ResponseStatusException(HttpStatus.GONE);
            });
        }

        Mono<ServerResponse> fails(ServerRequest request) {
            return ReactorAdapter.on(pool).mono(() -> {
                await(Futures.yieldNow());
                throw new Missing();
            });
        }

        Mono<ServerResponse> failed(Throwable failure, ServerRequest request) {
            return ReactorAdapter.on(pool)
                    .mono(() -> await(ServerResponse.status(410).bodyValue(await(later("on error")))));
        }

        Mono<ServerResponse> waits(ServerRequest request) {
            return ReactorAdapter.on(pool).mono(() -> {
                try {
                    EVENTS.add("waiting");
                    return await(Futures.<ServerResponse>pending());
                } finally {
                    await(Futures.yieldNow());
                    EVENTS.add("function cleaned up");
                }
            });
        }
    }

    @App.Plain
    @Import({Advice.class, Handlers.class, Pages.class, Functions.class})
    static class Shop {

        @Bean
        RouterFunction<ServerResponse> routes(Functions functions) {
            return RouterFunctions.route()
                    .POST("/fn/echo", functions::echo)
                    .GET("/fn/future", functions::future)
                    .GET("/fn/items", functions::items)
                    .GET("/fn/thread", functions::thread)
                    .GET("/fn/status", functions::status)
                    .GET("/fn/fails", functions::fails)
                    .GET("/fn/waits", functions::waits)
                    .filter((request, next) -> ReactorAdapter.on(functions.pool).mono(() -> {
                        if (request.headers().firstHeader("X-Stop") != null) {
                            return await(
                                    ServerResponse.status(HttpStatus.LOCKED).build());
                        }
                        return await(next.handle(request));
                    }))
                    .onError(Missing.class, functions::failed)
                    .build();
        }

        @Bean
        WebFilter guard(TaskPool pool) {
            return (exchange, chain) -> exchange.getRequest().getPath().value().startsWith("/filtered")
                    ? ReactorAdapter.on(pool).mono(() -> await(guarded(exchange, chain)))
                    : chain.filter(exchange);
        }

        /** Stops a request, gives entries to what follows, maps a failure, and cleans up. */
        private static Future<Void> guarded(ServerWebExchange exchange, WebFilterChain chain) {
            String user = exchange.getRequest().getHeaders().getFirst("X-User");
            var response = exchange.getResponse();
            if (user == null) {
                response.setStatusCode(HttpStatus.UNAUTHORIZED);
                return Futures.ready(await(response.setComplete()));
            }
            try {
                await(future(chain.filter(exchange).contextWrite(entries -> entries.put("user", user))));
            } catch (IllegalStateException failure) {
                response.setStatusCode(HttpStatus.SERVICE_UNAVAILABLE);
                await(response.setComplete());
            } finally {
                await(Futures.yieldNow());
                EVENTS.add("filter cleaned up");
            }
            return Futures.ready(null);
        }

        @Bean
        ViewResolver views() {
            return (name, locale) -> Mono.just(new Printed());
        }
    }

    /** A view that prints its model. */
    static class Printed extends AbstractView {

        Printed() {
            setSupportedMediaTypes(List.of(MediaType.TEXT_PLAIN));
        }

        @Override
        protected Mono<Void> renderInternal(Map<String, Object> model, MediaType type, ServerWebExchange exchange) {
            var text = new TreeMap<>(model);
            text.keySet().removeIf(name -> name.startsWith("org.springframework"));
            byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
            var response = exchange.getResponse();
            return response.writeWith(Mono.just(response.bufferFactory().wrap(bytes)));
        }
    }

    static App app;
    static WebTestClient client;

    @BeforeAll
    static void start() {
        app = App.start(WebApplicationType.REACTIVE, Shop.class);
        client = app.client();
    }

    @AfterAll
    static void stop() {
        app.close();
    }

    private static void next(String expected) throws InterruptedException {
        assertThat(EVENTS.poll(90, TimeUnit.SECONDS)).isEqualTo(expected);
    }

    static Stream<Arguments> advice() {
        return Stream.of(
                arguments("/missing", 404, "advice"),
                arguments("/missing-stream", 404, "advice"),
                arguments("/refused", 409, "\"detail\":\"refused\""),
                arguments("/broken", 502, "[{\"item\":\"broken\",\"count\":1},{\"item\":\"broken\",\"count\":2}]"),
                arguments("/model", 200, "tea shop in bath"),
                arguments("/model-future", 200, "tea shop"),
                arguments("/page", 200, "{items=combined, later=resolved, shop=tea shop, town=bath}"),
                arguments("/page-of-nothing", 200, "{shop=tea shop, town=bath}"));
    }

    @ParameterizedTest
    @MethodSource
    void advice(String path, int status, String text) {
        answers(path, status, text);
    }

    private static void answers(String path, int status, String text) {
        client.get()
                .uri(path)
                .exchange()
                .expectStatus()
                .isEqualTo(status)
                .expectBody(String.class)
                .value(body -> assertThat(body).contains(text));
    }

    static Stream<Arguments> arguments_of_handlers() {
        return Stream.of(arguments("/session", "new"), arguments("/unauthenticated", "principal null"));
    }

    @ParameterizedTest
    @MethodSource
    void arguments_of_handlers(String path, String text) {
        answers(path, 200, text);
    }

    @Test
    void entities_and_forms() {
        client.post()
                .uri("/entity")
                .bodyValue(new Order("five", 5))
                .exchange()
                .expectBody(String.class)
                .isEqualTo("five application/json");
        client.post()
                .uri("/form")
                .contentType(MediaType.APPLICATION_FORM_URLENCODED)
                .bodyValue("item=five")
                .exchange()
                .expectBody(String.class)
                .isEqualTo("{item=[five]}");
    }

    static Stream<Arguments> parts() {
        return Stream.of(arguments("/file", "a.txt 70000 five"), arguments("/parts", "file file "));
    }

    @ParameterizedTest
    @MethodSource
    void parts(String path, String text) {
        MultipartBodyBuilder body = new MultipartBodyBuilder();
        byte[] content = new byte[70_000]; // more than stays in memory while it is read
        body.part("file", content).filename("a.txt");
        if (path.equals("/parts")) {
            body.part("file", content).filename("b.txt");
        }
        body.part("order", new Order("five", 5));
        client.post()
                .uri(path)
                .bodyValue(body.build())
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody(String.class)
                .isEqualTo(text);
    }

    static Stream<Arguments> functions() {
        return Stream.of(
                arguments("/fn/future", 200, "a future as body"),
                arguments("/fn/items", 200, "data:0\n\ndata:1\n\ndata:2\n\n"),
                arguments("/fn/thread", 200, "pollux-app-worker-"),
                arguments("/fn/status", 410, "Gone"),
                arguments("/fn/fails", 410, "on error"));
    }

    @ParameterizedTest
    @MethodSource
    void functions(String path, int status, String text) {
        answers(path, status, text);
    }

    @Test
    void functions_read_bodies_and_filters_of_functions_answer_in_their_place() {
        client.post()
                .uri("/fn/echo")
                .bodyValue(new Order("five", 5))
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody(Order.class)
                .isEqualTo(new Order("five", 5));
        client.post().uri("/fn/echo").exchange().expectStatus().isBadRequest();
        client.get()
                .uri("/fn/future")
                .header("X-Stop", "yes")
                .exchange()
                .expectStatus()
                .isEqualTo(HttpStatus.LOCKED);
    }

    static Stream<Arguments> filters() {
        return Stream.of(
                arguments("/filtered/ok", null, 401, null),
                arguments("/filtered/ok", "ann", 200, "filtered for ann"),
                arguments("/filtered/fails", "ann", 503, null));
    }

    @ParameterizedTest
    @MethodSource
    void filters(String path, String user, int status, String text) throws Exception {
        EVENTS.clear();
        client.get()
                .uri(path)
                .headers(headers -> {
                    if (user != null) {
                        headers.add("X-User", user);
                    }
                })
                .exchange()
                .expectStatus()
                .isEqualTo(status)
                .expectBody(String.class)
                .isEqualTo(text);
        if (user != null) {
            next("filter cleaned up");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/filtered/waits", "/fn/waits"})
    void a_client_that_leaves_cancels_functions_and_filters_and_each_cleans_up(String path) throws Exception {
        EVENTS.clear();
        var call = WebClient.create(app.url())
                .get()
                .uri(path)
                .header("X-User", "ann")
                .retrieve()
                .bodyToMono(String.class)
                .subscribe();
        next("waiting");
        call.dispose();
        if (path.startsWith("/fn")) {
            next("function cleaned up");
        } else {
            // Reactor's cancel does not wait: the two clean-ups run at the same time
            assertThat(Stream.of(EVENTS.poll(90, TimeUnit.SECONDS), EVENTS.poll(90, TimeUnit.SECONDS)))
                    .containsExactlyInAnyOrder("handler cleaned up", "filter cleaned up");
        }
    }

    @Test
    void a_client_sends_futures_and_streams() {
        WebClient sender = WebClient.create(app.url());
        Future<Order> order = async(() -> new Order(await(later("sent")), 1));
        assertThat(sender.post()
                        .uri("/fn/echo")
                        .body(order, Order.class)
                        .retrieve()
                        .bodyToMono(Order.class)
                        .block())
                .isEqualTo(new Order("sent", 1));
        AsyncStream<String> form = stream(out -> {
            out.emit("item=");
            await(Futures.yieldNow());
            out.emit("six");
        });
        assertThat(sender.post()
                        .uri("/form")
                        .contentType(MediaType.APPLICATION_FORM_URLENCODED)
                        .body(form, String.class)
                        .retrieve()
                        .bodyToMono(String.class)
                        .block())
                .isEqualTo("{item=[six]}");
    }
}
