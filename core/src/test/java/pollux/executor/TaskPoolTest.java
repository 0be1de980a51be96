package pollux.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import pollux.future.Context;
import pollux.future.Failures;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.future.Poll;
import pollux.time.ManualTime;
import pollux.time.TimeSource;
import pollux.time.Timers;

/** What a pool of workers does with tasks. Numbers: docs/behaviours.md. */
@Timeout(value = 120)
class TaskPoolTest {

    private TaskPool pool = TaskPool.builder().workers(2).build();

    @AfterEach
    void close() {
        pool.close();
    }

    private void with(TaskPool.Builder options) {
        pool.close();
        pool = options.build();
    }

    // ------------------------------------------------------------------ values

    @Test
    void spawnedFutureGivesItsValue() {
        assertThat(BlockOn.blockOn(pool.spawn(Futures.ready(7)).join())).isEqualTo(7);
    }

    /** Behaviour 1. */
    @Test
    void taskAwaitsATaskThatItSpawned() {
        Future<Integer> parent = Futures.defer(() -> pool.spawn(Futures.ready(20))
                .join()
                .then(a -> pool.spawn(Futures.ready(a + 22)).join()));
        assertThat(BlockOn.blockOn(pool.spawn(parent).join())).isEqualTo(42);
    }

    @Test
    void taskRunsOnANamedDaemonWorker() {
        with(TaskPool.builder().workers(1).name("harbour"));
        Thread thread = BlockOn.blockOn(pool.spawn(Futures.defer(() -> Futures.ready(Thread.currentThread())))
                .join());
        assertThat(thread.getName()).isEqualTo("harbour-worker-1");
        assertThat(thread.isDaemon()).isTrue();
    }

