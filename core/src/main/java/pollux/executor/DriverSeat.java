package pollux.executor;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The place of a pool for a {@link Driver}: empty until somebody needs one, and then with one idle thread in it at a time. */
public final class DriverSeat {

    /*
     * A pool that sleeps has a thread in its driver. Whoever is about to park tries to sit down first, and gets up only to be
     * awake; so when the last one parks, the seat is free for it, or one who sleeps has it already. Those who parked before
     * there was a driver know nothing of it, hence `summon`. Nor do those who parked while somebody sat here, who then got up
     * for a long poll; the Monitor sees that nobody comes, by `sittings`, and wakes one.
     */

    /** Stands for the driver of a pool that has ended. */
    private static final Driver CLOSED = new NoDriver();

    /** What {@link #sittings} says while there is nothing to wait for. Odd. */
    static final int NOBODY_HAS_TO = -1;

    private final AtomicReference<@Nullable Driver> driver = new AtomicReference<>();

    /** How often somebody sat down or got up: odd while somebody sits here. */
    private final AtomicInteger sittings = new AtomicInteger();

    private final Runnable summon;

    /**
     * Makes an empty seat.
     *
     * @param summon makes the threads that are parked look for the seat
     */
    DriverSeat(Runnable summon) {
        this.summon = summon;
    }

    /**
     * Returns the driver of this pool, and makes it if there is none. May be called from any thread.
     *
     * @param maker called if there is no driver; of two that are made at the same time, one is closed again
     * @return the driver
     * @throws RejectedExecutionException if the pool is closed
     */
    public Driver driver(Supplier<? extends Driver> maker) {
        Driver present = driver.get();
        if (present == null) {
            Driver made = maker.get();
            present = driver.compareAndExchange(null, made);
            if (present == null) {
                summon.run();
                return made;
            }
            made.close();
        }
        if (present == CLOSED) {
            throw new RejectedExecutionException(
                    "the pool is closed, nobody would wait for the events of this resource; use it within the lifetime of the pool");
        }
        return present;
    }

    /** Sits down, if there is a driver and nobody else sits in it. Who gets it calls {@link #release}. */
    @Nullable
    Driver take() {
        Driver present = driver.get();
        if (present == null) {
            return null;
        }
        int before = sittings.get();
        return (before & 1) == 0 && sittings.compareAndSet(before, before + 1) ? present : null;
    }

    void release() {
        sittings.set(sittings.get() + 1); // nobody else writes while it is odd
    }

    /** Returns a number that changes whenever somebody sits down or gets up; odd if somebody sits here, or nobody has to. */
    int sittings() {
        Driver present = driver.get();
        return present == null || present == CLOSED ? NOBODY_HAS_TO : sittings.get();
    }

    /** Closes the driver, now or as soon as one is made. Called by the last thread that could sit here. */
    void close() {
        Driver last = driver.getAndSet(CLOSED);
        if (last != null) {
            last.close();
        }
    }

    @Override
    public String toString() {
        Driver present = driver.get();
        return "DriverSeat["
                + (present == null ? "empty]" : present + ((sittings.get() & 1) != 0 ? ", taken]" : ", free]"));
    }

    private static final class NoDriver implements Driver {

        @Override
        public void await(long nanos) {}

        @Override
        public int dispatch() {
            return 0;
        }

        @Override
        public void wakeUp() {}

        @Override
        public void close() {}

        @Override
        public String toString() {
            return "closed";
        }
    }
}
