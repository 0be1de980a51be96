package pollux.async;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static pollux.async.Async.await;
import static pollux.async.Async.virtual;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import pollux.executor.BlockOn;
import pollux.executor.JoinHandle;
import pollux.executor.LocalPool;
import pollux.executor.RunnerGate;
import pollux.future.Futures;
import pollux.stream.AsyncStreams;
import pollux.sync.Promise;
import pollux.time.ManualTime;
import pollux.time.Timers;

/** A pool whose clock moves by itself knows of blocks on virtual threads, as it knows of blocking calls. */
@Timeout(180)
@EnabledForJreRange(min = JRE.JAVA_21)
class VirtualWorkTest {

    private static final Duration HOUR = Duration.ofHours(1);

    private final ManualTime time = new ManualTime();
    private final LocalPool pool = new LocalPool(time).autoAdvance(true);
    private final long start = time.nanoTime();

    /** Of the test that runs: the table of blocks is made before it. */
    private static volatile RunnerGate gate;

    @BeforeEach
    void openGate() {
        gate = new RunnerGate(time);
    }

    private Duration elapsed() {
        return Duration.ofNanos(time.nanoTime() - start);
    }

    /** Lets the runner get as far as it can: it would have moved the clock by then. */
    private static void compute() throws InterruptedException {
        gate.await();
    }

