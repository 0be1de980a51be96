package pollux.spring;

import static java.time.Duration.ofMillis;
import static org.junit.jupiter.params.provider.Arguments.arguments;
import static pollux.async.Async.async;
import static pollux.async.Async.stream;
import static pollux.time.Timers.sleep;

import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.context.annotation.Import;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;
import pollux.async.Async;
import pollux.async.AsyncBlock;
import pollux.future.Future;
import pollux.stream.AsyncStream;

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

    @App.Plain
    @Import(Orders.class)
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

    @org.junit.jupiter.api.Test
    void failure() {
        app.client().get().uri("/status").exchange().expectStatus().isNotFound();
    }
}
