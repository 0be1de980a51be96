package pollux.reactor;

import io.micrometer.context.ContextSnapshot;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import pollux.executor.DriverSlot;
import pollux.executor.JoinHandle;
import pollux.executor.Spawner;
import pollux.future.Future;
import pollux.future.Services;
import pollux.time.TimerService;
import reactor.util.context.ContextView;

/**
 * A spawner whose tasks find thread locals: those of a subscriber's context, or else those of the spawning thread. In
 * the second case tasks find this spawner around them, so that what they spawn does likewise.
 */
final class ThreadLocalSpawner implements Spawner {

    private final Spawner spawner;
    private final @Nullable ContextView served;

    ThreadLocalSpawner(Spawner spawner, @Nullable ContextView served) {
        this.spawner = Objects.requireNonNull(spawner, "spawner");
        this.served = served;
    }

    @Override
    public <T extends @Nullable Object> JoinHandle<T> spawn(Future<T> future, Services services) {
        return served != null
                ? spawner.spawn(new ThreadLocalFuture<>(ThreadLocals.of(served), future), services)
                : spawner.spawn(ThreadLocals.captured(future), services.with(KEY, this));
    }

    @Override
    public <T extends @Nullable Object> JoinHandle<T> spawnBlocking(Callable<T> call) {
        ContextSnapshot snapshot = served != null ? ThreadLocals.of(served) : ThreadLocals.here();
        return spawner.spawnBlocking(snapshot.wrap(call));
    }

    @Override
    public TimerService timers() {
        return spawner.timers();
    }

    @Override
    public @Nullable DriverSlot driverSlot() {
        return spawner.driverSlot();
    }

    @Override
    public String toString() {
        return spawner.toString();
    }
}
