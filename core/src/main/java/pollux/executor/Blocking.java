package pollux.executor;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The threads of {@link Spawner#spawnBlocking}: virtual ones where the JDK has them, else an elastic pool. */
final class Blocking {

    /** As many as Tokio has. */
    static final int MAX_THREADS = 512;

    /** Enough for any burst; what goes beyond it is not a burst, and is told so. */
    static final int MAX_QUEUED = 100_000;

    static final Duration KEEP_ALIVE = Duration.ofSeconds(10);

    private Blocking() {}

    /** Returns the threads that all spawners share; made on first use, daemons, never shut down. */
    static Executor shared() {
        return Shared.THREADS;
    }

    private static Executor start() {
        try {
            // JDK 21; where it is missing the look-up fails, and that is the answer
            return (ExecutorService) MethodHandles.publicLookup()
                    .findStatic(
                            Executors.class,
                            "newVirtualThreadPerTaskExecutor",
                            MethodType.methodType(ExecutorService.class))
                    .invokeExact();
        } catch (NoSuchMethodException e) {
            return new ElasticThreads(MAX_THREADS, MAX_QUEUED, KEEP_ALIVE);
        } catch (Throwable e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** Loaded on first use, so that nothing starts before a blocking call does. */
    private static final class Shared {
        static final Executor THREADS = start();
    }
}
