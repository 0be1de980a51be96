package pollux.reactor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
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
import pollux.time.Interval;
import pollux.time.TimerService;
import pollux.time.Timers;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.test.scheduler.VirtualTimeScheduler;

@Timeout(120)
class SchedulerSpawnerTest {

    private final VirtualTimeScheduler virtual = VirtualTimeScheduler.create();
    private final Spawner spawner = ReactorAdapter.spawner(virtual);

    @Test
    void pollsOnTheThreadsOfTheScheduler() {
        Scheduler single = Schedulers.newSingle("polls");
        try {
            AtomicReference<String> thread = new AtomicReference<>();
            ReactorAdapter.spawner(single)
                    .spawn(cx -> {
                        thread.set(Thread.currentThread().getName());
                        return Poll.ready(null);
                    })
                    .toCompletableFuture()
                    .join();
            assertThat(thread.get()).startsWith("polls");
        } finally {
            single.dispose();
        }
    }

    @Test
    void virtualTimeDrivesSleeps() {
        JoinHandle<String> handle =
                spawner.spawn(Timers.sleep(Duration.ofHours(1)).map(nothing -> "woken"));
        virtual.advanceTimeBy(Duration.ofMinutes(59));
        assertThat(handle.isDone()).isFalse();
        virtual.advanceTimeBy(Duration.ofMinutes(1));
        assertThat(handle.toCompletableFuture()).isCompletedWithValue("woken");
    }

    @Test
    void virtualTimeDrivesTimeouts() {
        JoinHandle<String> handle = spawner.spawn(Timers.timeout(Duration.ofSeconds(5), Futures.<String>pending()));
        virtual.advanceTimeBy(Duration.ofSeconds(5));
        assertThatThrownBy(() -> handle.toCompletableFuture().join()).hasRootCauseInstanceOf(TimeoutException.class);
    }

    /** Runs a delay when the test says so, on a clock that is set forward and back. */
    private static final class Stepped implements Scheduler {

        private final VirtualTimeScheduler delays = VirtualTimeScheduler.create();
        private long step;

        @Override
        public Disposable schedule(Runnable task) {
            return Schedulers.immediate().schedule(task);
        }

        @Override
        public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
            return delays.schedule(task, delay, unit);
        }

