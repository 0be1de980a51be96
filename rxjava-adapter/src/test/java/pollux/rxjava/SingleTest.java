package pollux.rxjava;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reactivex.rxjava3.core.Completable;
import io.reactivex.rxjava3.core.CompletableObserver;
import io.reactivex.rxjava3.core.Maybe;
import io.reactivex.rxjava3.core.MaybeObserver;
import io.reactivex.rxjava3.core.Observable;
import io.reactivex.rxjava3.core.Single;
import io.reactivex.rxjava3.core.SingleObserver;
import io.reactivex.rxjava3.disposables.Disposable;
import io.reactivex.rxjava3.observers.TestObserver;
import io.reactivex.rxjava3.plugins.RxJavaPlugins;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import pollux.async.AsyncBlock;
import pollux.async.CompiledBlock;
import pollux.executor.JoinHandle;
import pollux.executor.LocalPool;
import pollux.executor.Spawner;
import pollux.executor.TaskPool;
import pollux.future.Context;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.future.Poll;
import pollux.reactive.CancelPolicy;
import pollux.stream.AsyncStreams;
import pollux.sync.Promise;

/** One value out: Single, Maybe and Completable. */
@Timeout(120)
class SingleTest {

    @RegisterExtension
    final Dropped dropped = new Dropped();

    /** One way out of a future: what it makes of "a", and what of null. */
    private record Way(
            String name, Function<Future<String>, TestObserver<?>> convert, List<String> value, boolean nullIsAnError) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static final TaskPool POOL = TaskPool.builder().workers(2).build();

    private static Way single(String name, Function<Future<String>, Single<String>> convert) {
        return new Way(name, future -> convert.apply(future).test(), List.of("a"), true);
    }

    private static Way maybe(String name, Function<Future<String>, Maybe<String>> convert) {
        return new Way(name, future -> convert.apply(future).test(), List.of("a"), false);
    }

    private static Way completable(String name, Function<Future<String>, Completable> convert) {
        return new Way(name, future -> convert.apply(future).test(), List.of(), false);
    }

    static Stream<Way> ways() {
        return Stream.of(
                single("single(future)", RxJavaAdapter::single),
                single(
                        "RxJavaAdapter.on(pool).single(future)",
                        f -> RxJavaAdapter.on(POOL).single(f)),
                single("single(block)", f -> RxJavaAdapter.single(block(f))),
                single(
                        "RxJavaAdapter.on(pool).single(block)",
                        f -> RxJavaAdapter.on(POOL).single(block(f))),
                single("singleDefer", f -> RxJavaAdapter.singleDefer(() -> f)),
                single(
                        "single(handle)",
                        f -> RxJavaAdapter.single(Spawner.inline().spawn(f))),
                single("single(handle of pool)", f -> RxJavaAdapter.single(POOL.spawn(f))),
                maybe("maybe(future)", RxJavaAdapter::maybe),
                maybe(
                        "RxJavaAdapter.on(pool).maybe(future)",
                        f -> RxJavaAdapter.on(POOL).maybe(f)),
                maybe("maybe(block)", f -> RxJavaAdapter.maybe(block(f))),
                maybe(
                        "RxJavaAdapter.on(pool).maybe(block)",
                        f -> RxJavaAdapter.on(POOL).maybe(block(f))),
                maybe("maybeDefer", f -> RxJavaAdapter.maybeDefer(() -> f)),
                maybe("maybe(handle)", f -> RxJavaAdapter.maybe(POOL.spawn(f))),
                maybe("flowable(future)", f -> RxJavaAdapter.<String>flowable(f).singleElement()),
                completable("completable(future)", RxJavaAdapter::completable),
                completable(
                        "RxJavaAdapter.on(pool).completable(future)",
                        f -> RxJavaAdapter.on(POOL).completable(f)),
                completable("completable(block)", f -> RxJavaAdapter.completable(block(f))),
                completable(
                        "RxJavaAdapter.on(pool).completable(block)",
                        f -> RxJavaAdapter.on(POOL).completable(block(f))),
                completable("completableDefer", f -> RxJavaAdapter.completableDefer(() -> f)),
                completable("completable(handle)", f -> RxJavaAdapter.completable(POOL.spawn(f))));
    }

