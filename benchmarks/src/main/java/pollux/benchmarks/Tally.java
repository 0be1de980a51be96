package pollux.benchmarks;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Where the outside thread waits for the end of a call: a counter that the work brings down to zero, and a latch that
 * opens there. What is left over shows a lost or a doubled item. Public for the Kotlin peers.
 */
public final class Tally {

    private final AtomicLong missing;
    private final CountDownLatch latch = new CountDownLatch(1);

    Tally(long expected) {
        missing = new AtomicLong(expected);
    }

    /** Brings a part of the expected sum; the one that completes it opens the latch. */
    public void arrive(long amount) {
        if (missing.addAndGet(-amount) == 0) {
            latch.countDown();
        }
    }

    /** Brings the whole sum and opens the latch, whether or not it is the expected one. */
    public void end(long sum) {
        missing.addAndGet(-sum);
        latch.countDown();
    }

    /**
     * Blocks until the latch is open.
     *
     * @throws IllegalStateException if the sum is wrong, or not complete within a minute
     */
    long await() {
        try {
            if (!latch.await(60, TimeUnit.SECONDS)) {
                throw new IllegalStateException("no end within 60 s; missing: " + missing.get());
            }
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException("interrupted; missing: " + missing.get(), interrupted);
        }
        return Workload.check(0, missing.get());
    }
}