        @Override
        public Worker createWorker() {
            return delays.createWorker();
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
            JoinHandle<Void> sleep = ReactorAdapter.spawner(stepped).spawn(Timers.sleep(Duration.ofMillis(1)));
            JoinHandle<Void> timeout = ReactorAdapter.spawner(stepped)
                    .spawn(Timers.timeout(Duration.ofMillis(1), Futures.<Void>pending()));
            JoinHandle<Void> hour = ReactorAdapter.spawner(stepped).spawn(Timers.sleep(Duration.ofHours(1)));
            stepped.step = step;
            for (long due = System.nanoTime() + 1_000_000; System.nanoTime() - due < 0; ) {
                Thread.onSpinWait(); // the time itself has to pass
            }
            stepped.delays.advanceTimeBy(Duration.ofMillis(1));
            assertThat(sleep.isDone()).isTrue();
            assertThat(timeout.isDone()).isTrue();
            assertThat(hour.isDone()).isFalse();
        }
    }

    @Test
    void aVirtualTimeThatBeginsWithTheWallClockIsVirtualAllTheSame() {
        virtual.advanceTimeTo(Instant.now());
        Spawner later = ReactorAdapter.spawner(virtual);
        JoinHandle<Void> sleep = later.spawn(Timers.sleep(Duration.ofHours(1)));
        virtual.advanceTimeBy(Duration.ofHours(1));
        assertThat(sleep.isDone()).isTrue();
    }

    @Test
    void hugeSleepsWaitInVirtualTimeToo() {
        virtual.advanceTimeBy(Duration.ofDays(1));
        JoinHandle<Void> sleep = spawner.spawn(Timers.sleep(Duration.ofSeconds(Long.MAX_VALUE)));
        virtual.advanceTimeBy(Duration.ofDays(1));
        assertThat(sleep.isDone()).isFalse();
    }

    @Test
    void aSchedulerThatStandsForOneOfVirtualTimeIsKnown() {
        VirtualTimeScheduler all = VirtualTimeScheduler.getOrSet();
        try {
            all.advanceTimeTo(Instant.now());
            JoinHandle<Void> sleep =
                    ReactorAdapter.spawner(Schedulers.parallel()).spawn(Timers.sleep(Duration.ofHours(1)));
            all.advanceTimeBy(Duration.ofHours(1));
            assertThat(sleep.isDone()).isTrue();
        } finally {
            VirtualTimeScheduler.reset();
        }
    }

    @Test
    void childrenAreSpawnedOnTheSameSpawnerAndClock() {
        JoinHandle<String> handle = spawner.spawn(cx -> {
            assertThat(cx.get(Spawner.KEY)).isSameAs(spawner);
            cx.get(Spawner.KEY).spawn(Timers.sleep(Duration.ofHours(1)));
            return Poll.ready("parent");
        });
        virtual.advanceTimeBy(Duration.ofHours(1));
        assertThat(handle.isDone()).isTrue();
    }

    @Test
    void cancellingASleepUnlinksItsTimer() {
        Disposable.Swap timer = Disposables.swap();
        Scheduler recording = new Scheduler() {
            @Override
            public Disposable schedule(Runnable task) {
                return Schedulers.immediate().schedule(task);
            }

            @Override
            public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
                timer.update(Disposables.single());
                return timer;
            }

            @Override
            public Worker createWorker() {
                throw new AssertionError("no worker is needed");
            }
        };
        JoinHandle<Void> handle = ReactorAdapter.spawner(recording).spawn(Timers.sleep(Duration.ofHours(1)));
        assertThat(timer.get()).isNotNull();
        assertThat(timer.isDisposed()).isFalse();
        handle.cancel();
        assertThat(handle.isCancelled()).isTrue();
        assertThat(timer.isDisposed()).isTrue();
    }

    @Test
    void wakesComeFromEverywhere() throws InterruptedException {
        Promise<String> promise = new Promise<>();
        CountDownLatch polled = new CountDownLatch(1);
        JoinHandle<String> handle = ReactorAdapter.spawner(Schedulers.parallel())
                .spawn(Futures.defer(() -> {
                    polled.countDown();
                    return promise.future();
                }));
        polled.await();
        promise.complete("a");
        assertThat(handle.toCompletableFuture().join()).isEqualTo("a");
    }

    @Test
    void aRejectionFailsTheTask() {
        Scheduler disposed = Schedulers.newSingle("disposed");
        disposed.dispose();
        JoinHandle<String> handle = ReactorAdapter.spawner(disposed).spawn(Futures.ready("a"));
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

    static Stream<Arguments> waits() {
        Duration time = Duration.ofSeconds(2);
        return Stream.of(
                Arguments.of("sleep", Timers.sleep(time)),
                Arguments.of("timeout", Timers.timeout(time, Futures.pending())),
                Arguments.of("tick", Futures.defer(() -> {
                    Interval interval = Timers.interval(time);
                    return interval.tick().then(first -> interval.tick());
                })));
    }

    /** Reactor drops such delays without a report. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("waits")
    void aTaskThatWaitsForATimeFailsWhenItsSchedulerIsDisposedOf(String name, Future<?> wait) throws Exception {
        Scheduler single = Schedulers.newSingle("disposed");
        CountDownLatch polled = new CountDownLatch(1);
        JoinHandle<?> handle = ReactorAdapter.spawner(single).spawn(counting(polled, wait));
        polled.await();
        single.dispose();
        assertThatThrownBy(() -> handle.toCompletableFuture().get(20, TimeUnit.SECONDS))
                .hasCauseInstanceOf(RejectedExecutionException.class);
    }

    @Test
    void aTaskThatIsWokenFailsWhenItsSchedulerIsDisposedOf() throws Exception {
        Scheduler single = Schedulers.newSingle("disposed");
        Promise<String> promise = new Promise<>();
        CountDownLatch polled = new CountDownLatch(1);
        JoinHandle<String> handle = ReactorAdapter.spawner(single).spawn(counting(polled, promise.future()));
        polled.await();
        single.dispose();
        promise.complete("a");
        assertThatThrownBy(() -> handle.toCompletableFuture().get(20, TimeUnit.SECONDS))
                .hasCauseInstanceOf(RejectedExecutionException.class);
    }

    @Test
    void aSleepOnADisposedSchedulerFailsAtOnce() throws Exception {
        Scheduler single = Schedulers.newSingle("disposed");
        JoinHandle<Void> handle = ReactorAdapter.spawner(single).spawn(Futures.defer(() -> {
            single.dispose();
            return Timers.sleep(Duration.ofHours(1));
        }));
        assertThatThrownBy(() -> handle.toCompletableFuture().get(20, TimeUnit.SECONDS))
                .hasCauseInstanceOf(RejectedExecutionException.class);
    }

    static Stream<Scheduler> schedulersWithoutDelays() {
        return Stream.of(
                Schedulers.immediate(),
                Schedulers.fromExecutor(Runnable::run),
                Schedulers.fromExecutor(task -> Schedulers.parallel().schedule(task)));
    }

    @ParameterizedTest
    @MethodSource("schedulersWithoutDelays")
    void tasksSleepOnASchedulerWithoutDelays(Scheduler scheduler) throws Exception {
        Spawner timeless = ReactorAdapter.spawner(scheduler);
        assertThat(timeless.spawn(Futures.ready("a")).toCompletableFuture().get(20, TimeUnit.SECONDS))
                .isEqualTo("a");
        long begin = System.nanoTime();
        timeless.spawn(Timers.sleep(Duration.ofMillis(20)))
                .toCompletableFuture()
                .get(20, TimeUnit.SECONDS);
        assertThat(System.nanoTime() - begin).isGreaterThanOrEqualTo(20_000_000);
        assertThatThrownBy(() -> timeless.spawn(Timers.timeout(Duration.ofMillis(1), Futures.pending()))
                        .toCompletableFuture()
                        .get(20, TimeUnit.SECONDS))
                .hasCauseInstanceOf(TimeoutException.class);
    }

    @Test
    void blockingCallsRunElsewhere() {
        Thread here = Thread.currentThread();
        Thread there = ReactorAdapter.spawner(Schedulers.immediate())
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
            virtual.advanceTimeBy(Duration.ZERO);
            Thread.onSpinWait();
        }
        JoinHandle<Void> sleeper = returned.join();
        for (int hour = 0; hour < 2; hour++) {
            virtual.advanceTimeBy(Duration.ofHours(1));
        }
        assertThat(sleeper.isDone()).isTrue();
    }

    @Test
    void aBlockingCallFindsTheServicesOfItsTask() {
        Services.Key<String> user = new Services.Key<>("user");
        Spawner real = ReactorAdapter.spawner(Schedulers.parallel());
        JoinHandle<String> task = real.spawn(Futures.withService(
                user,
                "ann",
                Futures.defer(() ->
                        real.spawnBlocking(() -> CurrentTask.service(user)).join())));
        assertThat(task.toCompletableFuture().join()).isEqualTo("ann");
    }

    @Test
    void aRoundTripKeepsBothContracts() {
        Scheduler back = ReactorAdapter.scheduler(spawner);
        AtomicReference<Long> ticked = new AtomicReference<>();
        Mono.delay(Duration.ofSeconds(3), back).subscribe(ticked::set);
        virtual.advanceTimeBy(Duration.ofSeconds(3));
        assertThat(ticked).hasValue(0L);
    }

    @Test
    void itTellsWhatItIs() {
        assertThat(spawner.toString()).startsWith("ReactorAdapter.spawner(");
        assertThatThrownBy(() -> ReactorAdapter.spawner(null)).isInstanceOf(NullPointerException.class);
    }
}
