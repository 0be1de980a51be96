package pollux.rxjava;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reactivex.rxjava3.core.Scheduler;
import io.reactivex.rxjava3.core.Single;
import io.reactivex.rxjava3.disposables.Disposable;
import io.reactivex.rxjava3.plugins.RxJavaPlugins;
import io.reactivex.rxjava3.schedulers.Schedulers;
import io.reactivex.rxjava3.schedulers.TestScheduler;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import pollux.executor.CurrentTask;
import pollux.executor.JoinHandle;
import pollux.executor.Spawner;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.future.Poll;
import pollux.future.Services;
import pollux.sync.Promise;
import pollux.time.TimerService;
import pollux.time.Timers;

@Timeout(120)
class SchedulerSpawnerTest {

    @RegisterExtension
    final Dropped dropped = new Dropped();

    private final TestScheduler virtual = new TestScheduler();
    private final Spawner spawner = RxJavaAdapter.spawner(virtual);

    @Test
    void pollsOnTheThreadsOfTheScheduler() {
        Scheduler single = RxJavaPlugins.createSingleScheduler(task -> new Thread(task, "polls"));
        try {
            AtomicReference<String> thread = new AtomicReference<>();
            RxJavaAdapter.spawner(single)
                    .spawn(cx -> {
                        thread.set(Thread.currentThread().getName());
                        return Poll.ready(null);
                    })
                    .toCompletableFuture()
                    .join();
            assertThat(thread).hasValue("polls");
        } finally {
            single.shutdown();
        }
    }

    @Test
    void virtualTimeDrivesSleeps() {
        JoinHandle<String> handle =
                spawner.spawn(Timers.sleep(Duration.ofHours(1)).map(nothing -> "woken"));
        virtual.triggerActions();
        virtual.advanceTimeBy(59, TimeUnit.MINUTES);
        assertThat(handle.isDone()).isFalse();
        virtual.advanceTimeBy(1, TimeUnit.MINUTES);
        assertThat(handle.toCompletableFuture()).isCompletedWithValue("woken");
    }

    @Test
    void virtualTimeDrivesTimeouts() {
        JoinHandle<String> handle = spawner.spawn(Timers.timeout(Duration.ofSeconds(5), Futures.<String>pending()));
        virtual.triggerActions();
        virtual.advanceTimeBy(5, TimeUnit.SECONDS);
        assertThatThrownBy(() -> handle.toCompletableFuture().join()).hasRootCauseInstanceOf(TimeoutException.class);
    }

    @Test
    void childrenAreSpawnedOnTheSameSpawnerAndClock() {
        AtomicReference<JoinHandle<Void>> child = new AtomicReference<>();
        JoinHandle<String> handle = spawner.spawn(cx -> {
            assertThat(cx.get(Spawner.KEY)).isSameAs(spawner);
            child.set(cx.get(Spawner.KEY).spawn(Timers.sleep(Duration.ofHours(1))));
            return Poll.ready("parent");
        });
        virtual.triggerActions();
        assertThat(handle.isDone()).isTrue();
        virtual.advanceTimeBy(1, TimeUnit.HOURS);
        assertThat(child.get().isDone()).isTrue();
    }

    @Test
    void aCancelledSleepEndsAtOnce() {
        JoinHandle<Void> handle = spawner.spawn(Timers.sleep(Duration.ofHours(1)));
        virtual.triggerActions();
        handle.cancel();
        virtual.triggerActions();
        assertThat(handle.isCancelled()).isTrue();
    }

    /** Runs a delay when the test says so, on a clock that is set forward and back. */
    private static final class Stepped extends Scheduler {

        private final TestScheduler delays = new TestScheduler();
        private long step;

        @Override
        public Worker createWorker() {
            return Schedulers.trampoline().createWorker();
        }

        @Override
        public Disposable scheduleDirect(Runnable task, long delay, TimeUnit unit) {
            return delay == 0 ? Schedulers.trampoline().scheduleDirect(task) : delays.scheduleDirect(task, delay, unit);
        }

        @Override
        public long now(TimeUnit unit) {
            return unit.convert(System.currentTimeMillis() + step, TimeUnit.MILLISECONDS);
        }
    }

    /** What was set to the wall clock once goes off whatever happens to that clock. */
    @ParameterizedTest
    @ValueSource(longs = {-1_000_000_000_000L, -3_600_000, -1, 0, 1, 3_600_000, 1_000_000_000_000L})
    void deadlinesDoNotFollowTheWallClock(long step) {
        for (long before : new long[] {0, -3_600_000, 3_600_000}) {
            Stepped stepped = new Stepped();
            stepped.step = before;
            JoinHandle<Void> sleep = RxJavaAdapter.spawner(stepped).spawn(Timers.sleep(Duration.ofMillis(1)));
            JoinHandle<Void> timeout =
                    RxJavaAdapter.spawner(stepped).spawn(Timers.timeout(Duration.ofMillis(1), Futures.<Void>pending()));
            JoinHandle<Void> hour = RxJavaAdapter.spawner(stepped).spawn(Timers.sleep(Duration.ofHours(1)));
            stepped.step = step;
            for (long due = System.nanoTime() + 1_000_000; System.nanoTime() - due < 0; ) {
                Thread.onSpinWait(); // the time itself has to pass
            }
            stepped.delays.advanceTimeBy(1, TimeUnit.MILLISECONDS);
            assertThat(sleep.isDone()).isTrue();
            assertThat(timeout.isDone()).isTrue();
            assertThat(hour.isDone()).isFalse();
        }
    }

