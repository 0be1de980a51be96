package pollux.testing;

import java.util.concurrent.ThreadFactory;
import pollux.reactor.ReactorAdapter;
import reactor.core.publisher.Hooks;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Reactor in a simulated world: {@code Schedulers.parallel()}, {@code single()}, {@code boundedElastic()} and new
 * schedulers run their tasks there, on its clock and in its order, and dropped errors fail the run.
 *
 * <p>Reactor's schedulers and its hook for dropped errors are global, so one such simulation runs at a time in a JVM. A
 * scheduler that was fetched before the run began stays what it was.
 */
public final class ReactorSchedulers implements Library {

    /** Makes the library; one object serves any number of worlds. */
    public ReactorSchedulers() {}

    @Override
    public Runnable join(World world) {
        Schedulers.Snapshot before = Schedulers.setFactoryWithSnapshot(new Simulated(new LibraryThreads(world)));
        Hooks.onErrorDropped(world::unobserved);
        return () -> {
            Hooks.resetOnErrorDropped();
            Schedulers.resetFrom(before);
        };
    }

    /** Makes every scheduler one of the world. */
    private record Simulated(LibraryThreads threads) implements Schedulers.Factory {

        @Override
        public Scheduler newParallel(int parallelism, ThreadFactory ignored) {
            return ReactorAdapter.scheduler(threads);
        }

        @Override
        public Scheduler newSingle(ThreadFactory ignored) {
            return ReactorAdapter.scheduler(threads);
        }

        @Override
        public Scheduler newBoundedElastic(int threadCap, int queuedTaskCap, ThreadFactory ignored, int ttlSeconds) {
            return ReactorAdapter.scheduler(threads);
        }

        @Override
        public Scheduler newThreadPerTaskBoundedElastic(int threadCap, int queuedTaskCap, ThreadFactory ignored) {
            return ReactorAdapter.scheduler(threads);
        }
    }
}
