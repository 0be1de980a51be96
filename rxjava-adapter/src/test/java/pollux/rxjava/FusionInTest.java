package pollux.rxjava;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.reactivex.rxjava3.core.Flowable;
import io.reactivex.rxjava3.processors.UnicastProcessor;
import io.reactivex.rxjava3.schedulers.Schedulers;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import pollux.Pollux;
import pollux.executor.TaskPool;
import pollux.future.Futures;
import pollux.reactive.Prefetch;
import pollux.stream.AsyncStream;

/** Streams that poll the queue of an RxJava operator. */
@Timeout(120)
class FusionInTest {

    private static final String SYNC = "fused with the source";
    private static final String ASYNC = "fused with its queue";

    private static final List<Integer> NUMBERS =
            IntStream.range(0, 1_000).boxed().toList();

    static Stream<Arguments> sources() {
        return Stream.of(
                arguments(Flowable.range(0, 1_000), SYNC),
                arguments(Flowable.fromIterable(NUMBERS), SYNC),
                arguments(Flowable.fromArray(NUMBERS.toArray(Integer[]::new)), SYNC),
                arguments(Flowable.range(0, 1_000).observeOn(Schedulers.computation()), ASYNC),
                arguments(Flowable.range(0, 1_000).hide().observeOn(Schedulers.computation()), ASYNC),
                arguments(Flowable.range(0, 1_000).hide(), ""),
                arguments(Flowable.range(0, 1_000).map(i -> i), ""),
                arguments(Flowable.range(0, 2_000).filter(i -> i < 1_000), ""),
                arguments(
                        Flowable.range(0, 1_000)
                                .observeOn(Schedulers.computation())
                                .map(i -> i),
                        ""),
                arguments(Flowable.range(0, 10).concatMap(i -> Flowable.range(100 * i, 100)), ""),
                arguments(Flowable.range(0, 1_000).concatMapEager(Flowable::just), ""),
                arguments(Flowable.range(0, 1_000).subscribeOn(Schedulers.computation()), ""));
    }

    @ParameterizedTest
    @MethodSource("sources")
    void everySourceArrivesWhole(Flowable<Integer> source, String fusion) {
        AsyncStream<Integer> polled = RxJavaAdapter.stream(source, 16);
        Polled<Integer> first = Polled.of(polled);
        first.poll();
        if (fusion.isEmpty()) {
            assertThat(polled.toString()).doesNotContain("fused");
        } else {
            assertThat(polled.toString()).contains(fusion);
        }
        first.cancel();
        try (TaskPool pool = TaskPool.builder().workers(2).build()) {
            for (Prefetch prefetch : List.of(Prefetch.of(1), Prefetch.of(256), Prefetch.unbounded())) {
                AsyncStream<Integer> stream = RxJavaAdapter.stream(source, prefetch);
                assertThat(Pollux.blockOn(pool.spawn(stream.toList()).join())).isEqualTo(NUMBERS);
            }
            assertThat(Pollux.blockOn(RxJavaAdapter.<Integer>stream(source).toList()))
                    .isEqualTo(NUMBERS);
        }
    }

    static Stream<Function<Flowable<Integer>, Flowable<Integer>>> borders() {
        return Stream.of(
                flowable -> flowable,
                flowable -> flowable.observeOn(Schedulers.computation(), true),
                flowable -> flowable.map(i -> i),
                Flowable::hide);
    }

    @ParameterizedTest
    @MethodSource("borders")
    void whatTheSourceThrowsComesAfterItsItems(Function<Flowable<Integer>, Flowable<Integer>> border) {
        IllegalArgumentException failure = new IllegalArgumentException();
        Flowable<Integer> source = border.apply(Flowable.fromIterable(() -> new Iterator<>() {
            private int next;

            @Override
            public boolean hasNext() {
                return true;
            }

            @Override
            public Integer next() {
                if (next == 3) {
                    throw failure;
                }
                return next++;
            }
        }));
        List<Integer> items = new ArrayList<>();
        assertThat(Pollux.blockOn(RxJavaAdapter.<Integer>stream(source)
                        .forEach(items::add)
                        .map(end -> (Throwable) null)
                        .recover(Futures::ready)))
                .isSameAs(failure);
        assertThat(items).containsExactly(0, 1, 2);
    }

    @Test
    void aQueueHandsOverWhatItHoldsAndThenItsEnd() {
        UnicastProcessor<String> source = UnicastProcessor.create();
        AsyncStream<String> stream = RxJavaAdapter.stream(source);
        Polled<String> polled = Polled.of(stream);
        assertThat(polled.poll()).isSameAs(Polled.PENDING);
        assertThat(stream.toString()).contains(ASYNC);
        source.onNext("a");
        source.onNext("b");
        assertThat(polled.poll()).isEqualTo("a");
        IllegalArgumentException failure = new IllegalArgumentException();
        source.onError(failure);
        assertThat(polled.poll()).isEqualTo("b");
        assertThat(polled.failure()).isSameAs(failure);
    }

    @Test
    void aCancelledQueueIsCancelledOnceAndLeftEmpty() {
        AtomicInteger terminations = new AtomicInteger();
        UnicastProcessor<String> source = UnicastProcessor.create(8, terminations::incrementAndGet);
        AsyncStream<String> stream = RxJavaAdapter.stream(source);
        Polled<String> polled = Polled.of(stream);
        polled.poll();
        source.onNext("a");
        source.onNext("b");
        assertThat(polled.poll()).isEqualTo("a");
        polled.cancel();
        assertThat(terminations).hasValue(1);
        source.onNext("c");
        assertThat(source.hasSubscribers()).isFalse();
    }
}