    @Test
    void aVirtualTimeThatBeginsWithTheWallClockIsVirtualAllTheSame() {
        TestScheduler today = new TestScheduler(System.currentTimeMillis(), TimeUnit.MILLISECONDS);
        JoinHandle<Void> sleep = RxJavaAdapter.spawner(today).spawn(Timers.sleep(Duration.ofHours(1)));
        today.triggerActions();
        today.advanceTimeBy(1, TimeUnit.HOURS);
        assertThat(sleep.isDone()).isTrue();
    }

    @Test
    void hugeSleepsWaitInVirtualTimeToo() {
        virtual.advanceTimeBy(1, TimeUnit.DAYS);
        JoinHandle<Void> sleep = spawner.spawn(Timers.sleep(Duration.ofSeconds(Long.MAX_VALUE)));
        virtual.advanceTimeBy(1, TimeUnit.DAYS);
        assertThat(sleep.isDone()).isFalse();
    }

    @Test
    void realTimeDrivesSleepsToo() { // the clock of RxJava is coarser than its delays
        Spawner real = RxJavaAdapter.spawner(Schedulers.computation());
        for (int micros = 1; micros < 3_000; micros += 100) {
            real.spawn(Timers.sleep(Duration.ofNanos(micros * 1_000L + 1)))
                    .toCompletableFuture()
                    .join();
        }
    }

    @Test
    void aTimerThatGoesOffTooEarlyIsSetAgain() {
        Early early = new Early();
        JoinHandle<Void> handle = RxJavaAdapter.spawner(early).spawn(Timers.sleep(Duration.ofNanos(10)));
        early.runAll();
        assertThat(handle.isDone()).isFalse();
        early.now = 9;
        early.runAll();
        assertThat(handle.isDone()).isFalse();
        early.now = 10;
        early.runAll();
        assertThat(handle.isDone()).isTrue();
    }

    /** Runs whatever waits when told, whatever the time. */
    private static final class Early extends Scheduler {
        private final Queue<Runnable> tasks = new ArrayDeque<>();
        long now;

        void runAll() {
            for (int n = tasks.size() + 1; n > 0 && !tasks.isEmpty(); n--) {
                tasks.remove().run();
            }
        }

        @Override
        public long now(TimeUnit unit) {
            return unit.convert(now, TimeUnit.NANOSECONDS);
        }

        @Override
        public Disposable scheduleDirect(Runnable task) {
            tasks.add(task);
            return Disposable.empty();
        }

        @Override
        public Disposable scheduleDirect(Runnable task, long delay, TimeUnit unit) {
            return scheduleDirect(task);
        }

        @Override
        public Worker createWorker() {
            throw new UnsupportedOperationException("a spawner schedules directly, one poll at a time");
        }
    }

    @Test
    void wakesComeFromEverywhere() throws InterruptedException {
        Promise<String> promise = new Promise<>();
        CountDownLatch polled = new CountDownLatch(1);
        JoinHandle<String> handle = RxJavaAdapter.spawner(Schedulers.computation())
                .spawn(Futures.defer(() -> {
                    polled.countDown();
                    return promise.future();
                }));
        polled.await();
        promise.complete("a");
        assertThat(handle.toCompletableFuture().join()).isEqualTo("a");
    }

    static Stream<Scheduler> schedulersThatTellOfRefusals() {
        return Stream.of(
                RxJavaPlugins.createSingleScheduler(Thread::new),
                RxJavaPlugins.createComputationScheduler(Thread::new),
                RxJavaPlugins.createIoScheduler(Thread::new),
                RxJavaAdapter.scheduler(Spawner.inline()));
    }

    @ParameterizedTest
    @MethodSource("schedulersThatTellOfRefusals")
    void aRefusalFailsTheTask(Scheduler scheduler) {
        scheduler.shutdown();
        JoinHandle<String> handle = RxJavaAdapter.spawner(scheduler).spawn(Futures.ready("a"));
        assertThatThrownBy(() -> handle.toCompletableFuture().join())
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(RejectedExecutionException.class);
    }

    /** Counts when a poll is about to return: the timer is set, or the waker stored, by then. */
    private static <T extends @Nullable Object> Future<T> counting(CountDownLatch polled, Future<T> future) {
        return cx -> {
            try {
                return future.poll(cx);
            } finally {
                polled.countDown();
            }
        };
    }

    static Stream<Scheduler> schedulersOfThreads() {
        return Stream.of(
                RxJavaPlugins.createSingleScheduler(Thread::new),
                RxJavaPlugins.createComputationScheduler(Thread::new),
                RxJavaPlugins.createIoScheduler(Thread::new));
    }

