package pollux.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static pollux.async.Async.stream;
import static pollux.reactor.ReactorAdapter.await;
import static pollux.reactor.ReactorAdapter.each;

import io.rsocket.core.RSocketServer;
import io.rsocket.transport.local.LocalClientTransport;
import io.rsocket.transport.local.LocalServerTransport;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.WebApplicationType;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.messaging.handler.annotation.MessageExceptionHandler;
import org.springframework.messaging.handler.annotation.MessageMapping;
import org.springframework.messaging.rsocket.RSocketRequester;
import org.springframework.messaging.rsocket.RSocketStrategies;
import org.springframework.messaging.rsocket.annotation.support.RSocketMessageHandler;
import org.springframework.stereotype.Controller;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.stream.AsyncStream;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;

/** Our types as arguments and results of message handlers, over RSocket. */
@Timeout(300)
class MessagingTest {

    static final BlockingQueue<String> EVENTS = new LinkedBlockingQueue<>();

    @Controller
    static class Handlers {

        @MessageMapping("one")
        Future<String> one(String name) {
            await(Futures.yieldNow());
            return Futures.ready(
                    "hello " + name + " from " + Thread.currentThread().getName());
        }

        @MessageMapping("many")
        AsyncStream<String> many(String name) {
            return stream(out -> {
                try {
                    for (int n = 0; n < Integer.MAX_VALUE; n++) {
                        out.emit(name + n);
                    }
                } finally {
                    await(Futures.yieldNow());
                    EVENTS.add("cleaned up");
                }
            });
        }

        @MessageMapping("channel")
        AsyncStream<String> channel(AsyncStream<String> names) {
            return stream(out -> {
                for (String name : each(names)) {
                    out.emit("hello " + name);
                }
            });
        }

        @MessageMapping("argument")
        Future<String> argument(Future<String> name) {
            return Futures.ready("hello " + await(name));
        }

        @MessageMapping("fire")
        Future<Void> fire(String name) {
            await(Futures.yieldNow());
            EVENTS.add("fired " + name);
            return Futures.ready(null);
        }

        @MessageMapping("fails")
        Future<String> fails() {
            await(Futures.yieldNow());
            throw new IllegalStateException("after an await");
        }

        @MessageMapping("handled")
        Future<String> handled() {
            await(Futures.yieldNow());
            throw new IllegalArgumentException("handled");
        }

        @MessageExceptionHandler
        Future<String> handle(IllegalArgumentException failure) {
            await(Futures.yieldNow());
            return Futures.ready(failure.getMessage());
        }
    }

    @App.Plain
    @Import(Handlers.class)
    static class Messages {

        @Bean
        RSocketMessageHandler messages() {
            RSocketMessageHandler handler = new RSocketMessageHandler();
            handler.setRSocketStrategies(RSocketStrategies.create());
            return handler;
        }
    }

    static App app;
    static Disposable server;
    static RSocketRequester requester;

    @BeforeAll
    static void start() {
        app = App.start(WebApplicationType.NONE, Messages.class);
        server = RSocketServer.create(app.bean(RSocketMessageHandler.class).responder())
                .bindNow(LocalServerTransport.create("messages"));
        requester = RSocketRequester.builder()
                .rsocketStrategies(RSocketStrategies.create())
                .transport(LocalClientTransport.create("messages"));
    }

    @AfterAll
    static void stop() {
        requester.dispose();
        server.dispose();
        app.close();
    }

    private static String ask(String route) {
        return requester.route(route).data("ann").retrieveMono(String.class).block(Duration.ofSeconds(90));
    }

    @Test
    void requests_are_answered_from_the_pool() {
        assertThat(ask("one")).startsWith("hello ann from pollux-app-worker-");
        assertThat(ask("argument")).isEqualTo("hello ann");
    }

    @Test
    void streams_have_backpressure_and_end_with_the_requester() throws Exception {
        EVENTS.clear();
        List<String> items = requester
                .route("many")
                .data("n")
                .retrieveFlux(String.class)
                .take(3)
                .collectList()
                .block(Duration.ofSeconds(90));
        assertThat(items).containsExactly("n0", "n1", "n2");
        assertThat(EVENTS.poll(90, TimeUnit.SECONDS)).isEqualTo("cleaned up");
    }

    @Test
    void channels() {
        assertThat(requester
                        .route("channel")
                        .data(Flux.just("ann", "bob"), String.class)
                        .retrieveFlux(String.class)
                        .collectList()
                        .block(Duration.ofSeconds(90)))
                .containsExactly("hello ann", "hello bob");
    }

    @Test
    void messages_without_an_answer() throws Exception {
        EVENTS.clear();
        requester.route("fire").data("ann").send().block(Duration.ofSeconds(90));
        assertThat(EVENTS.poll(90, TimeUnit.SECONDS)).isEqualTo("fired ann");
    }

    @Test
    void failures_reach_the_requester_or_a_handler() {
        assertThatThrownBy(() -> ask("fails")).hasMessageContaining("after an await");
        assertThat(ask("handled")).isEqualTo("handled");
    }
}
