package pollux.examples.shop;

import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/**
 * A payment service as bad as they come, and the same in every run: it fails the first attempt to charge an order,
 * never answers the second, and accepts the third. {@link #BROKE} it refuses at
 * once, and about {@link #STUCK} it is silent for ever.
 */
final class PaymentService {

    /** The order whose customer has no money. */
    static final long BROKE = 13;

    /** An order that the service never answers about. */
    static final long STUCK = 7;

    private final ConcurrentMap<Long, AtomicInteger> attempts = new ConcurrentHashMap<>();
    private final AtomicInteger abandoned = new AtomicInteger();

    Publisher<Void> charge(HttpServerRequest request, HttpServerResponse response) {
        long order = Long.parseLong(request.param("order"));
        int attempt = attempts.computeIfAbsent(order, id -> new AtomicInteger()).incrementAndGet();
        if (order == BROKE) {
            return response.status(HttpResponseStatus.PAYMENT_REQUIRED).send();
        }
        if (order == STUCK) {
            return silence();
        }
        return switch (attempt) {
            case 1 -> response.status(HttpResponseStatus.SERVICE_UNAVAILABLE).send();
            case 2 -> silence();
            default -> response.sendString(Mono.just("payment-" + order));
        };
    }

    private Mono<Void> silence() {
        return Mono.<Void>never().doOnCancel(abandoned::incrementAndGet);
    }

    /** How often a client tried to charge an order. */
    int attempts(long order) {
        AtomicInteger count = attempts.get(order);
        return count == null ? 0 : count.get();
    }

    /** How many callers went away while they waited for an answer. */
    int abandoned() {
        return abandoned.get();
    }
}
