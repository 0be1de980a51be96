package pollux.reactor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import pollux.Pollux;
import pollux.executor.TaskPool;
import pollux.reactive.Prefetch;
import pollux.stream.AsyncStream;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

/** Streams that poll the queue of a Reactor operator. */
@Timeout(120)
class FusionInTest {

    private static final String SYNC = "fused with the source";
    private static final String ASYNC = "fused with its queue";

    private static final List<Integer> NUMBERS =
            IntStream.range(0, 1_000).boxed().toList();

    static Stream<Arguments> sources() {
        return Stream.of(
                arguments(Flux.range(0, 1_000), SYNC),
                arguments(Flux.fromIterable(NUMBERS), SYNC),
                arguments(Flux.fromStream(NUMBERS::stream), SYNC),
                arguments(Flux.fromArray(NUMBERS.toArray(Integer[]::new)), SYNC),
                arguments(Flux.range(0, 1_000).publishOn(Schedulers.parallel()), ASYNC),
                arguments(Flux.range(0, 1_000).hide().publishOn(Schedulers.parallel()), ASYNC),
                arguments(Flux.range(0, 1_000).hide(), ""),
                arguments(Flux.range(0, 1_000).map(i -> i), ""),
                arguments(Flux.range(0, 2_000).filter(i -> i < 1_000), ""),
                arguments(Flux.range(0, 1_000).publishOn(Schedulers.parallel()).map(i -> i), ""),
                arguments(Flux.range(0, 10).concatMap(i -> Flux.range(100 * i, 100)), ""),
                arguments(Flux.range(0, 1_000).flatMapSequential(Flux::just), ""),
                arguments(Flux.range(0, 1_000).subscribeOn(Schedulers.parallel()), ""),
                arguments(Flux.range(0, 2_000).take(1_000, false), SYNC),
                arguments(Flux.range(0, 2_000).take(1_000), ""),
                arguments(buffered(1_000).take(2_000, false), ""),
                arguments(buffered(1_000).take(1_000, false), ""),
                arguments(buffered(2_000).take(1_000, false), ""),
                arguments(buffered(2_000).take(1_000, false).take(1_000, false), ""),
                arguments(buffered(2_000).take(1_000, false).name("a").checkpoint("b"), ""),
                arguments(buffered(2_000).take(1_000, false).contextWrite(c -> c.put("a", "b")), ""),
                arguments(buffered(1_000).take(1_000, false).doOnNext(i -> {}).checkpoint("b"), ""),
                arguments(buffered(1_000).checkpoint("b").contextWrite(c -> c.put("a", "b")), ASYNC));
    }

    /** Is complete before the first item is polled. */
    private static Flux<Integer> buffered(int items) {
        return Flux.range(0, items).onBackpressureBuffer();
    }

