package pollux.executor;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import pollux.Pollux;
import pollux.debug.Dump;
import pollux.future.AwaitTree;
import pollux.future.Context;
import pollux.future.Future;
import pollux.future.FutureSet;
import pollux.future.Futures;
import pollux.future.Inspectable;
import pollux.future.Poll;
import pollux.future.RawFuture;
import pollux.future.Shared;
import pollux.stream.AsyncStreams;
import pollux.sync.AsyncMutex;
import pollux.sync.AsyncRwLock;
import pollux.sync.AsyncSemaphore;
import pollux.sync.Barrier;
import pollux.sync.CancelToken;
import pollux.sync.Mpsc;
import pollux.sync.Notify;
import pollux.sync.Promise;
import pollux.time.ManualTime;
import pollux.time.Timers;

/** What a dump shows. */
@Timeout(120)
class DumpTest {

    private final LocalPool pool = new LocalPool(new ManualTime());

    private String dumpOf(Future<?>... futures) {
        for (Future<?> future : futures) {
            pool.spawn(future);
        }
        pool.runUntilStalled();
        return pool.dump().toString().replaceAll("#\\d+", "#");
    }

    // ------------------------------------------------------------------ nodes

    static Stream<Arguments> nodes() {
        Promise<Integer> open = new Promise<>();
        return Stream.of(
                node(() -> Timers.sleep(ofSeconds(3)), "Timers.sleep, left 3.0 s"),
                node(() -> open.future(), "future of Promise[open]"),
                node(Futures::pending, "Futures.pending()"),
                node(
                        () -> Mpsc.<Integer>bounded(4).receiver().receive(),
                        "Receiver.receive(), senders 1, in use 0, capacity 4"),
                node(
                        () -> new AsyncSemaphore(0).acquire(),
                        "AsyncSemaphore.acquire(1), in line at most 1, waiting 1, available 0"),
                node(
                        () -> {
                            AsyncRwLock lock = new AsyncRwLock();
                            lock.tryRead();
                            lock.tryRead();
                            return lock.write();
                        },
                        "AsyncRwLock.write(), in line at most 1, waiting 1, 2 readers"),
                node(
                        () -> {
                            AsyncRwLock lock = new AsyncRwLock();
                            lock.tryWrite();
                            return lock.read();
                        },
                        "AsyncRwLock.read(), in line at most 1, waiting 1, a writer"),
                node(() -> new Barrier(3).arrive(), "Barrier.arrive(), arrived 1, parties 3"),
                node(() -> new Notify().notified(), "Notify.notified(), waiting 1"),
                node(
                        () -> Timers.timeout(ofMillis(1500), waits()),
                        "Timers.timeout, limit 1.5 s, left 1.5 s",
                        "  Timers.sleep, left 1.0 s"),
                node(
                        () -> Futures.join(waits(), waits(), (a, b) -> a),
                        "Futures.join of 2",
                        "  2 × Timers.sleep, left 1.0 s"),
                node(
                        () -> Futures.joinAll(List.of(waits(), waits(), Futures.ready(null))),
                        "Futures.joinAll, of 3, unfinished 2",
                        "  2 × Timers.sleep, left 1.0 s"),
                node(
                        () -> Futures.<Integer>select().on(waits(), none -> 1).on(new Notify().notified(), none -> 2),
                        "Futures.select",
                        "  Timers.sleep, left 1.0 s",
                        "  Notify.notified(), waiting 1"),
                node(() -> waits().map(x -> x).then(x -> waits()), "chain, steps 2", "  Timers.sleep, left 1.0 s"),
                node(() -> waits().shared().future(), "Future.shared, parties 1", "  Timers.sleep, left 1.0 s"),
                node(() -> waits().fuse(), "Future.fuse", "  Timers.sleep, left 1.0 s"),
                node(() -> Futures.unconstrained(waits()), "in a context of its own", "  Timers.sleep, left 1.0 s"),
                node(
                        () -> new CancelToken().guard(waits()),
                        "CancelToken.guard, CancelToken[depth 1]",
                        "  Timers.sleep, left 1.0 s"),
                node(
                        () -> new AsyncMutex().withLock(DumpTest::waits),
                        "AsyncMutex.withLock()",
                        "  Timers.sleep, left 1.0 s"),
                node(
                        () -> AsyncStreams.once(waits()).map(x -> x).toList(),
                        "AsyncStream.fold",
                        "  source",
                        "    AsyncStream.map",
                        "      source",
                        "        AsyncStreams.once",
                        "          Timers.sleep, left 1.0 s"),
                node(() -> endless(), "Forever"),
                node(
                        () -> Futures.from(new CompletableFuture<>() {
                            @Override
                            public String toString() {
                                return "their own";
                            }
                        }),
                        "Futures.from(their own)"));
    }

