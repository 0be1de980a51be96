package pollux.examples.shop;

import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.IOException;
import java.math.BigDecimal;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;

/** The client of the payment service. */
final class Payments {

    private final HttpClient client;

    Payments(HttpClient client) {
        this.client = client;
    }

    /** Connects once, so that no customer waits for classes to load. */
    Mono<Void> warmUp() {
        return client.warmup().then(client.head().uri("/").response()).then();
    }

    /**
     * One attempt to charge an order. The service knows orders by their number, so trying again charges no customer
     * twice.
     */
    Mono<String> charge(Order order, BigDecimal total) {
        return client.post()
                .uri("/payments/%d?total=%s".formatted(order.id(), total))
                .responseSingle((response, body) -> {
                    if (response.status().equals(HttpResponseStatus.OK)) {
                        return body.asString();
                    }
                    String answer = "the payment service answered " + response.status() + " for order " + order.id();
                    return Mono.error(
                            response.status().equals(HttpResponseStatus.PAYMENT_REQUIRED)
                                    ? new Refused(answer)
                                    : new IOException(answer));
                });
    }

    /** The service will not charge, however often it is asked. */
    static final class Refused extends IOException {
        private static final long serialVersionUID = 1;

        Refused(String message) {
            super(message);
        }
    }
}
