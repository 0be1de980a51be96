package pollux.tck.schedulers;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import java.util.concurrent.RejectedExecutionException;
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
        Handle schedule(Runnable job);

        Handle schedule(Runnable job, long delay);

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

    /** Of Reactor: what is rejected is thrown. */
    record OfReactor(reactor.core.scheduler.Scheduler scheduler) implements Jobs {

        private interface Call {
            reactor.core.Disposable schedule();
        }

        private static Handle handle(Call call) {
            reactor.core.Disposable task;
            try {
                task = call.schedule();
            } catch (RejectedExecutionException rejected) {
                return null;
            }
            return new Handle() {
                @Override
                public void dispose() {
                    task.dispose();
                }

                @Override
                public boolean isDisposed() {
                    return task.isDisposed();
                }
            };
        }

        @Override
        public Target direct() {
            return new Target() {
                @Override
                public Handle schedule(Runnable job) {
                    return handle(() -> scheduler.schedule(job));
                }

                @Override
                public Handle schedule(Runnable job, long delay) {
                    return handle(() -> scheduler.schedule(job, delay, MILLISECONDS));
                }

                @Override
                public Handle schedulePeriodically(Runnable job, long delay, long period) {
                    return handle(() -> scheduler.schedulePeriodically(job, delay, period, MILLISECONDS));
                }
            };
        }

        @Override
        public Worker worker() {
            reactor.core.scheduler.Scheduler.Worker worker = scheduler.createWorker();
            return new Worker() {
                @Override
                public Handle schedule(Runnable job) {
                    return handle(() -> worker.schedule(job));
                }

                @Override
                public Handle schedule(Runnable job, long delay) {
                    return handle(() -> worker.schedule(job, delay, MILLISECONDS));
                }

                @Override
                public Handle schedulePeriodically(Runnable job, long delay, long period) {
                    return handle(() -> worker.schedulePeriodically(job, delay, period, MILLISECONDS));
                }

                @Override
                public void dispose() {
                    worker.dispose();
                }

                @Override
                public boolean isDisposed() {
                    return worker.isDisposed();
                }
            };
        }

        @Override
        public void dispose() {
            scheduler.dispose();
        }
    }

    /** Of RxJava: what is rejected is disposed of from the beginning, and of one class. */
    record OfRxJava(io.reactivex.rxjava3.core.Scheduler scheduler) implements Jobs {

        private static Handle handle(io.reactivex.rxjava3.disposables.Disposable task) {
            if (task == io.reactivex.rxjava3.disposables.Disposable.disposed()) {
                return null;
            }
            return new Handle() {
                @Override
                public void dispose() {
                    task.dispose();
                }

                @Override
                public boolean isDisposed() {
                    return task.isDisposed();
                }
            };
        }

        @Override
        public Target direct() {
            return new Target() {
                @Override
                public Handle schedule(Runnable job) {
                    return handle(scheduler.scheduleDirect(job));
                }

                @Override
                public Handle schedule(Runnable job, long delay) {
                    return handle(scheduler.scheduleDirect(job, delay, MILLISECONDS));
                }

                @Override
                public Handle schedulePeriodically(Runnable job, long delay, long period) {
                    return handle(scheduler.schedulePeriodicallyDirect(job, delay, period, MILLISECONDS));
                }
            };
        }

        @Override
        public Worker worker() {
            io.reactivex.rxjava3.core.Scheduler.Worker worker = scheduler.createWorker();
            return new Worker() {
                @Override
                public Handle schedule(Runnable job) {
                    return handle(worker.schedule(job));
                }

                @Override
                public Handle schedule(Runnable job, long delay) {
                    return handle(worker.schedule(job, delay, MILLISECONDS));
                }

                @Override
                public Handle schedulePeriodically(Runnable job, long delay, long period) {
                    return handle(worker.schedulePeriodically(job, delay, period, MILLISECONDS));
                }

                @Override
                public void dispose() {
                    worker.dispose();
                }

                @Override
                public boolean isDisposed() {
                    return worker.isDisposed();
                }
            };
        }

        @Override
        public void dispose() {
            scheduler.shutdown();
        }
    }
}
