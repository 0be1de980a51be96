package pollux.rxjava;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reactivex.rxjava3.core.Flowable;
import io.reactivex.rxjava3.core.Observable;
import io.reactivex.rxjava3.core.Scheduler;
import io.reactivex.rxjava3.core.Single;
import io.reactivex.rxjava3.disposables.Disposable;
import io.reactivex.rxjava3.plugins.RxJavaPlugins;
import io.reactivex.rxjava3.schedulers.SchedulerRunnableIntrospection;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import pollux.executor.LocalPool;
import pollux.executor.TaskPool;
import pollux.time.ManualTime;

/** The contract of an RxJava scheduler; what a lane does by itself is tested in core. */
@Timeout(120)
class SchedulerTest {

    @RegisterExtension
    final Dropped dropped = new Dropped();

    private final ManualTime time = new ManualTime(42);
    private final LocalPool pool = new LocalPool(time);
    private final Scheduler scheduler = RxJavaAdapter.scheduler(pool);
    private final Scheduler.Worker worker = scheduler.createWorker();
    private final List<String> log = new ArrayList<>();

    private void pass(long millis) {
        time.advance(Duration.ofMillis(millis));
        pool.runUntilStalled();
    }

    /** Every way to hand over a task. */
    private record Way(String name, Function<SchedulerTest, Disposable> schedule) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Way> ways() {
        return Stream.of(
                new Way("direct", t -> t.scheduler.scheduleDirect(t::tick)),
                new Way("direct, delayed", t -> t.scheduler.scheduleDirect(t::tick, 5, MILLISECONDS)),
                new Way("direct, periodic", t -> t.scheduler.schedulePeriodicallyDirect(t::tick, 5, 5, MILLISECONDS)),
                new Way("worker", t -> t.worker.schedule(t::tick)),
                new Way("worker, delayed", t -> t.worker.schedule(t::tick, 5, MILLISECONDS)),
                new Way("worker, periodic", t -> t.worker.schedulePeriodically(t::tick, 5, 5, MILLISECONDS)));
    }

    private void tick() {
        log.add("tick");
    }

    // ------------------------------------------------------------------ running

    /** Tools of RxJava look through the task that a scheduler hands out. */
    @ParameterizedTest
    @MethodSource("ways")
    void aTaskShowsWhatItRuns(Way way) {
        Disposable task = way.schedule.apply(this);
        Runnable inside = ((SchedulerRunnableIntrospection) task).getWrappedRunnable();
        inside.run();
        assertThat(log).containsExactly("tick");
        task.dispose();
        ((SchedulerRunnableIntrospection) task).getWrappedRunnable().run(); // released
        assertThat(log).containsExactly("tick");
    }

    @Test
    void tasksRunOnTheSpawner() {
        Disposable direct = scheduler.scheduleDirect(() -> log.add("direct"));
        Disposable ofWorker = worker.schedule(() -> log.add("worker"));
        assertThat(log).isEmpty();
        assertThat(direct.isDisposed() || ofWorker.isDisposed()).isFalse();
        pool.runUntilStalled();
        assertThat(log).containsExactly("direct", "worker");
        assertThat(direct.isDisposed() && ofWorker.isDisposed()).isTrue();
    }

    @Test
    void aWorkerKeepsTheOrder() {
        for (int i = 0; i < 10; i++) {
            int number = i;
            worker.schedule(() -> log.add("" + number));
        }
        pool.runUntilStalled();
        assertThat(String.join("", log)).isEqualTo("0123456789");
    }

    @Test
    void aTaskOfAWorkerThatSchedulesAnotherIsNotInterrupted() {
        worker.schedule(() -> {
            worker.schedule(() -> log.add("inner"));
            log.add("outer");
        });
        pool.runUntilStalled();
        assertThat(log).containsExactly("outer", "inner");
    }

    @Test
    void delaysAndPeriodsFollowTheTimersOfTheSpawner() {
        scheduler.scheduleDirect(() -> log.add("direct"), 10, MILLISECONDS);
        worker.schedule(() -> log.add("worker"), 20, MILLISECONDS);
        Disposable ticks = worker.schedulePeriodically(this::tick, 30, 5, MILLISECONDS);
        pass(10);
        assertThat(log).containsExactly("direct");
        pass(10);
        assertThat(log).containsExactly("direct", "worker");
        pass(10);
        pass(5);
        assertThat(log).containsExactly("direct", "worker", "tick", "tick");
        ticks.dispose();
        pass(100);
        assertThat(log).hasSize(4);
        assertThat(time.pendingTimers()).isZero();
    }

    @Test
    void negativeAndHugeDelays() {
        scheduler.scheduleDirect(() -> log.add("now"), -5, SECONDS);
        scheduler.scheduleDirect(() -> log.add("never"), Long.MAX_VALUE, SECONDS);
        scheduler.schedulePeriodicallyDirect(() -> log.add("once"), 0, Long.MAX_VALUE, SECONDS);
        pool.runUntilStalled();
        assertThat(log).containsExactlyInAnyOrder("now", "once");
    }

