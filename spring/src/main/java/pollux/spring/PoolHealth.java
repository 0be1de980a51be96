package pollux.spring;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import pollux.executor.PoolMetrics;
import pollux.executor.TaskPool;

/** Actuator's view of the pool: down once it is closed, with the number of workers, live tasks and queued tasks. */
final class PoolHealth extends AbstractHealthIndicator {

    private final TaskPool pool;

    PoolHealth(TaskPool pool) {
        super("Pollux health check failed");
        this.pool = pool;
    }

    @Override
    protected void doHealthCheck(Health.Builder health) {
        PoolMetrics metrics = pool.metrics();
        long queued = metrics.injectDepth()
                + metrics.workers().stream()
                        .mapToLong(PoolMetrics.Worker::queueDepth)
                        .sum();
        (pool.isClosed() ? health.down() : health.up())
                .withDetail("workers", pool.workers())
                .withDetail("liveTasks", metrics.liveTasks())
                .withDetail("queuedTasks", queued);
    }
}
