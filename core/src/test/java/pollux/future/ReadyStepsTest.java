package pollux.future;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import pollux.doubles.ByHand;
import pollux.executor.BlockOn;
import pollux.executor.JoinHandle;
import pollux.executor.LocalPool;
import pollux.executor.Spawner;
import pollux.executor.TaskPool;
import pollux.reactive.ReactiveStreams;
import pollux.stream.AsyncStream;
import pollux.stream.AsyncStreams;
import pollux.sync.Mpsc;
import pollux.sync.Promise;
import pollux.time.ManualTime;
import pollux.time.Retry;
import pollux.time.Timers;

/**
 * A loop of ready steps gives its thread back: every kind of step, every kind of loop, every executor. The loops of
 * compiled code are in {@code ReadyLoopsTest} of the compiler, those of Reactor and RxJava in the adapters.
 */
@Timeout(180)
class ReadyStepsTest {

    /** More steps in one poll than any bound of ours: a loop that gets here does not give way. */
    private static final int ENDLESS = 100_000;

    private static final Services.Key<String> NAME = new Services.Key<>("name");

    /** A step: something that is ready at once, made anew for each turn. */
    private record Ready(String name, Supplier<Future<?>> step) {
        @Override
        public String toString() {
            return name;
        }
    }

    /** A loop that never ends by itself. */
    private record Loop(String name, Function<Supplier<Future<?>>, Future<?>> of) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static List<Ready> steps() {
        CompletableFuture<Integer> hit = CompletableFuture.completedFuture(1);
        Shared<Integer> shared = Futures.ready(1).shared();
        ByHand.of(shared.future()).answer();
        JoinHandle<Integer> ended = Spawner.inline().spawn(Futures.ready(1));
        return List.of(
                new Ready("Futures.ready", () -> Futures.ready(1)),
                new Ready("own class", () -> cx -> Poll.ready(1)),
                new Ready("completed CompletableFuture", () -> Futures.from(hit)),
                new Ready("completed stage of a supplier", () -> Futures.fromSupplier(() -> hit)),
                new Ready("completed Promise", () -> {
                    Promise<Integer> promise = new Promise<>();
                    promise.complete(1);
                    return promise.future();
                }),
                new Ready("ended Shared", shared::future),
                new Ready("ended JoinHandle", ended::join),
                new Ready("map", () -> Futures.ready(1).map(x -> x + 1)),
                new Ready("then", () -> Futures.ready(1).then(Futures::ready)),
                new Ready(
                        "recover",
                        () -> Futures.<Integer>failed(new IOException()).recover(e -> Futures.ready(1))),
                new Ready("defer", () -> Futures.defer(() -> Futures.ready(1))),
                new Ready("join", () -> Futures.join(Futures.ready(1), Futures.ready(2), Integer::sum)),
                new Ready("joinAll", () -> Futures.joinAll(List.of(Futures.ready(1), Futures.ready(2)))),
                new Ready("race", () -> Futures.race(List.of(Futures.ready(1), Futures.pending()))),
                new Ready("select", () -> Futures.<Integer>select().on(Futures.ready(1), x -> x)),
                new Ready("timeout", () -> Timers.timeout(Duration.ofHours(1), Futures.ready(1))),
                new Ready("sleep of nothing", () -> Timers.sleep(Duration.ZERO).map(x -> 1)),
                new Ready("next of a stream", () -> AsyncStreams.of(1, 2).next()),
                new Ready("publisher", () -> ReactiveStreams.future(ReactiveStreams.publisher(Futures.ready(1)))),
                new Ready("with services", () -> Futures.withService(NAME, "x", Futures.ready(1))));
    }

