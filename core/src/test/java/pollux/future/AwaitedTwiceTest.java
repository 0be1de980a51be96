package pollux.future;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.time.Duration;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import pollux.Pollux;
import pollux.executor.JoinHandle;
import pollux.executor.LocalPool;
import pollux.executor.Spawner;
import pollux.reactive.ReactiveStreams;
import pollux.stream.AsyncStream;
import pollux.stream.AsyncStreams;
import pollux.sync.AsyncMutex;
import pollux.sync.AsyncSemaphore;
import pollux.sync.Promise;
import pollux.time.ManualTime;
import pollux.time.Timers;

/** A future that is awaited twice says what to do instead, whatever kind of future it is. */
@Timeout(120)
class AwaitedTwiceTest {

    private static final String WAY_OUT = "A future runs once: keep its value in a variable";

    static Stream<Arguments> futures() {
        Promise<Integer> promise = new Promise<>();
        promise.complete(1);
        return Stream.of(
                arguments("ready", Futures.ready(1)),
                arguments("failed", Futures.failed(new IllegalArgumentException("once"))),
                arguments("yieldNow", Futures.yieldNow()),
                arguments("sleep", Timers.sleep(Duration.ofMillis(1))),
                arguments("timeout", Timers.timeout(Duration.ofSeconds(60), Futures.ready(1))),
                arguments("map", Futures.ready(1).map(x -> x)),
                arguments("then", Futures.ready(1).then(Futures::ready)),
                arguments("join", Futures.join(Futures.ready(1), Futures.yieldNow(), (a, b) -> a)),
                arguments("joinAll", Futures.joinAll(List.of(Futures.ready(1), Futures.ready(2)))),
                arguments("race", Futures.race(List.of(Futures.ready(1), Futures.ready(2)))),
                arguments("defer", Futures.defer(() -> Futures.ready(1))),
                arguments("stage", Futures.from(CompletableFuture.completedFuture(1))),
                arguments("promise", promise.future()),
                arguments("shared", Futures.ready(1).shared().future()),
                arguments("lock", new AsyncMutex().lock()),
                arguments("acquire", new AsyncSemaphore(1).acquire()),
                arguments("publisher", ReactiveStreams.first(ReactiveStreams.publisher(AsyncStreams.of(1, 2)))),
                arguments("toList", AsyncStreams.of(1, 2).toList()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("futures")
    void saysWhatToDoInstead(String name, Future<?> future) {
        try {
            Pollux.blockOn(future);
        } catch (IllegalArgumentException once) {
            // the first await ends with the failure
        }
        assertThatThrownBy(() -> Pollux.blockOn(future))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("polled after its end")
                .hasMessageContaining(WAY_OUT);
    }

    /** A future that is pending when it is polled first, and what ends it besides a millisecond. */
    private record Pending(Future<?> future, Runnable end) {

        Pending(Future<?> future) {
            this(future, () -> {});
        }

        @Override
        public String toString() {
            return future.toString();
        }
    }

    private static List<Pending> pending() {
        Duration soon = Duration.ofMillis(1);
        CompletableFuture<Integer> stage = new CompletableFuture<>();
        Promise<Integer> promise = new Promise<>();
        AsyncMutex mutex = new AsyncMutex();
        AsyncMutex.Guard held = Pollux.blockOn(mutex.lock());
        return List.of(
                new Pending(Timers.sleep(soon).map(x -> 1)),
                new Pending(Futures.from(stage), () -> stage.complete(1)),
                new Pending(promise.future(), () -> promise.complete(1)),
                new Pending(mutex.lock(), held::close),
                new Pending(Timers.timeout(
                        Duration.ofSeconds(60), Timers.sleep(soon).map(x -> 1))),
                new Pending(Futures.joinAll(List.of(Timers.sleep(soon)))),
                new Pending(Futures.race(List.of(Timers.sleep(soon).map(x -> 1)))));
    }

    static Stream<Arguments> pendingFutures() {
        return ofMany(Spawner.inline()).keySet().stream()
                .flatMap(name -> Stream.of(0, 1, 100)
                        .flatMap(others -> pending().stream().map(made -> arguments(name, others, made))));
    }

    /** What runs many futures at once, each with a waker of its own. */
    private static Map<String, Function<List<Future<?>>, Future<?>>> ofMany(Spawner spawner) {
        return Map.of(
                "joinAll", futures -> Futures.joinAll(futures),
                "buffered",
                        futures ->
                                AsyncStreams.from(futures).buffered(200, f -> f).toList(),
                "bufferedUnordered",
                        futures -> AsyncStreams.from(futures)
                                .bufferedUnordered(200, f -> f)
                                .toList(),
                "partitioned",
                        futures -> AsyncStreams.from(futures)
                                .partitioned(200, f -> new Object(), f -> f)
                                .toList(),
                "publisher",
                        futures -> ReactiveStreams.toList(
                                ReactiveStreams.on(spawner).publisher(futures, 200)),
                "publisherOrdered",
                        futures -> ReactiveStreams.toList(
                                ReactiveStreams.on(spawner).publisherOrdered(futures, 200)),
                "merge", futures -> AsyncStreams.merge(streams(futures)).toList());
    }

    private static List<AsyncStream<Object>> streams(List<Future<?>> futures) {
        Map<Future<?>, AsyncStream<Object>> made = new IdentityHashMap<>();
        return futures.stream()
                .map(future -> made.computeIfAbsent(future, AsyncStreams::once))
                .toList();
    }

    /** The second would take the waker of the first, which would then wait for ever. */
    @ParameterizedTest(name = "{0} of {1} others and {2} twice")
    @MethodSource("pendingFutures")
    void twiceInOneFutureSaysSo(String name, int others, Pending twice) {
        List<Future<?>> futures = new ArrayList<>();
        for (int i = 0; i < others; i++) {
            futures.add(Timers.sleep(Duration.ofDays(1)).map(x -> 1));
        }
        futures.add(0, twice.future);
        futures.add(futures.size() / 2 + 1, twice.future);
        ManualTime time = new ManualTime();
        LocalPool pool = new LocalPool(time);
        JoinHandle<?> handle = pool.spawn(ofMany(pool).get(name).apply(futures));
        pool.runUntilStalled();
        assertThat(handle.isDone()).isEqualTo(!isOrdered(name));
        twice.end.run();
        time.advance(Duration.ofDays(1)); // a failure comes in its place
        pool.runUntilStalled();
        assertThat(handle.isDone()).isTrue();
        assertThatThrownBy(() -> pool.runUntil(handle.join()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(name.equals("merge") ? "merged with itself" : "awaited twice by one future")
                .hasMessageContaining(name.equals("merge") ? "A stream runs once" : WAY_OUT);
        assertThat(pool.liveTasks()).isZero();
    }

    private static boolean isOrdered(String name) {
        return name.equals("buffered") || name.equals("partitioned") || name.equals("publisherOrdered");
    }

    /** The function is asked for the future of an item when others have ended and more have come. */
    @ParameterizedTest
    @ValueSource(ints = {2, 40})
    void twiceAmongThoseThatRunNowSaysSo(int concurrency) {
        List<Promise<Integer>> promises =
                Stream.generate(Promise<Integer>::new).limit(100).toList();
        Future<Integer> cached = new Promise<Integer>().future();
        LocalPool pool = new LocalPool();
        JoinHandle<List<Integer>> handle = pool.spawn(AsyncStreams.range(0, 102)
                .bufferedUnordered(concurrency, i -> i < 100 ? promises.get(i).future() : cached)
                .toList());
        for (int i = 0; i < 100 && !handle.isDone(); i++) {
            promises.get(i).complete(1);
            pool.runUntilStalled();
        }
        assertThat(handle.isDone()).isTrue();
        assertThatThrownBy(() -> pool.runUntil(handle.join())).hasMessageContaining("awaited twice by one future");
    }

    /** One that has ended is not remembered: it is not taken for another that comes later. */
    @ParameterizedTest
    @ValueSource(ints = {0, 40})
    void whatIsOverIsForgotten(int others) {
        Future<Integer> again = new RawFuture<>() {
            private int polls;

            @Override
            public Object pollRaw(Context cx) {
                cx.waker().wake();
                return ++polls % 2 == 0 ? polls : PENDING;
            }
        };
        LocalPool pool = new LocalPool(new ManualTime());
        JoinHandle<List<Integer>> handle = pool.spawn(AsyncStreams.range(0, others + 100)
                .bufferedUnordered(
                        others + 1,
                        i -> i < others ? Timers.sleep(Duration.ofDays(1)).map(x -> 1) : again)
                .take(100)
                .toList());
        pool.runUntilStalled();
        assertThat(pool.runUntil(handle.join())).hasSize(100);
    }

    /** These poll all parts at each wake-up, with one waker. */
    @Test
    void twiceInAJoinOfFewEndsToo() {
        for (Supplier<Future<Integer>> made : List.<Supplier<Future<Integer>>>of(
                () -> Timers.sleep(Duration.ofMillis(1)).map(x -> 1),
                () -> Futures.yieldNow().map(x -> 1),
                () -> Futures.defer(() -> Futures.yieldNow().map(x -> 1)),
                () -> Futures.from(CompletableFuture.supplyAsync(() -> 1)))) {
            Future<Integer> future = made.get();
            assertThatThrownBy(() -> Pollux.blockOn(Futures.join(future, future, Integer::sum)))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining(WAY_OUT);
        }
    }

    /** What has no state, and never ends or answers by itself, may stand anywhere. */
    @Test
    void whatHasNoStateMayStandTwice() {
        Future<Integer> stateless = cx -> {
            cx.waker().wake();
            return ended ? Poll.ready(1) : Poll.pending();
        };
        LocalPool pool = new LocalPool();
        JoinHandle<List<Integer>> handle = pool.spawn(Futures.joinAll(List.of(stateless, stateless)));
        pool.tick();
        ended = true;
        assertThat(pool.runUntil(handle.join())).containsExactly(1, 1);
        JoinHandle<List<Integer>> never = pool.spawn(Futures.joinAll(List.of(Futures.pending(), Futures.pending())));
        pool.runUntilStalled();
        assertThat(never.isDone()).isFalse();
    }

    private boolean ended;
}
