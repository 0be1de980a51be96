package pollux.executor;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import pollux.doubles.Gate;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.future.Poll;
import pollux.sync.Promise;
import pollux.time.Timers;

/**
 * Errors of the machine in the middle of a hand-over: stack or memory end between two steps, and no task hangs.
 */
@Timeout(120)
class CutOffTest {

    /** Fails at chosen calls. */
    private static final class Failing implements Platform {

        private final Error error;
        final AtomicInteger left = new AtomicInteger();

        Failing(Error error) {
            this.error = error;
        }

        /** Calls until the error has struck: a worker that has just woken by itself needs no unpark. */
        <S, T> T strike(TaskPool pool, Supplier<S> prepare, Function<S, T> call) {
            while (true) {
                S prepared = prepare.get();
                awaitSleep(pool);
                left.set(1);
                T result = call.apply(prepared);
                if (left.getAndSet(0) == 0) {
                    return result;
                }
            }
        }

        @Override
        public void unpark(Thread thread) {
            if (!(Thread.currentThread() instanceof PoolThread)
                    && !Thread.currentThread().getName().endsWith("-monitor")
                    && left.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
                throw error;
            }
            Platform.super.unpark(thread);
        }
    }

    static Stream<Arguments> errors() {
        return Stream.of(new StackOverflowError("injected"), new OutOfMemoryError("injected"))
                .flatMap(error -> Stream.of(Arguments.of(error, true), Arguments.of(error, false)));
    }

    private static void awaitSleep(TaskPool pool) {
        for (Worker worker : pool.engine().workers) {
            while (!worker.parking.isAsleep()) {
                Thread.onSpinWait();
            }
        }
    }

    /** The one wake-up that the pool gets is lost: what was spawned is run all the same, and by no later call. */
    @ParameterizedTest(name = "{0}, monitor {1}")
    @MethodSource("errors")
    void aSpawnWhoseUnparkIsCutOff(Error error, boolean monitor) {
        Failing platform = new Failing(error);
        TaskPool pool = TaskPool.builder().workers(2).monitor(monitor).build(platform);
        try (pool) {
            BlockOn.blockOn(pool.spawn(Futures.ready(0)).join()); // the monitor has been started
            JoinHandle<Integer> cut = platform.strike(pool, () -> 1, value -> pool.spawn(Futures.ready(value)));
            if (!monitor) {
                // without one the next call from outside repairs
                assertThat(BlockOn.blockOn(pool.spawn(Futures.ready(2)).join())).isEqualTo(2);
            }
            assertThat(BlockOn.blockOn(cut.join())).isEqualTo(1);
            assertThat(pool.engine().idle.searching()).isLessThanOrEqualTo(1);
        }
    }

    @ParameterizedTest(name = "{0}, monitor {1}")
    @MethodSource("errors")
    void aWakeWhoseUnparkIsCutOff(Error error, boolean monitor) {
        Failing platform = new Failing(error);
        TaskPool pool = TaskPool.builder().workers(2).monitor(monitor).build(platform);
        try (pool) {
            Map<Gate, JoinHandle<Void>> waiting = new HashMap<>();
            Gate cut = platform.strike(
                    pool,
                    () -> {
                        Gate gate = new Gate();
                        waiting.put(gate, pool.spawn(gate));
                        while (gate.waker == null) {
                            Thread.onSpinWait();
                        }
                        return gate;
                    },
                    gate -> {
                        gate.open();
                        return gate;
                    });
            if (!monitor) {
                assertThat(BlockOn.blockOn(pool.spawn(Futures.ready(2)).join())).isEqualTo(2);
            }
            BlockOn.blockOn(waiting.get(cut).join());
        }
    }

    /** Every sleeper is taken off, and none of them is woken. */
    @Test
    void manyInARow() {
        Failing platform = new Failing(new StackOverflowError("injected"));
        TaskPool pool = TaskPool.builder().workers(4).build(platform);
        try (pool) {
            BlockOn.blockOn(pool.spawn(Futures.ready(0)).join());
            for (int round = 0; round < 5; round++) {
                awaitSleep(pool);
                platform.left.set(4);
                List<JoinHandle<Integer>> cut = new ArrayList<>();
                for (int i = 0; i < 8; i++) {
                    cut.add(pool.spawn(Futures.ready(i)));
                }
                platform.left.set(0);
                for (int i = 0; i < 8; i++) {
                    assertThat(BlockOn.blockOn(cut.get(i).join())).isEqualTo(i);
                }
            }
        }
    }

    static Stream<Arguments> hosts() {
        TaskPool pool = TaskPool.builder().workers(1).build();
        LocalPool local = new LocalPool();
        Spawner hosted = Spawner.on(Runnable::run);
        return Stream.of(
                Arguments.of("TaskPool", pool, (Runnable) () -> pool.spawn(Futures.ready(1))),
                Arguments.of("LocalPool", local, (Runnable) () -> local.runUntil(Timers.sleep(Duration.ofMillis(1)))),
                Arguments.of("hosted", hosted, (Runnable)
                        () -> hosted.spawn(new Gate()).cancel()),
                Arguments.of("inline", Spawner.inline(), (Runnable)
                        () -> Spawner.inline().spawn(new Gate()).cancel()));
    }

