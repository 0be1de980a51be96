package pollux.benchmarks;

import io.reactivex.rxjava3.core.Completable;
import io.reactivex.rxjava3.disposables.Disposable;
import java.util.concurrent.ForkJoinPool;
import pollux.executor.Spawner;
import pollux.executor.TaskPool;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * The pools of two that the peers run on; each is made by the first benchmark that needs it. Kotlin's and RxJava's own
 * pools are sized by the system properties that {@code benchmarks/run} sets.
 */
final class Pools {

    static final int WORKERS = 2;

    private Pools() {}

    static Spawner pollux() {
        return Own.POOL;
    }

    /** First in, first out, as a pool of tasks has it. */
    static ForkJoinPool jdk() {
        return Jdk.POOL;
    }

    static Scheduler reactor() {
        return Parallel.SCHEDULER;
    }

    /** Starts a Mono that runs the body on Reactor's pool, and keeps nothing of it. */
    static void reactor(Runnable body) {
        Mono.fromRunnable(body).subscribeOn(reactor()).subscribe();
    }

    /** Starts a Completable that runs the body on RxJava's computation pool, and keeps nothing of it. */
    static void rxjava(Runnable body) {
        Disposable unused = Completable.fromRunnable(body)
                .subscribeOn(io.reactivex.rxjava3.schedulers.Schedulers.computation())
                .subscribe();
    }

    private static final class Own {
        static final TaskPool POOL = TaskPool.builder().workers(WORKERS).build();
    }

    private static final class Jdk {
        static final ForkJoinPool POOL =
                new ForkJoinPool(WORKERS, ForkJoinPool.defaultForkJoinWorkerThreadFactory, null, true);
    }

    private static final class Parallel {
        static final Scheduler SCHEDULER = Schedulers.newParallel("peer", WORKERS, true);
    }
}
