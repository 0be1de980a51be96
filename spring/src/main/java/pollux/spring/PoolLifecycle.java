package pollux.spring;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.context.SmartLifecycle;
import pollux.executor.TaskPool;

/**
 * Opens the pool for the registry that all contexts share, and drains it when the context closes: after the web server
 * has stopped taking requests, and before other beans are destroyed. Tasks that do not end in time are reported and
 * cancelled; their clean-up is waited for as long again, and ten seconds at least.
 *
 * <p>A context that is only stopped may be started again, so its pool stays open. The one of a context that could not
 * start is closed with its beans.
 */
final class PoolLifecycle implements SmartLifecycle, DisposableBean {

    /** After WebServerGracefulShutdownLifecycle (DEFAULT_PHASE - 1024) and WebServerStartStopLifecycle (- 2048). */
    private static final int PHASE = DEFAULT_PHASE - 4096;

    private static final System.Logger LOG = System.getLogger(PoolLifecycle.class.getName());
    private static final long LOOK_NANOS = 2_000_000;
    private static final Duration LEAST_CLEAN_UP = Duration.ofSeconds(10);

    private final TaskPool pool;
    private final Duration limit;
    private final Duration cleanUp;
    private final BooleanSupplier isClosing;
    private volatile boolean running;

    PoolLifecycle(TaskPool pool, Duration limit, BooleanSupplier isClosing) {
        this(pool, limit, limit.compareTo(LEAST_CLEAN_UP) < 0 ? LEAST_CLEAN_UP : limit, isClosing);
    }

    PoolLifecycle(TaskPool pool, Duration limit, Duration cleanUp, BooleanSupplier isClosing) {
        this.pool = pool;
        this.limit = limit;
        this.cleanUp = cleanUp;
        this.isClosing = isClosing;
        ReactiveTypes.open(pool);
    }

    @Override
    public void start() {
        running = true;
    }

    /** Drains the pool on the calling thread. */
    @Override
    public void stop() {
        running = false;
        boolean closes = isClosing.getAsBoolean();
        if (closes) {
            ReactiveTypes.close(pool);
        }
        long start = System.nanoTime();
        while (pool.liveTasks() > 0
                && Duration.ofNanos(System.nanoTime() - start).compareTo(limit) < 0
                && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(LOOK_NANOS); // the pool has no signal for its last task, and shutdown happens once
        }
        if (closes) {
            close();
        }
    }

    private void close() {
        if (pool.liveTasks() > 0) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "cancelling " + pool.liveTasks() + " tasks of " + pool + " that did not end within " + limit
                            + " (pollux.shutdown-timeout)\n" + pool.dump());
        }
        if (!pool.close(cleanUp)) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    pool.liveTasks() + " tasks of " + pool + " have not ended within " + cleanUp
                            + " after they were cancelled; the application closes without them\n" + pool.dump());
        }
    }

    @Override
    public void destroy() {
        ReactiveTypes.close(pool);
        if (!pool.isClosed()) {
            close();
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** Spring pauses the contexts that its tests keep for later; there is nothing that a pool must not do meanwhile. */
    @Override
    public boolean isPauseable() {
        return false;
    }

    @Override
    public int getPhase() {
        return PHASE;
    }

    @Override
    public String toString() {
        return "PoolLifecycle[" + pool + ", " + limit + "]";
    }
}
