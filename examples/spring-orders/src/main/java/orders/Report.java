package orders;

import static pollux.future.Futures.*;
import static pollux.reactor.ReactorAdapter.*;

import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import pollux.future.Future;

/** Counts the receipts every second. */
@Component
class Report {

    private final Receipts receipts;
    private volatile long ticks;

    Report(Receipts receipts) {
        this.receipts = receipts;
    }

    /** Each tick is a fresh run of this method. */
    @Scheduled(fixedDelay = 1000)
    Future<Void> report() {
        long count = await(receipts.count());
        ticks++;
        System.Logger log = System.getLogger("report");
        log.log(System.Logger.Level.INFO, count + " receipts");
        return ready(null);
    }

    long ticks() {
        return ticks;
    }
}
