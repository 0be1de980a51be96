package orders;

import static pollux.future.Futures.*;
import static pollux.reactor.ReactorAdapter.*;

import org.springframework.context.annotation.Lazy;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.web.server.ResponseStatusException;
import pollux.future.Future;

/** Turns an order into a receipt, or leaves no trace. */
@Service
class Checkout {

    private final Orders orders;
    private final Lines lines;
    private final Receipts receipts;
    private final Payments payments;

    Checkout(Orders orders, Lines lines, Receipts receipts, @Lazy Payments payments) {
        this.orders = orders;
        this.lines = lines;
        this.receipts = receipts;
        this.payments = payments;
    }

    /** A failure, and a client that leaves, roll the transaction back. */
    @Transactional
    public Future<Receipt> checkout(long id) {
        Order order = await(orders.findById(id));
        if (order == null) {
            throw new ResponseStatusException(HttpStatus.NOT_FOUND, "there is no order " + id);
        }
        int total = 0;
        for (Line line : each(lines.findByOrderIdOrderById(id))) { // row by row, with backpressure
            if (await(lines.reserve(line.sku(), line.quantity())) == 0) {
                throw new ResponseStatusException(HttpStatus.CONFLICT, line.sku() + " is out of stock");
            }
            total += line.quantity() * line.price();
        }
        String payment = await(payments.charge(id, total)); // HTTP, with a timeout and retries
        return ready(await(receipts.save(new Receipt(null, id, total, payment))));
    }
}
