package pollux.executor;

import org.jspecify.annotations.Nullable;
import pollux.future.Future;
import pollux.future.Services;

/** A task whose code finds more around it than what its host provides: a Reactor Context, a user's task-locals. */
final class TaskWithServices<T extends @Nullable Object> extends Task<T> {

    /** Belongs to the holder of RUNNING; dropped at the end, so that a handle that is kept keeps no services. */
    private Services services;

    TaskWithServices(TaskHost host, Services services, Future<T> future) {
        super(host, future);
        this.services = services;
    }

    @Override
    Services services() {
        return services;
    }

    @Override
    void dropServices() {
        services = Services.NONE;
    }
}
