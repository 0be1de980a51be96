package pollux.executor;

import java.time.Duration;
import java.util.concurrent.Executor;

/**
 * The threads of {@link Spawner#spawnBlocking}: an elastic pool of platform threads, on every JDK. A call that
 * computes, or that pins its virtual thread, would keep a carrier, and with all carriers taken no other blocking call
 * would run (ADR 59).
 */
final class Blocking {

    /** As many as Tokio has. */
    static final int MAX_THREADS = 512;

    /** Upper bound of queued calls; further calls are rejected. */
    static final int MAX_QUEUED = 100_000;

    static final Duration KEEP_ALIVE = Duration.ofSeconds(10);

    private Blocking() {}

    /** Returns the threads that all spawners share; made on first use, daemons, never shut down. */
    static Executor shared() {
        return Shared.THREADS;
    }

    /** Loaded on first use, so that nothing starts before a blocking call does. */
    private static final class Shared {
        static final Executor THREADS = new ElasticThreads(MAX_THREADS, MAX_QUEUED, KEEP_ALIVE);
    }
}