    @Test
    void manyTasksFromManyThreadsAllRun() throws InterruptedException {
        int threads = 4;
        int each = 20_000;
        AtomicInteger ran = new AtomicInteger();
        List<Thread> spawners = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            Thread spawner = new Thread(() -> {
                List<JoinHandle<Integer>> handles = new ArrayList<>();
                for (int i = 0; i < each; i++) {
                    handles.add(pool.spawn(Futures.defer(() -> Futures.ready(ran.incrementAndGet()))));
                }
                handles.forEach(handle -> BlockOn.blockOn(handle.join()));
            });
            spawner.start();
            spawners.add(spawner);
        }
        for (Thread spawner : spawners) {
            spawner.join();
        }
        assertThat(ran).hasValue(threads * each);
        assertThat(pool.liveTasks()).isZero();
    }

    @Test
    void oneTaskSpawnsMoreThanItsRingHolds() {
        int children = 10_000;
        AtomicInteger ran = new AtomicInteger();
        List<JoinHandle<Integer>> handles = new ArrayList<>();
        Future<Void> parent = Futures.defer(() -> {
            for (int i = 0; i < children; i++) {
                handles.add(pool.spawn(Futures.defer(() -> Futures.ready(ran.incrementAndGet()))));
            }
            return Futures.ready(null);
        });
        BlockOn.blockOn(pool.spawn(parent).join());
        handles.forEach(handle -> BlockOn.blockOn(handle.join()));
        assertThat(ran).hasValue(children);
    }

    // ------------------------------------------------------------------ failures

    /** Adversarial case 73. */
    @ParameterizedTest
    @ValueSource(classes = {OutOfMemoryError.class, StackOverflowError.class, NoSuchMethodError.class, Exception.class})
    void whateverAPollThrowsFailsItsTaskAndNothingElse(Class<? extends Throwable> kind) throws Exception {
        with(TaskPool.builder().workers(1));
        Throwable failure = kind.getConstructor().newInstance();
        JoinHandle<Object> handle = pool.spawn(cx -> {
            throw Failures.rethrow(failure);
        });
        assertThatThrownBy(() -> BlockOn.blockOn(handle.join())).isSameAs(failure);
        assertThatThrownBy(() -> BlockOn.blockOn(handle.join())).isSameAs(failure);
        int records = failure.getSuppressed().length; // one for all awaits (ADR 51); none in errors of the machine
        assertThat(records).isEqualTo(failure instanceof VirtualMachineError ? 0 : 1);
        assertThatThrownBy(() -> BlockOn.blockOn(handle.join())).isSameAs(failure);
        assertThat(failure.getSuppressed()).hasSize(records);
        assertThat(handle.isCancelled()).isFalse();
        assertThat(BlockOn.blockOn(pool.spawn(Futures.ready(7)).join())).isEqualTo(7);
    }

    /** Adversarial case 74. */
    @Test
    void realStackOverflowFailsItsTask() {
        JoinHandle<Object> handle = pool.spawn(cx -> Poll.ready(deeper(0)));
        assertThatThrownBy(() -> BlockOn.blockOn(handle.join())).isInstanceOf(StackOverflowError.class);
        assertThat(BlockOn.blockOn(pool.spawn(Futures.ready(7)).join())).isEqualTo(7);
    }

    private static int deeper(int depth) {
        return depth < 0 ? depth : 1 + deeper(depth + 1);
    }

    @Test
    void pollThatReturnsNullFailsItsTask() {
        JoinHandle<Object> handle = pool.spawn(cx -> null);
        assertThatThrownBy(() -> BlockOn.blockOn(handle.join())).isInstanceOf(NullPointerException.class);
    }

    // ------------------------------------------------------------------ fairness

    /** Behaviour 27. */
    @Test
    void taskThatRespawnsItselfForEverDoesNotKeepOthersOut() {
        with(TaskPool.builder().workers(1));
        pool.spawn(new Future<Void>() {
            @Override
            public Poll<Void> poll(Context cx) {
                pool.spawn(this);
                return Poll.ready(null);
            }
        });
        assertThat(BlockOn.blockOn(pool.spawn(Futures.ready(7)).join())).isEqualTo(7);
    }

    /** Behaviour 29. */
    @Test
    void twoTasksThatWakeEachOtherLetAThirdRun() {
        with(TaskPool.builder()
                .workers(1)
                .monitor(false)); // a spare would let the two go on while the worker is held up
        AtomicInteger turns = new AtomicInteger();
        AtomicInteger turnsBefore = new AtomicInteger(-1);
        AtomicBoolean stop = new AtomicBoolean();
        Future<Void> scene = Futures.defer(() -> {
            PingPong one = new PingPong(turns, stop);
            PingPong other = new PingPong(turns, stop);
            one.peer = other;
            other.peer = one;
            pool.spawn(one);
            pool.spawn(other);
            pool.spawn(Futures.defer(() -> {
                turnsBefore.set(turns.get());
                stop.set(true);
                one.waker.wake();
                other.waker.wake();
                return Futures.ready(null);
            }));
            return Futures.ready(null);
        });
        BlockOn.blockOn(pool.spawn(scene).join());
        while (pool.liveTasks() > 0) {
            Thread.onSpinWait();
        }
        assertThat(turnsBefore.get()).isBetween(0, 10);
    }

    @Test
    void taskThatAlwaysYieldsDoesNotKeepOthersOutNorTheTimers() {
        with(TaskPool.builder().workers(1));
        JoinHandle<Void> hog = pool.spawn(cx -> {
            cx.yield();
            return Poll.pending();
        });
        assertThat(BlockOn.blockOn(pool.spawn(Futures.ready(7)).join())).isEqualTo(7);
        BlockOn.blockOn(pool.spawn(Timers.sleep(Duration.ofMillis(5))).join());
        hog.cancel();
        assertThatThrownBy(() -> BlockOn.blockOn(hog.join())).isInstanceOf(CancellationException.class);
    }

    /** Behaviour 31. */
    @Test
    void parkedWorkersAllWakeForTasksThatWaitForEachOther() throws Exception {
        int workers = 4;
        with(TaskPool.builder().workers(workers));
        for (int round = 0; round < 1000; round++) {
            CyclicBarrier meeting = new CyclicBarrier(workers + 1);
            for (int i = 0; i < workers; i++) {
                pool.execute(() -> await(meeting)); // blocks on purpose: all workers have to be there
            }
            meeting.await(20, TimeUnit.SECONDS);
        }
    }

    /** Behaviour 31. */
    @Test
    void tasksSpawnedOnAWorkerReachTheOtherWorkers() throws Exception {
        int workers = 4;
        with(TaskPool.builder().workers(workers).lifoSlot(false));
        for (int round = 0; round < 1000; round++) {
            CyclicBarrier meeting = new CyclicBarrier(workers + 1);
            pool.execute(() -> {
                for (int i = 1; i < workers; i++) {
                    pool.execute(() -> await(meeting));
                }
                await(meeting);
            });
            meeting.await(20, TimeUnit.SECONDS);
        }
    }

    private static void await(CyclicBarrier barrier) {
        try {
            barrier.await(20, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** Wakes its peer in each poll. */
    private static final class PingPong implements Future<Void> {

        private final AtomicInteger turns;
        private final AtomicBoolean stop;
        PingPong peer = this;
        volatile pollux.future.Waker waker = pollux.future.Waker.noop();

        PingPong(AtomicInteger turns, AtomicBoolean stop) {
            this.turns = turns;
            this.stop = stop;
        }

        @Override
        public Poll<Void> poll(Context cx) {
            waker = cx.waker();
            turns.incrementAndGet();
            peer.waker.wake();
            return stop.get() ? Poll.ready(null) : Poll.pending();
        }
    }

    // ------------------------------------------------------------------ blocking

    /** Behaviour 23. */
    @Test
    void blockOnIsRefusedOnAWorkerAndWorksInABlockingCall() {
        JoinHandle<Object> wrong = pool.spawn(cx -> Poll.ready(BlockOn.blockOn(Futures.ready(7))));
        assertThatThrownBy(() -> BlockOn.blockOn(wrong.join()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("spawnBlocking")
                .hasMessageContaining("await");
        JoinHandle<Integer> right = pool.spawnBlocking(
                () -> BlockOn.blockOn(pool.spawn(Futures.ready(7)).join()));
        assertThat(BlockOn.blockOn(right.join())).isEqualTo(7);
    }

    /** Adversarial case 83. */
    @Test
    void interruptOfAWorkerReachesNoOtherTask() {
        with(TaskPool.builder().workers(1));
        BlockOn.blockOn(pool.spawn(Futures.defer(() -> {
                    Thread.currentThread().interrupt();
                    return Futures.ready(null);
                }))
                .join());
        boolean leaked = BlockOn.blockOn(pool.spawn(
                        Futures.defer(() -> Futures.ready(Thread.currentThread().isInterrupted())))
                .join());
        assertThat(leaked).isFalse();
    }

    // ------------------------------------------------------------------ timers

    @Test
    void sleepingTasksWakeInTheOrderOfTheirDeadlines() {
        ManualTime clock = new ManualTime();
        pool.close();
        pool = TaskPool.builder().workers(1).monitor(false).build(new Platform() {
            @Override
            public TimeSource clock() {
                return clock;
            }
        });
        List<Integer> order = new ArrayList<>();
        Map<Integer, JoinHandle<Void>> handles = new TreeMap<>();
        for (int millis : new int[] {30, 10, 20}) {
            handles.put(
                    millis, pool.spawn(Timers.sleep(Duration.ofMillis(millis)).map(nothing -> {
                        order.add(millis);
                        return null;
                    })));
        }
        BlockOn.blockOn(pool.spawn(Futures.ready(0)).join()); // after the first polls, which set the deadlines
        handles.values().forEach(handle -> {
            clock.advance(Duration.ofMillis(10));
            BlockOn.blockOn(handle.join());
        });
        assertThat(order).containsExactly(10, 20, 30);
    }

    /** Adversarial case 91. */
    @Test
    void sleepsOfAnyDurationAreSane() {
        BlockOn.blockOn(pool.spawn(Timers.sleep(Duration.ofSeconds(-1))).join());
        BlockOn.blockOn(pool.spawn(Timers.sleep(Duration.ZERO)).join());
        JoinHandle<Void> forEver = pool.spawn(Timers.sleep(Duration.ofSeconds(Long.MAX_VALUE)));
        BlockOn.blockOn(pool.spawn(Timers.sleep(Duration.ofMillis(2))).join());
        assertThat(forEver.isDone()).isFalse();
    }

    @Test
    void timersServeThreadsOutsideThePool() {
        BlockOn.blockOn(
                Timers.sleep(Duration.ofMillis(2)),
                pollux.future.Services.NONE.with(pollux.time.TimerService.KEY, timersOf(pool)));
    }

    @Test
    void lateTimerIsRefusedAndAnEarlierOneStillFires() throws InterruptedException {
        pollux.time.TimerService timers = timersOf(pool);
        CountDownLatch fired = new CountDownLatch(1);
        timers.register(timers.timeSource().nanoTime() + 20_000_000, fired::countDown);
        pool.close();
        assertThatThrownBy(() -> timers.register(0, () -> {}))
                .isInstanceOf(RejectedExecutionException.class)
                .hasMessageContaining("closed");
        assertThat(fired.await(20, TimeUnit.SECONDS)).isTrue();
    }

    private static pollux.time.TimerService timersOf(TaskPool pool) {
        AtomicReference<pollux.time.TimerService> timers = new AtomicReference<>();
        BlockOn.blockOn(pool.spawn(cx -> {
                    timers.set(cx.get(pollux.time.TimerService.KEY));
                    return Poll.ready(null);
                })
                .join());
        return timers.get();
    }
}