    /** RxJava drops such delays without a report. */
    @ParameterizedTest
    @MethodSource("schedulersOfThreads")
    void aTaskThatSleepsFailsWhenItsSchedulerIsShutDown(Scheduler scheduler) throws Exception {
        Spawner spawner = RxJavaAdapter.spawner(scheduler);
        CountDownLatch polled = new CountDownLatch(2);
        JoinHandle<?> sleep = spawner.spawn(counting(polled, Timers.sleep(Duration.ofSeconds(2))));
        JoinHandle<?> timeout =
                spawner.spawn(counting(polled, Timers.timeout(Duration.ofSeconds(2), Futures.pending())));
        polled.await();
        scheduler.shutdown();
        for (JoinHandle<?> handle : List.of(sleep, timeout)) {
            assertThatThrownBy(() -> handle.toCompletableFuture().get(20, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(RejectedExecutionException.class);
        }
    }

    @ParameterizedTest
    @MethodSource("schedulersOfThreads")
    void aTaskThatIsWokenFailsWhenItsSchedulerIsShutDown(Scheduler scheduler) throws Exception {
        Promise<String> promise = new Promise<>();
        CountDownLatch polled = new CountDownLatch(1);
        JoinHandle<String> handle = RxJavaAdapter.spawner(scheduler).spawn(counting(polled, promise.future()));
        polled.await();
        scheduler.shutdown();
        promise.complete("a");
        assertThatThrownBy(() -> handle.toCompletableFuture().get(20, TimeUnit.SECONDS))
                .hasCauseInstanceOf(RejectedExecutionException.class);
    }

    @ParameterizedTest
    @MethodSource("schedulersOfThreads")
    void aSleepOnASchedulerThatIsShutDownFailsAtOnce(Scheduler scheduler) {
        JoinHandle<Void> handle = RxJavaAdapter.spawner(scheduler).spawn(Futures.defer(() -> {
            scheduler.shutdown();
            return Timers.sleep(Duration.ofHours(1));
        }));
        assertThatThrownBy(() -> handle.toCompletableFuture().get(20, TimeUnit.SECONDS))
                .hasCauseInstanceOf(RejectedExecutionException.class);
    }

    @Test
    void aSchedulerThatRunsOnTheSpotRefusesNothing() {
        Spawner spot = RxJavaAdapter.spawner(Schedulers.trampoline());
        assertThat(spot.spawn(Futures.ready("a")).toCompletableFuture()).isCompletedWithValue("a");
        assertThat(spot.spawn(Timers.sleep(Duration.ofMillis(1))).toCompletableFuture())
                .isCompleted();
    }

    @Test
    void blockingCallsRunElsewhere() {
        Thread here = Thread.currentThread();
        Thread there = RxJavaAdapter.spawner(Schedulers.trampoline())
                .spawnBlocking(Thread::currentThread)
                .toCompletableFuture()
                .join();
        assertThat(there).isNotSameAs(here);
    }

    @Test
    void whatABlockingCallSpawnsRunsOnTheScheduler() {
        JoinHandle<JoinHandle<Void>> call = spawner.spawnBlocking(() -> {
            assertThat(CurrentTask.service(Spawner.KEY)).isSameAs(spawner);
            assertThat(CurrentTask.service(TimerService.KEY)).isSameAs(spawner.timers());
            return CurrentTask.executor().spawn(Timers.sleep(Duration.ofHours(1)));
        });
        CompletableFuture<JoinHandle<Void>> returned = call.toCompletableFuture();
        while (!returned.isDone()) {
            virtual.triggerActions();
            Thread.onSpinWait();
        }
        JoinHandle<Void> sleeper = returned.join();
        for (int hour = 0; hour < 2; hour++) {
            virtual.advanceTimeBy(1, TimeUnit.HOURS);
        }
        assertThat(sleeper.isDone()).isTrue();
    }

    @Test
    void aBlockingCallFindsTheServicesOfItsTask() {
        Services.Key<String> user = new Services.Key<>("user");
        Spawner real = RxJavaAdapter.spawner(Schedulers.single());
        JoinHandle<String> task = real.spawn(Futures.withService(
                user,
                "ann",
                Futures.defer(() ->
                        real.spawnBlocking(() -> CurrentTask.service(user)).join())));
        assertThat(task.toCompletableFuture().join()).isEqualTo("ann");
    }

    @Test
    void aRoundTripKeepsBothContracts() {
        Scheduler back = RxJavaAdapter.scheduler(spawner);
        AtomicReference<Long> ticked = new AtomicReference<>();
        Disposable timer = Single.timer(3, TimeUnit.SECONDS, back).subscribe(ticked::set);
        virtual.advanceTimeBy(3, TimeUnit.SECONDS);
        virtual.triggerActions();
        assertThat(ticked).hasValue(0L);
        assertThat(timer.isDisposed()).isTrue();
    }

    @Test
    void itTellsWhatItIs() {
        assertThat(spawner.toString()).startsWith("RxJavaAdapter.spawner(");
        assertThatThrownBy(() -> RxJavaAdapter.spawner(null)).isInstanceOf(NullPointerException.class);
    }
}
