package pollux.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import pollux.doubles.Gate;
import pollux.future.Context;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.future.Poll;
import pollux.time.ManualTime;
import pollux.time.TimeSource;
import pollux.time.Timers;

/** How a pool is made and how it ends. Numbers: docs/behaviours.md. */
@Timeout(value = 120)
class TaskPoolClosingTest {

    // ------------------------------------------------------------------ making

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 4097})
    void poolHasAWorkerAtLeastAndNotTooMany(int workers) {
        assertThatThrownBy(() -> TaskPool.builder().workers(workers))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("LocalPool");
    }

    @Test
    void nullOptionsAreRefused() {
        TaskPool.Builder options = TaskPool.builder();
        assertThatThrownBy(() -> options.name(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> options.threadFactory(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> options.onWorkerStart(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> options.unhandledFailure(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> options.timers(null)).isInstanceOf(NullPointerException.class);
        try (TaskPool pool = options.workers(1).build()) {
            assertThatThrownBy(() -> pool.spawn((Future<?>) null)).isInstanceOf(NullPointerException.class);
            assertThatThrownBy(() -> pool.execute(null)).isInstanceOf(NullPointerException.class);
            assertThatThrownBy(() -> pool.spawnBlocking(null)).isInstanceOf(NullPointerException.class);
            assertThat(pool.liveTasks()).isZero();
        }
    }

    @Test
    void hooksRunOnEveryWorkerAndMayThrow() {
        AtomicInteger starts = new AtomicInteger();
        AtomicInteger stops = new AtomicInteger();
        TaskPool pool = TaskPool.builder()
                .workers(3)
                .onWorkerStart(() -> {
                    starts.incrementAndGet();
                    throw new IllegalStateException("a start hook that fails");
                })
                .onWorkerStop(() -> {
                    stops.incrementAndGet();
                    throw new IllegalStateException("a stop hook that fails");
                })
                .build();
        assertThat(BlockOn.blockOn(pool.spawn(Futures.ready(7)).join())).isEqualTo(7);
        pool.close();
        assertThat(starts).hasValue(3);
        assertThat(stops).hasValue(3);
    }

    @Test
    void poolRunsOnThreadsOfAnyMake() {
        List<Thread> made = new ArrayList<>();
        ThreadFactory factory = body -> {
            Thread thread = new Thread(body, "mine");
            thread.setDaemon(true);
            made.add(thread);
            return thread;
        };
        try (TaskPool pool =
                TaskPool.builder().workers(2).threadFactory(factory).build()) {
            Future<Thread> child = Futures.defer(() -> Futures.ready(Thread.currentThread()));
            Thread thread = BlockOn.blockOn(
                    pool.spawn(Futures.defer(() -> pool.spawn(child).join())).join());
            assertThat(made).contains(thread);
            JoinHandle<Object> wrong = pool.spawn(cx -> Poll.ready(BlockOn.blockOn(Futures.ready(7))));
            assertThatThrownBy(() -> BlockOn.blockOn(wrong.join())).isInstanceOf(IllegalStateException.class);
            BlockOn.blockOn(pool.spawn(Timers.sleep(Duration.ofMillis(2))).join());
        }
    }

    @Test
    void factoryThatFailsFailsTheBuildAndLeavesNoThread() throws InterruptedException {
        List<Thread> made = new ArrayList<>();
        IllegalStateException failure = new IllegalStateException("no more threads");
        ThreadFactory failing = body -> {
            if (made.size() == 2) {
                throw failure;
            }
            Thread thread = new Thread(body);
            made.add(thread);
            return thread;
        };
        assertThatThrownBy(() ->
                        TaskPool.builder().workers(4).threadFactory(failing).build())
                .isSameAs(failure);
        for (Thread thread : made) {
            thread.join();
        }
        assertThatThrownBy(() -> TaskPool.builder()
                        .workers(1)
                        .threadFactory(body -> null)
                        .build())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("factory");
    }

    @Test
    void toStringCounts() {
        TaskPool pool = TaskPool.builder().workers(2).name("harbour").build();
        JoinHandle<Void> handle = pool.spawn(new Gate());
        assertThat(pool.toString()).contains("harbour", "2 workers", "1 tasks");
        assertThat(handle.toString()).contains("harbour");
        pool.close();
        assertThat(pool.toString()).contains("0 tasks", "closed");
    }

    // ------------------------------------------------------------------ closing

    @Test
    void closeReachesTasksThatNobodyWouldWake() {
        TaskPool pool = TaskPool.builder().workers(2).build();
        List<Gate> gates = new ArrayList<>();
        List<JoinHandle<Void>> handles = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            gates.add(new Gate());
            handles.add(pool.spawn(gates.get(i)));
        }
        pool.close();
        assertThat(handles).allMatch(JoinHandle::isCancelled);
        assertThat(gates).allMatch(gate -> gate.cancels == 1);
        assertThat(pool.liveTasks()).isZero();
        pool.close();
        assertThat(pool.close(Duration.ofSeconds(Long.MAX_VALUE))).isTrue();
    }

    @Test
    void closeWaitsForCleanUpsThatSleep() {
        ManualTime clock = new ManualTime();
        TaskPool pool = TaskPool.builder().workers(1).build(new Platform() {
            @Override
            public TimeSource clock() {
                return clock;
            }
        });
        AtomicReference<Future<Void>> stage = new AtomicReference<>(Futures.pending());
        JoinHandle<Void> handle = pool.spawn(new Future<Void>() {
            @Override
            public Poll<Void> poll(Context cx) {
                return stage.get().poll(cx);
            }

            @Override
            public boolean cancel() {
                stage.set(Timers.sleep(Duration.ofMillis(20)));
                return false;
            }
        });
        assertThat(pool.close(Duration.ZERO)).isFalse();
        Thread advances = new Thread(() -> {
            while (!handle.isDone()) {
                clock.advance(Duration.ofMillis(20)); // again and again: the clean-up may begin later than here
                Thread.onSpinWait();
            }
        });
        advances.start();
        pool.close();
        assertThat(handle.isCancelled()).isTrue();
    }

    @Test
    void closeOnAWorkerIsRefusedAndCloseZeroIsNot() {
        TaskPool pool = TaskPool.builder().workers(1).build();
        JoinHandle<Object> waits = pool.spawn(cx -> {
            pool.close();
            return Poll.ready(null);
        });
        assertThatThrownBy(() -> BlockOn.blockOn(waits.join())).isInstanceOf(IllegalStateException.class);
        JoinHandle<Object> waitsForATime = pool.spawn(cx -> Poll.ready(pool.close(Duration.ofDays(1))));
        assertThatThrownBy(() -> BlockOn.blockOn(waitsForATime.join())).isInstanceOf(IllegalStateException.class);
        JoinHandle<Boolean> doesNot = pool.spawn(cx -> Poll.ready(pool.close(Duration.ZERO)));
        assertThat(BlockOn.blockOn(doesNot.join())).isFalse();
        pool.close();
    }

    /** Behaviour 19. */
    @Test
    void cleanUpThatWakesAnotherTaskDoesNoHarm() {
        TaskPool pool = TaskPool.builder().workers(2).build();
        Gate other = new Gate();
        JoinHandle<Void> handle = pool.spawn(other);
        pool.spawn(new Future<Void>() {
            @Override
            public Poll<Void> poll(Context cx) {
                return Poll.pending();
            }

            @Override
            public boolean cancel() {
                other.open();
                return true;
            }
        });
        pool.close();
        assertThat(handle.isDone()).isTrue();
    }

    /** Behaviour 21; adversarial case 76. */
    @Test
    void blockedTaskDoesNotHoldUpATimedClose() {
        TaskPool pool = TaskPool.builder().workers(1).build();
        CountDownLatch blocked = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        pool.execute(() -> {
            blocked.countDown();
            awaitUninterruptibly(release);
        });
        awaitUninterruptibly(blocked);
        assertThat(pool.close(Duration.ofMillis(20))).isFalse();
        assertThat(pool.close(Duration.ofSeconds(-1))).isFalse();
        release.countDown();
        assertThat(pool.close(Duration.ofDays(1))).isTrue();
    }

    /** Behaviour 21. */
    @Test
    void blockingCallThatNeverReturnsDoesNotHoldUpATimedClose() throws InterruptedException {
        TaskPool pool = TaskPool.builder().workers(1).build();
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        pool.spawnBlocking(() -> {
            started.countDown();
            awaitUninterruptibly(release);
            return null;
        });
        started.await();
        assertThat(pool.close(Duration.ofMillis(100))).isFalse();
        assertThat(pool.close(Duration.ZERO)).isFalse();
        release.countDown();
        assertThat(pool.close(Duration.ofDays(1))).isTrue();
        TaskPool idle = TaskPool.builder().workers(2).build();
        assertThat(idle.close(Duration.ofSeconds(Long.MAX_VALUE))).isTrue();
    }

    @Test
    void closeInterruptsBlockingCalls() throws InterruptedException {
        TaskPool pool = TaskPool.builder().workers(1).build();
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        JoinHandle<Void> handle = pool.spawnBlocking(() -> {
            started.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.countDown();
            }
            return null;
        });
        started.await();
        pool.close();
        assertThat(interrupted.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(handle.isCancelled()).isTrue();
    }

    @Test
    void interruptedCloseInterruptsWhatBlocksTheWorkersAndGoesOn() throws InterruptedException {
        TaskPool pool = TaskPool.builder().workers(1).build();
        CountDownLatch blocked = new CountDownLatch(1);
        pool.execute(() -> {
            blocked.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException expected) {
                // what close() does when it is itself interrupted
            }
        });
        blocked.await();
        Thread.currentThread().interrupt();
        pool.close();
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void lateSpawnsAreTurnedAway() {
        TaskPool pool = TaskPool.builder().workers(1).build();
        pool.close();
        Gate gate = new Gate();
        JoinHandle<Void> handle = pool.spawn(gate);
        assertThat(handle.isCancelled()).isTrue();
        assertThat(gate.polls).isZero();
        assertThat(gate.cancels).isEqualTo(1);
        assertThatThrownBy(() -> BlockOn.blockOn(handle.join())).isInstanceOf(CancellationException.class);
        assertThat(pool.spawnBlocking(() -> 7).isCancelled()).isTrue();
        assertThatThrownBy(() -> pool.execute(() -> {})).isInstanceOf(RejectedExecutionException.class);
        assertThat(pool.isClosed()).isTrue();
    }

    @Test
    void aLateSpawnSaysWhy() {
        TaskPool pool = TaskPool.builder().workers(1).build();
        pool.close();
        LocalPool local = new LocalPool();
        local.close();
        for (Spawner closed : List.of(pool, local, Spawner.closed())) {
            for (JoinHandle<?> late : List.of(closed.spawn(new Gate()), closed.spawnBlocking(() -> 7))) {
                assertThatThrownBy(() -> BlockOn.blockOn(late.join()))
                        .as(closed.toString())
                        .isInstanceOf(CancellationException.class)
                        .hasMessageMatching("task \\d+ was cancelled: its executor was closed before it was spawned");
            }
        }
        try (TaskPool open = TaskPool.builder().workers(1).build()) {
            JoinHandle<Void> cancelled = open.spawn(new Gate());
            cancelled.cancel();
            assertThatThrownBy(() -> BlockOn.blockOn(cancelled.join())).hasMessageMatching("task \\d+ was cancelled");
        }
    }

    /** Whether it waits, is queued or cleans up; not if it was cancelled before. */
    @Test
    void whatClosingCancelsSaysWhy() {
        for (boolean local : new boolean[] {true, false}) {
            List<JoinHandle<?>> cancelled = new ArrayList<>();
            JoinHandle<?> before;
            try (TaskPool threads = TaskPool.builder().workers(1).build();
                    LocalPool here = new LocalPool()) {
                Spawner pool = local ? here : threads;
                cancelled.add(pool.spawn(new Gate()));
                cancelled.add(pool.spawn(cleansUp()));
                JoinHandle<Integer> polled = pool.spawn(Futures.yieldNow().map(nothing -> 7));
                BlockOn.blockOn(local ? Futures.ready(here.runUntil(polled.join())) : polled.join());
                cancelled.add(pool.spawn(new Gate()));
                cancelled.add(pool.spawnBlocking(() -> {
                    new CountDownLatch(1).await();
                    return 7;
                }));
                before = pool.spawn(new Gate());
                before.cancel();
            }
            for (JoinHandle<?> handle : cancelled) {
                assertThatThrownBy(() -> BlockOn.blockOn(handle.join()))
                        .isInstanceOf(CancellationException.class)
                        .hasMessageMatching("task \\d+ was cancelled: its executor was closed");
            }
            assertThatThrownBy(() -> BlockOn.blockOn(before.join()))
                    .isInstanceOf(CancellationException.class)
                    .hasMessageMatching("task \\d+ was cancelled");
        }
    }

    /** A future that waits until it is cancelled, and then is polled to its end. */
    private static Future<Integer> cleansUp() {
        return new Future<>() {
            private boolean cancelled;

            @Override
            public Poll<Integer> poll(Context cx) {
                return cancelled ? Poll.ready(7) : Poll.pending();
            }

            @Override
            public boolean cancel() {
                cancelled = true;
                return false;
            }
        };
    }

    // ------------------------------------------------------------------ spawning against closing

    /** Adversarial case 82: whatever is spawned while the pool closes ends, one way or the other. */
    @Test
    void spawnRacingCloseIsNeverForgotten() throws InterruptedException {
        for (int round = 0; round < 40; round++) {
            TaskPool pool = TaskPool.builder().workers(2).build();
            List<JoinHandle<Void>> handles = new ArrayList<>();
            CountDownLatch warm = new CountDownLatch(1);
            Thread spawner = new Thread(() -> {
                for (int i = 0; i < 200; i++) {
                    handles.add(pool.spawn(new Gate()));
                    if (i == 50) {
                        warm.countDown();
                    }
                }
            });
            spawner.start();
            warm.await();
            pool.close();
            spawner.join();
            assertThat(handles).hasSize(200).allMatch(JoinHandle::isCancelled);
        }
    }

    @Test
    void registryNeverLooksEmptyWithATaskAboutToComeIn() throws InterruptedException {
        assertThat(forgotten(Counted::new, 500)).isZero();
    }

    /** The canary of the test above. */
    @Test
    void canaryCheckThenActIsCaught() throws InterruptedException {
        int caught = 0;
        for (int attempt = 0; caught == 0 && attempt < 50; attempt++) {
            caught = forgotten(ChecksFirst::new, 200);
        }
        assertThat(caught).isPositive();
    }

    /** What closing and spawning agree about. */
    private interface Door {
        boolean admit();

        void close();

        boolean isEmpty();
    }

    /** The real one. */
    private static final class Counted implements Door {

        private final OwnedTasks registry = new OwnedTasks(2);

        @Override
        public boolean admit() {
            return registry.admit();
        }

        @Override
        public void close() {
            registry.close();
        }

        @Override
        public boolean isEmpty() {
            return registry.isEmpty();
        }
    }

    /** Looks whether it is closed first, and counts afterwards. */
    private static final class ChecksFirst implements Door {

        private final AtomicInteger live = new AtomicInteger();
        private volatile boolean closed;

        @Override
        public boolean admit() {
            if (closed) {
                return false;
            }
            Thread.yield(); // makes the window as wide as a busy machine would
            live.incrementAndGet();
            return true;
        }

        @Override
        public void close() {
            closed = true;
        }

        @Override
        public boolean isEmpty() {
            return live.get() == 0;
        }
    }

    /** Counts the rounds in which the closer found no thread inside, and a task had been let in nevertheless. */
    private static int forgotten(Supplier<Door> doors, int rounds) throws InterruptedException {
        Door none = doors.get();
        AtomicReference<Door> shared = new AtomicReference<>(none);
        AtomicInteger admitted = new AtomicInteger();
        AtomicInteger finished = new AtomicInteger();
        Thread spawner = new Thread(() -> {
            Door last = none;
            for (int round = 1; round <= rounds; round++) {
                Door door = shared.get();
                while (door == last) {
                    Thread.onSpinWait();
                    door = shared.get();
                }
                last = door;
                if (door.admit()) {
                    admitted.set(round);
                }
                finished.set(round);
            }
        });
        spawner.start();
        int forgotten = 0;
        for (int round = 1; round <= rounds; round++) {
            Door door = doors.get();
            shared.set(door);
            if (round % 2 == 0) {
                Thread.yield();
            }
            door.close();
            boolean empty = door.isEmpty();
            while (finished.get() < round) {
                Thread.yield();
            }
            if (empty && admitted.get() == round) {
                forgotten++;
            }
        }
        spawner.join();
        return forgotten;
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
}
