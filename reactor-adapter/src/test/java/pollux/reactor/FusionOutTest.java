package pollux.reactor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import pollux.executor.TaskPool;
import pollux.future.Futures;
import pollux.stream.AsyncStream;
import pollux.stream.AsyncStreams;
import reactor.core.Fuseable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Hooks;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.util.context.Context;

/** Operators of Reactor that poll our streams, and those that may refuse an item. */
@Timeout(120)
class FusionOutTest {

    private static final List<Integer> NUMBERS =
            IntStream.range(0, 1_000).boxed().toList();

    private static Iterator<Integer> numbers() {
        return NUMBERS.iterator();
    }

    private static AsyncStream<Integer> range() {
        return AsyncStreams.range(0, 1_000);
    }

    private static AsyncStream<Integer> iterable() {
        return AsyncStreams.from((Iterable<Integer>) FusionOutTest::numbers);
    }

    static Stream<Arguments> sources() {
        return Stream.of(
                source(() -> ReactorAdapter.flux(range()), Fuseable.SYNC, Fuseable.SYNC),
                source(() -> ReactorAdapter.fluxDefer(() -> range()), Fuseable.SYNC, Fuseable.SYNC),
                source(
                        () -> ReactorAdapter.flux(AsyncStreams.of(NUMBERS.toArray(Integer[]::new))),
                        Fuseable.SYNC,
                        Fuseable.SYNC),
                source(() -> ReactorAdapter.flux(AsyncStreams.from(NUMBERS)), Fuseable.SYNC, Fuseable.SYNC),
                source(() -> ReactorAdapter.flux(iterable()), Fuseable.SYNC, Fuseable.NONE),
                source(() -> ReactorAdapter.flux(range().map(i -> i)), Fuseable.NONE, Fuseable.NONE),
                source(() -> ReactorAdapter.fluxDefer(() -> range().filter(i -> true)), Fuseable.NONE, Fuseable.NONE));
    }

    private static Arguments source(Supplier<Flux<Integer>> source, int asIs, int acrossThreads) {
        return arguments(source, asIs, acrossThreads);
    }

    @ParameterizedTest
    @MethodSource("sources")
    void asksAreAnsweredByWhereTheItemsComeFrom(Supplier<Flux<Integer>> source, int asIs, int acrossThreads) {
        StepVerifier.create(source.get())
                .expectFusion(Fuseable.ANY, asIs)
                .expectNextSequence(NUMBERS)
                .verifyComplete();
        StepVerifier.create(source.get())
                .expectFusion(Fuseable.ANY | Fuseable.THREAD_BARRIER, acrossThreads)
                .expectNextSequence(NUMBERS)
                .verifyComplete();
        StepVerifier.create(source.get())
                .expectFusion(Fuseable.ASYNC, Fuseable.NONE)
                .expectNextSequence(NUMBERS)
                .verifyComplete();
    }

    @Test
    void aPoolPollsItself() {
        try (TaskPool pool = TaskPool.builder().workers(1).build()) {
            Flux<Integer> flux = ReactorAdapter.on(pool).flux(range());
            assertThat(flux).isNotInstanceOf(Fuseable.class);
            StepVerifier.create(flux).expectNextSequence(NUMBERS).verifyComplete();
        }
    }

    @Test
    void whereThreadLocalsHaveToFollowNobodyElsePolls() {
        Hooks.enableAutomaticContextPropagation();
        try {
            StepVerifier.create(ReactorAdapter.flux(range()))
                    .expectFusion(Fuseable.ANY, Fuseable.NONE)
                    .expectNextSequence(NUMBERS)
                    .verifyComplete();
        } finally {
            Hooks.disableAutomaticContextPropagation();
        }
    }

    /** What an operator of Reactor may ask a queue, step by step. */
    @Test
    void aQueueSaysWhatIsInIt() {
        for (Publisher<Integer> source : List.<Publisher<Integer>>of(
                ReactorAdapter.flux(AsyncStreams.range(0, 1)), ReactorAdapter.mono(Futures.ready(0)))) {
            Fuseable.QueueSubscription<Integer> queue = fused(source);
            assertThat(queue.isEmpty()).isFalse();
            assertThat(queue.size()).isOne();
            assertThat(queue.poll()).isZero();
            assertThat(queue.poll()).isNull();
            assertThat(queue.isEmpty()).isTrue();
            assertThat(queue.size()).isZero();
        }
    }

