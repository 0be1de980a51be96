package pollux.spring;

import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;
import static pollux.async.Async.async;
import static pollux.async.Async.each;
import static pollux.async.Async.stream;
import static pollux.reactor.ReactorAdapter.await;
import static pollux.reactor.ReactorAdapter.context;
import static pollux.time.Timers.sleep;

import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.WebFilter;
import pollux.async.Async;
import pollux.async.AsyncBlock;
import pollux.async.StreamBlock;
import pollux.executor.JoinHandle;
import pollux.executor.TaskPool;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.reactor.ReactorAdapter;
import pollux.stream.AsyncStream;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Our types as arguments and results of WebFlux handlers, over real HTTP. */
@Timeout(300)
class ControllersTest {

    record Order(@NotBlank String item, int count) {}

    static class Missing extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    /** What handlers tell the tests. */
    static final BlockingQueue<String> EVENTS = new LinkedBlockingQueue<>();

    static final AtomicInteger EMITTED = new AtomicInteger();

    @RestController
    static class Orders {

        @GetMapping("/method/{id}")
        Future<Order> method(@PathVariable int id) {
            Async.await(sleep(ofMillis(1)));
            String item = await(Mono.just("item").delayElement(ofMillis(1)));
            return Futures.ready(new Order(item, id));
        }

        @GetMapping("/block")
        Future<Order> block() {
            return async(() -> new Order("block", await(Mono.just(1))));
        }

        @GetMapping("/recipe")
        AsyncBlock<Order> recipe() {
            return () -> new Order("recipe", await(Mono.just(1)));
        }

        @GetMapping("/combined")
        Future<Order> combined() {
            return Futures.ready(1).map(n -> new Order("combined", n));
        }

        @GetMapping("/handle")
        JoinHandle<Order> handle(TaskPool pool) {
            return pool.spawn(block());
        }

        @GetMapping("/null")
        Future<Order> nothing() {
            return async(() -> null);
        }

        @GetMapping("/null-future")
        Future<Order> nullFuture() {
            return null;
        }

        @GetMapping("/void")
        Future<Void> done() {
            return async(() -> null);
        }

        @GetMapping("/thread")
        Future<String> thread() {
            return async(() -> Thread.currentThread().getName());
        }

        @GetMapping("/stream")
        AsyncStream<Order> items() {
            return stream(out -> {
                for (int n = 0; n < 3; n++) {
                    out.emit(new Order("item", n));
                }
            });
        }

        @GetMapping("/generator")
        StreamBlock<Order> generator() {
            return out -> {
                for (Order order : each(items())) {
                    out.emit(order);
                }
            };
        }

        @GetMapping("/entity")
        ResponseEntity<Future<Order>> entity() {
            return ResponseEntity.status(201).body(block());
        }

        @GetMapping("/entity-stream")
        ResponseEntity<AsyncStream<Order>> entityStream() {
            return ResponseEntity.status(203).body(items());
        }

        @GetMapping("/later-entity")
        Future<ResponseEntity<Order>> laterEntity() {
            return async(() -> ResponseEntity.status(202).body(Async.await(block())));
        }

        @GetMapping("/status")
        Future<Order> status() {
            Async.await(sleep(ofMillis(1)));
            throw new ResponseStatusException(HttpStatus.NOT_FOUND);
        }

        @GetMapping("/at-once")
        Future<Order> atOnce() {
            if (EVENTS != null) {
                throw new ResponseStatusException(HttpStatus.CONFLICT);
            }
            return block();
        }

        @GetMapping("/handled")
        Future<Order> handled() {
            return async(() -> {
                Async.await(sleep(ofMillis(1)));
                throw new Missing();
            });
        }

        @ExceptionHandler
        Future<ResponseEntity<String>> missing(Missing failure) {
            return async(() -> {
                Async.await(sleep(ofMillis(1)));
                return ResponseEntity.status(418).body("handled");
            });
        }

        @GetMapping("/later-failure")
        AsyncStream<Order> laterFailure() {
            return stream(out -> {
                out.emit(new Order("one", 1));
                throw new Missing();
            });
        }

        @PostMapping("/body")
        Future<String> body(@RequestBody Future<Order> body) {
            return async(() -> Async.await(body).item());
        }

