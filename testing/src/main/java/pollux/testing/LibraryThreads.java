package pollux.testing;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import pollux.executor.JoinHandle;
import pollux.executor.Spawner;
import pollux.future.Future;
import pollux.future.Services;
import pollux.time.TimerService;

/**
 * What the schedulers of another library run on. Nothing is injected there: a thread of a library does not die of what
 * its tasks do, and no library is written for that.
 */
record LibraryThreads(World world) implements Spawner {

    @Override
    public <T extends @Nullable Object> JoinHandle<T> spawn(Future<T> future, Services services) {
        return world.spawn(future, services, false);
    }

    @Override
    public <T extends @Nullable Object> JoinHandle<T> spawnBlocking(Callable<T> call) {
        return world.spawnBlocking(call);
    }

    @Override
    public TimerService timers() {
        return world.timers();
    }
}