    @ParameterizedTest
    @MethodSource("sources")
    void everySourceArrivesWhole(Flux<Integer> source, String fusion) {
        AsyncStream<Integer> polled = ReactorAdapter.stream(source, 16);
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
                AsyncStream<Integer> stream = ReactorAdapter.stream(source, prefetch);
                assertThat(Pollux.blockOn(pool.spawn(stream.toList()).join())).isEqualTo(NUMBERS);
            }
            assertThat(Pollux.blockOn(ReactorAdapter.stream(source).toList())).isEqualTo(NUMBERS);
        }
    }

    static Stream<Function<Flux<Integer>, Flux<Integer>>> borders() {
        return Stream.of(
                flux -> flux, flux -> flux.publishOn(Schedulers.parallel()), flux -> flux.map(i -> i), Flux::hide);
    }

    @ParameterizedTest
    @MethodSource("borders")
    void whatTheSourceThrowsComesAfterItsItems(Function<Flux<Integer>, Flux<Integer>> border) {
        IllegalArgumentException failure = new IllegalArgumentException();
        Flux<Integer> source = border.apply(Flux.fromIterable(() -> new Iterator<>() {
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
        assertThat(Pollux.blockOn(ReactorAdapter.stream(source)
                        .forEach(items::add)
                        .map(end -> (Throwable) null)
                        .recover(pollux.future.Futures::ready)))
                .isSameAs(failure);
        assertThat(items).containsExactly(0, 1, 2);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 100})
    void aCancelledSourceDiscardsTheRestOnce(int taken) {
        Dropped dropped = new Dropped();
        AsyncStream<Integer> stream = ReactorAdapter.stream(Flux.fromIterable(NUMBERS));
        Polled<Integer> polled = Polled.of(stream).in(dropped.context);
        for (int i = 0; i < taken; i++) {
            assertThat(polled.poll()).isEqualTo(i);
        }
        assertThat(taken == 0 || stream.toString().contains(SYNC)).isTrue();
        polled.cancel();
        assertThat(dropped.errors).isEmpty();
        assertThat(dropped.items).isEqualTo(taken == 0 ? List.of() : NUMBERS.subList(taken, NUMBERS.size()));
    }

    @Test
    void aQueueHandsOverWhatItHoldsAndThenItsEnd() {
        Sinks.Many<String> sink = Sinks.many().unicast().onBackpressureBuffer();
        AsyncStream<String> stream = ReactorAdapter.stream(sink.asFlux());
        Polled<String> polled = Polled.of(stream);
        assertThat(polled.poll()).isSameAs(Polled.PENDING);
        assertThat(stream.toString()).contains(ASYNC);
        sink.tryEmitNext("a");
        assertThat(polled.wakes).isOne();
        sink.tryEmitNext("b");
        assertThat(polled.wakes).isOne();
        assertThat(polled.poll()).isEqualTo("a");
        IllegalArgumentException failure = new IllegalArgumentException();
        sink.tryEmitError(failure);
        assertThat(polled.poll()).isEqualTo("b");
        assertThat(polled.failure()).isSameAs(failure);
    }

    @Test
    void aCancelledQueueDiscardsWhatItHolds() {
        Dropped dropped = new Dropped();
        Sinks.Many<String> sink = Sinks.many().unicast().onBackpressureBuffer();
        Polled<String> polled = Polled.of(ReactorAdapter.stream(sink.asFlux())).in(dropped.context);
        polled.poll();
        sink.tryEmitNext("a");
        sink.tryEmitNext("b");
        sink.tryEmitNext("c");
        assertThat(polled.poll()).isEqualTo("a");
        polled.cancel();
        assertThat(dropped.items).containsExactly("b", "c");
        assertThat(dropped.errors).isEmpty();
    }

    @Test
    void itemsInFlightAtACancelAreTakenOrDiscardedNeverBoth() throws Exception { // 3a-26
        for (int round = 0; round < 200; round++) {
            Dropped dropped = new Dropped();
            Sinks.Many<Integer> sink = Sinks.many().unicast().onBackpressureBuffer();
            Polled<Integer> polled =
                    Polled.of(ReactorAdapter.stream(sink.asFlux())).in(dropped.context);
            polled.poll();
            CountDownLatch started = new CountDownLatch(1);
            AtomicInteger accepted = new AtomicInteger();
            Thread producer = new Thread(() -> {
                started.countDown();
                for (int i = 0; i < 100 && sink.tryEmitNext(i).isSuccess(); i++) {
                    accepted.incrementAndGet();
                }
            });
            producer.start();
            assertThat(started.await(60, TimeUnit.SECONDS)).isTrue();
            List<Object> seen = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                Object item = polled.poll();
                if (item != Polled.PENDING) {
                    seen.add(item);
                }
            }
            polled.cancel();
            producer.join();
            assertThat(seen).noneMatch(dropped.items::contains);
            seen.addAll(dropped.items); // Reactor's sink may discard an item twice if a cancel comes in between
            assertThat(new HashSet<>(seen)).hasSizeGreaterThanOrEqualTo(accepted.get());
        }
    }
}
