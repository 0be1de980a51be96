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

    /** An order for trying the shop out, which is refused as well. */
    static final long TRIAL = 0;

    private final Timeline timeline;
    private final ConcurrentMap<Long, AtomicInteger> attempts = new ConcurrentHashMap<>();
    private final AtomicInteger abandoned = new AtomicInteger();

    PaymentService(Timeline timeline) {
        this.timeline = timeline;
    }

    Publisher<Void> charge(HttpServerRequest request, HttpServerResponse response) {
        long order = Long.parseLong(request.param("order"));
        int attempt = attempts.computeIfAbsent(order, id -> new AtomicInteger()).incrementAndGet();
        Timeline.Call call = timeline.call(order, attempt);
        if (order == BROKE || order == TRIAL) {
            return answer(response, HttpResponseStatus.PAYMENT_REQUIRED, call);
        }
        if (order == STUCK) {
            return silence(call);
        }
        return switch (attempt) {
            case 1 -> answer(response, HttpResponseStatus.SERVICE_UNAVAILABLE, call);
            case 2 -> silence(call);
            default -> {
                call.end("200 paid");
                yield response.sendString(Mono.just("payment-" + order));
            }
        };
    }

    private static Publisher<Void> answer(HttpServerResponse response, HttpResponseStatus status, Timeline.Call call) {
        call.end(status.toString());
        return response.status(status).send();
    }

    private Mono<Void> silence(Timeline.Call call) {
        return Mono.<Void>never().doOnCancel(() -> {
            abandoned.incrementAndGet();
            call.end("silence, given up");
        });
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
