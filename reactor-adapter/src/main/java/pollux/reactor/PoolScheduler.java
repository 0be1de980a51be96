package pollux.reactor;

import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import pollux.executor.Spawner;
import pollux.future.Failures;
import pollux.reactive.spi.SerialExecutor;
import pollux.reactive.spi.SerialExecutors;
import reactor.core.Disposable;
import reactor.core.Exceptions;
import reactor.core.Scannable;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * A spawner as a Reactor {@code Scheduler}: a {@link SerialExecutor} for each worker, and one for each direct task.
 *
 * <p>Disposing of a task releases it at once and does not interrupt it. Disposing of the scheduler releases all tasks;
 * the spawner stays open.
 */
final class PoolScheduler implements Scheduler, Scannable {

    private final SerialExecutors lanes;

    PoolScheduler(Spawner spawner) {
        lanes = new SerialExecutors(spawner);
    }

    @Override
    public Disposable schedule(Runnable task) {
        return schedule(task, 0, TimeUnit.NANOSECONDS);
    }

    @Override
    public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
        Task job = new Task(task);
        return job.accepted(lanes.submit(job, unit.toNanos(delay), -1));
    }

    @Override
    public Disposable schedulePeriodically(Runnable task, long initialDelay, long period, TimeUnit unit) {
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

    @Override
    public void init() {
        if (isDisposed()) {
            throw new IllegalStateException(
                    "this scheduler is disposed of; make another with ReactorAdapter.scheduler(spawner)");
        }
    }

    @Override
    public void dispose() {
        lanes.close();
    }

    @Override
    public boolean isDisposed() {
        return lanes.isClosed();
    }

    @Override
    @SuppressWarnings("rawtypes") // as in Scannable
    public @Nullable Object scanUnsafe(Attr key) {
        if (key == Attr.TERMINATED || key == Attr.CANCELLED) {
            return isDisposed();
        }
        return key == Attr.NAME ? toString() : null;
    }

    @Override
    public String toString() {
        return "ReactorAdapter.scheduler(" + lanes + ")";
    }

    /** One at a time and in order. */
    private record LaneWorker(PoolScheduler scheduler, SerialExecutor lane) implements Worker, Scannable {

        @Override
        public Disposable schedule(Runnable task) {
            return schedule(task, 0, TimeUnit.NANOSECONDS);
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
        public void dispose() {
            lane.close();
        }

        @Override
        public boolean isDisposed() {
            return lane.isClosed();
        }

        @Override
        @SuppressWarnings("rawtypes") // as in Scannable
        public @Nullable Object scanUnsafe(Attr key) {
            if (key == Attr.TERMINATED || key == Attr.CANCELLED) {
                return isDisposed();
            }
            return key == Attr.PARENT ? scheduler : key == Attr.NAME ? toString() : null;
        }

        @Override
        public String toString() {
            return scheduler + ".worker";
        }
    }

    /** A task of Reactor's, wrapped by its hooks. */
    private static final class Task extends SerialExecutor.Job implements Disposable {

        /**
         * The one public way to Reactor's handling of a task that throws, {@code Schedulers.onHandleError} included.
         */
        private static final Scheduler HERE = Schedulers.fromExecutor(Runnable::run);

        Task(Runnable task) {
            super(Schedulers.onSchedule(Objects.requireNonNull(task, "task")));
        }

        @Override
        protected void failed(Throwable failure) {
            HERE.schedule(() -> {
                throw Failures.rethrow(failure);
            });
        }

        Disposable accepted(boolean accepted) {
            if (!accepted) {
                throw Exceptions.failWithRejected();
            }
            return this;
        }
    }
}