    private static Arguments node(Supplier<Future<?>> future, String... lines) {
        return Arguments.of(lines[0], future, lines);
    }

    private static Future<Void> waits() {
        return Timers.sleep(ofSeconds(1));
    }

    private static Future<Void> endless() {
        return new Future<>() {
            @Override
            public Poll<Void> poll(Context cx) {
                return Poll.pending();
            }

            @Override
            public String toString() {
                return "Forever";
            }
        };
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("nodes")
    void everyKindOfWaitHasItsLines(String name, Supplier<Future<?>> future, String[] lines) {
        StringBuilder expected = new StringBuilder("  task #, waiting");
        expected.append(lines[0].equals("Futures.pending()") ? ", NOTHING CAN WAKE IT\n" : "\n");
        for (String line : lines) {
            expected.append("    ").append(line).append('\n');
        }
        assertThat(dumpOf(future.get())).endsWith(expected.toString());
    }

    @Test
    void aForeignFutureWithoutTextIsItsClass() {
        Future<Void> foreign = cx -> Poll.pending();
        assertThat(dumpOf(foreign))
                .contains("\n    pollux.executor.DumpTest$$Lambda")
                .doesNotContain("@");
    }

    @Test
    void aToStringThatThrowsIsSaidSo() {
        Future<Void> foreign = new Future<>() {
            @Override
            public Poll<Void> poll(Context cx) {
                return Poll.pending();
            }

            @Override
            public String toString() {
                throw new StackOverflowError("on purpose");
            }
        };
        assertThat(dumpOf(foreign)).contains("cannot say more: java.lang.StackOverflowError");
    }

    @Test
    void textsOfOthersAreCut() {
        Future<Void> foreign = new Future<>() {
            @Override
            public Poll<Void> poll(Context cx) {
                return Poll.pending();
            }

            @Override
            public String toString() {
                return "x".repeat(100_000);
            }
        };
        assertThat(dumpOf(foreign)).hasSizeLessThan(1000).contains("xxx…");
    }

    // ------------------------------------------------------------------ shape

    @Test
    void tenThousandEqualTasksAreOneLine() {
        Future<?>[] futures = new Future<?>[10_000];
        for (int i = 0; i < futures.length; i++) {
            futures[i] = Timers.timeout(ofMillis(1000 + i), waits());
        }
        assertThat(dumpOf(futures).lines())
                .containsExactly(
                        "LocalPool[10000 tasks]",
                        "  10000 × task # to #, waiting",
                        "    Timers.timeout, limit 1.0 s to 11 s, left 1.0 s to 11 s",
                        "      Timers.sleep, left 1.0 s");
    }

    @Test
    void deepAndWideTreesAreCut() {
        Future<Void> deep = waits();
        for (int i = 0; i < 100_000; i++) {
            deep = deep.fuse();
        }
        List<Future<Void>> wide = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            wide.add(waits());
        }
        Future<Void> cut = deep;
        pool.spawn(Futures.joinAll(wide));
        pool.runUntilStalled();
        String text = pool.dump().toString();
        assertThat(text).contains("1000 × Timers.sleep").contains("… and more");
        assertThat(AwaitTree.of(cut).size()).isLessThan(100);
    }

    @Test
    void whatContainsItselfIsCut() {
        FutureSet<Object> set = new FutureSet<>();
        class Loop extends RawFuture<Object> implements Inspectable {
            @Override
            public Object pollRaw(Context cx) {
                return PENDING;
            }

            @Override
            public void describe(AwaitTree sketch) {
                sketch.name("loop").awaits(set);
            }
        }
        Loop loop = new Loop();
        set.add(loop, 0);
        assertThat(dumpOf(loop)).contains("FutureSet, unfinished 1, contains itself");
    }

    @Test
    void jsonHasEachTaskByItself() {
        JoinHandle<Void> task = pool.spawn(Timers.timeout(ofSeconds(2), waits()));
        pool.runUntilStalled();
        assertThat(pool.dump().toJson())
                .isEqualTo("{\"pools\":[{\"name\":\"LocalPool[1 tasks]\",\"others\":0,\"tasks\":[{\"id\":" + task.id()
                        + ",\"idle\":true,\"stuck\":false,\"waits\":{\"name\":\"task\",\"figures\":{\"task\":"
                        + task.id() + "},\"notes\":[\"waiting\"],\"parts\":["
                        + "{\"name\":\"Timers.timeout\",\"figures\":{\"limit\":2000000000,\"left\":2000000000},\"parts\":["
                        + "{\"name\":\"Timers.sleep\",\"figures\":{\"left\":1000000000}}]}]}}]}],"
                        + "\"stuck\":[],\"circles\":[],\"rivals\":[]}");
    }

