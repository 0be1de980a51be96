package pollux.spring;

import static pollux.async.Async.async;
import static pollux.async.Async.stream;
import static pollux.time.Timers.sleep;

import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import pollux.async.Async;
import pollux.future.Future;
import pollux.stream.AsyncStream;

class ControllersTest {

    record Order(long id, String item) {}

    @RestController
    static class Orders {

        @GetMapping("/future")
        Future<Order> future() {
            Async.await(sleep(Duration.ofMillis(1)));
            return pollux.future.Futures.ready(
                    new Order(1, Thread.currentThread().getName()));
        }

        @GetMapping("/block")
        Future<Order> block() {
            return async(() -> new Order(2, "block"));
        }

        @GetMapping("/null")
        Future<Order> none() {
            return async(() -> null);
        }

        @GetMapping("/stream")
        AsyncStream<Order> items() {
            return stream(out -> {
                for (int n = 0; n < 3; n++) {
                    out.emit(new Order(n, "item"));
                }
            });
        }

        @GetMapping("/entity")
        ResponseEntity<Future<Order>> entity() {
            return ResponseEntity.status(201).body(block());
        }

        @GetMapping("/later-entity")
        Future<ResponseEntity<Order>> laterEntity() {
            return async(() -> ResponseEntity.status(202).body(Async.await(block())));
        }

        @PostMapping("/body")
        Future<String> body(@RequestBody Future<Order> body) {
            return async(() -> Async.await(body).item());
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import(Orders.class)
    static class App {}

    static ConfigurableApplicationContext context;
    static WebTestClient client;

    @BeforeAll
    static void start() {
        context = new SpringApplicationBuilder(App.class)
                .web(WebApplicationType.REACTIVE)
                .properties("server.port=0", "spring.main.banner-mode=off")
                .run();
        client = WebTestClient.bindToServer()
                .baseUrl("http://localhost:" + context.getEnvironment().getProperty("local.server.port"))
                .build();
    }

    @AfterAll
    static void stop() {
        context.close();
    }

    @Test
    void values() {
        for (String path : new String[] {"/future", "/block", "/null", "/stream", "/entity", "/later-entity"}) {
            var result = client.get()
                    .uri(path)
                    .accept(MediaType.APPLICATION_JSON)
                    .exchange()
                    .returnResult(String.class);
            System.out.println(path + " " + result.getStatus() + " "
                    + result.getResponseBody().collectList().block());
        }
        var result = client.get()
                .uri("/stream")
                .accept(MediaType.TEXT_EVENT_STREAM)
                .exchange()
                .returnResult(String.class);
        System.out.println(result.getStatus() + " "
                + result.getResponseBody().collectList().block());
        result = client.post()
                .uri("/body")
                .bodyValue(new Order(5, "five"))
                .exchange()
                .returnResult(String.class);
        System.out.println(result.getStatus() + " "
                + result.getResponseBody().collectList().block());
    }
}
