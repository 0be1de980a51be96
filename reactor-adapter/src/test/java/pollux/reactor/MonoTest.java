package pollux.reactor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import pollux.executor.JoinHandle;
import pollux.executor.LocalPool;
import pollux.executor.Spawner;
import pollux.executor.TaskPool;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.reactive.CancelPolicy;
import pollux.stream.AsyncStreams;
import pollux.sync.Promise;
import reactor.core.CoreSubscriber;
import reactor.core.Scannable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.test.subscriber.TestSubscriber;
import reactor.util.context.Context;

@Timeout(120)
class MonoTest {

    /** One way out of a future. */
    private record Way(String name, Function<Future<String>, Mono<String>> convert) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static final TaskPool POOL = TaskPool.builder().workers(2).build();

    static Stream<Way> ways() {
        return Stream.of(
                new Way("mono(future)", ReactorAdapter::mono),
                new Way(
                        "ReactorAdapter.on(pool).mono(future)",
                        f -> ReactorAdapter.on(POOL).mono(f)),
                new Way("monoDefer", f -> ReactorAdapter.monoDefer(() -> f)),
                new Way(
                        "mono(handle)",
                        f -> ReactorAdapter.mono(Spawner.inline().spawn(f))),
                new Way("mono(handle of pool)", f -> ReactorAdapter.mono(POOL.spawn(f))),
                new Way("flux(future)", f -> ReactorAdapter.<String>flux(f).singleOrEmpty()));
    }

    // ------------------------------------------------------------------ value, empty, failure, never

    @ParameterizedTest
    @MethodSource("ways")
    void value(Way way) {
        StepVerifier.create(way.convert.apply(Futures.ready("a")))
                .expectNext("a")
                .verifyComplete();
    }

    @ParameterizedTest
    @MethodSource("ways")
    void valueFromAnotherThreadLater(Way way) {
        Promise<String> promise = new Promise<>();
        StepVerifier.create(way.convert.apply(promise.future()))
                .then(() -> new Thread(() -> promise.complete("a")).start())
                .expectNext("a")
                .verifyComplete();
    }

    @ParameterizedTest
    @MethodSource("ways")
    void nullIsEmpty(Way way) {
        StepVerifier.create(way.convert.apply(Futures.ready(null))).verifyComplete();
    }

    @ParameterizedTest
    @MethodSource("ways")
    void failureArrivesAsItIs(Way way) {
        IOException failure = new IOException();
        StepVerifier.create(way.convert.apply(Futures.failed(failure)))
                .verifyErrorSatisfies(thrown -> assertThat(thrown).isSameAs(failure));
    }

    @ParameterizedTest
    @MethodSource("ways")
    void neverEndsByCancellationOnly(Way way) {
        StepVerifier.create(way.convert.apply(Futures.pending())).thenCancel().verify();
    }

    @ParameterizedTest
    @MethodSource("ways")
    void failureNeedsNoDemand(Way way) { // §3b 47
        IOException failure = new IOException();
        StepVerifier.create(way.convert.apply(Futures.failed(failure)), 0)
                .verifyErrorSatisfies(thrown -> assertThat(thrown).isSameAs(failure));
    }

    @Test
    void theValueWaitsForDemandAndTheEndDoesNot() { // §3b 46
        TestSubscriber<String> subscriber =
                TestSubscriber.builder().initialRequest(0).build();
        ReactorAdapter.mono(Futures.ready("a")).subscribe(subscriber);
        assertThat(subscriber.getReceivedOnNext()).isEmpty();
        subscriber.request(1);
        assertThat(subscriber.getReceivedOnNext()).containsExactly("a");
        assertThat(subscriber.isTerminatedComplete()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MIN_VALUE})
    void badRequestsNameTheRule(long n) { // §3b 31
        Counting future = new Counting();
        TestSubscriber<String> subscriber =
                TestSubscriber.builder().initialRequest(0).build();
        Subscription[] subscription = new Subscription[1];
        ReactorAdapter.mono(future).subscribe(keeping(subscription, subscriber));
        subscription[0].request(n);
        assertThat(subscriber.getTerminalSignal().getThrowable())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("3.9");
        assertThat(future.cancels).isEqualTo(1);
    }

