package pollux.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.future.Poll;
import pollux.io.AsyncFile;
import pollux.io.TcpListener;
import pollux.io.TcpStream;
import pollux.sync.Mpsc;
import pollux.sync.Promise;
import pollux.sync.Receiver;
import pollux.sync.Sender;
import pollux.time.ManualTime;
import pollux.time.Timers;

/**
 * Timers, sockets, tasks that have yielded and runnable tasks each make progress while the others have work, on each
 * executor.
 */
@Timeout(180)
class FairnessTest {

    private static final Duration SHORT = Duration.ofMillis(2);

    /** Work that never ends, and leaves something runnable at every moment. */
    private record Hot(String name, Function<Spawner, List<JoinHandle<?>>> start) {
        @Override
        public String toString() {
            return name;
        }
    }

    /** What has to end all the same. */
    private record Waiting(String name, Supplier<Future<?>> of) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static List<Hot> hot() {
        return List.of(
                new Hot("wakes itself", spawner -> List.of(spawner.spawn(wakesItself()))),
                new Hot(
                        "three wake themselves",
                        spawner -> List.of(
                                spawner.spawn(wakesItself()),
                                spawner.spawn(wakesItself()),
                                spawner.spawn(wakesItself()))),
                new Hot("yields", spawner -> List.of(spawner.spawn(yields()))),
                new Hot("spends its budget", spawner -> List.of(spawner.spawn(ready()))),
                new Hot("two talk", FairnessTest::twoTalk),
                new Hot("spawns itself", spawner -> List.of(spawner.spawn(spawnsItself(spawner)))));
    }

    private static List<Waiting> waiting() {
        return List.of(
                new Waiting("sleep", () -> Timers.sleep(SHORT)),
                new Waiting(
                        "timeout",
                        () -> Timers.timeout(SHORT, Futures.pending()).recover(e -> Futures.ready(null))),
                new Waiting("yield", () -> Futures.yieldNow().then(x -> Futures.yieldNow())),
                new Waiting("budget", () -> spend(1000)),
                new Waiting("part that yields", () -> Futures.joinAll(List.of(Futures.yieldNow(), spend(1000)))),
                new Waiting("sibling", () -> Futures.ready(1)),
                new Waiting("socket", FairnessTest::exchange));
    }

    private static Future<Void> wakesItself() {
        return cx -> {
            cx.waker().wake();
            return Poll.pending();
        };
    }

    private static Future<Void> yields() {
        return Futures.yieldNow().then(x -> yields());
    }

    private static Future<Void> ready() {
        return Futures.ready(1).then(x -> ready());
    }

    private static Future<Void> spawnsItself(Spawner spawner) {
        return Futures.ready(1).then(x -> {
            spawner.spawn(spawnsItself(spawner));
            return Futures.ready(null);
        });
    }

    private static List<JoinHandle<?>> twoTalk(Spawner spawner) {
        Mpsc<Integer> there = Mpsc.bounded(1);
        Mpsc<Integer> back = Mpsc.bounded(1);
        return List.of(
                spawner.spawn(talk(there.sender(), back.receiver())),
                spawner.spawn(back.sender().send(0).then(x -> talk(back.sender(), there.receiver()))));
    }

    private static Future<Void> talk(Sender<Integer> out, Receiver<Integer> in) {
        return in.receive().then(x -> out.send(1)).then(x -> talk(out, in));
    }

    private static Future<Integer> spend(int n) {
        if (n == 0) {
            return Futures.ready(0);
        }
        Promise<Integer> promise = new Promise<>();
        promise.complete(1);
        return promise.future().then(x -> spend(n - 1));
    }

    private static Future<?> exchange() {
        return TcpListener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .then(listener -> Futures.join(
                                listener.accept(), TcpStream.connect(listener.localAddress()), (server, client) -> {
                                    server.close();
                                    client.close();
                                    return 1;
                                })
                        .map(x -> {
                            listener.close();
                            return x;
                        }));
    }

    static Stream<Arguments> all() {
        return hot().stream().flatMap(hot -> waiting().stream().map(what -> Arguments.of(hot, what)));
    }

    @ParameterizedTest(name = "{1} while one {0}")
    @MethodSource("all")
    void localPool(Hot hot, Waiting what) {
        LocalPool pool = new LocalPool();
        List<JoinHandle<?>> work = hot.start.apply(pool);
        pool.runUntil(what.of.get());
        work.forEach(JoinHandle::cancel);
        pool.close();
    }

