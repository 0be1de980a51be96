package pollux.examples.booking;

import io.reactivex.rxjava3.core.Completable;
import java.util.concurrent.TimeUnit;
import java.util.function.IntUnaryOperator;

/** Charges cards in 5 ms, and is out of order every now and then. */
final class Bank {

    static final class OutOfOrderException extends Exception {
        private static final long serialVersionUID = 1;
    }

    private final IntUnaryOperator random;

    /** Makes a bank whose luck comes from elsewhere: a test decides it. */
    Bank(IntUnaryOperator random) {
        this.random = random;
    }

    Completable charge() {
        return Completable.timer(5, TimeUnit.MILLISECONDS)
                .andThen(Completable.defer(() -> random.applyAsInt(100) == 99
                        ? Completable.error(new OutOfOrderException())
                        : Completable.complete()));
    }
}
