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
        return new ScheduledSpawner(
                "RxJavaAdapter.spawner(" + scheduler + ")",
                task -> {
                    Begun begun = new Begun(task);
                    begun.check(scheduler.scheduleDirect(begun), scheduler);
                },
                ScheduledSpawner.clock(() -> scheduler.now(TimeUnit.NANOSECONDS), scheduler instanceof TestScheduler),
                (task, delayNanos) -> {
                    Begun begun = new Begun(task);
                    Disposable timer = scheduler.scheduleDirect(begun, delayNanos, TimeUnit.NANOSECONDS);
                    return begun.check(timer, scheduler)::dispose;
                });
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

        Disposable check(Disposable scheduled, Scheduler scheduler) {
            if (scheduled.isDisposed() && !begun) {
                throw new RejectedExecutionException("refused by " + scheduler + ", which is shut down");
            }
            return scheduled;
        }
    }
}
