package orders;

import static java.time.Duration.ofMillis;
import static pollux.future.Futures.*;
import static pollux.reactor.ReactorAdapter.*;
import static pollux.time.Timers.*;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;
import pollux.future.Future;
import pollux.stream.AsyncStream;

@RestController
class OrderController {

    record OrderView(long id, String customer, List<Line> lines) {}

    private final Orders orders;
    private final Lines lines;
    private final Receipts receipts;
    private final Checkout checkout;
    private final AtomicInteger attempts = new AtomicInteger();

    OrderController(Orders orders, Lines lines, Receipts receipts, Checkout checkout) {
        this.orders = orders;
        this.lines = lines;
        this.receipts = receipts;
        this.checkout = checkout;
    }

    @GetMapping("/orders/{id}")
    Future<OrderView> order(@PathVariable long id) {
        Order order = await(orders.findById(id));
        if (order == null) {
            throw new ResponseStatusException(HttpStatus.NOT_FOUND);
        }
        List<Line> found = new ArrayList<>();
        for (Line line : each(lines.findByOrderIdOrderById(id))) {
            found.add(line);
        }
        return ready(new OrderView(id, order.customer(), found));
    }

    @PostMapping("/orders/{id}/checkout")
    Future<Receipt> checkout(@PathVariable long id) {
        return checkout.checkout(id);
    }

    /** Server-sent events; a client that reads slowly slows this loop down, and one that leaves ends it. */
    @GetMapping(path = "/receipts", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    AsyncStream<Receipt> receipts() {
        return stream(out -> {
            long seen = 0;
            while (true) {
                for (Receipt receipt : each(receipts.findByIdGreaterThanOrderById(seen))) {
                    out.emit(receipt);
                    seen = receipt.id();
                }
                await(sleep(ofMillis(100)));
            }
        });
    }

    /** The payment service: the first attempt fails, the second is not answered, the third succeeds. */
    @PostMapping("/payments/{order}/{total}")
    Future<String> pay(@PathVariable long order, @PathVariable int total) {
        int attempt = attempts.incrementAndGet() % 3;
        if (attempt == 1) {
            throw new ResponseStatusException(HttpStatus.SERVICE_UNAVAILABLE);
        }
        if (attempt == 2) {
            await(pending());
        }
        return ready("payment of " + total + " for order " + order);
    }
}
