package pollux.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import pollux.doubles.Gate;
import pollux.future.Context;
import pollux.future.Failures;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.future.Poll;
import pollux.future.RawFuture;
import pollux.future.Services;
import pollux.future.Waker;
import pollux.time.TimerService;
import pollux.time.Timers;

/** Tasks that misbehave: whatever one of them does, none hangs and the others go on. Numbers: docs/behaviours.md. */
@Timeout(value = 120)
class BadInputTest {

    private final CountDownLatch release = new CountDownLatch(1);
    private final AtomicBoolean stop = new AtomicBoolean();
    private @Nullable TaskPool pool;

    @AfterEach
    void close() {
        release.countDown();
        stop.set(true);
        if (pool != null) {
            pool.close();
        }
    }

    private TaskPool pool(int workers) {
        pool = TaskPool.builder().workers(workers).build();
        return pool;
    }

    // ------------------------------------------------------------------ tasks that do not come back

    /** Adversarial case 76, beside the monitor. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whoKeepsAWorkerKeepsNoOtherTask(boolean spins) {
        TaskPool pool = pool(2);
        CountDownLatch kept = new CountDownLatch(1);
        pool.execute(() -> {
            kept.countDown();
            while (spins && !stop.get()) {
                Thread.onSpinWait();
            }
            awaitUninterruptibly(release);
        });
        awaitUninterruptibly(kept);
        List<JoinHandle<Integer>> others = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            others.add(pool.spawn(Futures.yieldNow().then(nothing -> Futures.ready(7))));
        }
        others.forEach(other -> assertThat(BlockOn.blockOn(other.join())).isEqualTo(7));
        BlockOn.blockOn(pool.spawn(Futures.yieldNow().then(nothing -> Timers.sleep(Duration.ofMillis(1))))
                .join());
    }

    /** Adversarial case 77: the limit is measured outside of the pool. */
    @Test
    void withAllWorkersBlockedALimitOutsideStillHolds() {
        TaskPool pool = pool(2);
        CountDownLatch blocked = new CountDownLatch(2);
        for (int i = 0; i < 2; i++) {
            pool.execute(() -> {
                blocked.countDown();
                awaitUninterruptibly(release);
            });
        }
        awaitUninterruptibly(blocked); // else a worker that is still free may take the next task first
        JoinHandle<Integer> never = pool.spawn(Futures.ready(7));
        assertThatThrownBy(() -> BlockOn.blockOn(Timers.timeout(Duration.ofMillis(20), never.join())))
                .isInstanceOf(TimeoutException.class);
        release.countDown();
        assertThat(BlockOn.blockOn(never.join())).isEqualTo(7);
    }

    @Test
    void aTaskThatAlwaysWakesItselfKeepsNeitherOthersNorTimers() {
        TaskPool pool = pool(1);
        JoinHandle<Object> hog = pool.spawn(cx -> {
            cx.waker().wake();
            return Poll.pending();
        });
        assertThat(BlockOn.blockOn(pool.spawn(Futures.ready(7)).join())).isEqualTo(7);
        BlockOn.blockOn(pool.spawn(Timers.sleep(Duration.ofMillis(5))).join());
        hog.cancel();
        assertThatThrownBy(() -> BlockOn.blockOn(hog.join())).isInstanceOf(CancellationException.class);
    }