    private static CoreSubscriber<String> keeping(Subscription[] kept, CoreSubscriber<String> actual) {
        return new CoreSubscriber<>() {
            @Override
            public void onSubscribe(Subscription s) {
                kept[0] = s;
                actual.onSubscribe(s);
            }

            @Override
            public void onNext(String item) {
                actual.onNext(item);
            }

            @Override
            public void onError(Throwable error) {
                actual.onError(error);
            }

            @Override
            public void onComplete() {
                actual.onComplete();
            }
        };
    }

    // ------------------------------------------------------------------ how often it runs

    @Test
    void aSecondSubscriberOfASingleRunIsToldWhatToUse() {
        Mono<String> mono = ReactorAdapter.mono(Futures.defer(() -> Futures.ready("a")));
        assertThat(mono.block()).isEqualTo("a");
        assertThatThrownBy(mono::block)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("monoDefer");
    }

    private static Stream<Arguments> once() {
        return Stream.<Function<IOException, Publisher<?>>>of(
                        failure -> ReactorAdapter.mono(Futures.failed(failure)),
                        failure -> ReactorAdapter.mono(Futures.yieldNow().then(none -> Futures.failed(failure))),
                        failure -> ReactorAdapter.on(POOL).mono(Futures.failed(failure)),
                        failure -> ReactorAdapter.flux(AsyncStreams.error(failure)),
                        failure -> ReactorAdapter.flux(AsyncStreams.once(Futures.failed(failure))),
                        failure -> ReactorAdapter.on(POOL).flux(AsyncStreams.error(failure)),
                        failure -> ReactorAdapter.flux(List.of(Futures.failed(failure), Futures.ready(1)), 2),
                        failure -> ReactorAdapter.fluxOrdered(List.of(Futures.failed(failure)), 1))
                .map(Arguments::of);
    }

