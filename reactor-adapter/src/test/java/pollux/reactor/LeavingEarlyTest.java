package pollux.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import pollux.Pollux;
import pollux.stream.AsyncStream;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * A stream that is left early releases what is behind it, fused or not: the terminal signal of a fused queue is not the
 * end of its publisher. Every kind of resource behind every kind of queue, left early and consumed to the end.
 */
@Timeout(30)
class LeavingEarlyTest {

    private static final int ITEMS =
            1_001; // no multiple of a request: at such a one publishOn ends without the last poll of its source

    /** What holds a resource; the semaphore counts its releases. */
    private static final Map<String, Function<Semaphore, Flux<Integer>>> RESOURCES = Map.of(
            "using", r -> Flux.using(() -> "file", f -> Flux.range(0, ITEMS), f -> r.release()),
            "using, hidden",
                    r -> Flux.using(() -> "file", f -> Flux.range(0, ITEMS).hide(), f -> r.release()),
            "fromStream",
                    r -> Flux.fromStream(() -> IntStream.range(0, ITEMS).boxed().onClose(r::release)),
            "doFinally", r -> Flux.range(0, ITEMS).doFinally(signal -> r.release()),
            "generate with state",
                    r -> Flux.generate(
                            () -> 0,
                            (n, out) -> {
                                out.next(n);
                                if (n == ITEMS) {
                                    out.complete();
                                }
                                return n + 1;
                            },
                            n -> r.release()));

    private static final Map<String, Function<Flux<Integer>, Flux<Integer>>> QUEUES = Map.of(
            "none", f -> f,
            "hidden", Flux::hide,
            "publishOn(immediate)", f -> f.publishOn(Schedulers.immediate()),
            "publishOn(single)", f -> f.publishOn(single()),
            "publishOn twice", f -> f.publishOn(single()).publishOn(Schedulers.immediate()),
            "publishOn(prefetch 1)", f -> f.publishOn(single(), 1),
            "publishOn, map", f -> f.publishOn(single()).map(n -> n),
            "publishOn, filter", f -> f.publishOn(single()).filter(n -> n >= 0),
            "flatMapIterable", f -> f.flatMapIterable(n -> List.of(n, n)));

    private static Scheduler single() {
        return Schedulers.single();
    }

    static Stream<Arguments> all() {
        List<Arguments> all = new ArrayList<>();
        RESOURCES.forEach((resource, source) -> QUEUES.forEach((queue, through) -> {
            for (int prefetch : new int[] {3, 16, Integer.MAX_VALUE}) {
                all.add(Arguments.of(resource + " / " + queue + " / " + prefetch, source, through, prefetch));
            }
        }));
        return all.stream();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("all")
    void whatIsBehindIsReleasedOnce(
            String name,
            Function<Semaphore, Flux<Integer>> source,
            Function<Flux<Integer>, Flux<Integer>> through,
            int prefetch)
            throws InterruptedException {
        Semaphore released = new Semaphore(0);
        AsyncStream<Integer> stream = ReactorAdapter.stream(through.apply(source.apply(released)), prefetch);
        assertThat(Pollux.blockOn(stream.take(3).toList())).hasSize(3);
        assertThat(released.tryAcquire(10, TimeUnit.SECONDS)).as("released").isTrue();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("all")
    void whatIsBehindIsReleasedOnceAtTheEndToo(
            String name,
            Function<Semaphore, Flux<Integer>> source,
            Function<Flux<Integer>, Flux<Integer>> through,
            int prefetch)
            throws InterruptedException {
        Semaphore released = new Semaphore(0);
        AsyncStream<Integer> stream = ReactorAdapter.stream(through.apply(source.apply(released)), prefetch);
        assertThat(Pollux.blockOn(stream.toList())).hasSizeGreaterThanOrEqualTo(ITEMS);
        assertThat(released.tryAcquire(10, TimeUnit.SECONDS)).as("released").isTrue();
        stream.cancel();
        assertThat(released.availablePermits()).as("released again").isZero();
    }
}