    private static void computeThroughInterrupts() {
        boolean interrupted = Thread.interrupted();
        try {
            compute();
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    static Stream<Arguments> blocks() {
        return Stream.of(
                row("computes", 0, () -> {
                    compute();
                    return null;
                }),
                row("computes behind a sleep", 1, () -> {
                    await(Timers.sleep(HOUR));
                    compute();
                    return null;
                }),
                row("computes between sleeps", 2, () -> {
                    compute();
                    await(Timers.sleep(HOUR));
                    compute();
                    await(Timers.sleep(HOUR));
                    compute();
                    return null;
                }),
                row("computes behind a yield", 0, () -> {
                    await(Futures.yieldNow());
                    compute();
                    return null;
                }),
                row("blocks by name", 1, () -> {
                    compute();
                    Async.block(Timers.sleep(HOUR));
                    compute();
                    return null;
                }),
                row("loop that blocks", 2, () -> {
                    for (int i : Async.blockEach(
                            AsyncStreams.of(1, 2).then(x -> Timers.sleep(HOUR).map(nothing -> x)))) {
                        compute();
                    }
                    return null;
                }),
                row("virtual thread within", 1, () -> {
                    await(virtual(() -> {
                        compute();
                        await(Timers.sleep(HOUR));
                        return null;
                    }));
                    compute();
                    return null;
                }),
                row("awaits a task that sleeps", 1, () -> {
                    await(Async.spawn(Timers.sleep(HOUR)).join());
                    compute();
                    return null;
                }),
                row("awaits a stage that is completed on the thread itself", 0, () -> {
                    CompletableFuture<Integer> stage = new CompletableFuture<>();
                    stage.complete(1);
                    await(stage);
                    compute();
                    return null;
                }));
    }

    private static Arguments row(String name, int hours, AsyncBlock<?> block) {
        return Arguments.of(name, hours, block);
    }

    /** The limit passes if the clock moves while the block computes. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("blocks")
    void theClockStandsStillWhileABlockComputes(String name, int hours, AsyncBlock<Object> block) {
        Duration limit = HOUR.multipliedBy(hours).plusMinutes(1);
        pool.runUntil(Timers.timeout(limit, virtual(block)));
        assertThat(elapsed()).isEqualTo(HOUR.multipliedBy(hours));
        pool.runUntil(Timers.sleep(HOUR));
        assertThat(elapsed()).isEqualTo(HOUR.multipliedBy(hours + 1));
        pool.close();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("blocks")
    void severalBlocksSideBySide(String name, int hours, AsyncBlock<Object> block) {
        pool.runUntil(Timers.timeout(
                HOUR.multipliedBy(hours).plusMinutes(1),
                Futures.joinAll(List.of(virtual(block), virtual(block), virtual(block)))));
        assertThat(elapsed()).isEqualTo(HOUR.multipliedBy(hours));
        pool.close();
    }

    @Test
    void aBlockThatFailsLetsTheClockGoOn() {
        JoinHandle<Object> failing = pool.spawn(virtual(() -> {
            throw new IllegalStateException("no");
        }));
        assertThatThrownBy(() -> pool.runUntil(failing.join())).hasMessage("no");
        pool.runUntil(Timers.sleep(HOUR));
        assertThat(elapsed()).isEqualTo(HOUR);
        pool.close();
    }

    /** The interrupt that cancels a block counts as work from the cancel on, wherever the thread is. */
    @ParameterizedTest
    @MethodSource("cancels")
    void theClockStandsStillWhileACancelledBlockCleansUp(boolean byClosing, boolean computes) throws Exception {
        for (int round = 0; round < 20; round++) {
            ManualTime clock = new ManualTime();
            LocalPool own = new LocalPool(clock).autoAdvance(true);
            gate = new RunnerGate(clock);
            long begin = clock.nanoTime();
            AtomicLong cleaned = new AtomicLong(-1);
            CountDownLatch running = new CountDownLatch(1);
            Promise<Void> never = new Promise<>();
            JoinHandle<Object> task = own.spawn(virtual(() -> {
                try {
                    running.countDown();
                    if (computes) {
                        new CountDownLatch(1).await();
                    } else {
                        await(never.future());
                    }
                    return null;
                } catch (CancellationException | InterruptedException e) {
                    computeThroughInterrupts();
                    cleaned.set(clock.nanoTime() - begin);
                    Thread.interrupted();
                    await(Timers.sleep(HOUR));
                    throw new CancellationException();
                }
            }));
            own.runUntilStalled();
            running.await();
            if (!computes) {
                own.awaitOutsideWork();
            }
            own.spawn(Timers.sleep(Duration.ofMinutes(1)));
            if (byClosing) {
                own.close();
            } else {
                task.cancel();
                own.runUntil(Timers.sleep(Duration.ofHours(2)));
            }
            assertThat(task.isCancelled()).isTrue();
            assertThat(cleaned.get()).isZero();
            own.close();
        }
    }

    static Stream<Arguments> cancels() {
        return Stream.of(true, false)
                .flatMap(byClosing -> Stream.of(true, false).map(computes -> Arguments.of(byClosing, computes)));
    }

    /** A thread that waits for a task of its pool is no work outside; one that computes is. */
    @Test
    void awaitOutsideWorkEndsAtTheNextAwait() throws InterruptedException {
        List<String> log = new ArrayList<>();
        Promise<Void> go = new Promise<>();
        JoinHandle<Object> task = pool.spawn(virtual(() -> {
            compute();
            log.add("computed");
            await(go.future());
            compute();
            log.add("again");
            return null;
        }));
        assertThat(pool.isWorkOutside()).isFalse();
        pool.runUntilStalled();
        pool.awaitOutsideWork();
        assertThat(log).containsExactly("computed");
        assertThat(pool.isWorkOutside()).isFalse();
        go.complete(null);
        assertThat(pool.isWorkOutside()).isTrue();
        pool.awaitOutsideWork();
        assertThat(log).containsExactly("computed", "again");
        pool.runUntilStalled();
        assertThat(task.isDone()).isTrue();
        pool.close();
    }

    @Test
    void awaitOutsideWorkEndsAtAnInterrupt() {
        CountDownLatch end = new CountDownLatch(1);
        JoinHandle<Object> task = pool.spawn(virtual(() -> {
            end.await();
            return null;
        }));
        pool.runUntilStalled();
        Thread.currentThread().interrupt();
        assertThatThrownBy(pool::awaitOutsideWork).isInstanceOf(InterruptedException.class);
        end.countDown();
        pool.runUntil(task.join());
        pool.close();
    }

    /** On the JVM's clock nothing is counted, and blocks run as before. */
    @Test
    void aPoolOnTheClockOfTheMachineCountsNothing() throws InterruptedException {
        try (LocalPool plain = new LocalPool()) {
            plain.runUntil(virtual(() -> {
                compute();
                await(Timers.sleep(Duration.ofMillis(1)));
                return null;
            }));
            assertThat(plain.isWorkOutside()).isFalse();
            plain.awaitOutsideWork();
        }
        assertThat(BlockOn.<Integer>blockOn(virtual(() -> 1))).isOne();
        pool.close();
    }
}
