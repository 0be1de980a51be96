package pollux.examples.shop;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static pollux.async.Async.async;
import static pollux.async.Async.await;
import static pollux.reactor.ReactorAdapter.await;
import static pollux.reactor.ReactorAdapter.each;
import static pollux.reactor.ReactorAdapter.future;
import static pollux.time.Timers.timeout;

import java.math.BigDecimal;
import java.time.Duration;
import pollux.future.Future;
import pollux.time.Retry;

/** Turns an order into a receipt, or leaves no trace. */
final class Checkout {

    private static final Duration PATIENCE = ofSeconds(2);
    private static final Retry UNLESS_REFUSED = Retry.times(4)
            .backoff(ofMillis(10), ofMillis(100))
            .onlyIf(failure -> !(failure instanceof Payments.Refused));

    private final Database database;
    private final Payments payments;

    Checkout(Database database, Payments payments) {
        this.database = database;
        this.payments = payments;
    }

    /** Nothing happens until the future is polled; giving it up rolls everything back. */
    Future<Receipt> checkout(long id) {
        return database.inTransaction(tx -> async(() -> {
            Order order = await(Orders.open(tx, id)); // a Mono of R2DBC
            BigDecimal total = BigDecimal.ZERO;
            for (Line line : each(Orders.lines(tx, order.id()))) { // a Flux of R2DBC, item by item
                await(Orders.reserve(tx, line));
                total = total.add(line.total());
            }
            String payment = await(pay(order, total));
            return await(Orders.save(tx, new Receipt(id, order.customer(), total, payment)));
        }));
    }

    private Future<String> pay(Order order, BigDecimal total) {
        return UNLESS_REFUSED.run(() -> timeout(PATIENCE, future(payments.charge(order, total)))); // a Mono over HTTP
    }
}