    @Test
    void aWakeStormFromEightThreadsLosesNothingAndKeepsNobodyOut() throws InterruptedException {
        TaskPool pool = pool(2);
        int threads = 8;
        int each = 50_000;
        AtomicInteger written = new AtomicInteger();
        AtomicInteger polls = new AtomicInteger();
        CountDownLatch first = new CountDownLatch(1);
        Waker[] waker = new Waker[1];
        JoinHandle<Integer> victim = pool.spawn(cx -> {
            waker[0] = cx.waker();
            polls.incrementAndGet();
            first.countDown();
            return written.get() == threads * each ? Poll.ready(written.get()) : Poll.pending();
        });
        first.await();
        List<Thread> storm = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            Thread thread = new Thread(() -> {
                for (int i = 0; i < each; i++) {
                    written.incrementAndGet();
                    waker[0].wake();
                }
            });
            thread.start();
            storm.add(thread);
        }
        assertThat(BlockOn.blockOn(pool.spawn(Futures.ready(7)).join())).isEqualTo(7);
        for (Thread thread : storm) {
            thread.join();
        }
        assertThat(BlockOn.blockOn(victim.join())).isEqualTo(threads * each);
        assertThat(polls.get()).isLessThanOrEqualTo(threads * each + 1);
    }

    /** Adversarial case 83. */
    @Test
    void interruptingTheWorkersAllTheTimeChangesNothing() throws InterruptedException {
        List<Thread> workers = new ArrayList<>();
        pool = TaskPool.builder()
                .workers(2)
                .onWorkerStart(() -> {
                    synchronized (workers) {
                        workers.add(Thread.currentThread());
                    }
                })
                .build();
        Thread nuisance = new Thread(() -> {
            while (!stop.get()) {
                synchronized (workers) {
                    workers.forEach(Thread::interrupt);
                }
                Thread.yield();
            }
        });
        nuisance.start();
        for (int round = 0; round < 20; round++) {
            Future<Void> nap = Futures.yieldNow().then(nothing -> Timers.sleep(Duration.ofMillis(1)));
            BlockOn.blockOn(pool.spawn(nap).join());
        }
        stop.set(true);
        nuisance.join();
    }

    // ------------------------------------------------------------------ errors of the JVM, thrown and real

    static Stream<Arguments> errors() {
        return Stream.of(
                Arguments.of("thrown stack overflow", (Runnable) () -> {
                    throw new StackOverflowError();
                }),
                Arguments.of("real stack overflow", (Runnable) () -> deeper(0)),
                Arguments.of("thrown out of memory", (Runnable) () -> {
                    throw new OutOfMemoryError();
                }),
                Arguments.of("real out of memory", (Runnable) BadInputTest::allocate),
                Arguments.of("linkage", (Runnable) () -> {
                    throw new NoSuchMethodError();
                }),
                Arguments.of("assertion", (Runnable) () -> {
                    throw new AssertionError();
                }),
                Arguments.of("checked", (Runnable) () -> {
                    throw Failures.rethrow(new Throwable("neither error nor exception"));
                }));
    }

    private static int deeper(int depth) {
        return depth < 0 ? depth : 1 + deeper(depth + 1);
    }

    private static void allocate() {
        List<long[]> all = new ArrayList<>();
        while (true) {
            all.add(new long[Integer.MAX_VALUE - 8]);
        }
    }

    /** Adversarial cases 73 and 74. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("errors")
    void anErrorInAPollFailsItsTask(String name, Runnable error) {
        TaskPool pool = pool(1);
        Throwable expected = catchThrowable(error::run);
        JoinHandle<Object> handle = pool.spawn(cx -> {
            error.run();
            return Poll.ready(null);
        });
        assertThatThrownBy(() -> BlockOn.blockOn(handle.join())).isInstanceOf(expected.getClass());
        assertThat(handle.isCancelled()).isFalse();
        goesOn(pool);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("errors")
    void anErrorInCancelFailsItsTaskAndNoOther(String name, Runnable error) {
        TaskPool pool = pool(1);
        Throwable expected = catchThrowable(error::run);
        Gate other = new Gate();
        JoinHandle<Void> sibling = pool.spawn(other);
        JoinHandle<Void> handle = pool.spawn(new RunsInCancel(error));
        handle.cancel();
        assertThatThrownBy(() -> BlockOn.blockOn(handle.join())).isInstanceOf(expected.getClass());
        other.open();
        BlockOn.blockOn(sibling.join());
        goesOn(pool);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("errors")
    void anErrorInASuspendedCleanUpIsReportedAndTheTaskEnds(String name, Runnable error) {
        TaskPool pool = pool(1);
        JoinHandle<Void> handle = pool.spawn(new Future<Void>() {
            private boolean cleaning;

            @Override
            public Poll<Void> poll(Context cx) {
                if (cleaning) {
                    error.run();
                }
                return Poll.pending();
            }

            @Override
            public boolean cancel() {
                cleaning = true;
                return false;
            }
        });
        handle.cancel();
        assertThatThrownBy(() -> BlockOn.blockOn(handle.join())).isInstanceOf(CancellationException.class);
        goesOn(pool);
    }

    /** Adversarial case 101. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("errors")
    void anErrorInAHookIsReportedOnceAndTheWorkersLive(String name, Runnable error) {
        List<Throwable> thrown = new ArrayList<>();
        Runnable hook = () -> {
            try {
                error.run();
            } catch (Throwable failure) {
                synchronized (thrown) {
                    thrown.add(failure);
                }
                throw failure;
            }
        };
        TaskPool pool = TaskPool.builder()
                .workers(2)
                .onWorkerStart(hook)
                .onWorkerStop(hook)
                .build();
        goesOn(pool);
        pool.close();
        assertThat(thrown).hasSize(4);
        assertThat(thrown.stream().distinct())
                .allMatch(failure -> Reports.of(failure)
                        >= thrown.stream().filter(other -> other == failure).count());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("errors")
    void anErrorInAWakerKeepsNoOtherJoinerWaiting(String name, Runnable error) {
        TaskPool pool = pool(1);
        Gate gate = new Gate();
        JoinHandle<Void> handle = pool.spawn(gate);
        handle.join().poll(new Context(error::run, Services.NONE));
        JoinHandle<Void> joiner = pool.spawn(handle.join());
        gate.open();
        BlockOn.blockOn(joiner.join());
        goesOn(pool);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("errors")
    void anErrorInAWakerOfATimerKeepsNoOtherTimer(String name, Runnable error) {
        TaskPool pool = pool(1);
        TimerService timers = pool.timers();
        timers.register(timers.timeSource().nanoTime(), error::run);
        BlockOn.blockOn(pool.spawn(Timers.sleep(Duration.ofMillis(2))).join());
        goesOn(pool);
    }

    private static void goesOn(TaskPool pool) {
        assertThat(BlockOn.blockOn(pool.spawn(Futures.ready(7)).join())).isEqualTo(7);
        BlockOn.blockOn(pool.spawn(Timers.sleep(Duration.ofMillis(1))).join());
    }

    // ------------------------------------------------------------------ pools among pools

    static Stream<Arguments> foreignCalls() {
        return Stream.of(
                Arguments.of("block on it", (BiFunction<TaskPool, Future<Integer>, Object>)
                        (inner, seven) -> BlockOn.blockOn(inner.spawn(seven).join())),
                Arguments.of("close it", (BiFunction<TaskPool, Future<Integer>, Object>) (inner, seven) -> {
                    inner.close();
                    return null;
                }),
                Arguments.of("run a local one", (BiFunction<TaskPool, Future<Integer>, Object>)
                        (inner, seven) -> new LocalPool().runUntil(seven)));
    }

    /** Adversarial case 79. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("foreignCalls")
    void waitingForAnotherPoolOnAWorkerIsRefused(String name, BiFunction<TaskPool, Future<Integer>, Object> call) {
        TaskPool outer = pool(1);
        try (TaskPool inner = TaskPool.builder().workers(1).build()) {
            JoinHandle<Object> handle = outer.spawn(cx -> Poll.ready(call.apply(inner, Futures.ready(7))));
            assertThatThrownBy(() -> BlockOn.blockOn(handle.join()))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("await");
            goesOn(inner);
        }
    }

    /** Adversarial case 79. */
    @Test
    void aPoolMadeInsideAWorkerCanBeAwaitedThere() {
        Future<Integer> work = Futures.defer(() -> {
            TaskPool inner = TaskPool.builder().workers(1).build();
            return inner.spawn(Timers.sleep(Duration.ofMillis(1)).map(slept -> 7))
                    .join()
                    .map(value -> {
                        inner.close(Duration.ZERO);
                        return value;
                    });
        });
        assertThat(BlockOn.blockOn(pool(1).spawn(work).join())).isEqualTo(7);
    }

    /** Adversarial case 80. */
    @Test
    void whoWaitsForATaskOfAClosedPoolIsTold() {
        TaskPool closing = TaskPool.builder().workers(1).build();
        JoinHandle<Void> waiting = pool(1).spawn(closing.spawn(new Gate()).join());
        closing.close();
        assertThatThrownBy(() -> BlockOn.blockOn(waiting.join())).isInstanceOf(CancellationException.class);
        JoinHandle<Void> late =
                pool.spawn(Futures.defer(() -> closing.spawn(new Gate()).join()));
        assertThatThrownBy(() -> BlockOn.blockOn(late.join())).isInstanceOf(CancellationException.class);
    }

    // ------------------------------------------------------------------ handles and wakers

    /** Behaviour 11; adversarial case 64: a handle that is let go of leaves its task alone. */
    @Test
    void aTaskWhoseHandleIsLetGoOfGoesOnOrCleansUp() throws InterruptedException {
        TaskPool pool = pool(2);
        CountDownLatch ran = new CountDownLatch(100);
        CountDownLatch cleaned = new CountDownLatch(100);
        for (int i = 0; i < 100; i++) {
            pool.spawn(Futures.yieldNow().map(nothing -> {
                ran.countDown();
                return null;
            }));
            pool.spawn(new RunsInCancel(cleaned::countDown)).cancel();
        }
        System.gc();
        ran.await();
        cleaned.await();
    }

    /** Adversarial case 61. */
    @Test
    void aWakerKeptAMillionTimesIsOneWakerAndOnePoll() {
        try (LocalPool local = new LocalPool()) {
            Gate gate = new Gate();
            local.spawn(gate);
            local.runUntilStalled();
            Waker[] copies = new Waker[1_000_000];
            java.util.Arrays.fill(copies, gate.waker);
            for (Waker copy : copies) {
                copy.wake();
            }
            assertThat(local.runUntilStalled()).isEqualTo(1);
            assertThat(gate.polls).isEqualTo(2);
        }
    }

    /** Adversarial case 59. */
    @ParameterizedTest
    @ValueSource(strings = {"foreign", "daemon", "cleaner", "virtual", "worker of another pool", "fork-join"})
    void anyThreadMayWake(String kind) throws Exception {
        TaskPool pool = pool(1);
        CountDownLatch waiting = new CountDownLatch(1);
        Gate gate = new Gate();
        JoinHandle<Void> handle = pool.spawn(new RawFuture<Void>() {
            @Override
            public @Nullable Object pollRaw(Context cx) {
                Object answer = gate.pollRaw(cx);
                waiting.countDown();
                return answer;
            }
        });
        waiting.await();
        try (TaskPool other = TaskPool.builder().workers(1).build()) {
            switch (kind) {
                case "foreign" -> new Thread(gate::open).start();
                case "daemon" -> {
                    Thread daemon = new Thread(gate::open);
                    daemon.setDaemon(true);
                    daemon.start();
                }
                case "cleaner" ->
                    java.lang.ref.Cleaner.create()
                            .register(new Object(), gate::open)
                            .clean();
                case "virtual" ->
                    other.spawnBlocking(
                            () -> { // virtual where the JDK has them
                                gate.open();
                                return null;
                            });
                case "worker of another pool" -> other.execute(gate::open);
                default -> java.util.concurrent.ForkJoinPool.commonPool().execute(gate::open);
            }
            BlockOn.blockOn(handle.join());
        }
    }

    /** Adversarial case 67. */
    @Test
    void aTaskThatYieldsAsItsPoolIsLeftGoesOnWhenItIsRunAgain() {
        try (LocalPool local = new LocalPool()) {
            Gate main = new Gate();
            JoinHandle<Integer> handle = local.spawn(Futures.defer(() -> {
                main.open();
                return Futures.yieldNow().then(nothing -> Futures.yieldNow()).map(nothing -> 7);
            }));
            local.runUntil(main);
            assertThat(handle.isDone()).isFalse();
            assertThat(local.runUntil(handle.join())).isEqualTo(7);
        }
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        while (true) {
            try {
                latch.await();
                return;
            } catch (InterruptedException ignored) {
                // the point of the name
            }
        }
    }

    /** Never ends; runs a piece of code when it is cancelled. */
    private static final class RunsInCancel implements Future<Void> {

        private final Runnable code;

        RunsInCancel(Runnable code) {
            this.code = code;
        }

        @Override
        public Poll<Void> poll(Context cx) {
            return Poll.pending();
        }

        @Override
        public boolean cancel() {
            code.run();
            return true;
        }
    }
}
