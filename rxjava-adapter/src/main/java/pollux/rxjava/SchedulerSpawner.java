package pollux.rxjava;

import io.reactivex.rxjava3.core.Scheduler;
import io.reactivex.rxjava3.disposables.Disposable;
import io.reactivex.rxjava3.schedulers.TestScheduler;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import pollux.executor.Spawner;
import pollux.reactive.spi.ScheduledSpawner;

/** An RxJava {@code Scheduler} as a spawner. */
final class SchedulerSpawner {

    private SchedulerSpawner() {}

    static Spawner of(Scheduler scheduler) {
        Objects.requireNonNull(scheduler, "scheduler");
        boolean byWorkers = leavesToWorkers(scheduler);
        return new ScheduledSpawner(
                "RxJavaAdapter.spawner(" + scheduler + ")",
                task -> new Begun(task).schedule(scheduler, byWorkers, 0),
                ScheduledSpawner.clock(() -> scheduler.now(TimeUnit.NANOSECONDS), scheduler instanceof TestScheduler),
                (task, delayNanos) -> new Begun(task).schedule(scheduler, byWorkers, delayNanos)::dispose);
    }

    /**
     * Tells whether {@code scheduleDirect} is the one of the base class, as with {@code Schedulers.io()}. That one
     * makes a worker for each task, and its answer does not show what the worker refuses.
     */
    private static boolean leavesToWorkers(Scheduler scheduler) {
        try {
            return scheduler
                            .getClass()
                            .getMethod("scheduleDirect", Runnable.class, long.class, TimeUnit.class)
                            .getDeclaringClass()
                    == Scheduler.class;
        } catch (NoSuchMethodException hidden) { // in a native image that was not told of it
            return false;
        }
    }

    /**
     * Knows whether its task has begun. RxJava answers a refusal with a disposed {@code Disposable} and nothing else,
     * which is also what a task that has run already is answered with.
     */
    private static final class Begun implements Runnable {

        private final Runnable task;
        private volatile boolean begun;

        Begun(Runnable task) {
            this.task = task;
        }

        @Override
        public void run() {
            begun = true;
            task.run();
        }

        Disposable schedule(Scheduler scheduler, boolean byWorkers, long delayNanos) {
            if (byWorkers) {
                Scheduler.Worker worker = scheduler.createWorker();
                Disposable scheduled = worker.schedule(() -> runOn(worker), delayNanos, TimeUnit.NANOSECONDS);
                if (isRefused(scheduled)) {
                    worker.dispose();
                }
                check(scheduled, scheduler);
                return worker;
            }
            return check(
                    delayNanos == 0
                            ? scheduler.scheduleDirect(this)
                            : scheduler.scheduleDirect(this, delayNanos, TimeUnit.NANOSECONDS),
                    scheduler);
        }

        private void runOn(Scheduler.Worker worker) {
            try {
                run();
            } finally {
                worker.dispose();
            }
        }

        private boolean isRefused(Disposable scheduled) {
            return scheduled.isDisposed() && !begun;
        }

        private Disposable check(Disposable scheduled, Scheduler scheduler) {
            if (isRefused(scheduled)) {
                throw new RejectedExecutionException("refused by " + scheduler + ", which is shut down");
            }
            return scheduled;
        }
    }
}
