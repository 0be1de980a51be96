package pollux.future;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import pollux.Pollux;
import pollux.reactive.ReactiveStreams;
import pollux.stream.AsyncStreams;
import pollux.sync.AsyncMutex;
import pollux.sync.AsyncSemaphore;
import pollux.sync.Promise;
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
}
