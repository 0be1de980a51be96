package pollux.rxjava;

import io.reactivex.rxjava3.core.Scheduler;
import io.reactivex.rxjava3.disposables.Disposable;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import pollux.executor.JoinHandle;
import pollux.executor.Spawner;
import pollux.future.Future;
import pollux.future.Services;
import pollux.future.Waker;
import pollux.time.TimeSource;
import pollux.time.TimerDriver;

/**
 * An RxJava {@code Scheduler} as a spawner: it runs each poll of a task, and keeps the time of the tasks, so that a {@code
 * TestScheduler} drives their sleeps.
 */
final class SchedulerSpawner implements Spawner, TimerDriver {

    private final Scheduler scheduler;
    private final Spawner host;
    private final Services services;

    SchedulerSpawner(Scheduler scheduler) {
        this.scheduler = Objects.requireNonNull(scheduler, "scheduler");
        this.host = Spawner.on(scheduler::scheduleDirect);
        this.services = Services.NONE.with(TimerDriver.KEY, this).with(Spawner.KEY, this);
    }

    @Override
    public <T> JoinHandle<T> spawn(Future<T> future, Services around) {
        return host.spawn(future, around.over(services));
    }

    @Override
    public <T> JoinHandle<T> spawnBlocking(Callable<T> call) {
        return host.spawnBlocking(call);
    }

    // ------------------------------------------------------------------ time

    @Override
    public TimerDriver timers() {
        return this;
    }

    @Override
    public TimeSource timeSource() {
        return () -> scheduler.now(TimeUnit.NANOSECONDS);
    }

    @Override
    public Registration register(long deadlineNanos, Waker waker) {
        long delay = deadlineNanos - scheduler.now(TimeUnit.NANOSECONDS);
        Disposable timer = scheduler.scheduleDirect(waker::wake, Math.max(delay, 0), TimeUnit.NANOSECONDS);
        return timer::dispose;
    }

    @Override
    public String toString() {
        return "RxJavaAdapter.spawner(" + scheduler + ")";
    }
}
