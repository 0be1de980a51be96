package pollux.executor;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import pollux.future.Future;
import pollux.future.Services;

/** The spawner that starts nothing. */
final class ClosedSpawner implements Spawner {

    static final ClosedSpawner INSTANCE = new ClosedSpawner();

    private ClosedSpawner() {}

    @Override
    public <T extends @Nullable Object> JoinHandle<T> spawn(Future<T> future, Services services) {
        return InlineSpawner.spawnCancelled(future, services);
    }

    @Override
    public <T extends @Nullable Object> JoinHandle<T> spawnBlocking(Callable<T> call) {
        return InlineSpawner.spawnCancelled(BlockingCall.notStarted(call), Services.NONE);
    }

    @Override
    public String toString() {
        return "closed spawner";
    }
}