    /** {@code retry} subscribes again: what has failed would be hidden behind the refusal. */
    @ParameterizedTest
    @MethodSource("once")
    void aSecondSubscriberIsToldWhatTheSingleRunHasFailedWith(Function<IOException, Publisher<?>> made) {
        IOException failure = new IOException("of the run");
        Flux<?> flux = Flux.from(made.apply(failure));
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> flux.retry(2).blockLast())
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("runs once")
                    .cause()
                    .isSameAs(failure);
        }
    }

    @Test
    void aSecondSubscriberOfARunThatWasCancelledIsToldOfNoFailure() {
        Mono<String> mono = ReactorAdapter.mono(Futures.<String>pending());
        mono.subscribe().dispose();
        assertThatThrownBy(mono::block).hasMessageContaining("runs once").hasNoCause();
    }

    // ------------------------------------------------------------------ what operators throw

    static Stream<Arguments> fatal() {
        List<Supplier<Mono<String>>> sources = List.of(
                () -> ReactorAdapter.mono(Futures.ready("a")),
                () -> {
                    Promise<String> promise = new Promise<>();
                    promise.complete("a");
                    return ReactorAdapter.mono(promise.future());
                },
                () -> ReactorAdapter.mono(Futures.yieldNow().map(none -> "a")),
                () -> ReactorAdapter.mono(() -> "a"),
                () -> ReactorAdapter.on(POOL).mono(() -> "a"),
                () -> ReactorAdapter.mono(POOL.spawn(Futures.ready("a"))));
        List<BiFunction<Mono<String>, Error, Mono<?>>> operators = List.of(
                (mono, error) -> mono.map(a -> raise(error)),
                (mono, error) -> mono.filter(a -> raise(error)),
                (mono, error) -> mono.doOnNext(a -> raise(error)),
                (mono, error) -> mono.doOnSubscribe(s -> raise(error)),
                (mono, error) -> mono.doOnSuccess(a -> raise(error)),
                (mono, error) -> mono.flux().doOnComplete(() -> raise(error)).last());
        List<Error> errors = List.of(new NoClassDefFoundError("planted"), new InternalError("planted"));
        List<Arguments> rows = new ArrayList<>();
        for (int source = 0; source < sources.size(); source++) {
            for (int operator = 0; operator < operators.size(); operator++) {
                for (Error error : errors) {
                    rows.add(Arguments.of(source, operator, sources.get(source), operators.get(operator), error));
                }
            }
        }
        return rows.stream();
    }

    private static <T> T raise(Error error) {
        throw error;
    }

    /**
     * Reactor's operators throw such errors instead of passing them on; with its own sources block() throws them. Not
     * behind operators that have ended for themselves by then, as {@code flatMap} and {@code next}: they drop what is
     * signalled.
     */
    @ParameterizedTest(name = "source {0}, operator {1}, {4}")
    @MethodSource("fatal")
    void aFatalErrorOfAnOperatorReachesWhatWaits(
            int source,
            int operator,
            Supplier<Mono<String>> made,
            BiFunction<Mono<String>, Error, Mono<?>> applied,
            Error error) {
        Mono<?> mono = applied.apply(made.get(), error);
        assertThatThrownBy(() -> mono.block(Duration.ofSeconds(20))).isSameAs(error);
    }

    static Stream<Arguments> refusals() {
        List<Supplier<Flux<String>>> sources = List.of(
                () -> {
                    Mono<String> once = ReactorAdapter.mono(Futures.yieldNow().map(none -> "a"));
                    once.block();
                    return once.flux();
                },
                () -> {
                    Flux<String> once = ReactorAdapter.flux(AsyncStreams.of("a"));
                    once.blockLast();
                    return once;
                },
                () -> ReactorAdapter.<String>monoDefer(() -> raise(new AssertionError("no future")))
                        .flux(),
                () -> ReactorAdapter.fluxDefer(() -> raise(new AssertionError("no stream"))),
                () -> ReactorAdapter.on(POOL).fluxDefer(() -> raise(new AssertionError("no stream"))));
        List<Error> errors = List.of(new NoClassDefFoundError("planted"), new InternalError("planted"));
        return IntStream.range(0, sources.size())
                .boxed()
                .flatMap(i -> errors.stream().map(error -> Arguments.of(i, sources.get(i), error)));
    }

    /** What the subscription was refused with is dropped. */
    @ParameterizedTest(name = "source {0}, {2}")
    @MethodSource("refusals")
    void aFatalErrorThatMeetsARefusalReachesWhatWaits(int source, Supplier<Flux<String>> made, Error error) {
        List<Throwable> dropped = new ArrayList<>();
        Flux<String> flux = made.get()
                .doOnSubscribe(s -> raise(error))
                .contextWrite(Context.of("reactor.onErrorDropped.local", (Consumer<Throwable>) dropped::add));
        assertThatThrownBy(() -> flux.blockLast(Duration.ofSeconds(20))).isSameAs(error);
        assertThat(dropped).hasSize(1);
        assertThat(dropped.get(0)).isNotSameAs(error);
    }

    /** One that is not fatal for Reactor ends a subscriber (2.13), and gets no further signal. */
    @Test
    void aSubscriberThatThrowsGetsNoFurtherSignal() {
        List<Throwable> dropped = new ArrayList<>();
        List<String> signals = new ArrayList<>();
        IllegalStateException thrown = new IllegalStateException();
        ReactorAdapter.mono(() -> "a").subscribe(new CoreSubscriber<>() {
            @Override
            public void onSubscribe(Subscription subscription) {
                subscription.request(1);
            }

            @Override
            public void onNext(String item) {
                signals.add(item);
                throw thrown;
            }

            @Override
            public void onError(Throwable failure) {
                signals.add("error");
            }

            @Override
            public void onComplete() {
                signals.add("complete");
            }

            @Override
            public Context currentContext() {
                return Context.of("reactor.onErrorDropped.local", (Consumer<Throwable>) dropped::add);
            }
        });
        assertThat(signals).containsExactly("a");
        assertThat(dropped).containsExactly(thrown);
    }

    // ------------------------------------------------------------------ one run, many subscribers

    /** Two threads go through the same monos side by side. Taking a future by a read and a write fails this test. */
    @Test
    void ofTwoSubscribersThatRaceOneGetsTheFuture() throws Exception {
        int monos = 20_000;
        List<Mono<String>> raced = new ArrayList<>();
        for (int i = 0; i < monos; i++) {
            Promise<String> promise = new Promise<>();
            promise.complete("a");
            raced.add(ReactorAdapter.mono(promise.future()));
        }
        AtomicInteger values = new AtomicInteger();
        AtomicInteger refusals = new AtomicInteger();
        AtomicIntegerArray at = new AtomicIntegerArray(2);
        IntConsumer subscriber = me -> {
            for (int i = 0; i < monos; i++) {
                at.set(me, i);
                while (at.get(1 - me) < i) {
                    Thread.yield();
                }
                raced.get(i).subscribe(value -> values.incrementAndGet(), refusal -> {
                    assertThat(refusal).hasMessageContaining("monoDefer");
                    refusals.incrementAndGet();
                });
            }
        };
        Thread other = new Thread(() -> subscriber.accept(1));
        other.start();
        subscriber.accept(0);
        other.join();
        assertThat(values).hasValue(monos);
        assertThat(refusals).hasValue(monos);
    }

    /** A completed promise is served without a task, unless the signals have to find the context of Reactor. */
    @ParameterizedTest
    @ValueSource(strings = {"once", "deferred", "once in a context", "deferred in a context"})
    void aCompletedPromise(String how) {
        Promise<String> promise = new Promise<>();
        promise.complete("a");
        Mono<String> mono = how.startsWith("once")
                ? ReactorAdapter.mono(promise.future())
                : ReactorAdapter.monoDefer(promise::future);
        if (how.endsWith("context")) {
            mono = mono.contextWrite(context -> context.put("key", "value"));
        }
        StepVerifier.create(mono, 0)
                .expectSubscription()
                .thenRequest(1)
                .expectNext("a")
                .verifyComplete();
    }

    /** Each value subscribes to the next: nested calls would end the stack. */
    @Test
    void monosOfCompletedPromisesTakeTurns() {
        int[] left = {100_000};
        subscribeAgain(left);
        assertThat(left[0]).isZero();
    }

    private static void subscribeAgain(int[] left) {
        Promise<String> promise = new Promise<>();
        promise.complete("a");
        ReactorAdapter.mono(promise.future()).subscribe(value -> {
            if (left[0]-- > 1) {
                subscribeAgain(left);
            }
        });
    }

    @Test
    void theDeferredFormRunsAfreshForEach() {
        AtomicInteger runs = new AtomicInteger();
        Mono<Integer> mono = ReactorAdapter.monoDefer(() -> Futures.ready(runs.incrementAndGet()));
        assertThat(runs).hasValue(0);
        assertThat(mono.block()).isEqualTo(1);
        assertThat(mono.block()).isEqualTo(2);
    }

    @Test
    void aBlockRunsAfreshForEachAndMayBeRetried() {
        AtomicInteger runs = new AtomicInteger();
        Mono<Integer> mono = ReactorAdapter.mono(() -> {
            if (runs.incrementAndGet() < 3) {
                throw new IOException("run " + runs);
            }
            return runs.get();
        });
        assertThat(mono.retry(5).block()).isEqualTo(3);
    }

    @Test
    void supplierFaultsAreErrors() {
        IllegalArgumentException failure = new IllegalArgumentException();
        StepVerifier.create(ReactorAdapter.monoDefer(() -> {
                    throw failure;
                }))
                .verifyErrorSatisfies(thrown -> assertThat(thrown).isSameAs(failure));
        StepVerifier.create(ReactorAdapter.<String>monoDefer(() -> null)).verifyError(NullPointerException.class);
    }

    @Test
    void nothingRunsBeforeTheSubscription() {
        Counting future = new Counting();
        ReactorAdapter.mono(future);
        assertThat(future.polls).isZero();
    }

    // ------------------------------------------------------------------ cancellation

    private static final class Counting implements Future<String> {
        int polls;
        int cancels;

        @Override
        public pollux.future.Poll<String> poll(pollux.future.Context cx) {
            polls++;
            return pollux.future.Poll.pending();
        }

        @Override
        public boolean cancel() {
            cancels++;
            return true;
        }
    }

    @Test
    void cancellationCancelsTheFutureOnce() {
        Counting future = new Counting();
        TestSubscriber<String> subscriber = TestSubscriber.create();
        ReactorAdapter.mono(future).subscribe(subscriber);
        for (int i = 0; i < 1000; i++) {
            subscriber.cancel(); // §3b 38
        }
        assertThat(future.cancels).isEqualTo(1);
        assertThat(subscriber.getProtocolErrors()).isEmpty();
        assertThat(subscriber.isTerminated()).isFalse();
    }

    @Test
    void cancelledInsideOnSubscribeItNeverPolls() {
        Counting future = new Counting();
        ReactorAdapter.mono(future).subscribe(new reactor.core.publisher.BaseSubscriber<>() {
            @Override
            protected void hookOnSubscribe(Subscription subscription) {
                cancel();
            }
        });
        assertThat(future.polls).isZero();
        assertThat(future.cancels).isEqualTo(1);
    }

    @Test
    void cancellationAfterTheEndDoesNothing() {
        TestSubscriber<String> subscriber = TestSubscriber.create();
        ReactorAdapter.mono(Futures.ready("a")).subscribe(subscriber);
        subscriber.cancel();
        subscriber.request(1);
        assertThat(subscriber.getReceivedOnNext()).containsExactly("a");
        assertThat(subscriber.getProtocolErrors()).isEmpty();
    }

    @Test
    void aValueThatWaitedForDemandIsDiscarded() {
        Dropped dropped = new Dropped();
        TestSubscriber<String> subscriber = TestSubscriber.builder()
                .initialRequest(0)
                .contextPutAll(dropped.context)
                .build();
        ReactorAdapter.mono(Futures.ready("a")).subscribe(subscriber);
        subscriber.cancel();
        assertThat(dropped.items).containsExactly("a");
        assertThat(dropped.errors).isEmpty();
    }

    @Test
    void cancellationIsNoError() {
        Dropped dropped = new Dropped();
        TestSubscriber<String> subscriber =
                TestSubscriber.builder().contextPutAll(dropped.context).build();
        ReactorAdapter.<String>mono(new Counting()).subscribe(subscriber);
        subscriber.cancel();
        assertThat(dropped.errors).isEmpty();
    }

    @Test
    void aHandleIsDetachedUnlessTold() {
        LocalPool pool = new LocalPool();
        JoinHandle<String> handle = pool.spawn(new Counting());
        for (CancelPolicy policy : CancelPolicy.values()) {
            TestSubscriber<String> subscriber = TestSubscriber.create();
            ReactorAdapter.mono(handle, policy).subscribe(subscriber);
            subscriber.cancel();
            pool.runUntilStalled();
            assertThat(handle.isCancelled()).isEqualTo(policy == CancelPolicy.PROPAGATE);
        }
    }

    @Test
    void aHandleServesManyAndOneMayLeave() {
        Promise<String> promise = new Promise<>();
        Mono<String> mono = ReactorAdapter.mono(Spawner.inline().spawn(promise.future()));
        TestSubscriber<String> first = TestSubscriber.create();
        TestSubscriber<String> second = TestSubscriber.create();
        mono.subscribe(first);
        mono.subscribe(second);
        first.cancel();
        promise.complete("a");
        assertThat(first.getReceivedOnNext()).isEmpty();
        assertThat(second.getReceivedOnNext()).containsExactly("a");
        assertThat(mono.block()).isEqualTo("a");
    }

    @Test
    void aCancelledTaskIsAnErrorToItsSubscribers() {
        LocalPool pool = new LocalPool();
        JoinHandle<String> handle = pool.spawn(new Counting());
        handle.cancel();
        pool.runUntilStalled();
        StepVerifier.create(ReactorAdapter.mono(handle)).verifyError(CancellationException.class);
    }

    // ------------------------------------------------------------------ subscribers that break the rules

    @Test
    void aSubscriberThatThrowsIsCancelledAndTheErrorDropped() { // §3b 40, 41
        for (String where : List.of("onSubscribe", "onNext", "onComplete")) {
            Dropped dropped = new Dropped();
            RuntimeException thrown = new RuntimeException(where);
            List<String> signals = new ArrayList<>();
            ReactorAdapter.mono(Futures.ready("a")).subscribe(new CoreSubscriber<>() {
                private void signal(String name) {
                    signals.add(name);
                    if (name.equals(where)) {
                        throw thrown;
                    }
                }

                @Override
                public Context currentContext() {
                    return dropped.context;
                }

                @Override
                public void onSubscribe(Subscription s) {
                    s.request(1);
                    signal("onSubscribe");
                }

                @Override
                public void onNext(String item) {
                    signal("onNext");
                }

                @Override
                public void onError(Throwable error) {
                    signal("onError");
                }

                @Override
                public void onComplete() {
                    signal("onComplete");
                }
            });
            assertThat(dropped.errors).containsExactly(thrown);
            assertThat(signals).doesNotContain("onError").endsWith(where);
        }
    }

    @Test
    void theSameSubscriberTwiceIsRefused() { // §3b 43
        Mono<String> mono = ReactorAdapter.mono(Futures.defer(() -> Futures.ready("a")));
        TestSubscriber<String> subscriber = TestSubscriber.create();
        mono.subscribe(subscriber);
        mono.subscribe(TestSubscriber.create());
        assertThat(subscriber.getReceivedOnNext()).containsExactly("a");
    }

    // ------------------------------------------------------------------ threads and looks

    @Test
    void aPoolConfinesTheSignals() {
        String thread = ReactorAdapter.on(POOL)
                .mono(Futures.ready("a"))
                .map(value -> Thread.currentThread().getName())
                .block();
        assertThat(thread).startsWith("pollux-");
    }

    @Test
    void aClosedPoolIsAnErrorNotAHang() {
        TaskPool closed = TaskPool.builder().workers(1).build();
        closed.close();
        StepVerifier.create(ReactorAdapter.on(closed).mono(Futures.ready("a")))
                .verifyError(CancellationException.class);
    }

    @Test
    void blockIsRefusedOnAWorker() {
        assertThatThrownBy(() ->
                        ReactorAdapter.on(POOL).mono(() -> Mono.never().block()).block(Duration.ofSeconds(60)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("blocking");
    }

    @Test
    void itTellsWhatItIs() {
        Mono<String> mono = ReactorAdapter.monoDefer(() -> Futures.ready("a"));
        assertThat(mono).hasToString("ReactorAdapter.monoDefer(supplier)");
        assertThat(Scannable.from(mono.map(a -> a)).steps()).containsExactly("monoDefer(supplier)", "map");
        assertThat(Scannable.from(mono).scan(Scannable.Attr.RUN_STYLE)).isEqualTo(Scannable.Attr.RunStyle.ASYNC);
    }

    @Test
    void nullsAreArgumentErrors() {
        assertThatThrownBy(() -> ReactorAdapter.mono((Future<String>) null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> ReactorAdapter.mono((JoinHandle<String>) null))
                .isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> ReactorAdapter.monoDefer(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> ReactorAdapter.on(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> ReactorAdapter.mono(Futures.ready("a")).subscribe((CoreSubscriber<String>) null))
                .isInstanceOf(NullPointerException.class);
    }
}
