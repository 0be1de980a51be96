package pollux.spring;

import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;
import static pollux.future.Futures.ready;
import static pollux.reactor.ReactorAdapter.*;
import static pollux.time.Timers.sleep;

import java.net.URL;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurationPackage;
import org.springframework.boot.data.r2dbc.test.autoconfigure.DataR2dbcTest;
import org.springframework.boot.webflux.test.autoconfigure.WebFluxTest;
import org.springframework.boot.webmvc.test.autoconfigure.WebMvcTest;
import org.springframework.context.ApplicationContext;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.ContextConfiguration;
import org.springframework.test.context.TestPropertySource;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.reactive.TransactionSynchronizationManager;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import pollux.Pollux;
import pollux.async.AsyncBlock;
import pollux.async.StreamBlock;
import pollux.executor.TaskPool;
import pollux.future.Future;
import pollux.stream.AsyncStream;

/**
 * Boot's tests of slices start a part of the auto-configuration only: the starter is in each where our types occur. The
 * contexts are closed, since the pool of one that is left open is the newest for other tests.
 */
@Timeout(300)
class SlicesTest {

    record Order(String item) {}

    @RestController
    static class Orders {

        @GetMapping("/method/{item}")
        Future<Order> method(@PathVariable String item) {
            await(sleep(ofMillis(1)));
            return ready(new Order(item));
        }

        @GetMapping("/block")
        AsyncBlock<Order> block() {
            return () -> new Order("block");
        }

        @GetMapping("/entity")
        Future<ResponseEntity<Order>> entity() {
            return async(() -> ResponseEntity.status(202).body(new Order("later")));
        }

        @GetMapping("/stream")
        AsyncStream<Order> items() {
            return stream(out -> {
                out.emit(new Order("a"));
                await(sleep(ofMillis(1)));
                out.emit(new Order("b"));
            });
        }

        @GetMapping("/items")
        StreamBlock<Order> itemsBlock() {
            return out -> out.emit(new Order("c"));
        }

        @GetMapping("/fails")
        Future<Order> fails() {
            return async(() -> {
                await(sleep(ofMillis(1)));
                throw new IllegalArgumentException("no such order");
            });
        }

        @ExceptionHandler
        ResponseEntity<String> failed(IllegalArgumentException failure) {
            return ResponseEntity.status(404).body(failure.getMessage());
        }
    }

    @RestController
    static class Bodies {

        @PostMapping("/echo")
        Future<Order> echo(@RequestBody Future<Order> body) {
            return ready(await(body));
        }
    }

    @Nested
    @WebFluxTest
    @DirtiesContext
    @ContextConfiguration(classes = {Orders.class, Bodies.class})
    class OfWebFlux {

        @Autowired
        WebTestClient client;

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "/method/m|200|{'item':'m'}",
                    "/block|200|{'item':'block'}",
                    "/entity|202|{'item':'later'}",
                    "/stream|200|[{'item':'a'},{'item':'b'}]",
                    "/items|200|[{'item':'c'}]",
                    "/fails|404|no such order"
                })
        void get(String row) {
            String[] parts = row.replace('\'', '"').split("\\|");
            client.get()
                    .uri(parts[0])
                    .exchange()
                    .expectStatus()
                    .isEqualTo(Integer.parseInt(parts[1]))
                    .expectBody(String.class)
                    .isEqualTo(parts[2]);
        }

        @Test
        void post() {
            client.post()
                    .uri("/echo")
                    .bodyValue(new Order("x"))
                    .exchange()
                    .expectBody(Order.class)
                    .isEqualTo(new Order("x"));
        }
    }

    @Nested
    @WebMvcTest
    @DirtiesContext
    @ContextConfiguration(classes = Orders.class)
    class OfMvc {

        @Autowired
        MockMvcTester mvc;

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "/method/m|200|{'item':'m'}",
                    "/block|200|{'item':'block'}",
                    "/entity|202|{'item':'later'}",
                    "/stream|200|[{'item':'a'},{'item':'b'}]",
                    "/items|200|[{'item':'c'}]",
                    "/fails|404|no such order"
                })
        void get(String row) {
            String[] parts = row.replace('\'', '"').split("\\|");
            assertThat(mvc.get().uri(parts[0]).accept(MediaType.ALL))
                    .hasStatus(Integer.parseInt(parts[1]))
                    .bodyText()
                    .isEqualTo(parts[2]);
        }
    }

    /** Its methods say whether they run in a transaction. */
    @AutoConfigurationPackage
    static class Ledger {

        @Transactional
        public Future<Boolean> book() {
            await(sleep(ofMillis(1)));
            return ready(await(TransactionSynchronizationManager.forCurrentTransaction())
                    .isActualTransactionActive());
        }
    }

    @Nested
    @DataR2dbcTest
    @DirtiesContext
    @ContextConfiguration(classes = Ledger.class)
    @TestPropertySource(properties = "spring.r2dbc.url=r2dbc:h2:mem:///slices?options=DB_CLOSE_DELAY=-1")
    class OfR2dbc {

        @Autowired
        Ledger ledger;

        @Autowired
        ApplicationContext context;

        @Test
        void transactions() {
            assertThat(context.getBean(DatabaseClient.class)).isNotNull();
            assertThat(context.getBeansOfType(TaskPool.class)).hasSize(1);
            assertThat(Pollux.blockOn(ledger.book())).isTrue();
        }
    }

    /** Each annotation of Boot whose slice has our types names the starter in its list. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "org.springframework.boot.webflux.test.autoconfigure.AutoConfigureWebFlux",
                "org.springframework.boot.webmvc.test.autoconfigure.AutoConfigureWebMvc",
                "org.springframework.boot.data.r2dbc.test.autoconfigure.AutoConfigureDataR2dbc",
                "org.springframework.boot.data.mongodb.test.autoconfigure.AutoConfigureDataMongo",
                "org.springframework.boot.graphql.test.autoconfigure.AutoConfigureGraphQl"
            })
    void lists(String annotation) throws Exception {
        if (!annotation.contains(".graphql.")) { // not on the class path
            assertThat(Class.forName(annotation).isAnnotation()).isTrue();
        }
        List<String> named = new ArrayList<>();
        for (URL list : Collections.list(
                getClass().getClassLoader().getResources("META-INF/spring/" + annotation + ".imports"))) {
            try (var content = list.openStream()) {
                named.addAll(new String(content.readAllBytes()).lines().toList());
            }
        }
        assertThat(named).contains(PolluxAutoConfiguration.class.getName());
        assertThat(PolluxAutoConfiguration.class).hasAnnotation(AutoConfiguration.class);
    }
}