    // ------------------------------------------------------------------ who waits in vain

    private JoinHandle<Object> spawnJoining(AtomicReference<JoinHandle<Object>> whom, Future<Object> besides) {
        return pool.spawn(Futures.race(besides, Futures.defer(() -> whom.get().join())));
    }

    @Test
    void tasksThatJoinEachOtherAreACircle() {
        AtomicReference<JoinHandle<Object>> a = new AtomicReference<>();
        AtomicReference<JoinHandle<Object>> b = new AtomicReference<>();
        a.set(spawnJoining(b, Futures.pending()));
        b.set(spawnJoining(a, Futures.pending()));
        JoinHandle<Object> c = pool.spawn(a.get().join());
        pool.runUntilStalled();
        long idA = a.get().id();
        long idB = b.get().id();

        Dump dump = pool.dump();

        assertThat(dump.circles()).containsExactly(List.of(idA, idB));
        assertThat(dump.stuck()).containsExactlyInAnyOrder(idA, idB, c.id());
        assertThat(dump.toString())
                .contains("2 × task #" + idA + " to #" + idB + ", waiting, WAITS FOR ITSELF, NOTHING CAN WAKE IT")
                .contains("circle: #" + idA + " joins #" + idB + " joins #" + idA);
    }

    @Test
    void aCircleWithATimerIsNotStuck() {
        AtomicReference<JoinHandle<Object>> a = new AtomicReference<>();
        AtomicReference<JoinHandle<Object>> b = new AtomicReference<>();
        a.set(spawnJoining(b, waits().map(x -> x)));
        b.set(spawnJoining(a, Futures.pending()));
        pool.runUntilStalled();

        assertThat(pool.dump().circles()).hasSize(1);
        assertThat(pool.dump().stuck()).isEmpty();
    }

    static Stream<Arguments> futuresForOneTask() {
        return Stream.of(
                arguments("sleep", waits()),
                arguments("promise", new Promise<Integer>().future()),
                arguments("chain", new Promise<Integer>().future().map(x -> x)),
                arguments("limit", Timers.timeout(ofSeconds(3), new Promise<Integer>().future())),
                arguments("permit", new AsyncSemaphore(0).acquire()),
                arguments("notification", new Notify().notified()),
                arguments("stage", Futures.from(new CompletableFuture<Integer>())),
                arguments(
                        "stream",
                        AsyncStreams.once(new Promise<Integer>().future()).toList()));
    }

