package pollux.examples.booking;

import java.time.Duration;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** A row of a table that says how many seats are left; as reactive as a driver would have it. */
final class Seats {

    private int left;

    Seats(int left) {
        this.left = left;
    }

    Mono<Integer> read() {
        return Mono.fromCallable(() -> left).subscribeOn(Schedulers.boundedElastic());
    }

    Mono<Void> write(int left) {
        return Mono.<Void>fromRunnable(() -> this.left = left).delaySubscription(Duration.ofMillis(1));
    }

    int left() {
        return left;
    }
}
