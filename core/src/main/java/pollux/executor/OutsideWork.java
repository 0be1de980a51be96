package pollux.executor;

import java.util.concurrent.atomic.AtomicInteger;
import pollux.future.Services;

/**
 * Counts the threads that work for the tasks of an executor and that the executor does not drive: blocking calls, file
 * operations, virtual threads. An executor whose clock moves only when nothing is left to do has one among its
 * services, so that its clock stands still meanwhile. For executors, and for code that starts such threads.
 *
 * <p>Work that waits for a task or a timer of the executor does not count as long as it waits. All methods may be
 * called from any thread, take no lock and do not block.
 */
public final class OutsideWork {

    /** Where the executor's own is found among the services of its tasks. */
    public static final Services.Key<OutsideWork> KEY = new Services.Key<>("outside work");

    private final AtomicInteger underWay = new AtomicInteger();
    private final Runnable changed;

    /**
     * Makes a count of zero.
     *
     * @param changed called after each end, on the thread that has ended
     */
    public OutsideWork(Runnable changed) {
        this.changed = changed;
    }

    /** Counts work that is about to run. */
    public void begin() {
        underWay.incrementAndGet();
    }

    /** Counts the end of work, or that it waits. Called after it has woken what waits for it. */
    public void end() {
        underWay.decrementAndGet();
        changed.run();
    }

    /**
     * Tells whether there is work under way.
     *
     * @return true if more has begun than has ended
     */
    public boolean isUnderWay() {
        return underWay.get() > 0;
    }

    @Override
    public String toString() {
        return "OutsideWork[" + underWay + " under way]";
    }
}