    @Test
    void theClockIsThatOfTheTimers() {
        assertThat(scheduler.now(NANOSECONDS)).isEqualTo(42);
        pass(7);
        assertThat(scheduler.now(MILLISECONDS)).isEqualTo(7);
        assertThat(worker.now(MILLISECONDS)).isEqualTo(7);
        long before = System.currentTimeMillis();
        try (TaskPool real = TaskPool.builder().workers(1).build()) {
            assertThat(RxJavaAdapter.scheduler(real).now(MILLISECONDS)).isBetween(before, System.currentTimeMillis());
        }
    }

    // ------------------------------------------------------------------ disposal

    @ParameterizedTest
    @MethodSource("ways")
    void disposedBeforeItRuns(Way way) {
        Disposable task = way.schedule.apply(this);
        task.dispose();
        assertThat(task.isDisposed()).isTrue();
        pass(100);
        assertThat(log).isEmpty();
        assertThat(time.pendingTimers()).isZero();
    }

    @ParameterizedTest
    @MethodSource("ways")
    void disposedAfterItHasRun(Way way) {
        Disposable task = way.schedule.apply(this);
        pass(5);
        task.dispose();
        assertThat(task.isDisposed()).isTrue();
        pass(100);
        assertThat(log).containsExactly("tick");
        assertThat(time.pendingTimers()).isZero();
    }

    @Test
    void aPeriodicTaskThatDisposesOfItselfEnds() {
        Disposable[] task = new Disposable[1];
        task[0] = worker.schedulePeriodically(
                () -> {
                    tick();
                    task[0].dispose();
                },
                0,
                1,
                MILLISECONDS);
        pool.runUntilStalled();
        pass(100);
        assertThat(log).containsExactly("tick");
        assertThat(time.pendingTimers()).isZero();
    }

    @Test
    void aDisposedWorkerReleasesItsTasksAndRefusesMore() {
        WeakReference<Object> captured = capture(worker);
        worker.dispose();
        assertReleased(captured);
        assertThat(worker.isDisposed()).isTrue();
        assertThat(time.pendingTimers()).isZero();
        assertThat(worker.schedule(this::tick).isDisposed()).isTrue();
        assertThat(worker.schedule(this::tick, 1, SECONDS).isDisposed()).isTrue();
        assertThat(worker.schedulePeriodically(this::tick, 1, 1, SECONDS).isDisposed())
                .isTrue();
        scheduler.scheduleDirect(() -> log.add("other"));
        pass(2000);
        assertThat(log).containsExactly("other");
        assertThat(dropped.errors).isEmpty();
    }

    private static void assertReleased(WeakReference<?> captured) {
        for (int i = 0; captured.get() != null; i++) {
            assertThat(i).as("collections that left it alive").isLessThan(20);
            System.gc();
        }
    }

    private static WeakReference<Object> capture(Scheduler.Worker worker) {
        Object large = new byte[1 << 20];
        worker.schedule(large::hashCode, 1, SECONDS);
        worker.schedulePeriodically(large::hashCode, 1, 1, SECONDS);
        return new WeakReference<>(large);
    }

    @Test
    void aDisposedTaskThatIsKeptKeepsNothing() {
        List<Disposable> kept = new ArrayList<>();
        WeakReference<Object> captured = captureAndDispose(kept);
        assertReleased(captured);
        assertThat(kept).allMatch(Disposable::isDisposed);
    }

    private WeakReference<Object> captureAndDispose(List<Disposable> kept) {
        Object large = new byte[1 << 20];
        kept.add(scheduler.scheduleDirect(large::hashCode, 1, SECONDS));
        kept.add(worker.schedulePeriodically(large::hashCode, 1, 1, SECONDS));
        kept.forEach(Disposable::dispose);
        return new WeakReference<>(large);
    }

    @ParameterizedTest
    @MethodSource("ways")
    void shutDownItRefusesEverythingAndLeavesTheSpawnerOpen(Way way) {
        Disposable waiting = way.schedule.apply(this);
        scheduler.shutdown();
        scheduler.shutdown();
        assertThat(worker.isDisposed()).isTrue();
        assertThat(time.pendingTimers()).isZero();
        assertThat(way.schedule.apply(this).isDisposed()).isTrue();
        assertThat(scheduler.createWorker().isDisposed()).isTrue();
        assertThat(scheduler.createWorker().schedule(this::tick).isDisposed()).isTrue();
        RxJavaAdapter.scheduler(pool).scheduleDirect(() -> log.add("another"));
        pass(2000);
        assertThat(log).containsExactly("another");
        assertThat(waiting.isDisposed()).isTrue();
        assertThat(dropped.errors).isEmpty();
    }

