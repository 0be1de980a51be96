package pollux.reactive.spi;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import pollux.internal.memory.VarHandles;

/**
 * The number of items that a subscriber has asked for and not been given yet.
 *
 * <p>Saturates at {@link Long#MAX_VALUE}, which means no bound and is never counted down (3.17). {@link #add} may be
 * called from any thread, {@link #spend} from one at a time.
 */
public final class Demand {

    private static final VarHandle AMOUNT = VarHandles.handle(MethodHandles.lookup(), "amount", long.class);

    private volatile long amount;

    /** Makes a demand of zero. */
    public Demand() {}

    /**
     * Adds to the demand (3.8).
     *
     * @param n how much, positive
     * @return the demand before; zero means that a consumer may be waiting for this call
     */
    public long add(long n) {
        while (true) {
            long before = amount;
            if (before == Long.MAX_VALUE || AMOUNT.compareAndSet(this, before, sum(before, n))) {
                return before;
            }
        }
    }

    /**
     * Takes off what was delivered.
     *
     * @param n how much, not more than {@link #get()}
     * @return the demand that is left
     */
    public long spend(long n) {
        while (true) {
            long before = amount;
            if (n == 0 || before == Long.MAX_VALUE) {
                return before;
            }
            if (AMOUNT.compareAndSet(this, before, before - n)) {
                return before - n;
            }
        }
    }

    /**
     * Takes all of it.
     *
     * @return the demand before
     */
    public long drain() {
        return (long) AMOUNT.getAndSet(this, 0L);
    }

    /**
     * Returns the demand.
     *
     * @return items asked for and not delivered, or {@link Long#MAX_VALUE} for no bound
     */
    public long get() {
        return amount;
    }

    /**
     * Adds two amounts.
     *
     * @param a an amount, not negative
     * @param b another, not negative
     * @return the sum, or {@link Long#MAX_VALUE} if it is larger than that
     */
    public static long sum(long a, long b) {
        long sum = a + b;
        return sum < 0 ? Long.MAX_VALUE : sum;
    }

    @Override
    public String toString() {
        long now = amount;
        return now == Long.MAX_VALUE ? "unbounded" : Long.toString(now);
    }
}
