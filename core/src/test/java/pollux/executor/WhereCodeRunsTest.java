package pollux.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import pollux.Pollux;
import pollux.async.Async;
import pollux.debug.Dump;
import pollux.future.Context;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.future.Poll;
import pollux.future.RawFuture;
import pollux.future.Services;
import pollux.sync.Promise;
import pollux.time.ManualTime;
import pollux.time.Retry;
import pollux.time.Timers;

/** On which thread inline code continues after each kind of wake, and where code that is in a task spawns. */
@Timeout(180)
class WhereCodeRunsTest {

    private static final Duration SHORT = Duration.ofMillis(100);

    /** Ends with what it finds when the first future has ended. */
    private static <T> Future<T> after(Future<?> first, Supplier<T> look) {
        return first.map(ignored -> look.get());
    }

    private static String threadName() {
        return Thread.currentThread().getName();
    }

    /** Fails a number of times, then succeeds. */
    private static Future<String> flaky(int[] failures) {
        return Futures.defer(
                () -> failures[0]-- > 0 ? Futures.failed(new IllegalStateException("again")) : Futures.ready("ok"));
    }

    static Stream<Arguments> pauses() {
        return Stream.of(
                Arguments.of("sleep", (Supplier<Future<?>>) () -> Timers.sleep(SHORT)),
                Arguments.of("sleepUntil", (Supplier<Future<?>>)
                        () -> Timers.sleepUntil(System.nanoTime() + SHORT.toNanos())),
                Arguments.of("timeout", (Supplier<Future<?>>)
                        () -> Timers.timeout(SHORT, Futures.pending()).recover(late -> Futures.ready(null))),
                Arguments.of("retry pause", (Supplier<Future<?>>) () -> {
                    int[] failures = {1};
                    return Retry.times(3).backoff(SHORT, SHORT).run(() -> flaky(failures));
                }),
                Arguments.of("yield", (Supplier<Future<?>>) Futures::yieldNow),
                Arguments.of("a part's yield", (Supplier<Future<?>>)
                        () -> Futures.join(Futures.yieldNow(), Futures.ready(1), (a, b) -> b)),
                Arguments.of("interval", (Supplier<Future<?>>) () -> {
                    var interval = Timers.interval(SHORT);
                    return interval.tick().then(ignored -> interval.tick());
                }));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("pauses")
    void anInlineTaskContinuesOnASharedWorker(String pause, Supplier<Future<?>> wait) {
        assertThat(unlessHeldUp(() -> BlockOn.blockOn(Spawner.inline()
                        .spawn(after(wait.get(), WhereCodeRunsTest::threadName))
                        .join())))
                .startsWith("pollux-worker-");
    }

    /**
     * Runs again what has continued on the caller: one that is held up for longer than the pause goes on by itself.
     */
    private static <T> T unlessHeldUp(Callable<T> run) {
        for (int tries = 1; ; tries++) {
            try {
                T found = run.call();
                boolean here = found == Thread.currentThread() || found.equals(threadName());
                if (!here || tries == 50) {
                    return found;
                }
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("pauses")
    void anInlineRunContinuesOnASharedWorker(String pause, Supplier<Future<?>> wait) {
        assertThat(unlessHeldUp(() -> {
                    CompletableFuture<String> thread = new CompletableFuture<>();
                    Future<String> code = after(wait.get(), WhereCodeRunsTest::threadName);
                    new Run(code, thread).begin();
                    return thread.get();
                }))
                .startsWith("pollux-worker-");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("pauses")
    void blockingThereIsRefused(String pause, Supplier<Future<?>> wait) {
        Thread caller = Thread.currentThread();
        assertThat(unlessHeldUp(() -> BlockOn.blockOn(Spawner.inline()
                        .spawn(after(wait.get(), () -> {
                            if (Thread.currentThread() != caller) {
                                assertThatThrownBy(() -> Pollux.blockOn(Futures.pending()))
                                        .isInstanceOf(IllegalStateException.class);
                            }
                            return Thread.currentThread();
                        }))
                        .join())))
                .matches(TaskPool::isWorker);
    }

    /** A bare run, as bridges have it. */
    private static final class Run extends InlinePoll {

        private final Future<String> code;
        private final CompletableFuture<String> thread;

        Run(Future<String> code, CompletableFuture<String> thread) {
            this.code = code;
            this.thread = thread;
        }

        void begin() {
            begin(Services.NONE);
        }

        @Override
        protected boolean runOnce(Context cx) {
            Object answer = RawFuture.pollAny(code, cx);
            if (answer == RawFuture.PENDING) {
                return false;
            }
            thread.complete((String) answer);
            return true;
        }
    }

    @Test
    void aWakeOfOthersRunsOnTheirThread() {
        Promise<Integer> promise = new Promise<>();
        JoinHandle<String> task = Spawner.inline().spawn(after(promise.future(), WhereCodeRunsTest::threadName));
        promise.complete(1);
        assertThat(task.isDone()).isTrue();
        assertThat(BlockOn.blockOn(task.join())).isEqualTo(threadName());
    }

    /** tokio::task::yield_now gives the thread back, whatever owns it. */
    @Test
    void aCallerIsNotKeptByALoopOfYields() {
        boolean[] stop = {false};
        JoinHandle<Void> loop = Spawner.inline().spawn(cx -> {
            if (stop[0]) {
                return Poll.ready(null);
            }
            cx.yield();
            return Poll.pending();
        });
        loop.cancel(); // comes to its turn, since spawn() has returned
        assertThatThrownBy(() -> BlockOn.blockOn(loop.join()))
                .isInstanceOf(java.util.concurrent.CancellationException.class);
    }

    @Test
    void aRunThatWakesItselfForEverDoesNotKeepItsCaller() {
        CompletableFuture<String> moved = new CompletableFuture<>();
        String caller = threadName();
        Spawner.inline().spawn((Future<Void>) cx -> {
            if (!threadName().equals(caller)) {
                moved.complete(threadName());
                return Poll.ready(null);
            }
            cx.yield();
            return Poll.pending();
        });
        assertThat(moved.join()).startsWith("pollux-worker-");
        CompletableFuture<String> thread = new CompletableFuture<>();
        new InlinePoll() {
            @Override
            protected boolean runOnce(Context cx) {
                if (!threadName().equals(caller)) {
                    thread.complete(threadName());
                    return true;
                }
                cx.waker().wake();
                return false;
            }

            void go() {
                begin(Services.NONE);
            }
        }.go();
        assertThat(thread.join()).startsWith("pollux-worker-");
    }

    /**
     * As many handlers as there are workers block after a sleep; all others go on, and each of the blocked ones is
     * reported.
     */
    @Test
    void handlersThatBlockAfterASleepHoldUpNoOthers() throws Exception {
        int workers = Pollux.pool().workers();
        CountDownLatch blocked = new CountDownLatch(workers);
        CountDownLatch release = new CountDownLatch(1);
        List<JoinHandle<String>> handlers = new ArrayList<>();
        String caller = threadName();
        while (handlers.size() < workers) {
            JoinHandle<String> handler = Spawner.inline().spawn(after(Timers.sleep(SHORT), () -> {
                if (threadName().equals(caller)) {
                    return caller; // held up for longer than it sleeps; another takes its place
                }
                blocked.countDown();
                return blockHere(release);
            }));
            if (!handler.isDone()) {
                handlers.add(handler);
            }
        }
        blocked.await();
        List<JoinHandle<String>> others = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            others.add(
                    Spawner.inline().spawn(after(Timers.sleep(Duration.ofMillis(10)), WhereCodeRunsTest::threadName)));
        }
        for (JoinHandle<String> other : others) {
            assertThat(BlockOn.blockOn(other.join()))
                    .matches(name -> name.startsWith("pollux-worker-") || name.equals(caller));
        }
        while (Reports.all().stream().filter(WhereCodeRunsTest::isOfBlockHere).count() < workers) {
            Thread.onSpinWait(); // one report a second
        }
        release.countDown();
        for (JoinHandle<String> handler : handlers) {
            BlockOn.blockOn(handler.join());
        }
    }

    private static boolean isOfBlockHere(Throwable report) {
        return report instanceof BlockedPoll
                && Stream.of(report.getStackTrace())
                        .anyMatch(frame -> frame.getMethodName().equals("blockHere"));
    }

    private static String blockHere(CountDownLatch release) {
        try {
            release.await();
            return threadName();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    // ------------------------------------------------------------------ no shared pool

    /** Stands for the shared pool: the override makes a closed pool the one that inline code is handed to. */
    @Test
    void aClosedPoolLetsTheRunGoOnElsewhere() throws Exception {
        TaskPool closed = TaskPool.builder().workers(1).build();
        closed.close();
        Runnable restore = TaskPool.shared(closed);
        try {
            JoinHandle<String> task = Spawner.inline().spawn(after(Futures.yieldNow(), WhereCodeRunsTest::threadName));
            assertThat(BlockOn.blockOn(task.join())).startsWith("pollux-blocking-");
        } finally {
            restore.run();
        }
    }

    @Test
    void aPoolThatClosesBeforeTheTurnComesLetsTheRunGoOnElsewhere() {
        LocalPool never = new LocalPool(new ManualTime());
        Runnable restore = TaskPool.shared(never);
        try {
            JoinHandle<String> task = Spawner.inline().spawn(after(Futures.yieldNow(), WhereCodeRunsTest::threadName));
            assertThat(task.isDone()).isFalse();
            never.close();
            assertThat(BlockOn.blockOn(task.join())).startsWith("pollux-blocking-");
        } finally {
            restore.run();
        }
    }

    @Test
    void aPoolThatCannotStartLetsTheRunGoOnElsewhere() {
        Runnable restore = TaskPool.shared(new HandSpawner(new OutOfMemoryError("unable to create native thread")));
        try {
            JoinHandle<String> task = Spawner.inline().spawn(after(Futures.yieldNow(), WhereCodeRunsTest::threadName));
            assertThat(BlockOn.blockOn(task.join())).startsWith("pollux-blocking-");
        } finally {
            restore.run();
        }
    }

    /** Refuses with a failure. */
    private record HandSpawner(Error refusal) implements Spawner {

        @Override
        public <T> JoinHandle<T> spawn(Future<T> future, Services services) {
            throw refusal;
        }

        @Override
        public <T> JoinHandle<T> spawnBlocking(java.util.concurrent.Callable<T> call) {
            throw refusal;
        }
    }

    // ------------------------------------------------------------------ spawning where one is

    /** An executor, and how a future is run there to its end. */
    interface Place extends AutoCloseable {

        Spawner spawner();

        <T> T run(Future<T> future);

        @Override
        void close();
    }

    private static Place taskPool() {
        TaskPool pool = TaskPool.builder().workers(2).name("second").build();
        return place(pool, pool::close);
    }

    private static Place localPool() {
        LocalPool pool = new LocalPool();
        return new Place() {
            @Override
            public Spawner spawner() {
                return pool;
            }

            @Override
            public <T> T run(Future<T> future) {
                return pool.runUntil(future);
            }

            @Override
            public void close() {
                pool.close();
            }
        };
    }

    private static Place hosted() {
        ExecutorService host = Executors.newSingleThreadExecutor();
        return place(Spawner.on(host), host::shutdown);
    }

    private static Place place(Spawner spawner, Runnable close) {
        return new Place() {
            @Override
            public Spawner spawner() {
                return spawner;
            }

            @Override
            public <T> T run(Future<T> future) {
                return BlockOn.blockOn(spawner.spawn(future).join());
            }

            @Override
            public void close() {
                close.run();
            }
        };
    }

    static Stream<Arguments> places() {
        return Stream.of(
                Arguments.of("TaskPool", (Supplier<Place>) WhereCodeRunsTest::taskPool),
                Arguments.of("LocalPool", (Supplier<Place>) WhereCodeRunsTest::localPool),
                Arguments.of("hosted", (Supplier<Place>) WhereCodeRunsTest::hosted));
    }

    private static Future<Spawner> spawnerOfASpawnedTask() {
        return Futures.defer(
                () -> Pollux.spawn(look(() -> CurrentTask.service(Spawner.KEY))).join());
    }

    /** Looks in a poll. */
    private static <T> Future<T> look(Supplier<T> look) {
        return cx -> Poll.ready(look.get());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("places")
    void aTaskSpawnsOntoItsOwnExecutor(String name, Supplier<Place> make) {
        try (Place place = make.get()) {
            assertThat(place.<Spawner>run(look(Async::spawner))).isSameAs(place.spawner());
            assertThat(place.run(spawnerOfASpawnedTask())).isSameAs(place.spawner());
            assertThat(place.run(after(Timers.sleep(SHORT), Async::spawner))).isSameAs(place.spawner());
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("places")
    void anInlineTaskSpawnsOntoTheExecutorAroundIt(String name, Supplier<Place> make) {
        try (Place place = make.get()) {
            AtomicReference<Spawner> found = new AtomicReference<>();
            place.run(look(() -> {
                Spawner.inline().spawn(look(() -> {
                    found.set(Async.spawner());
                    return 1;
                }));
                return 1;
            }));
            assertThat(found).hasValue(place.spawner());
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("places")
    void aBlockingCallKeepsServicesAndSpawner(String name, Supplier<Place> make) {
        Services.Key<String> key = new Services.Key<>("user");
        try (Place place = make.get()) {
            Future<List<Object>> call = Futures.defer(() -> Pollux.spawnBlocking(
                            () -> List.<Object>of(Async.spawner(), String.valueOf(Async.service(key))))
                    .join());
            AtomicReference<JoinHandle<List<Object>>> handle = new AtomicReference<>();
            place.run(look(() -> {
                handle.set(place.spawner().spawn(call, Services.NONE.with(key, "ann")));
                return 1;
            }));
            assertThat(place.run(handle.get().join())).containsExactly(place.spawner(), "ann");
        }
    }

    @Test
    void outsideAllTasksTheSharedPoolIsTaken() throws InterruptedException {
        assertThat(Async.spawner()).isSameAs(Pollux.pool()).isSameAs(TaskPool.shared());
        assertThat(BlockOn.blockOn(Spawner.inline().spawn(look(Async::spawner)).join()))
                .isSameAs(Pollux.pool());
        AtomicReference<@Nullable Spawner> foreign = new AtomicReference<>();
        Thread thread = new Thread(() -> foreign.set(Async.spawner()));
        thread.start();
        thread.join();
        assertThat(foreign).hasValue(Pollux.pool());
        assertThat(Pollux.<Spawner>blockOn(look(Async::spawner))).isSameAs(Pollux.pool());
    }

    @Test
    void aServiceOutsideAllTasksIsRefused() {
        Services.Key<String> key = new Services.Key<>("user");
        assertThatThrownBy(() -> Async.service(key))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("\"user\"")
                .hasMessageContaining(threadName());
        assertThat(BlockOn.<String>blockOn(look(() -> Async.service(key)))).isNull();
        assertThatThrownBy(() -> Async.service(key)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aTaskOfAClosedPoolSpawnsCancelledHandles() throws InterruptedException {
        TaskPool pool = TaskPool.builder().workers(1).build();
        CountDownLatch inPoll = new CountDownLatch(1);
        CountDownLatch closed = new CountDownLatch(1);
        CompletableFuture<Boolean> cancelled = new CompletableFuture<>();
        pool.execute(() -> {
            inPoll.countDown();
            try {
                closed.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            cancelled.complete(Pollux.spawn(Futures.ready(1)).isCancelled());
        });
        inPoll.await();
        pool.close(Duration.ZERO);
        closed.countDown();
        assertThat(cancelled.join()).isTrue();
        pool.close();
    }

    @Test
    void hooksSpawnOntoTheirPoolAndAreInNoTask() {
        Services.Key<String> key = new Services.Key<>("user");
        List<Spawner> found = new ArrayList<>();
        List<Throwable> refused = new ArrayList<>();
        CountDownLatch told = new CountDownLatch(2);
        TaskPool pool = TaskPool.builder()
                .workers(1)
                .onPollStart(task -> {
                    if (told.getCount() > 0) {
                        found.add(Async.spawner());
                        try {
                            Async.service(key);
                        } catch (IllegalStateException e) {
                            refused.add(e);
                        }
                        told.countDown();
                    }
                })
                .build();
        try (pool) {
            for (int i = 0; i < 2; i++) {
                BlockOn.blockOn(pool.spawn(Futures.ready(1), Services.NONE.with(key, "ann"))
                        .join());
            }
        }
        assertThat(found).containsExactly(pool, pool);
        assertThat(refused).hasSize(2);
    }

    @Test
    void theSharedPoolOfOneThreadCanBeReplaced() throws InterruptedException {
        LocalPool world = new LocalPool(new ManualTime());
        Runnable restore = TaskPool.shared(world);
        TaskPool replaced = Pollux.pool();
        JoinHandle<String> one = Pollux.spawn(look(WhereCodeRunsTest::threadName));
        JoinHandle<String> other = replaced.spawn(look(WhereCodeRunsTest::threadName));
        assertThat(replaced).hasToString("TaskPool[simulated by " + world + "]");
        assertThatThrownBy(replaced::close).isInstanceOf(IllegalStateException.class);
        AtomicReference<@Nullable TaskPool> elsewhere = new AtomicReference<>();
        Thread thread = new Thread(() -> elsewhere.set(Pollux.pool()));
        thread.start();
        thread.join();
        restore.run();
        assertThat(elsewhere.get()).isNotSameAs(replaced).isSameAs(Pollux.pool());
        world.runUntilStalled();
        assertThat(BlockOn.blockOn(one.join())).isEqualTo(threadName());
        assertThat(BlockOn.blockOn(other.join())).isEqualTo(threadName());
        world.close();
    }

    // ------------------------------------------------------------------ dumps

    @Test
    void aDumpShowsInlineTasksAndRunsThatWait() {
        Promise<Integer> promise = new Promise<>();
        CompletableFuture<String> thread = new CompletableFuture<>();
        Run run = new Run(after(promise.future(), () -> "ended"), thread);
        run.begin();
        Promise<Integer> other = new Promise<>();
        JoinHandle<Integer> task = Spawner.inline().spawn(other.future());
        String shown = Dump.ofEverything().toString();
        assertThat(shown).contains("no pool").contains("Run");
        assertThat(Dump.ofEverything().toJson()).contains("\"id\":" + task.id());
        promise.complete(1);
        other.complete(1);
        assertThat(thread).isCompleted();
        assertThat(Dump.ofEverything().toJson()).doesNotContain("\"id\":" + task.id() + ",");
    }
}
