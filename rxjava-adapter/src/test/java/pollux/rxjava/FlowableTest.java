package pollux.rxjava;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reactivex.rxjava3.core.Flowable;
import io.reactivex.rxjava3.core.FlowableSubscriber;
import io.reactivex.rxjava3.core.Observable;
import io.reactivex.rxjava3.core.Observer;
import io.reactivex.rxjava3.disposables.Disposable;
import io.reactivex.rxjava3.observers.BaseTestConsumer;
import io.reactivex.rxjava3.schedulers.Schedulers;
import io.reactivex.rxjava3.subscribers.TestSubscriber;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
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

/** Many values out: Flowable and Observable. */
@Timeout(120)
class FlowableTest {

    @RegisterExtension
    final Dropped dropped = new Dropped();

    /** One way out of a stream. */
    private record Way(String name, Function<AsyncStream<Integer>, BaseTestConsumer<Integer, ?>> convert) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static final TaskPool POOL = TaskPool.builder().workers(2).build();

    static Stream<Way> ways() {
        return Stream.of(
                new Way("flowable(stream)", s -> RxJavaAdapter.flowable(s).test()),
                new Way(
                        "RxJavaAdapter.on(pool).flowable(stream)",
                        s -> RxJavaAdapter.on(POOL).flowable(s).test()),
                new Way(
                        "flowableDefer",
                        s -> RxJavaAdapter.flowableDefer(() -> s).test()),
                new Way(
                        "flowableDefer on a pool",
                        s -> RxJavaAdapter.on(POOL).flowableDefer(() -> s).test()),
                new Way("observable(stream)", s -> RxJavaAdapter.observable(s).test()),
                new Way(
                        "RxJavaAdapter.on(pool).observable(stream)",
                        s -> RxJavaAdapter.on(POOL).observable(s).test()),
                new Way(
                        "observableDefer",
                        s -> RxJavaAdapter.observableDefer(() -> s).test()));
    }

    private static BaseTestConsumer<Integer, ?> ended(BaseTestConsumer<Integer, ?> consumer) {
        return consumer.awaitDone(20, TimeUnit.SECONDS);
    }

    // ------------------------------------------------------------------ items, empty, failure, never

