package pollux.spring;

import java.time.Duration;
import org.springframework.context.SmartLifecycle;
import pollux.executor.TaskPool;

/**
 * Opens the pool for the registry that all contexts share, and drains it when the context closes: after the web server has
 * stopped taking requests, and before other beans are destroyed. Tasks that do not end in time are cancelled; their
 * clean-up is waited for.
 */
final class PoolLifecycle implements SmartLifecycle {

    /** After WebServerGracefulShutdownLifecycle (DEFAULT_PHASE - 1024) and WebServerStartStopLifecycle (- 2048). */
    private static final int PHASE = DEFAULT_PHASE - 4096;

    private final TaskPool pool;
    private final Duration limit;
    private volatile boolean running;

    PoolLifecycle(TaskPool pool, Duration limit) {
        this.pool = pool;
        this.limit = limit;
        ReactiveTypes.open(pool);
    }

    @Override
    public void start() {
        running = true;
    }

    @Override
    public void stop() {
        running = false;
        ReactiveTypes.close(pool);
        pool.close();
    }

    @Override
    public boolean isRunning() {
        return running;
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
