package pollux.executor;

import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import pollux.future.Future;
import pollux.future.Services;

final class HostedSpawner implements Spawner {
    static final Spawner INLINE = new HostedSpawner(Runnable::run);

    private final Executor host;

    HostedSpawner(Executor host) {
        this.host = host;
    }

    @Override
    public <T> JoinHandle<T> spawn(Future<T> future, Services services) {
        throw new IllegalStateException("stub " + host);
    }

    @Override
    public <T> JoinHandle<T> spawnBlocking(Callable<T> call) {
        throw new IllegalStateException("stub");
    }
}
