package pollux.reactive.spi;

import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import pollux.executor.Spawner;
import pollux.time.TimeSource;
import pollux.time.TimerService;

/**
 * A spawner in the shape that the schedulers of Reactor and RxJava need: {@link SerialExecutor}s for their workers, one
 * each for their direct jobs, a clock, and an end that releases all of it. The spawner itself stays open; it belongs to
 * others.
 *
 * <p>All methods may be called from any thread. For adapters.
 */
public final class SerialExecutors {

    private final Spawner spawner;
    private final TimerService timers;
    private final boolean realTime;
    private final Set<SerialExecutor> open = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /**
     * Makes a set without lanes.
     *
     * @param spawner where the jobs run
     */
    public SerialExecutors(Spawner spawner) {
        this.spawner = Objects.requireNonNull(spawner, "spawner");
        this.timers = spawner.timers();
        TimeSource clock = timers.timeSource();
        long before = System.nanoTime();
        long reading = clock.nanoTime();
        realTime = before - reading <= 0 && reading - System.nanoTime() <= 0;
    }

    /**
     * Opens a lane; the caller closes it.
     *
     * @return a new lane, closed if this set is closed
     */
    public SerialExecutor open() {
        SerialExecutor lane = new SerialExecutor(this, spawner, timers);
        open.add(lane);
        if (closed) {
            lane.close();
        }
        return lane;
    }

    /**
     * Hands over a job that needs no order with others; see {@link SerialExecutor#submit}.
     *
     * @param job a job that was not submitted before
     * @param delayNanos how long to wait; zero or less for not at all
     * @param periodNanos the time from one run to the next; negative for a single run
     * @return false if the job never will run, because this set is closed or its spawner refuses work
     */
    public boolean submit(SerialExecutor.Job job, long delayNanos, long periodNanos) {
        job.alone = true;
        return open().submit(job, delayNanos, periodNanos);
    }

    /** Closes every lane, now and in future. Calling it again does nothing. */
    public void close() {
        closed = true;
        open.forEach(SerialExecutor::close);
    }

    /**
     * Tells whether this set is closed.
     *
     * @return true after {@link #close()}
     */
    public boolean isClosed() {
        return closed;
    }

    /**
     * Reads the clock of the spawner's timers. In milliseconds and coarser units it is the wall clock, as both
     * libraries expect, unless the timers run on a time of their own.
     *
     * @param unit the unit of the answer
     * @return the time
     */
    public long now(TimeUnit unit) {
        return realTime && unit.compareTo(TimeUnit.MILLISECONDS) >= 0
                ? unit.convert(System.currentTimeMillis(), TimeUnit.MILLISECONDS)
                : unit.convert(timers.timeSource().nanoTime(), TimeUnit.NANOSECONDS);
    }

    /** Returns how many lanes are open, for tests of leaks. */
    int size() {
        return open.size();
    }

    void forget(SerialExecutor lane) {
        open.remove(lane);
    }

    @Override
    public String toString() {
        return spawner.toString();
    }
}