    @ParameterizedTest(name = "{1} while one {0}")
    @MethodSource("all")
    void localPoolDrivenByTicks(Hot hot, Waiting what) {
        LocalPool pool = new LocalPool();
        hot.start.apply(pool);
        JoinHandle<?> task = pool.spawn(what.of.get());
        while (!task.isDone()) {
            pool.tick();
        }
        pool.close();
    }

    /** The simulator picks tasks like this; the last one of the line is the one that has just woken itself. */
    @ParameterizedTest(name = "{1} while one {0}")
    @MethodSource("all")
    void localPoolWhoseCallerChooses(Hot hot, Waiting what) {
        LocalPool pool = new LocalPool();
        hot.start.apply(pool);
        JoinHandle<?> task = pool.spawn(what.of.get());
        int runnable = pool.runnable();
        while (!task.isDone()) {
            runnable = runnable == 0 ? pool.runnable() : pool.tick(0);
        }
        pool.close();
    }

    @ParameterizedTest(name = "{1} while one {0}")
    @MethodSource("all")
    void taskPool(Hot hot, Waiting what) {
        try (TaskPool pool = TaskPool.builder().workers(1).build()) {
            hot.start.apply(pool);
            BlockOn.blockOn(pool.spawn(what.of.get()).join());
        }
    }

    @ParameterizedTest(name = "{1} while one {0}")
    @MethodSource("all")
    void hosted(Hot hot, Waiting what) {
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try {
            Spawner spawner = Spawner.on(thread);
            List<JoinHandle<?>> work = hot.start.apply(spawner);
            BlockOn.blockOn(spawner.spawn(what.of.get()).join());
            work.forEach(JoinHandle::cancel);
        } finally {
            thread.shutdownNow();
        }
    }

    /** Inline, the one that yields goes on while the other wakes itself for ever. */
    @Test
    void inlineTasksTakeTurns() {
        JoinHandle<?>[] hot = {null};
        JoinHandle<?> outer = Spawner.inline().spawn(Futures.ready(1).then(x -> {
            hot[0] = Spawner.inline().spawn(wakesItself());
            return Futures.yieldNow().then(y -> {
                hot[0].cancel();
                return Futures.ready(null);
            });
        }));
        BlockOn.blockOn(outer.join());
        assertThatThrownBy(() -> BlockOn.blockOn(hot[0].join())).isInstanceOf(CancellationException.class);
    }

    // ------------------------------------------------------------------ the clock and work outside

    static Stream<Arguments> outside() {
        return Stream.of(
                Arguments.of("spawnBlocking", (Function<LocalPool, Future<?>>)
                        pool -> pool.spawnBlocking(FairnessTest::slow).join()),
                Arguments.of("two, one after the other", (Function<LocalPool, Future<?>>) pool -> pool.spawnBlocking(
                                FairnessTest::slow)
                        .join()
                        .then(x -> pool.spawnBlocking(FairnessTest::slow).join())),
                Arguments.of("file", (Function<LocalPool, Future<?>>)
                        pool -> AsyncFile.readAll(Path.of("pom.xml"), 1 << 20)));
    }

    /** Lets the runner get as far as it can before it returns: it would have advanced the clock by then. */
    private static Integer slow() throws InterruptedException {
        gate.await();
        return 1;
    }

    /** Of the test that runs: the table of calls is made before it. */
    private static volatile RunnerGate gate;

    @ParameterizedTest(name = "{0}")
    @MethodSource("outside")
    void theClockStandsStillWhileABlockingCallIsUnderWay(String name, Function<LocalPool, Future<?>> work) {
        ManualTime time = new ManualTime();
        LocalPool pool = new LocalPool(time).autoAdvance(true);
        gate = new RunnerGate(time);
        long before = time.nanoTime();
        assertThat((Object) pool.runUntil(Timers.timeout(Duration.ofHours(1), work.apply(pool))))
                .isNotNull();
        assertThat(time.nanoTime()).isEqualTo(before);
        pool.runUntil(Timers.sleep(Duration.ofHours(1)));
        assertThat(time.nanoTime() - before).isEqualTo(Duration.ofHours(1).toNanos());
        pool.close();
    }

    /** A call that ends by an exception, or is refused, lets the clock go on as well. */
    @Test
    void theClockGoesOnAfterABlockingCallThatFailed() {
        ManualTime time = new ManualTime();
        LocalPool pool = new LocalPool(time).autoAdvance(true);
        JoinHandle<Integer> failing = pool.spawnBlocking(() -> {
            throw new IllegalStateException("no");
        });
        assertThatThrownBy(() -> pool.runUntil(failing.join())).isInstanceOf(IllegalStateException.class);
        pool.runUntil(Timers.sleep(Duration.ofHours(1)));
        pool.close();
    }
}
