package pollux.rxjava;

import io.reactivex.rxjava3.core.Scheduler;
import io.reactivex.rxjava3.disposables.Disposable;
import io.reactivex.rxjava3.plugins.RxJavaPlugins;
import io.reactivex.rxjava3.schedulers.SchedulerRunnableIntrospection;
import java.util.concurrent.TimeUnit;
import pollux.executor.Spawner;
import pollux.reactive.spi.SerialExecutor;
import pollux.reactive.spi.SerialExecutors;

/**
 * A spawner as an RxJava {@code Scheduler}: a {@link SerialExecutor} for each worker, and one for each direct task.
 *
 * <p>Disposing of a task releases it at once and does not interrupt it. Shutting the scheduler down releases all tasks;
 * the spawner stays open, and later tasks are refused as RxJava does, with a disposed {@code Disposable}.
 */
final class PoolScheduler extends Scheduler {

    private final Spawner spawner;
    private volatile SerialExecutors lanes;

    PoolScheduler(Spawner spawner) {
        this.spawner = spawner;
        this.lanes = new SerialExecutors(spawner);
    }

    @Override
    public Disposable scheduleDirect(Runnable task) {
        return scheduleDirect(task, 0, TimeUnit.NANOSECONDS);
    }

    @Override
    public Disposable scheduleDirect(Runnable task, long delay, TimeUnit unit) {
        Task job = new Task(task);
        return job.accepted(lanes.submit(job, unit.toNanos(delay), -1));
    }

    @Override
    public Disposable schedulePeriodicallyDirect(Runnable task, long initialDelay, long period, TimeUnit unit) {
        Task job = new Task(task);
        return job.accepted(lanes.submit(job, unit.toNanos(initialDelay), Math.max(unit.toNanos(period), 0)));
    }

    @Override
    public long now(TimeUnit unit) {
        return lanes.now(unit);
    }

    @Override
    public Worker createWorker() {
        return new LaneWorker(this, lanes.open());
    }

    /** Opens the scheduler again after {@link #shutdown}, as RxJava's own schedulers do. */
    @Override
    public synchronized void start() {
        if (lanes.isClosed()) {
            lanes = new SerialExecutors(spawner);
        }
    }

    @Override
    public synchronized void shutdown() {
        lanes.close();
    }

    @Override
    public String toString() {
        return "RxJavaAdapter.scheduler(" + spawner + ")";
    }

    /** One at a time and in order. */
    private static final class LaneWorker extends Worker {

        private final PoolScheduler scheduler;
        private final SerialExecutor lane;

        LaneWorker(PoolScheduler scheduler, SerialExecutor lane) {
            this.scheduler = scheduler;
            this.lane = lane;
        }

        @Override
        public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
            Task job = new Task(task);
            return job.accepted(lane.submit(job, unit.toNanos(delay), -1));
        }

        @Override
        public Disposable schedulePeriodically(Runnable task, long initialDelay, long period, TimeUnit unit) {
            Task job = new Task(task);
            return job.accepted(lane.submit(job, unit.toNanos(initialDelay), Math.max(unit.toNanos(period), 0)));
        }

        @Override
        public long now(TimeUnit unit) {
            return scheduler.now(unit);
        }

        @Override
        public void dispose() {
            lane.close();
        }

        @Override
        public boolean isDisposed() {
            return lane.isClosed();
        }

        @Override
        public String toString() {
            return scheduler + ".worker";
        }
    }

    /** A task of RxJava's, wrapped by its hooks. */
    private static final class Task extends SerialExecutor.Job implements Disposable, SchedulerRunnableIntrospection {

        Task(Runnable task) {
            super(RxJavaPlugins.onSchedule(task));
        }

        @Override
        public Runnable getWrappedRunnable() {
            Runnable waiting = task();
            return waiting != null ? waiting : () -> {}; // it was released
        }

        @Override
        protected void failed(Throwable failure) {
            dispose(); // a periodic task that throws is over, as everywhere in RxJava
            RxJavaPlugins.onError(failure);
        }

        Disposable accepted(boolean accepted) {
            return accepted ? this : Disposable.disposed();
        }
    }
}
