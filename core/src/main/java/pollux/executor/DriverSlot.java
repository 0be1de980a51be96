package pollux.executor;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The I/O driver slot of a pool: empty until a resource needs a {@link Driver}, then held by one idle worker at a time.
 */
public final class DriverSlot {

    /*
     * A pool that sleeps has a worker in its driver. A worker that is about to park first tries to acquire the driver,
     * and releases it only to be awake; so when the last one parks, the seat is free for it, or one who sleeps has it
     * already. Those who parked before there was a driver do not know of it, hence `summon`. Nor do those that parked
     * while another worker held the driver and then released it for a long poll; the Monitor sees by `sittings` that no
     * worker takes the driver, and wakes one.
     */

    /** Stands for the driver of a pool that has ended. */
    private static final Driver CLOSED = new NoDriver();

    /** What {@link #sittings} says while there is nothing to wait for. Odd. */
    static final int NOBODY_HAS_TO = -1;

    private final AtomicReference<@Nullable Driver> driver = new AtomicReference<>();

    /** How often the driver was acquired or released: odd while a worker holds it. */
    private final AtomicInteger sittings = new AtomicInteger();

    private final Runnable summon;

    /**
     * Makes an empty seat.
     *
     * @param summon makes the threads that are parked look for the seat
     */
    DriverSlot(Runnable summon) {
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
                    "the pool is closed, no worker would wait for the events of this resource; use it within the lifetime of the pool");
        }
        return present;
    }

    /** Tries to acquire the driver; on success the caller must call {@link #release}. */
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
        sittings.set(sittings.get() + 1); // no other thread writes while it is odd
    }

    /**
     * Returns a number that changes with each acquire and release; odd if a worker holds the driver, or none is needed.
     */
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
