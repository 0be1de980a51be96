package pollux.tck.schedulers;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import java.util.concurrent.RejectedExecutionException;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import pollux.executor.Spawner;
import pollux.reactor.ReactorAdapter;
import pollux.rxjava.RxJavaAdapter;

/** One view of the schedulers of both libraries: what a scheduler and a worker do with jobs. Times are milliseconds. */
interface Jobs {

    /** The handle of a job, a worker or a scheduler. */
    interface Handle {
        void dispose();

        boolean isDisposed();
    }

    /** What accepts jobs: a scheduler, directly, or one of its workers. */
    interface Target {
        /** Returns null if the job is rejected, in the manner of the library. */
        @Nullable
        Handle schedule(Runnable job);

        @Nullable
        Handle schedule(Runnable job, long delay);

        @Nullable
        Handle schedulePeriodically(Runnable job, long delay, long period);
    }

    /** A worker runs one job at a time, in order. */
    interface Worker extends Target, Handle {}

    /** Jobs that are scheduled directly. */
    Target direct();

    Worker worker();

    void dispose();

    static Jobs reactor(Spawner spawner) {
        return new OfReactor(ReactorAdapter.scheduler(spawner));
    }

    static Jobs rxJava(Spawner spawner) {
        return new OfRxJava(RxJavaAdapter.scheduler(spawner));
    }

    /** A handle of either library. */
    record OfHandle(Runnable disposal, BooleanSupplier disposed) implements Handle {

        @Override
        public void dispose() {
            disposal.run();
        }

        @Override
        public boolean isDisposed() {
            return disposed.getAsBoolean();
        }
    }

    /** Three calls of either library. */
    record Calls(Now now, Later later, Again again) implements Target {

        interface Now {
            @Nullable
            Handle schedule(Runnable job);
        }

        interface Later {
            @Nullable
            Handle schedule(Runnable job, long delay);
        }

        interface Again {
            @Nullable
            Handle schedule(Runnable job, long delay, long period);
        }

        @Override
        public @Nullable Handle schedule(Runnable job) {
            return now.schedule(job);
        }

        @Override
        public @Nullable Handle schedule(Runnable job, long delay) {
            return later.schedule(job, delay);
        }

        @Override
        public @Nullable Handle schedulePeriodically(Runnable job, long delay, long period) {
            return again.schedule(job, delay, period);
        }
    }

    /** A worker of either library. */
    record OfWorker(Target target, Handle handle) implements Worker {

        @Override
        public @Nullable Handle schedule(Runnable job) {
            return target.schedule(job);
        }

        @Override
        public @Nullable Handle schedule(Runnable job, long delay) {
            return target.schedule(job, delay);
        }

        @Override
        public @Nullable Handle schedulePeriodically(Runnable job, long delay, long period) {
            return target.schedulePeriodically(job, delay, period);
        }

        @Override
        public void dispose() {
            handle.dispose();
        }

        @Override
        public boolean isDisposed() {
            return handle.isDisposed();
        }
    }

    /** Of Reactor: what is rejected is thrown. */
    record OfReactor(reactor.core.scheduler.Scheduler scheduler) implements Jobs {

        private static Handle handle(reactor.core.Disposable task) {
            return new OfHandle(task::dispose, task::isDisposed);
        }

        private static @Nullable Handle accepted(Supplier<reactor.core.Disposable> call) {
            try {
                return handle(call.get());
            } catch (RejectedExecutionException rejected) {
                return null;
            }
        }

        @Override
        public Target direct() {
            return new Calls(
                    job -> accepted(() -> scheduler.schedule(job)),
                    (job, delay) -> accepted(() -> scheduler.schedule(job, delay, MILLISECONDS)),
                    (job, delay, period) ->
                            accepted(() -> scheduler.schedulePeriodically(job, delay, period, MILLISECONDS)));
        }

        @Override
        public Worker worker() {
            reactor.core.scheduler.Scheduler.Worker worker = scheduler.createWorker();
            Target calls = new Calls(
                    job -> accepted(() -> worker.schedule(job)),
                    (job, delay) -> accepted(() -> worker.schedule(job, delay, MILLISECONDS)),
                    (job, delay, period) ->
                            accepted(() -> worker.schedulePeriodically(job, delay, period, MILLISECONDS)));
            return new OfWorker(calls, handle(worker));
        }

        @Override
        public void dispose() {
            scheduler.dispose();
        }
    }

    /** Of RxJava: what is rejected is disposed of from the beginning, and of one class. */
    record OfRxJava(io.reactivex.rxjava3.core.Scheduler scheduler) implements Jobs {

        private static Handle handle(io.reactivex.rxjava3.disposables.Disposable task) {
            return new OfHandle(task::dispose, task::isDisposed);
        }

        private static @Nullable Handle accepted(io.reactivex.rxjava3.disposables.Disposable task) {
            return task == io.reactivex.rxjava3.disposables.Disposable.disposed() ? null : handle(task);
        }

        @Override
        public Target direct() {
            return new Calls(
                    job -> accepted(scheduler.scheduleDirect(job)),
                    (job, delay) -> accepted(scheduler.scheduleDirect(job, delay, MILLISECONDS)),
                    (job, delay, period) ->
                            accepted(scheduler.schedulePeriodicallyDirect(job, delay, period, MILLISECONDS)));
        }

        @Override
        public Worker worker() {
            io.reactivex.rxjava3.core.Scheduler.Worker worker = scheduler.createWorker();
            Target calls = new Calls(
                    job -> accepted(worker.schedule(job)),
                    (job, delay) -> accepted(worker.schedule(job, delay, MILLISECONDS)),
                    (job, delay, period) -> accepted(worker.schedulePeriodically(job, delay, period, MILLISECONDS)));
            return new OfWorker(calls, handle(worker));
        }

        @Override
        public void dispose() {
            scheduler.shutdown();
        }
    }
}
