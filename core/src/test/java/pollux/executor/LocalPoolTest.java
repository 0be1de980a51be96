package pollux.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import pollux.doubles.Gate;
import pollux.future.Context;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.future.Poll;
import pollux.time.ManualTime;
import pollux.time.TimerService;
import pollux.time.Timers;

/** The pool that its caller drives. */
@Timeout(value = 120)
class LocalPoolTest {

    @Test
    void tasksRunInTheOrderInWhichTheyWereWoken() {
        try (LocalPool pool = new LocalPool()) {
            List<Integer> order = new ArrayList<>();
            List<Gate> gates = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                int number = i;
                gates.add(new Gate());
                pool.spawn(gates.get(i).map(nothing -> order.add(number)));
            }
            assertThat(pool.runUntilStalled()).isEqualTo(3);
            gates.get(2).open();
            gates.get(0).open();
            gates.get(1).open();
            assertThat(pool.runUntilStalled()).isEqualTo(3);
            assertThat(order).containsExactly(2, 0, 1);
        }
    }

    @Test
    void tickPollsOneTask() {
        try (LocalPool pool = new LocalPool()) {
            Gate one = new Gate();
            Gate other = new Gate();
            pool.spawn(one);
            pool.spawn(other);
            assertThat(pool.tick()).isTrue();
            assertThat(one.polls).isEqualTo(1);
            assertThat(other.polls).isZero();
            assertThat(pool.tick()).isTrue();
            assertThat(pool.tick()).isFalse();
        }
    }

    @Test
    void theCallerMayChooseWhichTaskIsPolledNext() {
        try (LocalPool pool = new LocalPool()) {
            List<Integer> order = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                int number = i;
                pool.spawn(Futures.ready(null).map(nothing -> order.add(number)));
            }
            assertThat(pool.runnable()).isEqualTo(4);
            pool.tick(2);
            pool.tick(0);
            assertThat(pool.runnable()).isEqualTo(2);
            assertThat(pool.tick()).isTrue();
            pool.runUntilStalled();
            assertThat(order).containsExactly(2, 0, 1, 3);
            assertThatThrownBy(() -> pool.tick(0)).isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    @Test
    void thoseWhoYieldedAreRunnableWhenNobodyElseIs() {
        try (LocalPool pool = new LocalPool()) {
            pool.spawn(Futures.yieldNow());
            assertThat(pool.runnable()).isEqualTo(1);
            pool.tick(0);
            assertThat(pool.runnable()).isEqualTo(1);
            pool.tick(0);
            assertThat(pool.runnable()).isZero();
        }
    }

    /** Behaviour 33. */
    @Test
    void timersAreLookedAtOnceBeforeAYieldingTaskGoesOn() {
        ManualTime time = new ManualTime();
        try (LocalPool pool = new LocalPool(time)) {
            List<String> order = new ArrayList<>();
            pool.spawn(Futures.yieldNow().map(nothing -> order.add("yielded")));
            pool.spawn(Futures.ready(null).map(nothing -> order.add("ready")));
            pool.runUntilStalled();
            assertThat(order).containsExactly("ready", "yielded");
        }
    }

    @Test
    void timersFireWhenTheClockIsAdvanced() {
        ManualTime time = new ManualTime();
        try (LocalPool pool = new LocalPool(time)) {
            JoinHandle<Void> sleeper = pool.spawn(Timers.sleep(Duration.ofMinutes(5)));
            pool.runUntilStalled();
            time.advance(Duration.ofMinutes(5).minusNanos(1));
            pool.runUntilStalled();
            assertThat(sleeper.isDone()).isFalse();
            time.advance(Duration.ofNanos(1));
            pool.runUntilStalled();
            assertThat(sleeper.isDone()).isTrue();
        }
    }

    @Test
    void runUntilAdvancesTheClockIfToldTo() {
        ManualTime time = new ManualTime();
        try (LocalPool pool = new LocalPool(time).autoAdvance(true)) {
            pool.runUntil(Timers.sleep(Duration.ofDays(365)));
            assertThat(time.nanoTime()).isEqualTo(Duration.ofDays(365).toNanos());
        }
        try (LocalPool pool = new LocalPool()) {
            assertThatThrownBy(() -> pool.autoAdvance(true)).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void runUntilParksForTimersAndForOtherThreads() {
        try (LocalPool pool = new LocalPool()) {
            pool.runUntil(Timers.sleep(Duration.ofMillis(3)));
            Gate gate = new Gate();
            Thread other = new Thread(gate::open);
            pool.spawn(Futures.defer(() -> {
                other.start();
                return Futures.ready(null);
            }));
            pool.runUntil(gate);
            JoinHandle<Integer> blocking = pool.spawnBlocking(() -> 7);
            assertThat(pool.runUntil(blocking.join())).isEqualTo(7);
        }
    }

    @Test
    void runUntilGivesTheFailureAsItIs() {
        try (LocalPool pool = new LocalPool()) {
            Exception failure = new Exception("checked");
            assertThatThrownBy(() -> pool.runUntil(Futures.failed(failure))).isSameAs(failure);
            assertThat(pool.runUntil(Futures.ready(7))).isEqualTo(7); // 9: still usable
        }
    }

    @Test
    void interruptCancelsWhatRunUntilWaitsFor() {
        try (LocalPool pool = new LocalPool()) {
            Gate gate = new Gate();
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> pool.runUntil(gate)).isInstanceOf(CancellationException.class);
            assertThat(Thread.interrupted()).isTrue();
            assertThat(gate.cancels).isEqualTo(1);
        }
    }

    @Test
    void poolIsNotRunInsideAPollNorByTwoThreads() throws InterruptedException {
        try (LocalPool pool = new LocalPool();
                LocalPool another = new LocalPool()) {
            for (Future<Object> wrong : List.<Future<Object>>of(
                    cx -> Poll.ready(pool.runUntilStalled()),
                    cx -> Poll.ready(another.tick()),
                    cx -> Poll.ready(another.runUntil(Futures.ready(1))),
                    cx -> Poll.ready(BlockOn.blockOn(Futures.ready(1))))) {
                assertThatThrownBy(() -> pool.runUntil(wrong))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("await");
            }
            Gate gate = new Gate();
            CountDownLatch running = new CountDownLatch(1);
            Thread runner = new Thread(() -> pool.runUntil(Futures.defer(() -> {
                running.countDown();
                return gate;
            })));
            runner.start();
            running.await();
            assertThatThrownBy(pool::runUntilStalled)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("one runner at a time");
            gate.open();
            runner.join();
        }
    }

    // ------------------------------------------------------------------ closing

    /** Behaviour 19. */
    @Test
    void cleanUpThatWakesAnotherTaskDuringCloseGetsItNoPoll() {
        LocalPool pool = new LocalPool();
        Gate woken = new Gate();
        JoinHandle<Void> older = pool.spawn(woken);
        Gate alsoWoken = new Gate();
        JoinHandle<Void> waker = pool.spawn(new Future<Void>() {
            @Override
            public Poll<Void> poll(Context cx) {
                return Poll.pending();
            }

            @Override
            public boolean cancel() {
                woken.open();
                alsoWoken.open();
                return true;
            }
        });
        JoinHandle<Void> younger = pool.spawn(alsoWoken);
        pool.runUntilStalled();
        pool.close();
        assertThat(List.of(older, waker, younger)).allMatch(JoinHandle::isCancelled);
        assertThat(woken.polls).isEqualTo(1);
        assertThat(alsoWoken.polls).isEqualTo(1);
    }

    @Test
    void closeCancelsEverythingAndRunsTheCleanUps() {
        ManualTime time = new ManualTime();
        LocalPool pool = new LocalPool(time);
        Gate polled = new Gate();
        Gate neverPolled = new Gate();
        SleepyCleanUp sleepy = new SleepyCleanUp();
        pool.spawn(polled);
        JoinHandle<Void> slow = pool.spawn(sleepy);
        pool.runUntilStalled();
        JoinHandle<Void> queued = pool.spawn(neverPolled);
        pool.close();
        assertThat(polled.cancels).isEqualTo(1);
        assertThat(neverPolled.polls).isZero();
        assertThat(neverPolled.cancels).isEqualTo(1);
        assertThat(queued.isCancelled()).isTrue();
        assertThat(slow.isCancelled()).isTrue();
        assertThat(pool.liveTasks()).isZero();
        pool.close();
    }

    @Test
    void lateSpawnGivesACancelledHandleAndLateTimersAreRefused() {
        TimerService[] timers = new TimerService[1];
        LocalPool pool = new LocalPool();
        pool.runUntil(cx -> {
            timers[0] = cx.get(TimerService.KEY);
            return Poll.ready(null);
        });
        pool.close();
        Gate gate = new Gate();
        assertThat(pool.spawn(gate).isCancelled()).isTrue();
        assertThat(gate.cancels).isEqualTo(1);
        assertThat(pool.spawnBlocking(() -> 7).isCancelled()).isTrue();
        assertThatThrownBy(() -> pool.runUntil(Futures.ready(7))).isInstanceOf(CancellationException.class);
        assertThatThrownBy(() -> timers[0].register(0, () -> {})).isInstanceOf(RejectedExecutionException.class);
        assertThat(pool.toString()).contains("closed");
    }

    /** Its clean-up sleeps for a second. */
    private static final class SleepyCleanUp implements Future<Void> {

        private Future<Void> stage = Futures.pending();

        @Override
        public Poll<Void> poll(Context cx) {
            return stage.poll(cx);
        }

        @Override
        public boolean cancel() {
            stage = Timers.sleep(Duration.ofSeconds(1));
            return false;
        }
    }
}
