package pollux.reactor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Subscription;
import pollux.executor.TaskPool;
import pollux.future.Context;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.future.Poll;
import pollux.stream.AsyncStream;
import pollux.stream.AsyncStreams;
import pollux.sync.Promise;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.test.subscriber.TestSubscriber;

@Timeout(120)
class FluxTest {

    /** One way out of a stream. */
    private record Way(String name, Function<AsyncStream<Integer>, Flux<Integer>> convert) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static final TaskPool POOL = TaskPool.builder().workers(2).build();

    static Stream<Way> ways() {
        return Stream.of(
                new Way("flux(stream)", ReactorAdapter::flux),
                new Way(
                        "ReactorAdapter.on(pool).flux(stream)",
                        s -> ReactorAdapter.on(POOL).flux(s)),
                new Way("fluxDefer", s -> ReactorAdapter.fluxDefer(() -> s)),
                new Way("fluxDefer on a pool", s -> ReactorAdapter.on(POOL).fluxDefer(() -> s)));
    }

    // ------------------------------------------------------------------ items, empty, failure, never

    @ParameterizedTest
    @MethodSource("ways")
    void manyItems(Way way) {
        StepVerifier.create(way.convert.apply(AsyncStreams.range(0, 100_000)).reduce(0L, Long::sum))
                .expectNext(100_000L * 99_999 / 2)
                .verifyComplete();
    }

    @ParameterizedTest
    @MethodSource("ways")
    void manyItemsAcrossThreadsAndBack(Way way) {
        AsyncStream<Integer> from = ReactorAdapter.stream(Flux.range(0, 10_000).publishOn(Schedulers.parallel()));
        StepVerifier.create(way.convert
                        .apply(from)
                        .publishOn(Schedulers.single(), 7)
                        .collectList())
                .assertNext(list -> assertThat(list)
                        .isEqualTo(IntStream.range(0, 10_000).boxed().toList()))
                .verifyComplete();
    }

    @ParameterizedTest
    @MethodSource("ways")
    void emptyEndsWithoutDemand(Way way) { // §3b 47
        StepVerifier.create(way.convert.apply(AsyncStreams.empty()), 0).verifyComplete();
    }

    @ParameterizedTest
    @MethodSource("ways")
    void theFailureComesAfterTheItems(Way way) {
        IOException failure = new IOException();
        AsyncStream<Integer> failing =
                AsyncStreams.flatten(AsyncStreams.of(AsyncStreams.of(1, 2), AsyncStreams.error(failure)));
        StepVerifier.create(way.convert.apply(failing))
                .expectNext(1, 2)
                .verifyErrorSatisfies(thrown -> assertThat(thrown).isSameAs(failure));
    }

    @ParameterizedTest
    @MethodSource("ways")
    void neverEndsByCancellationOnly(Way way) {
        StepVerifier.create(way.convert.apply(AsyncStreams.never()))
                .thenCancel()
                .verify();
    }

    // ------------------------------------------------------------------ backpressure

    /** Counts what is asked of it. */
    private static final class Endless implements AsyncStream<Integer> {
        final AtomicInteger produced = new AtomicInteger();
        final AtomicInteger cancels = new AtomicInteger();

        @Override
        public Poll<Integer> pollNext(Context cx) {
            if (cx.mustYield()) {
                return Poll.pending();
            }
            cx.spend();
            return Poll.ready(produced.getAndIncrement());
        }

        @Override
        public boolean cancel() {
            cancels.incrementAndGet();
            return true;
        }
    }

    @Test
    void producesNothingThatNobodyAskedFor() {
        Endless stream = new Endless();
        StepVerifier.create(ReactorAdapter.flux(stream), 0)
                .then(() -> assertThat(stream.produced).hasValue(0))
                .thenRequest(2)
                .expectNext(0, 1)
                .then(() -> assertThat(stream.produced).hasValue(2))
                .thenRequest(3)
                .expectNext(2, 3, 4)
                .thenCancel()
                .verify();
        assertThat(stream.produced).hasValue(5);
        assertThat(stream.cancels).hasValue(1);
    }