        @PostMapping("/bodies")
        Future<Integer> bodies(@RequestBody AsyncStream<Order> body) {
            return async(() -> {
                int sum = 0;
                for (Order order : each(body)) {
                    sum += order.count();
                }
                return sum;
            });
        }

        @PostMapping("/unread")
        Future<String> unread(@RequestBody Future<Order> body) {
            return async(() -> "not read");
        }

        @PostMapping("/valid")
        Future<String> valid(@Valid @RequestBody Future<Order> body) {
            return async(() -> Async.await(body).item());
        }

        @PostMapping("/form")
        Future<String> form(@ModelAttribute Future<Order> form) {
            return async(() -> Async.await(form).item());
        }

        @GetMapping("/context")
        Future<String> filtered() {
            return async(() -> Async.await(context()).get("who"));
        }

        @GetMapping("/endless")
        AsyncStream<String> endless() {
            return stream(out -> {
                try {
                    while (true) {
                        out.emit("x".repeat(1000));
                        EMITTED.incrementAndGet();
                    }
                } finally {
                    Async.await(sleep(ofMillis(1)));
                    EVENTS.add("stream cleaned up");
                }
            });
        }

        @GetMapping("/events")
        AsyncStream<ServerSentEvent<String>> events() {
            return stream(out -> {
                for (int n = 0; n < 2; n++) {
                    out.emit(ServerSentEvent.builder("data " + n).id("" + n).build());
                }
            });
        }

        @GetMapping("/waits")
        Future<String> waits() {
            return async(() -> {
                try {
                    EVENTS.add("waiting");
                    return Async.await(Futures.<String>pending());
                } finally {
                    Async.await(sleep(ofMillis(1)));
                    EVENTS.add("cleaned up");
                }
            });
        }
    }

    @App.Plain
    @Import(Orders.class)
    static class Shop {

        @Bean
        RouterFunction<ServerResponse> routes() {
            return RouterFunctions.route()
                    .GET(
                            "/functional/{id}",
                            request -> ReactorAdapter.mono(() -> {
                                Async.await(sleep(ofMillis(1)));
                                return await(ServerResponse.ok().bodyValue("order " + request.pathVariable("id")));
                            }))
                    .build();
        }