    /** A task that owes its queue entry: each host gives it one at the next opportunity. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("hosts")
    void aTaskWithoutItsEntryIsQueuedLater(String name, Spawner host, Runnable next) {
        Gate gate = new Gate();
        Task<Void> task = (Task<Void>) host.spawn(gate);
        if (host instanceof LocalPool local) {
            local.runUntilStalled();
        }
        while (!task.isIdle()) {
            Thread.onSpinWait();
        }
        assertThat(task.toNotified()).isTrue();
        gate.leaveOpen();
        TaskHost engine = task.host();
        engine.owed[0] = task;
        engine.damaged = true;
        next.run();
        BlockOn.blockOn(task.join());
        assertThat(engine.damaged).isFalse();
    }

    // ------------------------------------------------------------------ the real thing

    private static int deepest;

    /** Recurses until the stack ends; acts from a depth on, and catches what that throws, as servers do. */
    private static void down(int depth, int from, Runnable act) {
        deepest = depth;
        if (depth > from) {
            try {
                act.run();
            } catch (StackOverflowError e) {
                // goes on
            }
        }
        down(depth + 1, from, act);
    }

    private static void exhaust(int from, Runnable act) {
        try {
            down(0, from, act);
        } catch (StackOverflowError expected) {
            // the stack has ended
        }
    }

    private static void inDeepThread(Runnable code) throws InterruptedException {
        Thread deep = new Thread(null, code, "deep", 256 * 1024);
        deep.start();
        deep.join();
    }

    private static void warmUp(TaskPool pool) {
        for (int i = 0; i < 20_000; i++) {
            Promise<Integer> promise = new Promise<>();
            pool.spawn(promise.future());
            promise.complete(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"spawn", "wake", "cancel"})
    void aForeignThreadRunsOutOfStackInIt(String what) throws InterruptedException {
        TaskPool pool = TaskPool.builder().workers(2).build();
        try (pool) {
            warmUp(pool);
            for (int round = 0; round < 30; round++) {
                inDeepThread(() -> exhaust(Integer.MAX_VALUE, () -> {}));
                int from = deepest - 120;
                List<Promise<Integer>> promises = new ArrayList<>();
                List<JoinHandle<Integer>> handles = new ArrayList<>();
                for (int i = 0; i < 130 && !what.equals("spawn"); i++) {
                    Promise<Integer> promise = new Promise<>();
                    promises.add(promise);
                    handles.add(pool.spawn(promise.future()));
                }
                AtomicInteger next = new AtomicInteger();
                Runnable act = switch (what) {
                    case "spawn" -> () -> pool.spawn(Futures.ready(1));
                    case "wake" -> () -> take(promises, next, promise -> promise.complete(1));
                    default -> () -> take(handles, next, JoinHandle::cancel);
                };
                inDeepThread(() -> exhaust(from, act));
                assertOthersAreServed(pool);
                handles.forEach(JoinHandle::cancel);
            }
        } // close() waits for every task that was counted
    }

    private static <T> void take(List<T> from, AtomicInteger next, Consumer<T> act) {
        int at = next.get();
        if (at < from.size()) {
            next.set(at + 1);
            act.accept(from.get(at));
        }
    }

    @Test
    void aTaskRunsOutOfStackInASpawn() {
        TaskPool pool = TaskPool.builder().workers(2).build();
        try (pool) {
            warmUp(pool);
            for (int round = 0; round < 10; round++) {
                JoinHandle<Integer> deep = pool.spawn((Future<Integer>) cx -> {
                    exhaust(Integer.MAX_VALUE, () -> {});
                    int from = deepest - 200;
                    exhaust(from, () -> pool.spawn(Futures.ready(1)));
                    return Poll.ready(1);
                });
                assertThat(BlockOn.blockOn(deep.join())).isEqualTo(1);
                assertOthersAreServed(pool);
            }
        }
    }

    @Test
    void aForeignThreadRunsOutOfStackInALocalPool() throws InterruptedException {
        LocalPool pool = new LocalPool();
        for (int i = 0; i < 20_000; i++) {
            pool.spawn(Futures.ready(1));
            if (i % 100 == 0) {
                pool.runUntilStalled();
            }
        }
        for (int round = 0; round < 30; round++) {
            inDeepThread(() -> exhaust(Integer.MAX_VALUE, () -> {}));
            int from = deepest - 120;
            inDeepThread(() -> exhaust(from, () -> pool.spawn(Futures.ready(1))));
            assertThat(pool.runUntil(Futures.ready(3))).isEqualTo(3);
        }
        pool.close();
        assertThat(pool.liveTasks()).isZero();
    }

    private static void assertOthersAreServed(TaskPool pool) {
        CountDownLatch served = new CountDownLatch(8);
        for (int i = 0; i < 8; i++) {
            Thread other = new Thread(() -> {
                BlockOn.blockOn(pool.spawn(Futures.ready(1)).join());
                served.countDown();
            });
            other.setDaemon(true);
            other.start();
        }
        try {
            served.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