    /** A block in its compiled form, whose every run is that future. */
    private static AsyncBlock<String> block(Future<String> run) {
        CompiledBlock<String> compiled = () -> run;
        return compiled;
    }

    // ------------------------------------------------------------------ value, empty, failure, never

    private static TestObserver<?> ended(TestObserver<?> observer) {
        return observer.awaitDone(20, TimeUnit.SECONDS);
    }

    @ParameterizedTest
    @MethodSource("ways")
    void value(Way way) {
        TestObserver<?> observer = ended(way.convert.apply(Futures.ready("a")));
        observer.assertComplete().assertNoErrors();
        assertThat(observer.values()).isEqualTo(way.value);
    }

    @ParameterizedTest
    @MethodSource("ways")
    void valueFromAnotherThreadLater(Way way) {
        Promise<String> promise = new Promise<>();
        TestObserver<?> observer = way.convert.apply(promise.future());
        observer.assertNotComplete();
        new Thread(() -> promise.complete("a")).start();
        ended(observer).assertComplete();
        assertThat(observer.values()).isEqualTo(way.value);
    }

    @ParameterizedTest
    @MethodSource("ways")
    void nullIsEmptyAndNothingForASingle(Way way) {
        TestObserver<?> observer = ended(way.convert.apply(Futures.ready(null)));
        observer.assertNoValues();
        if (way.nullIsAnError) {
            observer.assertError(error -> error instanceof NoSuchElementException
                    && error.getMessage().contains("maybe"));
        } else {
            observer.assertComplete();
        }
    }

