package pollux.reactor;

import io.micrometer.context.ContextSnapshot;
import io.micrometer.context.ContextSnapshotFactory;
import pollux.executor.Spawner;
import pollux.future.Future;
import reactor.util.context.ContextView;

/**
 * Thread locals (a logging MDC, a trace, a security context) that follow a task from thread to thread. Needs
 * {@code io.micrometer:context-propagation}, in whose {@code ContextRegistry} each of them is registered.
 *
 * <p>They are captured once and set for the time of each poll and of a {@code cancel()}; then the thread gets back what
 * it had, also when the poll throws. All registered thread locals are set or, if they had no value when captured,
 * cleared. So tasks that share a worker never see each other's. What a task itself sets is gone at its next await.
 *
 * <p>What is captured here is also put into the Reactor {@code Context} of the task, as {@code contextCapture()} does,
 * for every {@code Mono} and {@code Flux} that it awaits.
 *
 * <p>None of this is needed for the tasks that serve a Reactor subscriber under
 * {@code Hooks.enableAutomaticContextPropagation()}: they find the thread locals of the subscriber's context, and those
 * of {@link ReactorAdapter#withContext} inside it.
 */
public final class ThreadLocals {

    private static final ContextSnapshotFactory SNAPSHOTS =
            ContextSnapshotFactory.builder().clearMissing(true).build();

    private ThreadLocals() {}

    /**
     * Runs a future with the thread locals of the calling thread.
     *
     * <p><b>Cancellation:</b> passed on, with those thread locals.
     *
     * @param <T> the type of the value
     * @param future the future that will find them
     * @return a future that owns the given one
     */
    public static <T> Future<T> captured(Future<T> future) {
        ContextSnapshot snapshot = here();
        return new ThreadLocalFuture<>(snapshot, new ContextFuture<>(snapshot::updateContext, future));
    }

    /**
     * Makes a spawner whose tasks run with the thread locals of the spawning thread. Tasks that these spawn on the
     * spawner that they find around them, for instance in a {@code TaskScope}, do so too. Blocking calls as well.
     *
     * @param spawner where the tasks run
     * @return a spawner that starts its tasks on the given one
     */
    public static Spawner capturing(Spawner spawner) {
        return new ThreadLocalSpawner(spawner, null);
    }

    /** The thread locals that have an entry in a context. */
    static ContextSnapshot of(ContextView context) {
        return SNAPSHOTS.captureFrom(context);
    }

    /** The thread locals of the calling thread. */
    static ContextSnapshot here() {
        return SNAPSHOTS.captureAll();
    }
}
