package pollux.executor;

import java.util.concurrent.ThreadFactory;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import pollux.time.TimerService;

/**
 * The options of a pool as its parts read them; the builder of {@code TaskPool} says what each one means. A builder
 * writes them, on one thread; a pool has a copy of its own, which does not change.
 */
final class PoolOptions {

    int workers;
    String name = "";

    @Nullable
    ThreadFactory threads;

    @Nullable
    Long seed;

    @Nullable
    TimerService timers;

    @Nullable
    Runnable onWorkerStart;

    @Nullable
    Runnable onWorkerStop;

    @Nullable
    Runnable onWorkerPark;

    @Nullable
    Runnable onWorkerUnpark;

    @Nullable
    Consumer<? super JoinHandle<?>> onTaskSpawn;

    @Nullable
    Consumer<? super JoinHandle<?>> onPollStart;

    @Nullable
    Consumer<? super JoinHandle<?>> onPollStop;

    @Nullable
    Consumer<? super JoinHandle<?>> onTaskEnd;

    @Nullable
    BiConsumer<? super JoinHandle<?>, ? super Throwable> onTaskFailed;

    UnhandledFailure unhandled = UnhandledFailure.LOG;
    boolean lifoSlot = true;
    int maintenanceInterval = 61;
    int injectInterval;
    boolean monitor = true;
    long blockedNanos = 100_000_000;
    boolean traced;

    /** How many workers come to help while all others are stuck in polls. */
    int spares;

    PoolOptions() {}

    PoolOptions(PoolOptions other) {
        workers = other.workers;
        name = other.name;
        threads = other.threads;
        seed = other.seed;
        timers = other.timers;
        onWorkerStart = other.onWorkerStart;
        onWorkerStop = other.onWorkerStop;
        onWorkerPark = other.onWorkerPark;
        onWorkerUnpark = other.onWorkerUnpark;
        onTaskSpawn = other.onTaskSpawn;
        onPollStart = other.onPollStart;
        onPollStop = other.onPollStop;
        onTaskEnd = other.onTaskEnd;
        onTaskFailed = other.onTaskFailed;
        unhandled = other.unhandled;
        lifoSlot = other.lifoSlot;
        maintenanceInterval = other.maintenanceInterval;
        injectInterval = other.injectInterval;
        monitor = other.monitor;
        blockedNanos = other.blockedNanos;
        traced = other.traced;
        spares = other.spares;
    }

    /** The number of workers that the pool starts with. */
    int workers(Platform platform) {
        return workers == 0 ? platform.processors() : workers;
    }
}