    /** It wakes the second, and the first waits for ever. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("futuresForOneTask")
    void tasksOfOneFutureAreNamed(String name, Future<?> future) {
        JoinHandle<?> a = pool.spawn(future);
        pool.spawn(waits());
        JoinHandle<?> b = pool.spawn(Futures.join(waits(), future, (x, y) -> x));
        pool.runUntilStalled();
        assertThat(a.id()).isLessThan(b.id()); // given when they are asked for

        Dump dump = pool.dump();

        assertThat(dump.rivals()).containsExactly(List.of(a.id(), b.id()));
        assertThat(dump.toString())
                .contains("task #" + a.id() + ", waiting, AWAITS A FUTURE OF ANOTHER TASK\n")
                .contains("task #" + b.id() + ", waiting, AWAITS A FUTURE OF ANOTHER TASK\n")
                .contains("one future: awaited by #" + a.id() + ", #" + b.id());
        a.cancel(); // queued now
        assertThat(pool.dump().rivals()).isEmpty();
        pool.runUntilStalled();
        assertThat(pool.dump().rivals()).isEmpty();
    }

    static Stream<Arguments> futuresForMany() {
        Promise<Integer> open = new Promise<>();
        Notify notify = new Notify();
        AsyncMutex mutex = new AsyncMutex();
        AsyncMutex.Guard unused = Pollux.blockOn(mutex.lock());
        CancelToken token = new CancelToken();
        Future<Object> foreign = new Unfinished();
        Shared<Integer> shared = open.future().map(x -> x).shared();
        return Stream.<Supplier<Future<?>>>of(
                        notify::notified,
                        mutex::lock,
                        token::cancelled,
                        Futures::pending,
                        () -> foreign,
                        shared::future,
                        () -> shared.future().map(x -> x))
                .map(each -> arguments(each.get().toString(), each));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("futuresForMany")
    void tasksWithAFutureEachAreNotMarked(String name, Supplier<Future<?>> made) {
        pool.spawn(made.get());
        pool.spawn(made.get());
        JoinHandle<Object> joined = pool.spawn(Futures.pending());
        pool.spawn(joined.join());
        pool.spawn(joined.join());
        pool.runUntilStalled();
        assertThat(pool.dump().rivals()).isEmpty();
        assertThat(pool.dump().toJson()).endsWith("\"rivals\":[]}");
    }

    private static final class Unfinished implements Future<Object> {
        @Override
        public Poll<Object> poll(Context cx) {
            cx.waker();
            return Poll.pending();
        }
    }

    @Test
    void aTaskThatWaitsForARunnableOneIsNotStuck() {
        JoinHandle<Object> stuck = pool.spawn(Futures.pending());
        JoinHandle<Object> joins = pool.spawn(stuck.join());
        pool.runUntilStalled();
        assertThat(pool.dump().stuck()).containsExactlyInAnyOrder(stuck.id(), joins.id());

        stuck.cancel(); // queued now
        assertThat(pool.dump().stuck()).isEmpty();
        pool.runUntilStalled();
        assertThat(pool.dump().stuck()).isEmpty();
    }

    @Test
    void aJoinedTaskOfNoPoolIsShownWhereItIsJoined() {
        JoinHandle<Void> inline = Spawner.inline().spawn(waits());
        assertThat(dumpOf(inline.join()))
                .contains("  task #, waiting\n    JoinHandle.join\n      task #, waiting\n        Timers.sleep, left ");
        inline.cancel();
    }

    @Test
    void aLongChainOfJoinsIsWalkedWithoutStack() {
        JoinHandle<Object> last = pool.spawn(Futures.pending());
        for (int i = 0; i < 20_000; i++) {
            last = pool.spawn(last.join());
        }
        pool.runUntilStalled();
        assertThat(pool.dump().stuck()).hasSize(20_001);
    }

    // ------------------------------------------------------------------ pools

    @Test
    void everyPoolInUseIsInTheDumpOfEverything() {
        try (TaskPool workers = TaskPool.builder().name("seen").workers(1).build()) {
            assertThat(Pollux.dump().toString()).contains("TaskPool[seen, ").contains("LocalPool[");
            assertThat(workers.liveTasks()).isZero();
        }
        assertThat(Pollux.dump().toString()).doesNotContain("TaskPool[seen, ");
    }

    @Test
    void aTracedTaskKnowsItsPast() {
        try (TaskPool traced =
                TaskPool.builder().workers(1).monitor(false).traced(true).build()) {
            JoinHandle<JoinHandle<Object>> parent = traced.spawn(Futures.defer(() -> {
                JoinHandle<Object> child = traced.spawn(Futures.pending());
                return Futures.ready(child);
            }));
            JoinHandle<Object> child = Pollux.blockOn(parent.join());
            Pollux.blockOn(traced.spawn(Futures.yieldNow()).join()); // one worker: the child was polled before
            assertThat(traced.dump().toString())
                    .containsPattern("task #" + child.id() + ", child of #" + parent.id()
                            + ", age .*, polls 1, last polled before .*, waiting, NOTHING CAN WAKE IT");
        }
    }

    @Test
    void theLinesOfABlockingCallNameNoModule() throws Exception {
        try (TaskPool pool = TaskPool.builder().workers(1).build()) {
            CountDownLatch begun = new CountDownLatch(1);
            CountDownLatch end = new CountDownLatch(1);
            JoinHandle<Void> call = pool.spawnBlocking(() -> {
                begun.countDown();
                end.await();
                return null;
            });
            begun.await();
            assertThat(pool.dump().toString())
                    .contains("BlockingCall[running], on ", ", at java.")
                    .doesNotContain("java.base", "app//");
            end.countDown();
            BlockOn.blockOn(call.join());
        }
    }

    @Test
    void aBusyPoolCanBeDumpedAllTheTime() {
        try (TaskPool busy = TaskPool.builder().workers(2).traced(true).build()) {
            AsyncSemaphore semaphore = new AsyncSemaphore(1);
            List<JoinHandle<?>> tasks = new ArrayList<>();
            for (int t = 0; t < 20; t++) {
                tasks.add(busy.spawn(churn(semaphore, 2_000)));
            }
            long dumps = 0;
            long letters = 0;
            boolean running = true;
            while (running) {
                running = tasks.stream().anyMatch(task -> !task.isDone());
                Dump dump = busy.dump();
                letters += dump.toString().length() + dump.toJson().length();
                assertThat(dump.toString()).doesNotContain("cannot say more");
                dumps++;
            }
            assertThat(dumps).isPositive();
            assertThat(letters).isPositive();
        }
    }

    private static Future<Void> churn(AsyncSemaphore semaphore, int rounds) {
        if (rounds == 0) {
            return Futures.ready(null);
        }
        Future<Void> one = Futures.join(AsyncStreams.range(0, 3).toList(), Futures.yieldNow(), (list, none) -> null);
        return semaphore
                .acquire()
                .then(permit -> {
                    permit.close();
                    return Timers.timeout(ofSeconds(60), one);
                })
                .then(none -> churn(semaphore, rounds - 1));
    }
}
