package pollux.tck.contracts;

import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import pollux.reactor.ReactorAdapter;
import pollux.stream.AsyncStream;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

class ReactorLeavingEarlyTest extends LeavingEarlyContract<Flux<Integer>> {

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
        return rows(RESOURCES, QUEUES);
    }

    static Stream<Arguments> early() {
        return all();
    }

    @Override
    AsyncStream<Integer> stream(Flux<Integer> publisher, int prefetch) {
        return ReactorAdapter.stream(publisher, prefetch);
    }
}
