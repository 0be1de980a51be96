package pollux.tck.contracts;

import io.reactivex.rxjava3.core.Flowable;
import io.reactivex.rxjava3.core.Scheduler;
import io.reactivex.rxjava3.schedulers.Schedulers;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import pollux.rxjava.RxJavaAdapter;
import pollux.stream.AsyncStream;

class RxJavaLeavingEarlyTest extends LeavingEarlyContract<Flowable<Integer>> {

    private static final Map<String, Function<Semaphore, Flowable<Integer>>> RESOURCES = Map.of(
            "using",
            r -> Flowable.using(() -> "file", f -> Flowable.range(0, ITEMS), f -> r.release()),
            "using, hidden",
            r -> Flowable.using(() -> "file", f -> Flowable.range(0, ITEMS).hide(), f -> r.release()),
            "fromStream",
            r -> Flowable.fromStream(IntStream.range(0, ITEMS).boxed().onClose(r::release)),
            "doFinally",
            r -> Flowable.range(0, ITEMS).doFinally(r::release),
            "generate with state",
            r -> Flowable.generate(
                    () -> 0,
                    (n, out) -> {
                        out.onNext(n);
                        if (n == ITEMS) {
                            out.onComplete();
                        }
                        return n + 1;
                    },
                    n -> r.release()));

    private static final Map<String, Function<Flowable<Integer>, Flowable<Integer>>> QUEUES = Map.of(
            "none", f -> f,
            "hidden", Flowable::hide,
            "observeOn(trampoline)", f -> f.observeOn(Schedulers.trampoline()),
            "observeOn(single)", f -> f.observeOn(single()),
            "observeOn twice", f -> f.observeOn(single()).observeOn(Schedulers.trampoline()),
            "observeOn(prefetch 1)", f -> f.observeOn(single(), false, 1),
            "observeOn, map", f -> f.observeOn(single()).map(n -> n),
            "observeOn, filter", f -> f.observeOn(single()).filter(n -> n >= 0),
            "flatMapIterable", f -> f.flatMapIterable(n -> List.of(n, n)));

    private static Scheduler single() {
        return Schedulers.single();
    }

    static Stream<Arguments> all() {
        return rows(RESOURCES, QUEUES);
    }

    /**
     * All but the rows in which a cancel meets the thread of observeOn inside of fromStream. RxJava 3.1.12 by itself then
     * leaves the Stream open: 173 of 3,000 without any of our code.
     */
    static Stream<Arguments> early() {
        return all().filter(row -> !row.get()[0].toString().startsWith("fromStream / observeOn, "));
    }

    @Override
    AsyncStream<Integer> stream(Flowable<Integer> publisher, int prefetch) {
        return RxJavaAdapter.stream(publisher, prefetch);
    }
}
