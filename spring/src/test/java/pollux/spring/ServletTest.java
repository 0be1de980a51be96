package pollux.spring;

import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;
import static pollux.async.Async.async;
import static pollux.async.Async.stream;
import static pollux.time.Timers.sleep;

import io.micrometer.context.ContextRegistry;
import jakarta.servlet.Filter;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;
import pollux.async.Async;
import pollux.async.AsyncBlock;
import pollux.async.StreamBlock;
import pollux.future.Future;
import pollux.reactor.ReactorAdapter;
import pollux.stream.AsyncStream;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The return types that Spring MVC takes, on a servlet container. */
@Timeout(300)
class ServletTest {

    record Order(String item) {}

    @RestController
    static class Orders {

        @GetMapping("/method")
        Future<Order> method() {
            Async.await(sleep(ofMillis(1)));
            return pollux.future.Futures.ready(new Order("method"));
        }

        @GetMapping("/block")
        Future<Order> block() {
            return async(() -> new Order("block"));
        }

        @GetMapping("/recipe")
        AsyncBlock<Order> recipe() {
            return () -> new Order("recipe");
        }

        @GetMapping("/null")
        Future<Order> nothing() {
            return async(() -> null);
        }

        @GetMapping("/entity")
        ResponseEntity<Future<Order>> entity() {
            return ResponseEntity.status(201).body(block());
        }

        @GetMapping("/later-entity")
        Future<ResponseEntity<Order>> laterEntity() {
            return async(() -> ResponseEntity.status(202).body(new Order("later")));
        }

        @GetMapping("/status")
        Future<Order> status() {
            return async(() -> {
                Async.await(sleep(ofMillis(1)));
                throw new ResponseStatusException(HttpStatus.NOT_FOUND);
            });
        }

        @GetMapping("/stream")
        AsyncStream<Order> items() {
            return stream(out -> {
                out.emit(new Order("a"));
                Async.await(sleep(ofMillis(1)));
                out.emit(new Order("b"));
            });
        }
    }

    static final ThreadLocal<String> USER = new ThreadLocal<>();

    /** What code finds in its context that knows the thread of the request only. */
    @RestController
    static class Users {

        private static Mono<String> seen() {
            return Mono.deferContextual(context -> Mono.just(context.getOrDefault("user", "none")));
        }

        @GetMapping("/user/mono")
        Mono<String> mono() {
            return seen();
        }

        @GetMapping("/user/future")
        Future<String> future() {
            Async.await(sleep(ofMillis(1)));
            return pollux.future.Futures.ready(ReactorAdapter.await(seen()));
        }

        @GetMapping("/user/once")
        Future<String> once() {
            return future().map(user -> user);
        }

        @GetMapping("/user/block")
        AsyncBlock<String> block() {
            return () -> ReactorAdapter.await(seen());
        }

        @GetMapping("/user/entity")
        ResponseEntity<Future<String>> entity() {
            return ResponseEntity.ok(future());
        }

        @GetMapping("/user/later-entity")
        Future<ResponseEntity<String>> laterEntity() {
            return async(() -> ResponseEntity.ok(ReactorAdapter.await(seen())));
        }

        @GetMapping("/user/flux")
        Flux<Order> flux() {
            return seen().map(Order::new).flux();
        }

        @GetMapping("/user/stream")
        AsyncStream<Order> stream() {
            return Async.stream(out -> out.emit(new Order(ReactorAdapter.await(seen()))));
        }

        @GetMapping("/user/once-stream")
        AsyncStream<Order> onceStream() {
            return stream().map(order -> order);
        }

        @GetMapping("/user/generator")
        StreamBlock<Order> generator() {
            return out -> out.emit(new Order(ReactorAdapter.await(seen())));
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Filters {

        @Bean
        Filter user() {
            return (request, response, chain) -> {
                USER.set("ann");
                try {
                    chain.doFilter(request, response);
                } finally {
                    USER.remove();
                }
            };
        }
    }

    @App.Plain
    @Import({Orders.class, Users.class, Filters.class})
    static class Shop {}

    static App app;

    @BeforeAll
    static void start() {
        app = App.start(WebApplicationType.SERVLET, Shop.class);
    }

    @AfterAll
    static void stop() {
        app.close();
    }

    static Stream<Arguments> gets() {
        return Stream.of(
                arguments("/method", "application/json", 200, "{\"item\":\"method\"}"),
                arguments("/block", "application/json", 200, "{\"item\":\"block\"}"),
                arguments("/recipe", "application/json", 200, "{\"item\":\"recipe\"}"),
                arguments("/null", "application/json", 200, null),
                arguments("/entity", "application/json", 201, "{\"item\":\"block\"}"),
                arguments("/later-entity", "application/json", 202, "{\"item\":\"later\"}"),
                arguments("/stream", "application/json", 200, "[{\"item\":\"a\"},{\"item\":\"b\"}]"),
                arguments("/stream", "text/event-stream", 200, "data:{\"item\":\"a\"}\n\ndata:{\"item\":\"b\"}\n\n"),
                arguments("/stream", "application/x-ndjson", 200, "{\"item\":\"a\"}\n{\"item\":\"b\"}\n"));
    }

    @ParameterizedTest
    @MethodSource("gets")
    void get(String path, String accept, int status, String body) {
        app.client()
                .get()
                .uri(path)
                .accept(MediaType.parseMediaType(accept))
                .exchange()
                .expectStatus()
                .isEqualTo(status)
                .expectBody(String.class)
                .isEqualTo(body);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mono",
                "future",
                "once",
                "block",
                "entity",
                "later-entity",
                "flux",
                "stream",
                "once-stream",
                "generator"
            })
    void thread_locals_of_the_request_are_in_the_context_as_with_mono(String path) {
        ContextRegistry.getInstance().registerThreadLocalAccessor("user", USER);
        try {
            app.client()
                    .get()
                    .uri("/user/" + path)
                    .exchange()
                    .expectBody(String.class)
                    .value(text -> assertThat(text).contains("ann"));
        } finally {
            ContextRegistry.getInstance().removeThreadLocalAccessor("user");
        }
    }

    @org.junit.jupiter.api.Test
    void failure() {
        app.client().get().uri("/status").exchange().expectStatus().isNotFound();
    }
}