    @Test
    void startedAgainItTakesTasks() {
        scheduler.start(); // a second start does nothing
        worker.schedule(this::tick);
        scheduler.shutdown();
        scheduler.start();
        scheduler.scheduleDirect(() -> log.add("direct"));
        scheduler.createWorker().schedule(() -> log.add("new worker"));
        assertThat(worker.schedule(() -> log.add("old worker")).isDisposed()).isTrue();
        pool.runUntilStalled();
        assertThat(log).containsExactly("direct", "new worker");
    }

    @Test
    void disposedDuringARunItFinishesThat() throws InterruptedException {
        try (TaskPool real = TaskPool.builder().workers(1).build()) {
            CountDownLatch running = new CountDownLatch(1);
            CountDownLatch disposed = new CountDownLatch(1);
            CountDownLatch finished = new CountDownLatch(1);
            Disposable task = RxJavaAdapter.scheduler(real).scheduleDirect(() -> {
                running.countDown();
                try {
                    disposed.await();
                    finished.countDown();
                } catch (InterruptedException e) {
                    throw new AssertionError("interrupted by dispose()", e);
                }
            });
            running.await();
            task.dispose();
            assertThat(task.isDisposed()).isTrue();
            disposed.countDown();
            finished.await();
        }
        assertThat(dropped.errors).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("ways")
    void aClosedSpawnerRefuses(Way way) {
        pool.close();
        Disposable task = way.schedule.apply(this);
        pass(5); // a delayed one is refused when it is due, since the manual time is open
        assertThat(task.isDisposed()).isTrue();
        assertThat(log).isEmpty();
        assertThat(dropped.errors).isEmpty();
    }

    // ------------------------------------------------------------------ failures and hooks

    @ParameterizedTest
    @MethodSource("ways")
    void aTaskThatThrowsIsReportedOnceAndOver(Way way) {
        RuntimeException failure = new RuntimeException();
        RxJavaPlugins.setScheduleHandler(task -> () -> {
            task.run();
            throw failure;
        });
        Disposable task = way.schedule.apply(this);
        pass(5);
        pass(100);
        assertThat(log).containsExactly("tick");
        assertThat(task.isDisposed()).isTrue();
        assertThat(dropped.errors).containsExactly(failure);
        RxJavaPlugins.setScheduleHandler(null);
        worker.schedule(() -> log.add("still there"));
        pool.runUntilStalled();
        assertThat(log).endsWith("still there");
    }

    @ParameterizedTest
    @MethodSource("ways")
    void theScheduleHookIsCalledOncePerTask(Way way) {
        List<Runnable> hooked = new ArrayList<>();
        RxJavaPlugins.setScheduleHandler(task -> {
            hooked.add(task);
            return task;
        });
        way.schedule.apply(this);
        assertThat(hooked).hasSize(1);
    }

    @Test
    void nullTasksAreArgumentErrors() {
        assertThatThrownBy(() -> scheduler.scheduleDirect(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> worker.schedule(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> RxJavaAdapter.scheduler(null)).isInstanceOf(NullPointerException.class);
    }

    // ------------------------------------------------------------------ under the operators of RxJava

    @Test
    void operatorsRunOnAPool() {
        try (TaskPool real = TaskPool.builder().name("rx").workers(2).build()) {
            Scheduler of = RxJavaAdapter.scheduler(real);
            long sum = Flowable.range(0, 10_000)
                    .observeOn(of)
                    .doOnNext(i -> assertThat(TaskPool.isWorker(Thread.currentThread()))
                            .isTrue())
                    .parallel(4)
                    .runOn(of)
                    .sequential()
                    .subscribeOn(of)
                    .reduce(0L, Long::sum)
                    .blockingGet();
            assertThat(sum).isEqualTo(10_000L * 9_999 / 2);
            assertThat(Single.timer(1, MILLISECONDS, of).blockingGet()).isZero();
        }
    }

    @Test
    void delayedSequencesKeepTheirOrder() {
        try (TaskPool real = TaskPool.builder().workers(4).build()) {
            List<Integer> items = Flowable.range(0, 2_000)
                    .delay(3, MILLISECONDS, RxJavaAdapter.scheduler(real))
                    .toList()
                    .blockingGet();
            assertThat(items).isSorted().hasSize(2_000);
        }
    }

    @Test
    void intervalsObeyManualTime() {
        Disposable ticks = Observable.interval(1, SECONDS, scheduler).take(3).subscribe(tick -> log.add("" + tick));
        pass(2500);
        assertThat(log).containsExactly("0", "1");
        pass(500);
        assertThat(log).containsExactly("0", "1", "2");
        assertThat(ticks.isDisposed()).isTrue();
        assertThat(time.pendingTimers()).isZero();
    }

    @Test
    void itTellsWhatItIs() {
        assertThat(scheduler.toString()).startsWith("RxJavaAdapter.scheduler(");
        assertThat(worker).hasToString(scheduler + ".worker");
    }
}