    @ParameterizedTest
    @MethodSource("ways")
    void manyItems(Way way) {
        BaseTestConsumer<Integer, ?> consumer = ended(way.convert.apply(AsyncStreams.range(0, 100_000)));
        consumer.assertComplete().assertValueCount(100_000);
        assertThat(consumer.values()).isSorted().doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @MethodSource("ways")
    void manyItemsAcrossThreadsAndBack(Way way) {
        AsyncStream<Integer> from =
                RxJavaAdapter.stream(Flowable.range(0, 10_000).observeOn(Schedulers.computation()));
        BaseTestConsumer<Integer, ?> consumer = ended(way.convert.apply(from));
        consumer.assertComplete().assertNoErrors();
        assertThat(consumer.values())
                .isEqualTo(IntStream.range(0, 10_000).boxed().toList());
    }

    @ParameterizedTest
    @MethodSource("ways")
    void emptyEnds(Way way) {
        ended(way.convert.apply(AsyncStreams.empty())).assertResult();
    }

    @ParameterizedTest
    @MethodSource("ways")
    void theFailureComesAfterTheItems(Way way) {
        IOException failure = new IOException();
        AsyncStream<Integer> failing =
                AsyncStreams.flatten(AsyncStreams.of(AsyncStreams.of(1, 2), AsyncStreams.error(failure)));
        ended(way.convert.apply(failing))
                .assertValues(1, 2)
                .assertError(failure)
                .assertNotComplete();
        assertThat(dropped.errors).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("ways")
    void neverEnds(Way way) {
        way.convert.apply(AsyncStreams.never()).assertEmpty();
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

    /** A subscriber that RxJava hands over as it is. */
    private static class Bare implements FlowableSubscriber<Integer> {

        @Nullable
        Subscription subscription;

        @Nullable
        Throwable error;

        @Override
        public void onSubscribe(Subscription s) {
            subscription = s;
        }

        @Override
        public void onNext(Integer item) {}

        @Override
        public void onError(Throwable thrown) {
            error = thrown;
        }

        @Override
        public void onComplete() {}
    }

    @Test
    void endsWithoutDemand() { // §3b 47
        IOException failure = new IOException();
        RxJavaAdapter.flowable(AsyncStreams.empty()).test(0).assertResult();
        RxJavaAdapter.flowable(AsyncStreams.error(failure)).test(0).assertFailure(IOException.class);
        RxJavaAdapter.flowable(Futures.failed(failure)).test(0).assertFailure(IOException.class);
        RxJavaAdapter.flowable(Futures.ready(null)).test(0).assertResult();
    }

    @Test
    void theValueWaitsForDemandAndTheEndDoesNot() { // §3b 46
        TestSubscriber<String> subscriber =
                RxJavaAdapter.flowable(Futures.ready("a")).test(0);
        subscriber.assertEmpty();
        subscriber.request(1);
        subscriber.assertResult("a");
        RxJavaAdapter.single(Futures.ready("a")).toFlowable().test(1).assertResult("a");
    }

    @Test
    void producesNothingThatNobodyAskedFor() {
        Endless stream = new Endless();
        TestSubscriber<Integer> subscriber = RxJavaAdapter.flowable(stream).test(0);
        assertThat(stream.produced).hasValue(0);
        subscriber.request(2);
        assertThat(stream.produced).hasValue(2);
        subscriber.request(3);
        subscriber.assertValues(0, 1, 2, 3, 4);
        subscriber.cancel();
        assertThat(stream.produced).hasValue(5);
        assertThat(stream.cancels).hasValue(1);
    }

    @Test
    void aMillionRequestsOfOneUseNoStack() throws InterruptedException { // §3a 20, rule 3.3
        AtomicInteger received = new AtomicInteger();
        CountDownLatch ended =
                new CountDownLatch(1); // on a worker: after a budget the subscriber's thread is given back
        RxJavaAdapter.flowable(AsyncStreams.range(0, 1_000_000)).subscribe(new Bare() {
            @Override
            public void onSubscribe(Subscription s) {
                super.onSubscribe(s);
                s.request(1);
            }

            @Override
            public void onNext(Integer item) {
                received.incrementAndGet();
                subscription.request(1);
            }

            @Override
            public void onComplete() {
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
        Bare subscriber = new Bare();
        RxJavaAdapter.flowable(stream).subscribe(subscriber);
        subscriber.subscription.request(n);
        assertThat(subscriber.error)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("3.9");
        assertThat(stream.cancels).hasValue(1);
        assertThat(stream.produced).hasValue(0);
        assertThat(dropped.errors).isEmpty();
    }

    @Test
    void manyRequestersNeverGetMoreThanTheyAsked() throws InterruptedException { // §3b 34
        int threads = 4;
        int each = 10_000;
        AtomicLong requested = new AtomicLong();
        AtomicLong received = new AtomicLong();
        AtomicLong excess = new AtomicLong();
        Bare subscriber = new Bare() {
            @Override
            public void onNext(Integer item) {
                if (received.incrementAndGet() > requested.get()) {
                    excess.incrementAndGet();
                }
            }
        };
        RxJavaAdapter.on(POOL).flowable(new Endless()).subscribe(subscriber);
        Thread[] requesters = new Thread[threads];
        for (int t = 0; t < threads; t++) {
            requesters[t] = new Thread(() -> {
                for (int i = 0; i < each; i++) {
                    requested.incrementAndGet();
                    subscriber.subscription.request(1);
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
        subscriber.subscription.cancel();
        assertThat(excess).hasValue(0);
    }

    // ------------------------------------------------------------------ how often it runs, and cancellation

    @Test
    void aSecondSubscriberOfASingleRunIsToldWhatToUse() {
        Flowable<Integer> flowable = RxJavaAdapter.flowable(AsyncStreams.of(1));
        flowable.test().assertResult(1);
        flowable.test()
                .assertError(error -> error instanceof IllegalStateException
                        && error.getMessage().contains("flowableDefer"));
        Observable<Integer> observable = RxJavaAdapter.observable(AsyncStreams.of(1));
        observable.test().assertResult(1);
        observable
                .test()
                .assertError(error -> error instanceof IllegalStateException
                        && error.getMessage().contains("observableDefer"));
    }

    @Test
    void theDeferredFormRunsAfreshForEach() {
        RxJavaAdapter.flowableDefer(() -> AsyncStreams.of(1, 2))
                .repeat(2)
                .test()
                .assertResult(1, 2, 1, 2);
        RxJavaAdapter.observableDefer(() -> AsyncStreams.of(1, 2))
                .repeat(2)
                .test()
                .assertResult(1, 2, 1, 2);
    }

    @Test
    void cancelInsideOnNextStopsAtOnce() { // §3b 35
        Endless stream = new Endless();
        RxJavaAdapter.flowable(stream).take(3).test().assertResult(0, 1, 2);
        assertThat(stream.cancels).hasValue(1);
        RxJavaAdapter.observable(stream).take(3).test().assertResult(3, 4, 5);
        assertThat(stream.cancels).hasValue(2);
        assertThat(stream.produced).hasValue(6);
    }

    @Test
    void aConcatStopsAfterCancellation() { // §3b 55
        AtomicInteger second = new AtomicInteger();
        Flowable<Integer> concat = RxJavaAdapter.<Integer>flowable(AsyncStreams.of(1))
                .concatWith(RxJavaAdapter.flowableDefer(() -> {
                    second.incrementAndGet();
                    return AsyncStreams.of(2);
                }));
        concat.take(1).test().assertResult(1);
        assertThat(second).hasValue(0);
    }

    // ------------------------------------------------------------------ observers

    /** Records its signals and throws from one of them. */
    private static class Recording implements Observer<Integer> {

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
        public void onNext(Integer item) {
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
    }

    @ParameterizedTest
    @ValueSource(strings = {"onSubscribe", "onNext", "onError", "onComplete"})
    void anObserverThatThrowsIsDisposedOfAndTheErrorDropped(String where) { // §3b 40, 41
        AsyncStream<Integer> stream =
                where.equals("onError") ? AsyncStreams.error(new IOException()) : AsyncStreams.of(1);
        Recording observer = new Recording(where);
        RxJavaAdapter.observable(stream).subscribe(observer);
        assertThat(observer.signals).endsWith(where);
        assertThat(observer.handle.isDisposed()).isTrue();
        assertThat(dropped.errors).containsExactly(observer.thrown);
    }

    @Test
    void anObserverKnowsWhenItIsDisposedOf() {
        Recording observer = new Recording("") {
            @Override
            public void onNext(Integer item) {
                super.onNext(item);
                assertThat(handle.isDisposed()).isFalse();
            }

            @Override
            public void onComplete() {
                super.onComplete();
                assertThat(handle.isDisposed()).isTrue();
            }
        };
        RxJavaAdapter.observable(AsyncStreams.of(1, 2)).subscribe(observer);
        assertThat(observer.signals).containsExactly("onSubscribe", "onNext", "onNext", "onComplete");
        assertThat(dropped.errors).isEmpty();
    }

    // ------------------------------------------------------------------ many futures

    @Test
    void theValuesOfFuturesAsTheyCome() {
        Promise<String> slow = new Promise<>();
        TestSubscriber<String> subscriber = RxJavaAdapter.flowable(
                        slow.future(), Futures.ready("b"), Futures.ready(null))
                .test();
        subscriber.assertValues("b");
        slow.complete("a");
        subscriber.assertResult("b", "a");
    }

    @Test
    void theValuesOfFuturesInTheirOrder() {
        Promise<String> slow = new Promise<>();
        List<Future<String>> futures =
                List.of(slow.future(), Futures.ready("b"), Futures.ready(null), Futures.ready("c"));
        TestSubscriber<String> subscriber =
                RxJavaAdapter.flowableOrdered(futures, 4).test();
        subscriber.assertEmpty();
        slow.complete("a");
        subscriber.assertResult("a", "b", "c");
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
                (ordered ? RxJavaAdapter.flowableOrdered(futures, 3) : RxJavaAdapter.flowable(futures, 3)).test(0);
        assertThat(running.started).isEmpty();
        subscriber.request(1);
        assertThat(running.started).hasSize(1);
        subscriber.request(1);
        assertThat(running.started).hasSize(2);
        subscriber.request(100);
        assertThat(running.started).hasSize(3);
        running.started.get(0).complete(0);
        assertThat(running.started).hasSize(4);
        subscriber.assertValues(0);
        subscriber.cancel();
        assertThat(running.cancels).isEqualTo(3);
    }

    @Test
    void theFirstFailureCancelsTheOthers() {
        Running running = new Running();
        TestSubscriber<Integer> subscriber =
                RxJavaAdapter.flowable(running.of(3), 3).test();
        running.started.get(1).fail(new IOException());
        subscriber.assertFailure(IOException.class);
        assertThat(running.cancels).isEqualTo(2);
    }

    @Test
    void failuresThatWaitedForTheirTurnAreDropped() {
        Running running = new Running();
        TestSubscriber<Integer> subscriber =
                RxJavaAdapter.flowableOrdered(running.of(3), 3).test();
        IOException failure = new IOException();
        running.started.get(2).fail(failure);
        subscriber.cancel();
        assertThat(dropped.errors).containsExactly(failure);
    }

    @Test
    void manyFuturesOnAPool() {
        List<Future<Integer>> futures = IntStream.range(0, 10_000)
                .mapToObj(i -> Futures.yieldNow().map(nothing -> i))
                .toList();
        assertThat(RxJavaAdapter.on(POOL).flowable(futures, 64).toList().blockingGet())
                .hasSize(10_000)
                .doesNotHaveDuplicates();
    }

    @Test
    void noFuturesEndAtOnceAndBadArgumentsAreRefused() {
        RxJavaAdapter.flowable(List.<Future<String>>of(), 1).test(0).assertResult();
        RxJavaAdapter.<String>flowable().test(0).assertResult();
        RxJavaAdapter.flowable(Arrays.<Future<String>>asList((Future<String>) null), 1)
                .test()
                .assertError(NullPointerException.class);
        assertThatThrownBy(() -> RxJavaAdapter.flowable(List.<Future<String>>of(), 0))
                .isInstanceOf(IllegalArgumentException.class);
    }

    // ------------------------------------------------------------------ overloads

    @Test
    void aGeneratorWithoutAnEndIsAGenerator() {
        Flowable<Integer> flowable = RxJavaAdapter.flowable(out -> {
            while (true) {
                out.emit(1);
            }
        });
        assertThat(flowable).hasToString("RxJavaAdapter.flowable(block)");
        Observable<Integer> observable = RxJavaAdapter.observable(out -> out.emit(1));
        assertThat(observable).hasToString("RxJavaAdapter.observable(block)");
    }
}