    private static List<Loop> loops() {
        return List.of(
                new Loop("then", ReadyStepsTest::thenLoop),
                new Loop("recover", ReadyStepsTest::recoverLoop),
                new Loop(
                        "retry",
                        step -> Retry.times(Integer.MAX_VALUE)
                                .run(() -> step.get().then(x -> Futures.failed(new IOException("again"))))),
                new Loop("unfold, fold", step -> unfold(step).fold(0, (sum, x) -> sum)),
                new Loop(
                        "unfold, filter",
                        step -> unfold(step).filter(x -> false).next()),
                new Loop(
                        "own stream, filter",
                        step -> own(step).filter(x -> false).next()),
                new Loop("own stream, fold", step -> own(step).fold(0, (sum, x) -> sum)),
                new Loop("own stream, count", step -> own(step).count()),
                new Loop(
                        "own stream, then",
                        step -> own(step).then(x -> step.get()).forEach(x -> {})),
                new Loop(
                        "own stream, concatMap to nothing",
                        step -> own(step).concatMap(x -> AsyncStreams.empty()).next()),
                new Loop(
                        "own stream, concatMap",
                        step -> own(step).concatMap(x -> AsyncStreams.of(1)).forEach(x -> {})),
                new Loop(
                        "own stream, chunks",
                        step -> own(step).chunks(Integer.MAX_VALUE).next()),
                new Loop(
                        "own stream, buffered",
                        step -> own(step).buffered(4, x -> step.get()).forEach(x -> {})),
                new Loop(
                        "own stream, bufferedUnordered",
                        step -> own(step)
                                .bufferedUnordered(Integer.MAX_VALUE, x -> step.get())
                                .forEach(x -> {})),
                new Loop(
                        "own streams, merge",
                        step -> AsyncStreams.merge(List.of(own(step), own(step)))
                                .forEach(x -> {})),
                new Loop("own stream, recover", step -> reconnecting(step).next()),
                new Loop(
                        "own stream, forEachAsync",
                        step -> own(step).forEachAsync(x -> step.get().map(y -> null))));
    }

    private static Future<?> thenLoop(Supplier<Future<?>> step) {
        return step.get().then(x -> thenLoop(step));
    }

    private static Future<?> recoverLoop(Supplier<Future<?>> step) {
        return step.get()
                .<Object>then(x -> Futures.failed(new IOException("again")))
                .recover(e -> recoverLoop(step).map(x -> x));
    }

    private static AsyncStream<Object> unfold(Supplier<Future<?>> step) {
        return AsyncStreams.unfold(0, n -> step.get().map(x -> new AsyncStreams.Step<>(1, n)));
    }

    /** A stream of the user's own class, which counts nothing. */
    private record Own(Supplier<Future<?>> step, RuntimeException failure) implements AsyncStream<Object> {

        @Override
        public Poll<Object> pollNext(Context cx) {
            if (RawFuture.pollAny(step.get(), cx) == RawFuture.PENDING) {
                return Poll.pending();
            }
            if (failure != null) {
                throw failure;
            }
            return Poll.ready(1);
        }

        @Override
        public boolean cancel() {
            return true;
        }
    }

    private static AsyncStream<Object> own(Supplier<Future<?>> step) {
        return new Own(step, null);
    }

    private static AsyncStream<Object> reconnecting(Supplier<Future<?>> step) {
        AsyncStream<Object> failing = new Own(step, new IllegalStateException("connection lost"));
        return failing.recover(e -> reconnecting(step));
    }

    static Stream<Arguments> stepsInLoops() {
        return loops().stream().flatMap(loop -> steps().stream().map(step -> Arguments.of(loop, step)));
    }

    /** Behaviour 41. */
    @ParameterizedTest(name = "{0} over {1}")
    @MethodSource("stepsInLoops")
    void aPollReturns(Loop loop, Ready ready) {
        int[] turns = {0};
        ByHand<?> driven = ByHand.of(loop.of.apply(() -> counted(ready.step, turns)));
        for (int polls = 1; polls <= 3; polls++) {
            int before = turns[0];
            assertThat(driven.answer().isPending()).isTrue();
            assertThat(turns[0] - before).as("turns in one poll").isBetween(1, 4 * Context.BUDGET);
            assertThat(driven.wakes).as("it wants to go on").isGreaterThanOrEqualTo(polls);
        }
    }

    /** What the test above would say of a loop that counts nothing. */
    @Test
    void canaryALoopThatCountsNothingIsCaught() {
        int[] turns = {0};
        Future<Object> broken = cx -> {
            while (true) {
                RawFuture.pollAny(counted(() -> Futures.ready(1), turns), cx);
            }
        };
        assertThatThrownBy(() -> ByHand.of(broken).answer())
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("never gives way");
    }

    private static Future<?> counted(Supplier<Future<?>> step, int[] turns) {
        if (++turns[0] > ENDLESS) {
            throw new AssertionError("never gives way");
        }
        return step.get();
    }