    @Test
    void aQueueThatIsClearedIsEmpty() {
        for (Publisher<Integer> source : List.<Publisher<Integer>>of(
                ReactorAdapter.flux(AsyncStreams.range(0, 9)), ReactorAdapter.mono(Futures.ready(0)))) {
            Fuseable.QueueSubscription<Integer> queue = fused(source);
            queue.clear();
            assertThat(queue.isEmpty()).as("%s", source).isTrue();
            assertThat(queue.poll()).isNull();
        }
    }

    private static Fuseable.QueueSubscription<Integer> fused(Publisher<Integer> source) {
        List<Fuseable.QueueSubscription<Integer>> given = new ArrayList<>();
        source.subscribe(new BaseSubscriber<>() {
            @Override
            @SuppressWarnings("unchecked") // what is Fuseable gives a queue of its items
            protected void hookOnSubscribe(Subscription subscription) {
                Fuseable.QueueSubscription<Integer> queue = (Fuseable.QueueSubscription<Integer>) subscription;
                assertThat(queue.requestFusion(Fuseable.SYNC)).as("%s", source).isEqualTo(Fuseable.SYNC);
                given.add(queue);
            }
        });
        return given.get(0);
    }

    /** What Reactor puts behind a source, with and without polling it. */
    private enum Behind {
        MAP(flux -> flux.map(i -> i)),
        FILTER(flux -> flux.filter(i -> i >= 0)),
        PUBLISH_ON(flux -> flux.publishOn(Schedulers.parallel())),
        PUBLISH_ON_BY_ONE(flux -> flux.publishOn(Schedulers.parallel(), 1)),
        MAP_FILTER_PUBLISH_ON(flux -> flux.map(i -> i).filter(i -> true).publishOn(Schedulers.parallel(), 7)),
        FILTER_PUBLISH_ON_FILTER(flux ->
                flux.publishOn(Schedulers.parallel(), 3).filter(i -> true).map(i -> i)),
        FLAT_MAP(flux -> Flux.just(1).hide().flatMap(i -> flux)),
        CONCAT_MAP(flux -> Flux.just(1).hide().concatMap(i -> flux)),
        CONCAT_MAP_OF(flux -> flux.concatMap(Flux::just)),
        MERGE_SEQUENTIAL(flux -> flux.flatMapSequential(Flux::just)),
        ZIP(flux -> flux.zipWith(Flux.range(0, 1_000), (a, b) -> b)),
        FLATTEN(flux -> flux.flatMapIterable(List::of)),
        PUBLISH(flux -> flux.publish(f -> f)),
        SHARE(Flux::share),
        LIMIT(flux -> flux.limitRate(10)),
        TAKE(flux -> flux.take(1_000)),
        PEEK(flux -> flux.doOnNext(i -> {}).doFinally(s -> {})),
        CONTEXT(flux -> flux.contextWrite(Context.of("a", "b"))),
        CHECKPOINT(flux -> flux.checkpoint("here", true));

        private final Function<Flux<Integer>, Flux<Integer>> operator;

        Behind(Function<Flux<Integer>, Flux<Integer>> operator) {
            this.operator = operator;
        }
    }

    static Stream<Arguments> chains() {
        return sources()
                .flatMap(source -> Stream.of(Behind.values()).map(behind -> arguments(behind, source.get()[0])));
    }

    @ParameterizedTest
    @MethodSource("chains")
    void everyChainIsWhole(Behind behind, Supplier<Flux<Integer>> source) {
        StepVerifier.create(behind.operator.apply(source.get()))
                .expectNextSequence(NUMBERS)
                .verifyComplete();
        StepVerifier.create(behind.operator.apply(source.get()), 1)
                .expectNext(0)
                .thenRequest(2)
                .expectNext(1, 2)
                .thenCancel()
                .verify();
    }

    @ParameterizedTest
    @EnumSource
    void aFailureReachesTheSubscriberWithoutDemand(Behind behind) { // 2.10
        IllegalArgumentException failure = new IllegalArgumentException();
        Flux<Integer> failing = ReactorAdapter.fluxDefer(() -> AsyncStreams.error(failure));
        StepVerifier.create(behind.operator.apply(failing), behind == Behind.CONCAT_MAP ? 1 : 0)
                .expectErrorSatisfies(thrown -> assertThat(thrown).isSameAs(failure))
                .verify(Duration.ofSeconds(60));
    }