    @Test
    void aMillionRequestsOfOneUseNoStack() throws InterruptedException { // §3a 20, rule 3.3
        AtomicInteger received = new AtomicInteger();
        CountDownLatch ended =
                new CountDownLatch(1); // on a worker: after a budget the subscriber's thread is given back
        ReactorAdapter.flux(AsyncStreams.range(0, 1_000_000)).subscribe(new BaseSubscriber<>() {
            @Override
            protected void hookOnSubscribe(Subscription subscription) {
                request(1);
            }

            @Override
            protected void hookOnNext(Integer item) {
                received.incrementAndGet();
                request(1);
            }

            @Override
            protected void hookOnComplete() {
                ended.countDown();
            }
        });
        ended.await();
        assertThat(received).hasValue(1_000_000);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MIN_VALUE})
    void badRequestsNameTheRule(long n) { // §3b 31
        Endless stream = new Endless();
        Subscription[] subscription = new Subscription[1];
        Throwable[] error = new Throwable[1];
        ReactorAdapter.flux(stream).subscribe(new reactor.core.CoreSubscriber<>() {
            @Override
            public void onSubscribe(Subscription s) {
                subscription[0] = s;
            }

            @Override
            public void onNext(Integer item) {}

            @Override
            public void onError(Throwable thrown) {
                error[0] = thrown;
            }

            @Override
            public void onComplete() {}
        });
        subscription[0].request(n);
        assertThat(error[0]).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("3.9");
        assertThat(stream.cancels).hasValue(1);
        assertThat(stream.produced).hasValue(0);
    }

    @Test
    void manyRequestersNeverGetMoreThanTheyAsked() throws InterruptedException { // §3b 34
        assertThat(excessOf(ReactorAdapter.on(POOL).flux(new Endless()))).isZero();
    }

    /** The canary of the test above: a flux that does not count is caught. */
    @Test
    void aFluxThatIgnoresDemandIsCaught() throws InterruptedException {
        Flux<Integer> ignoring = Flux.create(
                sink -> {
                    for (int i = 0; i < 40_001; i++) {
                        sink.next(i);
                    }
                },
                FluxSink.OverflowStrategy.IGNORE);
        assertThat(excessOf(ignoring)).isPositive();
    }

    /** Four threads request 40 000 items one by one; returns how many arrived that were not asked for yet. */
    private static long excessOf(Flux<Integer> flux) throws InterruptedException {
        int threads = 4;
        int each = 10_000;
        AtomicLong requested = new AtomicLong();
        AtomicLong received = new AtomicLong();
        AtomicLong excess = new AtomicLong();
        BaseSubscriber<Integer> subscriber = new BaseSubscriber<>() {
            @Override
            protected void hookOnSubscribe(Subscription subscription) {}

            @Override
            protected void hookOnNext(Integer item) {
                if (received.incrementAndGet() > requested.get()) {
                    excess.incrementAndGet();
                }
            }
        };
        flux.subscribe(subscriber);
        Thread[] requesters = new Thread[threads];
        for (int t = 0; t < threads; t++) {
            requesters[t] = new Thread(() -> {
                for (int i = 0; i < each; i++) {
                    requested.incrementAndGet();
                    subscriber.request(1);
                }
            });
            requesters[t].start();
        }
        for (Thread requester : requesters) {
            requester.join();
        }
        while (received.get() < (long) threads * each) {
            Thread.onSpinWait();
        }
        subscriber.cancel();
        return excess.get();
    }

    // ------------------------------------------------------------------ how often it runs, and cancellation

    @Test
    void aSecondSubscriberOfASingleRunIsToldWhatToUse() {
        Flux<Integer> flux = ReactorAdapter.flux(AsyncStreams.of(1));
        StepVerifier.create(flux).expectNext(1).verifyComplete();
        StepVerifier.create(flux)
                .verifyErrorSatisfies(thrown -> assertThat(thrown)
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("fluxDefer"));
    }

    @Test
    void theDeferredFormRunsAfreshForEach() {
        Flux<Integer> flux = ReactorAdapter.fluxDefer(() -> AsyncStreams.of(1, 2));
        StepVerifier.create(flux.repeat(1)).expectNext(1, 2, 1, 2).verifyComplete();
    }

    @Test
    void cancelInsideOnNextStopsAtOnce() { // §3b 35
        Endless stream = new Endless();
        StepVerifier.create(ReactorAdapter.flux(stream).take(3))
                .expectNext(0, 1, 2)
                .verifyComplete();
        StepVerifier.create(ReactorAdapter.fluxDefer(() -> stream).doOnNext(item -> {}), 5)
                .expectNextCount(1)
                .thenCancel()
                .verify();
        assertThat(stream.cancels).hasValue(2);
    }

    @Test
    void aConcatStopsAfterCancellation() { // §3b 55
        AtomicInteger second = new AtomicInteger();
        Flux<Integer> concat = ReactorAdapter.<Integer>flux(AsyncStreams.of(1))
                .concatWith(ReactorAdapter.fluxDefer(() -> {
                    second.incrementAndGet();
                    return AsyncStreams.of(2);
                }));
        StepVerifier.create(concat, 1).expectNext(1).thenCancel().verify();
        assertThat(second.get()).isLessThanOrEqualTo(1);
    }

    // ------------------------------------------------------------------ many futures

    @Test
    void theValuesOfFuturesAsTheyCome() {
        Promise<String> slow = new Promise<>();
        StepVerifier.create(ReactorAdapter.flux(slow.future(), Futures.ready("b"), Futures.ready(null)))
                .expectNext("b")
                .then(() -> slow.complete("a"))
                .expectNext("a")
                .verifyComplete();
    }

    @Test
    void theValuesOfFuturesInTheirOrder() {
        Promise<String> slow = new Promise<>();
        List<Future<String>> futures =
                List.of(slow.future(), Futures.ready("b"), Futures.ready(null), Futures.ready("c"));
        StepVerifier.create(ReactorAdapter.fluxOrdered(futures, 4))
                .expectSubscription()
                .then(() -> slow.complete("a"))
                .expectNext("a", "b", "c")
                .verifyComplete();
    }

    /** Futures that count how many run, and end when told. */
    private static final class Running {
        final List<Promise<Integer>> started = new ArrayList<>();
        int cancels;

        Future<Integer> next() {
            Promise<Integer> promise = new Promise<>();
            Future<Integer> inside = promise.future();
            return new Future<>() {
                private boolean polled;

                @Override
                public Poll<Integer> poll(Context cx) {
                    if (!polled) {
                        polled = true;
                        started.add(promise);
                    }
                    return inside.poll(cx);
                }

                @Override
                public boolean cancel() {
                    cancels++;
                    return inside.cancel();
                }
            };
        }

        List<Future<Integer>> of(int n) {
            return Stream.generate(this::next).limit(n).toList();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void concurrencyAndDemandLimitWhatRuns(boolean ordered) {
        Running running = new Running();
        List<Future<Integer>> futures = running.of(10);
        TestSubscriber<Integer> subscriber =
                TestSubscriber.builder().initialRequest(0).build();
        (ordered ? ReactorAdapter.fluxOrdered(futures, 3) : ReactorAdapter.flux(futures, 3)).subscribe(subscriber);
        assertThat(running.started).isEmpty();
        subscriber.request(1);
        assertThat(running.started).hasSize(1);
        subscriber.request(1);
        assertThat(running.started).hasSize(2);
        subscriber.request(100);
        assertThat(running.started).hasSize(3);
        running.started.get(0).complete(0);
        assertThat(running.started).hasSize(4);
        assertThat(subscriber.getReceivedOnNext()).containsExactly(0);
        subscriber.cancel();
        assertThat(running.cancels).isEqualTo(3);
    }

    @Test
    void theFirstFailureCancelsTheOthers() {
        Running running = new Running();
        IOException failure = new IOException();
        StepVerifier.create(ReactorAdapter.flux(running.of(3), 3))
                .expectSubscription()
                .then(() -> running.started.get(1).fail(failure))
                .verifyErrorSatisfies(thrown -> assertThat(thrown).isSameAs(failure));
        assertThat(running.cancels).isEqualTo(2);
    }

    @Test
    void inOrderAFailureWaitsForItsTurnAndStartsNothingMore() {
        Running running = new Running();
        IOException failure = new IOException();
        StepVerifier.create(ReactorAdapter.fluxOrdered(running.of(10), 2))
                .expectSubscription()
                .then(() -> running.started.get(1).fail(failure))
                .then(() -> running.started.get(0).complete(0))
                .expectNext(0)
                .verifyErrorSatisfies(thrown -> assertThat(thrown).isSameAs(failure));
        assertThat(running.started).hasSize(2);
        assertThat(running.cancels).isZero();
    }

    @Test
    void valuesThatWaitedForTheirTurnAreDiscarded() {
        Dropped dropped = new Dropped();
        Running running = new Running();
        TestSubscriber<Integer> subscriber =
                TestSubscriber.builder().contextPutAll(dropped.context).build();
        ReactorAdapter.fluxOrdered(running.of(3), 3).subscribe(subscriber);
        running.started.get(1).complete(1);
        running.started.get(2).fail(new IOException());
        subscriber.cancel();
        assertThat(dropped.items).containsExactly(1);
        assertThat(dropped.errors).hasSize(1);
    }

    @Test
    void manyFuturesOnAPool() {
        List<Future<Integer>> futures = IntStream.range(0, 10_000)
                .mapToObj(i -> Futures.yieldNow().map(nothing -> i))
                .toList();
        StepVerifier.create(ReactorAdapter.on(POOL).flux(futures, 64).collectList())
                .assertNext(list -> assertThat(list).hasSize(10_000).doesNotHaveDuplicates())
                .verifyComplete();
    }

    @Test
    void noFuturesEndAtOnceAndBadArgumentsAreRefused() {
        StepVerifier.create(ReactorAdapter.flux(List.<Future<String>>of(), 1), 0)
                .verifyComplete();
        StepVerifier.create(ReactorAdapter.flux(Arrays.<Future<String>>asList((Future<String>) null), 1))
                .verifyError(NullPointerException.class);
        assertThatThrownBy(() -> ReactorAdapter.flux(List.<Future<String>>of(), 0))
                .isInstanceOf(IllegalArgumentException.class);
    }

    // ------------------------------------------------------------------ overloads

    @Test
    void aGeneratorWithoutAnEndIsAGenerator() {
        Flux<Integer> flux = ReactorAdapter.flux(out -> {
            while (true) {
                out.emit(1);
            }
        });
        assertThat(flux).hasToString("ReactorAdapter.flux(block)");
    }
}
