package orders;

import static java.time.Duration.ofMillis;
import static pollux.reactor.ReactorAdapter.*;
import static pollux.time.Timers.*;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Lazy;
import org.springframework.stereotype.Component;
import org.springframework.web.reactive.function.client.WebClient;
import pollux.future.Future;
import pollux.time.Retry;

/** The client of a payment service that fails, and sometimes does not answer at all. */
@Component
@Lazy
class Payments {

    private static final Retry RETRY = Retry.times(4).backoff(ofMillis(10), ofMillis(100));

    private final WebClient client;

    Payments(@Value("http://localhost:${local.server.port}") String url) {
        client = WebClient.create(url);
    }

    /** Each attempt gets half a second. */
    Future<String> charge(long order, int total) {
        return RETRY.run(() -> timeout(
                ofMillis(500),
                future(client.post()
                        .uri("/payments/{order}/{total}", order, total)
                        .retrieve()
                        .bodyToMono(String.class))));
    }
}
