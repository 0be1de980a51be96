package pollux.future;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import pollux.Pollux;
import pollux.executor.JoinHandle;
import pollux.executor.LocalPool;
import pollux.reactive.ReactiveStreams;
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

    /** Each is pending when it is polled first. */
    static Stream<Arguments> pendingFutures() {
        return Stream.<Supplier<Future<?>>>of(
                        () -> Timers.sleep(Duration.ofMillis(1)),
                        () -> Timers.sleep(Duration.ofMillis(1)).map(x -> x),
                        () -> new Promise<Integer>().future(),
                        () -> new AsyncSemaphore(0).acquire(),
                        () -> Futures.from(new CompletableFuture<Integer>()),
                        () -> Timers.timeout(Duration.ofSeconds(60), Futures.pending()),
                        () -> Futures.joinAll(List.of(Futures.pending())),
                        () -> Futures.race(List.of(Futures.pending())))
                .flatMap(made -> Stream.of(0, 1, 100).map(others -> arguments(made.get(), others)));
    }

    /** The second would take the waker of the first, which would then wait for ever. */
    @ParameterizedTest(name = "{0} beside {1}")
    @MethodSource("pendingFutures")
    void twiceInOneJoinSaysSo(Future<Object> future, int others) {
        List<Future<Object>> futures = new ArrayList<>();
        for (int i = 0; i < others; i++) {
            futures.add(Timers.sleep(Duration.ofDays(1)).map(x -> x));
        }
        futures.add(future);
        futures.add(others / 2, future);
        LocalPool pool = new LocalPool(new ManualTime());
        JoinHandle<List<Object>> handle = pool.spawn(Futures.joinAll(futures));
        pool.runUntilStalled();
        assertThat(handle.isDone()).isTrue();
        assertThatThrownBy(() -> pool.runUntil(handle.join()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("awaited twice by one future")
                .hasMessageContaining(WAY_OUT);
        assertThat(pool.liveTasks()).isZero();
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