        @Bean
        WebFilter filter() {
            return (exchange, chain) -> ReactorAdapter.<Void>mono(() -> {
                        Async.await(sleep(ofMillis(1)));
                        exchange.getResponse().getHeaders().add("X-Filter", "seen");
                        return await(chain.filter(exchange));
                    })
                    .contextWrite(entries -> entries.put("who", "ann"));
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

    static Stream<Arguments> gets() {
        String three =
                "[{\"item\":\"item\",\"count\":0},{\"item\":\"item\",\"count\":1},{\"item\":\"item\",\"count\":2}]";
        return Stream.of(
                arguments("/method/7", 200, "{\"item\":\"item\",\"count\":7}"),
                arguments("/block", 200, "{\"item\":\"block\",\"count\":1}"),
                arguments("/recipe", 200, "{\"item\":\"recipe\",\"count\":1}"),
                arguments("/combined", 200, "{\"item\":\"combined\",\"count\":1}"),
                arguments("/null", 200, ""),
                arguments("/null-future", 200, ""),
                arguments("/void", 200, ""),
                arguments("/stream", 200, three),
                arguments("/generator", 200, three),
                arguments("/entity", 201, "{\"item\":\"block\",\"count\":1}"),
                arguments("/entity-stream", 203, three),
                arguments("/later-entity", 202, "{\"item\":\"block\",\"count\":1}"),
                arguments("/handled", 418, "handled"),
                arguments("/context", 200, "ann"),
                arguments("/functional/3", 200, "order 3"));
    }

    @ParameterizedTest
    @MethodSource("gets")
    void get(String path, int status, String body) {
        client.get()
                .uri(path)
                .exchange()
                .expectStatus()
                .isEqualTo(status)
                .expectHeader()
                .valueEquals("X-Filter", "seen")
                .expectBody(String.class)
                .isEqualTo(body.isEmpty() ? null : body);
    }

    static Stream<Arguments> failures() {
        return Stream.of(arguments("/status", 404), arguments("/at-once", 409));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void failure(String path, int status) {
        client.get().uri(path).exchange().expectStatus().isEqualTo(status);
    }

    @Test
    void handlers_run_on_the_pool_of_the_application() {
        client.get()
                .uri("/thread")
                .exchange()
                .expectBody(String.class)
                .value(name -> assertThat(name).contains("-worker-"));
    }

    @Test
    void a_failure_after_the_response_began_breaks_the_connection_off() {
        var result = client.get()
                .uri("/later-failure")
                .accept(MediaType.APPLICATION_NDJSON)
                .exchange()
                .returnResult(String.class);
        assertThat(result.getResponseBody().materialize().collectList().block())
                .satisfiesAnyOf(
                        signals -> assertThat(signals.get(signals.size() - 1).isOnError())
                                .isTrue(),
                        signals -> assertThat(result.getStatus().value()).isEqualTo(418));
    }

    static Stream<Arguments> posts() {
        return Stream.of(
                arguments("/body", "{\"item\":\"five\",\"count\":5}", 200, "five"),
                arguments("/unread", "{\"item\":\"five\",\"count\":5}", 200, "not read"),
                arguments("/bodies", "[{\"item\":\"a\",\"count\":5},{\"item\":\"b\",\"count\":6}]", 200, "11"),
                arguments("/valid", "{\"item\":\"ok\",\"count\":5}", 200, "ok"));
    }

    @ParameterizedTest
    @MethodSource("posts")
    void post(String path, String body, int status, String answer) {
        client.post()
                .uri(path)
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(body)
                .exchange()
                .expectStatus()
                .isEqualTo(status)
                .expectBody(String.class)
                .isEqualTo(answer);
    }

    @Test
    void bad_bodies_are_bad_requests() {
        for (String path : List.of("/body", "/valid")) {
            client.post()
                    .uri(path)
                    .contentType(MediaType.APPLICATION_JSON)
                    .bodyValue("{\"item\":\"\",\"count\":" + (path.equals("/body") ? "x" : "1") + "}")
                    .exchange()
                    .expectStatus()
                    .isBadRequest();
        }
    }

    @Test
    void model_attributes() {
        client.post()
                .uri("/form")
                .contentType(MediaType.APPLICATION_FORM_URLENCODED)
                .bodyValue("item=five&count=5")
                .exchange()
                .expectBody(String.class)
                .isEqualTo("five");
    }

    @Test
    void server_sent_events_and_lines() {
        client.get()
                .uri("/events")
                .accept(MediaType.TEXT_EVENT_STREAM)
                .exchange()
                .expectBody(String.class)
                .isEqualTo("id:0\ndata:data 0\n\nid:1\ndata:data 1\n\n");
        client.get()
                .uri("/stream")
                .accept(MediaType.APPLICATION_NDJSON)
                .exchange()
                .expectBody(String.class)
                .isEqualTo("{\"item\":\"item\",\"count\":0}\n{\"item\":\"item\",\"count\":1}\n"
                        + "{\"item\":\"item\",\"count\":2}\n");
    }

    @Test
    void a_client_that_leaves_cancels_a_stream_and_its_clean_up_may_await() throws Exception {
        EVENTS.clear();
        Flux<String> items = WebClient.create(app.url())
                .get()
                .uri("/endless")
                .accept(MediaType.TEXT_EVENT_STREAM)
                .retrieve()
                .bodyToFlux(String.class);
        assertThat(items.take(5).collectList().block()).hasSize(5);
        assertThat(EVENTS.poll(90, TimeUnit.SECONDS)).isEqualTo("stream cleaned up");
    }

    @Test
    void a_client_that_leaves_cancels_a_future_and_its_clean_up_may_await() throws Exception {
        EVENTS.clear();
        var call = WebClient.create(app.url())
                .get()
                .uri("/waits")
                .retrieve()
                .bodyToMono(String.class)
                .subscribe();
        assertThat(EVENTS.poll(90, TimeUnit.SECONDS)).isEqualTo("waiting");
        call.dispose();
        assertThat(EVENTS.poll(90, TimeUnit.SECONDS)).isEqualTo("cleaned up");
    }
}
