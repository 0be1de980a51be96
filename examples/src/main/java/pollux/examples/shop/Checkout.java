package pollux.examples.shop;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static pollux.reactor.ReactorAdapter.future;
import static pollux.reactor.ReactorAdapter.stream;
import static pollux.time.Timers.timeout;

import io.r2dbc.spi.Connection;
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

    /** A recipe: nothing happens until the future is polled, and cancelling it rolls everything back. */
    Future<Receipt> checkout(long id) {
        return database.inTransaction(tx -> future(Orders.open(tx, id)) // a Mono of R2DBC
                .then(order -> reserve(tx, order)
                        .then(total ->
                                pay(order, total).map(payment -> new Receipt(id, order.customer(), total, payment))))
                .then(receipt -> future(Orders.save(tx, receipt))));
    }

    /** Takes the lines of an order one by one, the next one when the last is reserved, and adds them up. */
    private Future<BigDecimal> reserve(Connection tx, Order order) {
        return stream(Orders.lines(tx, order.id()), 1) // a Flux of R2DBC
                .then(line -> future(Orders.reserve(tx, line)))
                .fold(BigDecimal.ZERO, (total, line) -> total.add(line.total()));
    }

    private Future<String> pay(Order order, BigDecimal total) {
        return UNLESS_REFUSED.run(() -> timeout(PATIENCE, future(payments.charge(order, total)))); // a Mono over HTTP
    }
}
