package pollux.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static pollux.reactor.ReactorAdapter.await;
import static pollux.reactor.ReactorAdapter.each;

import io.netty.util.IllegalReferenceCountException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.WebApplicationType;
import org.springframework.context.annotation.Bean;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.reactive.handler.SimpleUrlHandlerMapping;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketMessage;
import org.springframework.web.reactive.socket.WebSocketSession;
import org.springframework.web.reactive.socket.client.ReactorNettyWebSocketClient;
import pollux.executor.TaskPool;
import pollux.future.Futures;
import pollux.reactor.ReactorAdapter;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Handlers of web sockets over a real connection, whose messages Netty releases when a signal has returned. */
@Timeout(300)
class WebSocketTest {

    static final List<WebSocketMessage> RECEIVED = new CopyOnWriteArrayList<>();
    static final BlockingQueue<String> READ = new LinkedBlockingQueue<>();
    static final BlockingQueue<WebSocketMessage> DISCARDED = new LinkedBlockingQueue<>();

    @App.Plain
    static class Sockets {

        final TaskPool pool;

        Sockets(TaskPool pool) {
            this.pool = pool;
        }

        @Bean
        HandlerMapping sockets() {
            Map<String, WebSocketHandler> handlers = Map.of(
                    "/echo",
                    this::echo,
                    "/late",
                    session -> late(session, session.receive()),
                    "/late-retained",
                    session -> late(session, session.receive().map(WebSocketMessage::retain)),
                    "/left",
                    this::left);
            return new SimpleUrlHandlerMapping(handlers, -1);
        }

        /** The recipe of docs/spring.md. */
        Mono<Void> echo(WebSocketSession session) {
            return ReactorAdapter.on(pool).mono(() -> {
                for (String text : each(session.receive().map(WebSocketMessage::getPayloadAsText))) {
                    await(session.send(Mono.just(session.textMessage("echo of " + text))));
                }
                return null;
            });
        }

        /** Reads a message after the next one has come, so after the signal of the first one has returned. */
        Mono<Void> late(WebSocketSession session, Flux<WebSocketMessage> messages) {
            return ReactorAdapter.on(pool).mono(() -> {
                List<WebSocketMessage> both = new ArrayList<>();
                for (WebSocketMessage message : each(messages)) {
                    both.add(message);
                    if (both.size() == 2) {
                        break;
                    }
                }
                try {
                    READ.add(both.get(0).getPayloadAsText());
                } catch (IllegalReferenceCountException dead) {
                    READ.add("dead");
                }
                return null;
            });
        }

        /** The other recipe: keeps three messages, and leaves the loop after the first one. */
        Mono<Void> left(WebSocketSession session) {
            Flux<WebSocketMessage> kept =
                    session.receive().map(WebSocketMessage::retain).doOnNext(RECEIVED::add);
            Mono<Void> handled = ReactorAdapter.on(pool).mono(() -> {
                for (WebSocketMessage message : each(kept)) {
                    try {
                        while (RECEIVED.size() < 3) {
                            await(Futures.yieldNow());
                        }
                        break;
                    } finally {
                        message.release();
                    }
                }
                return null;
            });
            return handled.doOnDiscard(WebSocketMessage.class, message -> {
                message.release();
                DISCARDED.add(message);
            });
        }
    }

    static App app;

    @BeforeAll
    static void start() {
        app = App.start(WebApplicationType.REACTIVE, Sockets.class);
    }

    @AfterAll
    static void stop() {
        app.close();
    }

    /** Sends three texts to a handler, and waits until the connection is closed or as many texts have come back. */
    private static List<String> answers(String path) {
        List<String> answers = new CopyOnWriteArrayList<>();
        new ReactorNettyWebSocketClient()
                .execute(
                        URI.create("ws://localhost:" + app.port() + path),
                        session -> session.send(Flux.just("one", "two", "three").map(session::textMessage))
                                .thenMany(session.receive().map(WebSocketMessage::getPayloadAsText))
                                .take(3)
                                .doOnNext(answers::add)
                                .then())
                .block(Duration.ofSeconds(90));
        return answers;
    }

    @Test
    void a_handler_answers_message_by_message() {
        assertThat(answers("/echo")).containsExactly("echo of one", "echo of two", "echo of three");
    }

    @Test
    void a_message_that_is_kept_over_an_await_has_to_be_retained() throws Exception {
        answers("/late");
        assertThat(READ.take()).isNotEqualTo("one"); // dead, or already the buffer of another message
        answers("/late-retained");
        assertThat(READ.take()).isEqualTo("one");
    }

    @Test
    void retained_messages_of_a_loop_that_is_left_are_discarded() throws Exception {
        answers("/left");
        assertThat(RECEIVED).hasSize(3);
        for (int i = 1; i < 3; i++) {
            DISCARDED.take(); // the last one perhaps later: by the thread that hands it over while the loop is left
        }
        assertThat(DISCARDED.peek()).isNull();
    }
}