    // ------------------------------------------------------------------ executors

    static Stream<Arguments> loopsOnExecutors() {
        return loops().stream()
                .flatMap(loop -> Stream.of("TaskPool", "LocalPool", "hosted").map(where -> Arguments.of(loop, where)));
    }

    /** Behaviour 43. */
    @ParameterizedTest(name = "{0} on {1}")
    @MethodSource("loopsOnExecutors")
    void timeoutCancelAndSiblingsGetTheirTurn(Loop loop, String where) throws Exception {
        Supplier<Future<?>> endless = () -> loop.of.apply(() -> Futures.ready(1));
        if (where.equals("LocalPool")) {
            LocalPool pool = new LocalPool();
            JoinHandle<?> hot = pool.spawn(endless.get());
            assertThatThrownBy(() -> pool.runUntil(Timers.timeout(Duration.ofMillis(1), endless.get())))
                    .isInstanceOf(TimeoutException.class);
            assertThat(pool.<Integer>runUntil(Futures.ready(7))).isEqualTo(7);
            hot.cancel();
            assertThatThrownBy(() -> pool.runUntil(hot.join())).isInstanceOf(CancellationException.class);
            pool.spawn(endless.get());
            pool.close();
            return;
        }
        ExecutorService thread = Executors.newSingleThreadExecutor();
        TaskPool pool = TaskPool.builder().workers(1).build();
        try (pool) {
            Spawner spawner = where.equals("TaskPool") ? pool : Spawner.on(thread);
            JoinHandle<?> hot = spawner.spawn(endless.get());
            JoinHandle<?> limited = spawner.spawn(Timers.timeout(Duration.ofMillis(1), endless.get()));
            assertThatThrownBy(() -> BlockOn.blockOn(limited.join())).isInstanceOf(TimeoutException.class);
            assertThat(BlockOn.<Integer>blockOn(spawner.spawn(Futures.ready(7)).join()))
                    .isEqualTo(7);
            hot.cancel();
            assertThatThrownBy(() -> BlockOn.blockOn(hot.join())).isInstanceOf(CancellationException.class);
            if (spawner == pool) {
                pool.spawn(endless.get()); // close() ends it
            }
        } finally {
            thread.shutdownNow();
        }
    }

    // ------------------------------------------------------------------ bridges out

    /** A stream of constants with endless demand: a cancel from another thread, or a sibling, gets its turn. */
    @Test
    void anOutboundStreamOfConstantsGivesWay() {
        LocalPool pool = new LocalPool(new ManualTime());
        int[] items = {0};
        Subscription[] subscription = {null};
        AsyncStream<Object> constants = own(() -> Futures.ready(1));
        ReactiveStreams.on(pool).publisher(constants).subscribe(new Subscriber<Object>() {
            @Override
            public void onSubscribe(Subscription s) {
                subscription[0] = s;
                s.request(Long.MAX_VALUE);
            }

            @Override
            public void onNext(Object item) {
                if (++items[0] > ENDLESS) {
                    throw new AssertionError("never gives way");
                }
            }

            @Override
            public void onError(Throwable t) {}

            @Override
            public void onComplete() {}
        });
        assertThat(pool.tick()).isTrue();
        assertThat(items[0]).isBetween(1, 2 * Context.BUDGET);
        assertThat(pool.runUntil(Futures.ready("sibling"))).isEqualTo("sibling");
        subscription[0].cancel();
        pool.runUntilStalled();
        assertThat(pool.liveTasks()).isZero();
    }

    /** Items of a channel count once, whether the step or the leaf counts them. */
    @Test
    void aStepThatHasSpentIsNotCountedTwice() {
        Mpsc<Integer> channel = Mpsc.unbounded();
        for (int i = 0; i < 1000; i++) {
            channel.sender().trySend(i);
        }
        int[] taken = {0};
        ByHand<?> driven = ByHand.of(takeAll(channel, taken));
        driven.answer();
        assertThat(taken[0]).isEqualTo(Context.BUDGET);
    }

    private static Future<?> takeAll(Mpsc<Integer> channel, int[] taken) {
        return channel.receiver().receive().then(x -> {
            taken[0]++;
            return takeAll(channel, taken);
        });
    }
}
