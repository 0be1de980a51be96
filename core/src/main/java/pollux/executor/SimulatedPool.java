package pollux.executor;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import pollux.future.Future;
import pollux.future.Services;
import pollux.time.TimerService;

/**
 * {@link TaskPool#shared()} as a simulation has it: a pool without threads of its own, whose tasks the simulation runs.
 */
final class SimulatedPool extends TaskPool {

    private final Spawner world;

    SimulatedPool(Spawner world) {
        super(TaskPool.builder().workers(1).monitor(false).name("simulated").options, Platform.JVM);
        this.world = world;
    }

    @Override
    public <T extends @Nullable Object> JoinHandle<T> spawn(Future<T> future, Services services) {
        return world.spawn(future, services);
    }

    @Override
    public <T extends @Nullable Object> JoinHandle<T> spawnBlocking(Callable<T> call) {
        return world.spawnBlocking(call);
    }

    @Override
    public TimerService timers() {
        return world.timers();
    }

    @Override
    public @Nullable DriverSlot driverSlot() {
        return world.driverSlot();
    }

    @Override
    public void execute(Runnable code) {
        if (spawn(once(code)).isCancelled()) {
            throw new RejectedExecutionException(world + " is closed");
        }
    }

    @Override
    public void close() {
        throw new IllegalStateException("the shared pool of a simulation ends with the simulation; do not close it");
    }

    @Override
    public boolean close(Duration limit) {
        throw new IllegalStateException("the shared pool of a simulation ends with the simulation; do not close it");
    }

    @Override
    public String toString() {
        return "TaskPool[simulated by " + world + "]";
    }
}
