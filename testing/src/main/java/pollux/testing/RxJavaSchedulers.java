package pollux.testing;

import io.reactivex.rxjava3.core.Scheduler;
import io.reactivex.rxjava3.functions.Consumer;
import io.reactivex.rxjava3.functions.Function;
import io.reactivex.rxjava3.plugins.RxJavaPlugins;
import pollux.rxjava.RxJavaAdapter;

/**
 * RxJava 3 in a simulated world: {@code Schedulers.computation()}, {@code io()}, {@code single()} and
 * {@code newThread()} run their tasks there, on its clock and in its order, and undeliverable errors fail the run.
 *
 * <p>RxJava's plugins are global, so one such simulation runs at a time in a JVM.
 */
public final class RxJavaSchedulers implements Library {

    /** Makes the library; one object serves any number of worlds. */
    public RxJavaSchedulers() {}

    @Override
    public Runnable join(World world) {
        Function<? super Scheduler, ? extends Scheduler> computation = RxJavaPlugins.getComputationSchedulerHandler();
        Function<? super Scheduler, ? extends Scheduler> io = RxJavaPlugins.getIoSchedulerHandler();
        Function<? super Scheduler, ? extends Scheduler> single = RxJavaPlugins.getSingleSchedulerHandler();
        Function<? super Scheduler, ? extends Scheduler> newThread = RxJavaPlugins.getNewThreadSchedulerHandler();
        Consumer<? super Throwable> errors = RxJavaPlugins.getErrorHandler();

        Scheduler here = RxJavaAdapter.scheduler(new LibraryThreads(world));
        RxJavaPlugins.setComputationSchedulerHandler(scheduler -> here);
        RxJavaPlugins.setIoSchedulerHandler(scheduler -> here);
        RxJavaPlugins.setSingleSchedulerHandler(scheduler -> here);
        RxJavaPlugins.setNewThreadSchedulerHandler(scheduler -> here);
        RxJavaPlugins.setErrorHandler(world::unobserved);
        return () -> {
            RxJavaPlugins.setComputationSchedulerHandler(computation);
            RxJavaPlugins.setIoSchedulerHandler(io);
            RxJavaPlugins.setSingleSchedulerHandler(single);
            RxJavaPlugins.setNewThreadSchedulerHandler(newThread);
            RxJavaPlugins.setErrorHandler(errors);
            here.shutdown();
        };
    }
}
