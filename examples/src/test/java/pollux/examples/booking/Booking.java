package pollux.examples.booking;

import static pollux.async.Async.await;
import static pollux.reactor.ReactorAdapter.await;
import static pollux.reactor.ReactorAdapter.mono;
import static pollux.rxjava.RxJavaAdapter.future;
import static pollux.time.Timers.sleep;

import java.time.Duration;
import pollux.async.Async;
import pollux.sync.AsyncMutex;
import reactor.core.publisher.Mono;

/** Sells one seat: counts, charges, and writes; tries again when the bank is out of order. */
final class Booking {

    private final Seats seats;
    private final Bank bank;
    private final AsyncMutex row = new AsyncMutex();

    Booking(Seats seats, Bank bank) {
        this.seats = seats;
        this.bank = bank;
    }

    /** As it was first written. Bookings 20 ms apart do not meet, unless one of them has to try again. */
    Mono<Void> hasty() {
        return mono(() -> {
            int left = await(seats.read());
            while (true) {
                try {
                    await(future(bank.charge()), Bank.OutOfOrderException.class);
                    break;
                } catch (Bank.OutOfOrderException tryAgain) {
                    await(sleep(Duration.ofMillis(20)));
                }
            }
            await(seats.write(left - 1));
            return null;
        });
    }

    /** The same, one at a time. */
    Mono<Void> careful() {
        return mono(() -> await(row.withLock(() -> Async.async(() -> await(hasty())))));
    }
}