    @ParameterizedTest
    @EnumSource(names = "ZIP", mode = EnumSource.Mode.EXCLUDE) // which fails at once
    void whatAPollThrowsReachesTheSubscriberAfterTheItems(Behind behind) {
        IllegalArgumentException failure = new IllegalArgumentException();
        AsyncStream<Integer> failing = AsyncStreams.from((Iterable<Integer>)
                () -> IntStream.range(0, 4).map(i -> failAt(3, i, failure)).iterator());
        StepVerifier.create(behind.operator.apply(ReactorAdapter.flux(failing)))
                .expectNext(0, 1, 2)
                .expectErrorSatisfies(thrown -> assertThat(thrown).isSameAs(failure))
                .verify(Duration.ofSeconds(60));
    }

    private static int failAt(int last, int item, RuntimeException failure) {
        if (item == last) {
            throw failure;
        }
        return item;
    }

    @ParameterizedTest
    @EnumSource
    void aRefusedSubscriberMayCountOnAQueue(Behind behind) {
        Flux<Integer> once = ReactorAdapter.flux(range());
        once.blockLast();
        StepVerifier.create(behind.operator.apply(once))
                .expectErrorSatisfies(thrown -> assertThat(thrown)
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("fluxDefer"))
                .verify(Duration.ofSeconds(60));
    }

    @Test
    void assemblyTracingChangesNothing() {
        Hooks.onOperatorDebug();
        try {
            StepVerifier.create(ReactorAdapter.flux(range()).map(i -> i).publishOn(Schedulers.parallel()))
                    .expectNextSequence(NUMBERS)
                    .verifyComplete();
        } finally {
            Hooks.resetOnOperatorDebug();
        }
    }

    @Test
    void anEndlessSourceStopsWhenItIsCancelled() {
        AtomicInteger made = new AtomicInteger();
        Flux<Integer> endless = ReactorAdapter.flux(AsyncStreams.from(
                (Iterable<Integer>) () -> Stream.generate(made::incrementAndGet).iterator()));
        StepVerifier.create(endless.flatMapIterable(List::of).take(5))
                .expectNext(1, 2, 3, 4, 5)
                .verifyComplete();
        assertThat(made).hasValueLessThan(1_000);
    }

    // ------------------------------------------------------------------ conditional subscribers

    /** Takes even numbers and asks for two of them, once. */
    private static final class Evens implements Fuseable.ConditionalSubscriber<Integer> {

        final List<Object> signals = new ArrayList<>();

        @Override
        public void onSubscribe(Subscription subscription) {
            subscription.request(2);
        }

        @Override
        public boolean tryOnNext(Integer item) {
            boolean wanted = item % 2 == 0;
            if (wanted) {
                signals.add(item);
            }
            return wanted;
        }

        @Override
        public void onNext(Integer item) {
            throw new AssertionError("costs a request: " + item);
        }

        @Override
        public void onError(Throwable failure) {
            signals.add(failure);
        }

        @Override
        public void onComplete() {
            signals.add("complete");
        }
    }

    @Test
    void aConditionalSubscriberAsksForNothingInPlaceOfWhatItRefused() {
        Evens evens = new Evens();
        ReactorAdapter.flux(AsyncStreams.range(1, 10).map(i -> i)).subscribe(evens);
        assertThat(evens.signals).containsExactly(2, 4);
    }

    @Test
    void theEndComesAlthoughTheRestIsRefused() {
        Evens evens = new Evens();
        ReactorAdapter.flux(AsyncStreams.range(1, 4).map(i -> i)).subscribe(evens);
        assertThat(evens.signals).containsExactly(2, "complete");
    }

    @Test
    void aGeneratorServesThemToo() {
        Evens evens = new Evens();
        ReactorAdapter.<Integer>fluxDefer(() ->
                        AsyncStreams.unfold(1, n -> pollux.future.Futures.ready(new AsyncStreams.Step<>(n, n + 1))))
                .subscribe(evens);
        assertThat(evens.signals).containsExactly(2, 4);
    }
}