    @ParameterizedTest
    @MethodSource("ways")
    void failureArrivesAsItIs(Way way) {
        IOException failure = new IOException();
        ended(way.convert.apply(Futures.failed(failure)))
                .assertNoValues()
                .assertNotComplete()
                .assertError(failure);
        assertThat(dropped.errors).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("ways")
    void neverEndsByDisposalOnly(Way way) {
        TestObserver<?> observer = way.convert.apply(Futures.pending());
        observer.dispose();
        observer.assertEmpty();
        assertThat(dropped.errors).isEmpty();
    }

    // ------------------------------------------------------------------ how often it runs

    @Test
    void aSecondObserverOfASingleRunIsToldWhatToUse() {
        Single<String> single = RxJavaAdapter.single(Futures.ready("a"));
        assertThat(single.blockingGet()).isEqualTo("a");
        assertThatThrownBy(single::blockingGet)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("singleDefer");
    }

    @Test
    void aSecondObserverThatDisposesAtOnceHearsNothing() {
        Single<String> single = RxJavaAdapter.single(Futures.ready("a"));
        single.subscribe();
        Recording observer = new Recording("") {
            @Override
            public void onSubscribe(Disposable handle) {
                super.onSubscribe(handle);
                handle.dispose();
            }
        };
        single.subscribe(observer);
        assertThat(observer.signals).containsExactly("onSubscribe");
        assertThat(dropped.errors).singleElement().isInstanceOf(IllegalStateException.class);
    }

    @Test
    void theDeferredFormRunsAfreshForEach() {
        AtomicInteger runs = new AtomicInteger();
        Single<Integer> single = RxJavaAdapter.singleDefer(() -> Futures.ready(runs.incrementAndGet()));
        assertThat(runs).hasValue(0);
        assertThat(single.blockingGet()).isEqualTo(1);
        assertThat(single.blockingGet()).isEqualTo(2);
    }

    @Test
    void aBlockRunsAfreshForEachAndMayBeRetried() {
        AtomicInteger runs = new AtomicInteger();
        Single<Integer> single = RxJavaAdapter.single(() -> {
            if (runs.incrementAndGet() < 3) {
                throw new IOException("run " + runs);
            }
            return runs.get();
        });
        assertThat(single.retry(5).blockingGet()).isEqualTo(3);
    }

    static Stream<Arguments> once() {
        return Stream.<Function<IOException, Observable<?>>>of(
                        failure -> RxJavaAdapter.single(Futures.failed(failure))
                                .retry(2)
                                .toObservable(),
                        failure -> RxJavaAdapter.on(POOL)
                                .single(Futures.failed(failure))
                                .retry(2)
                                .toObservable(),
                        failure -> RxJavaAdapter.maybe(Futures.failed(failure))
                                .retry(2)
                                .toObservable(),
                        failure -> RxJavaAdapter.completable(Futures.failed(failure))
                                .retry(2)
                                .toObservable(),
                        failure -> RxJavaAdapter.flowable(Futures.failed(failure))
                                .retry(2)
                                .toObservable(),
                        failure -> RxJavaAdapter.flowable(AsyncStreams.once(Futures.failed(failure)))
                                .retry(2)
                                .toObservable(),
                        failure -> RxJavaAdapter.observable(AsyncStreams.error(failure))
                                .retry(2))
                .map(Arguments::of);
    }

    @ParameterizedTest
    @MethodSource("once")
    void aSecondObserverIsToldWhatTheSingleRunHasFailedWith(Function<IOException, Observable<?>> made) {
        IOException failure = new IOException("of the run");
        Observable<?> retried = made.apply(failure);
        assertThatThrownBy(retried::blockingSubscribe)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("runs once")
                .cause()
                .isSameAs(failure);
    }

    // ------------------------------------------------------------------ what operators throw

    static Stream<Arguments> fatal() {
        List<Supplier<Observable<String>>> sources = List.of(
                () -> RxJavaAdapter.single(Futures.ready("a"))
                        .map(SingleTest::refuses)
                        .toObservable(),
                () -> RxJavaAdapter.single(() -> "a").map(SingleTest::refuses).toObservable(),
                () -> RxJavaAdapter.on(POOL)
                        .single(() -> "a")
                        .map(SingleTest::refuses)
                        .toObservable(),
                () -> RxJavaAdapter.maybe(Futures.ready("a"))
                        .map(SingleTest::refuses)
                        .toObservable(),
                () -> RxJavaAdapter.maybe(() -> "a").map(SingleTest::refuses).toObservable(),
                () -> RxJavaAdapter.completable(() -> null)
                        .doOnComplete(() -> refuses(""))
                        .toObservable(),
                () -> RxJavaAdapter.flowable(Futures.ready("a"))
                        .map(SingleTest::refuses)
                        .toObservable(),
                () -> RxJavaAdapter.flowable(AsyncStreams.of("a", "b"))
                        .map(SingleTest::refuses)
                        .toObservable(),
                () -> RxJavaAdapter.on(POOL)
                        .flowable(AsyncStreams.of("a", "b"))
                        .map(SingleTest::refuses)
                        .toObservable(),
                () -> RxJavaAdapter.observable(AsyncStreams.of("a", "b")).map(SingleTest::refuses));
        return IntStream.range(0, sources.size()).mapToObj(i -> Arguments.of(i, sources.get(i)));
    }

    private static String refuses(String value) {
        throw new NoClassDefFoundError("planted");
    }

    /** RxJava's operators throw such errors instead of passing them on. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("fatal")
    void aFatalErrorOfAnOperatorReachesWhatWaits(int number, Supplier<Observable<String>> made) {
        made.get().test().awaitDone(20, TimeUnit.SECONDS).assertFailure(NoClassDefFoundError.class);
    }

    @Test
    void aFatalErrorOfTheMachineReachesWhatWaitsToo() {
        RxJavaAdapter.single(() -> "a")
                .map(value -> {
                    throw new InternalError("planted");
                })
                .test()
                .awaitDone(20, TimeUnit.SECONDS)
                .assertFailure(InternalError.class);
    }

    static Stream<Arguments> refusals() {
        List<Supplier<Observable<String>>> sources = List.of(
                () -> RxJavaAdapter.<String>singleDefer(SingleTest::noFuture)
                        .doOnSubscribe(s -> refuses(""))
                        .toObservable(),
                () -> RxJavaAdapter.<String>maybeDefer(SingleTest::noFuture)
                        .doOnSubscribe(s -> refuses(""))
                        .toObservable(),
                () -> RxJavaAdapter.<String>flowableDefer(SingleTest::noFuture)
                        .doOnSubscribe(s -> refuses(""))
                        .toObservable(),
                () -> RxJavaAdapter.<String>observableDefer(SingleTest::noFuture)
                        .doOnSubscribe(s -> refuses("")));
        return IntStream.range(0, sources.size()).mapToObj(i -> Arguments.of(i, sources.get(i)));
    }

    private static <F> F noFuture() {
        throw new AssertionError("no future");
    }

    /** What the subscription was refused with is dropped. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("refusals")
    void aFatalErrorThatMeetsARefusalReachesWhatWaits(int number, Supplier<Observable<String>> made) {
        List<Throwable> dropped = new CopyOnWriteArrayList<>();
        RxJavaPlugins.setErrorHandler(dropped::add);
        try {
            List<Throwable> failures = new CopyOnWriteArrayList<>();
            made.get().subscribe(value -> {}, failures::add);
            assertThat(failures).hasSize(1).first().isInstanceOf(NoClassDefFoundError.class);
        } finally {
            RxJavaPlugins.reset();
        }
        assertThat(dropped).hasSize(1);
        assertThat(dropped.get(0)).hasRootCauseMessage("no future");
    }

    // ------------------------------------------------------------------ what is wrong with a supplier

    @Test
    void supplierFaultsAreErrors() {
        IllegalArgumentException failure = new IllegalArgumentException();
        RxJavaAdapter.singleDefer(() -> {
                    throw failure;
                })
                .test()
                .assertError(failure);
        RxJavaAdapter.<String>maybeDefer(() -> null).test().assertError(NullPointerException.class);
    }

    @Test
    void nothingRunsBeforeTheSubscription() {
        Counting future = new Counting();
        RxJavaAdapter.single(future);
        assertThat(future.polls).isZero();
    }

    // ------------------------------------------------------------------ disposal

    private static final class Counting implements Future<String> {
        int polls;
        int cancels;

        @Override
        public Poll<String> poll(Context cx) {
            polls++;
            return Poll.pending();
        }

        @Override
        public boolean cancel() {
            cancels++;
            return true;
        }
    }

    /** Records its signals and throws from one of them. */
    private static class Recording implements SingleObserver<String>, MaybeObserver<String>, CompletableObserver {

        final List<String> signals = new ArrayList<>();
        final RuntimeException thrown = new RuntimeException();
        private final String throwsFrom;

        @Nullable
        Disposable handle;

        Recording(String throwsFrom) {
            this.throwsFrom = throwsFrom;
        }

        private void signal(String name) {
            signals.add(name);
            if (name.equals(throwsFrom)) {
                throw thrown;
            }
        }

        @Override
        public void onSubscribe(Disposable handle) {
            this.handle = handle;
            signal("onSubscribe");
        }

        @Override
        public void onSuccess(String value) {
            signal("onSuccess");
        }

        @Override
        public void onComplete() {
            signal("onComplete");
        }

        @Override
        public void onError(Throwable error) {
            signal("onError");
        }
    }

    /** The three, for an observer that is all of them. */
    static Stream<Function<Future<String>, Consumer<Recording>>> kinds() {
        return Stream.of(
                f -> RxJavaAdapter.single(f)::subscribe,
                f -> RxJavaAdapter.maybe(f)::subscribe,
                f -> RxJavaAdapter.completable(f)::subscribe);
    }

    static Stream<Function<Future<String>, Consumer<Recording>>> kindsOfBlocks() {
        return Stream.of(
                f -> RxJavaAdapter.single(block(f))::subscribe,
                f -> RxJavaAdapter.maybe(block(f))::subscribe,
                f -> RxJavaAdapter.completable(block(f))::subscribe);
    }

    @ParameterizedTest
    @MethodSource({"kinds", "kindsOfBlocks"})
    void disposalCancelsTheFutureOnce(Function<Future<String>, Consumer<Recording>> kind) {
        Counting future = new Counting();
        Recording observer = new Recording("");
        kind.apply(future).accept(observer);
        assertThat(observer.handle.isDisposed()).isFalse();
        for (int i = 0; i < 1000; i++) {
            observer.handle.dispose(); // §3b 38
        }
        assertThat(observer.handle.isDisposed()).isTrue();
        assertThat(future.cancels).isEqualTo(1);
        assertThat(observer.signals).containsExactly("onSubscribe");
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void disposedInsideOnSubscribeItNeverPolls(Function<Future<String>, Consumer<Recording>> kind) {
        Counting future = new Counting();
        Recording observer = new Recording("") {
            @Override
            public void onSubscribe(Disposable handle) {
                super.onSubscribe(handle);
                handle.dispose();
                assertThat(handle.isDisposed()).isTrue();
            }
        };
        kind.apply(future).accept(observer);
        assertThat(future.polls).isZero();
        assertThat(future.cancels).isEqualTo(1);
        assertThat(observer.signals).containsExactly("onSubscribe");
    }

    @ParameterizedTest
    @MethodSource("kindsOfBlocks")
    void aBlockThatIsDisposedOfInsideOnSubscribeIsNotStarted(Function<Future<String>, Consumer<Recording>> kind) {
        Counting future = new Counting();
        Recording observer = new Recording("") {
            @Override
            public void onSubscribe(Disposable handle) {
                assertThat(handle.isDisposed()).isFalse();
                super.onSubscribe(handle);
                handle.dispose();
                assertThat(handle.isDisposed()).isTrue();
            }
        };
        kind.apply(future).accept(observer);
        assertThat(future.polls + future.cancels).isZero();
        assertThat(observer.signals).containsExactly("onSubscribe");
        assertThat(dropped.errors).isEmpty();
    }

    @ParameterizedTest
    @MethodSource({"kinds", "kindsOfBlocks"})
    void itIsDisposedOfWhenItsEndIsTold(Function<Future<String>, Consumer<Recording>> kind) {
        List<Boolean> seen = new ArrayList<>();
        for (Future<String> future : List.of(Futures.ready("a"), Futures.<String>failed(new IOException()))) {
            Recording observer = new Recording("") {
                @Override
                public void onSuccess(String value) {
                    end();
                }

                @Override
                public void onComplete() {
                    end();
                }

                @Override
                public void onError(Throwable error) {
                    end();
                }

                private void end() {
                    seen.add(handle.isDisposed());
                    handle.dispose();
                    seen.add(handle.isDisposed());
                }
            };
            kind.apply(future).accept(observer);
        }
        assertThat(seen).containsExactly(true, true, true, true); // and each end was told once
        assertThat(dropped.errors).isEmpty();
    }

    @Test
    void disposalDetachesFromAHandleUnlessTold() {
        LocalPool pool = new LocalPool();
        JoinHandle<String> handle = pool.spawn(new Counting());
        for (CancelPolicy policy : CancelPolicy.values()) {
            RxJavaAdapter.single(handle, policy).test().dispose();
            pool.runUntilStalled();
            assertThat(handle.isCancelled()).isEqualTo(policy == CancelPolicy.PROPAGATE);
        }
    }

    @Test
    void aHandleServesManyAndOneMayLeave() {
        Promise<String> promise = new Promise<>();
        Single<String> single = RxJavaAdapter.single(Spawner.inline().spawn(promise.future()));
        TestObserver<String> first = single.test();
        TestObserver<String> second = single.test();
        first.dispose();
        promise.complete("a");
        first.assertEmpty();
        second.assertResult("a");
        assertThat(single.blockingGet()).isEqualTo("a");
    }

    @Test
    void aCancelledTaskIsAnErrorToItsObservers() {
        LocalPool pool = new LocalPool();
        JoinHandle<String> handle = pool.spawn(new Counting());
        handle.cancel();
        pool.runUntilStalled();
        RxJavaAdapter.completable(handle).test().assertError(CancellationException.class);
    }

    @Test
    void disposedWhileAFailureIsUnderWayItIsReportedAtMostOnce() { // §3b 50
        for (int i = 0; i < 2_000; i++) {
            Promise<String> promise = new Promise<>();
            IOException failure = new IOException();
            TestObserver<String> observer =
                    RxJavaAdapter.single(promise.future()).test();
            Thread failing = new Thread(() -> promise.fail(failure));
            failing.start();
            observer.dispose();
            join(failing);
            assertThat(dropped.errors).hasSizeLessThanOrEqualTo(1).allMatch(error -> error == failure);
            dropped.errors.clear();
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    // ------------------------------------------------------------------ observers that break the rules

    @ParameterizedTest
    @ValueSource(strings = {"onSubscribe", "onSuccess", "onComplete", "onError"})
    void anObserverThatThrowsIsDisposedOfAndTheErrorDropped(String where) { // §3b 40, 41
        List<Recording> observers = new ArrayList<>();
        kinds().forEach(kind -> {
            Recording observer = new Recording(where);
            kind.apply(where.equals("onError") ? Futures.failed(new IOException()) : Futures.ready("a"))
                    .accept(observer);
            observers.add(observer);
        });
        for (Recording observer : observers) {
            assertThat(observer.signals).startsWith("onSubscribe").hasSizeLessThanOrEqualTo(2);
            assertThat(observer.handle.isDisposed()).isTrue();
        }
        assertThat(dropped.errors)
                .containsExactlyElementsOf(observers.stream()
                        .filter(observer -> observer.signals.contains(where))
                        .map(observer -> observer.thrown)
                        .toList());
    }

    @Test
    void withoutAnErrorHandlerTheErrorIsReportedOnce() {
        IOException failure = new IOException();
        RxJavaAdapter.single(Futures.failed(failure)).subscribe();
        assertThat(dropped.errors)
                .singleElement()
                .satisfies(error -> assertThat(error).hasCause(failure));
    }

    // ------------------------------------------------------------------ threads, hooks and looks

    @Test
    void aPoolConfinesTheSignals() {
        String thread = RxJavaAdapter.on(POOL)
                .single(Futures.ready("a"))
                .map(value -> Thread.currentThread().getName())
                .blockingGet();
        assertThat(thread).startsWith("pollux-");
    }

    @Test
    void aClosedPoolIsAnErrorNotAHang() {
        TaskPool closed = TaskPool.builder().workers(1).build();
        closed.close();
        RxJavaAdapter.on(closed).single(Futures.ready("a")).test().assertError(CancellationException.class);
        RxJavaAdapter.on(closed).maybe(Futures.ready("a")).test().assertError(CancellationException.class);
        RxJavaAdapter.on(closed).completable(Futures.ready("a")).test().assertError(CancellationException.class);
    }

    @Test
    void assemblyAndSubscribeHooksSeeIt() {
        List<String> seen = new ArrayList<>();
        RxJavaPlugins.setOnSingleAssembly(single -> {
            seen.add(single.toString());
            return single;
        });
        RxJavaPlugins.setOnSingleSubscribe((single, observer) -> {
            seen.add("subscribed");
            return observer;
        });
        RxJavaAdapter.single(Futures.ready("a")).test().assertResult("a");
        assertThat(seen).containsExactly("RxJavaAdapter.single(future)", "subscribed");
    }

    @Test
    void itTellsWhatItIs() {
        assertThat(RxJavaAdapter.singleDefer(() -> Futures.ready("a")))
                .hasToString("RxJavaAdapter.singleDefer(supplier)");
        assertThat(RxJavaAdapter.maybe(Futures.ready("a"))).hasToString("RxJavaAdapter.maybe(future)");
        assertThat(RxJavaAdapter.completable(() -> null)).hasToString("RxJavaAdapter.completable(block)");
    }

    @Test
    void nullsAreArgumentErrors() {
        assertThatThrownBy(() -> RxJavaAdapter.single((Future<String>) null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> RxJavaAdapter.maybe((JoinHandle<String>) null))
                .isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> RxJavaAdapter.completableDefer(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> RxJavaAdapter.on(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> RxJavaAdapter.single(Futures.ready("a")).subscribe((SingleObserver<String>) null))
                .isInstanceOf(NullPointerException.class);
    }
}
