package pollux.tck.adversarial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reactivex.rxjava3.core.Flowable;
import io.reactivex.rxjava3.observers.TestObserver;
import io.reactivex.rxjava3.plugins.RxJavaPlugins;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.reactivestreams.FlowAdapters;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import pollux.future.Futures;
import pollux.reactive.ReactiveStreams;
import pollux.reactor.ReactorAdapter;
import pollux.rxjava.RxJavaAdapter;
import pollux.stream.AsyncStreams;
import pollux.sync.Promise;
import pollux.tck.Elements;
import pollux.tck.TckEnvironment;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The cases that are no row of the matrix, because they are about more than one bridge and one party. */
@Timeout(300)
class CasesTest {

    @Test
    void case3a29AdaptersUnwrapAndCheckForNull() {
        Publisher<Integer> publisher = ReactiveStreams.publisher(Elements.stream(3));
        Flow.Publisher<Integer> flow = ReactiveStreams.toFlow(publisher);
        assertThat(FlowAdapters.toPublisher(flow)).isSameAs(publisher);
        Flow.Publisher<Integer> theirs = subscriber -> {};
        assertThat(ReactiveStreams.toFlow(FlowAdapters.toPublisher(theirs))).isSameAs(theirs);
        assertThat(ReactiveStreams.toFlow(
                        ReactiveStreams.publisher(ReactiveStreams.fromPublisher(ReactiveStreams.fromFlow(theirs)))))
                .isSameAs(theirs);
        assertThatThrownBy(() -> ReactiveStreams.fromFlow(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> ReactiveStreams.toFlow((Publisher<Integer>) null))
                .isInstanceOf(NullPointerException.class);
    }

    static Stream<Arguments> nulls() {
        return Stream.of(
                Arguments.of("publisher(stream)", ReactiveStreams.publisher(nothing(2))),
                Arguments.of("flux(stream)", ReactorAdapter.flux(nothing(2))),
                Arguments.of("flowable(stream)", RxJavaAdapter.flowable(nothing(2))),
                Arguments.of("publisher(future)", ReactiveStreams.publisher(Futures.ready(null))),
                Arguments.of("mono(future)", ReactorAdapter.mono(Futures.ready(null))),
                Arguments.of(
                        "maybe(future)",
                        RxJavaAdapter.maybe(Futures.ready(null)).toFlowable()));
    }

    /** A stream whose items are mapped to nothing. */
    private static pollux.stream.AsyncStream<Integer> nothing(int items) {
        return Elements.stream(items).map(item -> null);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("nulls")
    void case3b49ThereIsNoNullItem(String name, Publisher<?> publisher) {
        List<Object> signals = new ArrayList<>();
        publisher.subscribe(new org.reactivestreams.Subscriber<Object>() {
            @Override
            public void onSubscribe(Subscription s) {
                s.request(Long.MAX_VALUE);
            }

            @Override
            public void onNext(Object item) {
                signals.add(item);
            }

            @Override
            public void onError(Throwable error) {
                signals.add(error.getClass().getSimpleName());
            }

            @Override
            public void onComplete() {
                signals.add("end");
            }
        });
        assertThat(signals).isEqualTo(List.of(name.contains("future") ? "end" : "NullPointerException"));
    }

    @Test
    void case3b50AnErrorInFlightWhenTheObserverDisposesIsReportedAtMostOnce() throws Exception {
        List<Throwable> reported = new CopyOnWriteArrayList<>();
        RxJavaPlugins.setErrorHandler(reported::add);
        try {
            for (int run = 0; run < 2_000; run++) {
                reported.clear();
                Promise<Integer> promise = new Promise<>();
                TestObserver<Integer> observer =
                        RxJavaAdapter.single(promise.future()).test();
                CountDownLatch failed = new CountDownLatch(1);
                TckEnvironment.POOL.execute(() -> {
                    promise.fail(Elements.failure());
                    failed.countDown();
                });
                observer.dispose();
                assertThat(failed.await(60, TimeUnit.SECONDS)).isTrue();
                assertThat(reported.size() + observer.values().size()).isLessThanOrEqualTo(1);
            }
        } finally {
            RxJavaPlugins.setErrorHandler(null);
        }
    }

    @Test
    void case3b52AContextWrittenDownstreamReachesTheTaskAndWhatItAwaits() {
        Mono<String> upstream = Mono.deferContextual(seen -> Mono.just("upstream " + seen.get("user")));
        Mono<String> mono = ReactorAdapter.monoDefer(() -> ReactorAdapter.context()
                .then(inside ->
                        ReactorAdapter.future(upstream).map(seen -> "task " + inside.get("user") + ", " + seen)));
        assertThat(mono.contextWrite(context -> context.put("user", "ann")).block())
                .isEqualTo("task ann, upstream ann");
    }

    static Stream<Arguments> concats() {
        return Stream.of(Arguments.of("Flux.concat", true), Arguments.of("Flowable.concat", false));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("concats")
    void case3b55TheSecondOfAConcatIsNotSubscribedToAfterACancellation(String name, boolean reactor) throws Exception {
        for (int run = 0; run < 2_000; run++) {
            Promise<Integer> first = new Promise<>();
            AtomicBoolean cancelled = new AtomicBoolean();
            AtomicInteger late = new AtomicInteger();
            Publisher<Integer> concat = reactor
                    ? Flux.concat(
                            ReactorAdapter.mono(first.future()),
                            ReactorAdapter.fluxDefer(() -> second(cancelled, late)))
                    : Flowable.concat(
                            RxJavaAdapter.flowable(first.future()),
                            RxJavaAdapter.flowableDefer(() -> second(cancelled, late)));
            BaseSubscriber<Integer> subscriber = new BaseSubscriber<>() {};
            concat.subscribe(subscriber);
            CountDownLatch ended = new CountDownLatch(1);
            if (run % 2 == 0) {
                subscriber.cancel();
                cancelled.set(true);
                first.complete(1);
            } else { // a race: whichever comes first
                TckEnvironment.POOL.execute(() -> {
                    first.complete(1);
                    ended.countDown();
                });
                subscriber.cancel();
                assertThat(ended.await(60, TimeUnit.SECONDS)).isTrue();
            }
            assertThat(late.get()).as("subscriptions after the cancellation").isZero();
        }
    }

    private static pollux.stream.AsyncStream<Integer> second(AtomicBoolean cancelled, AtomicInteger late) {
        if (cancelled.get()) {
            late.incrementAndGet();
        }
        return AsyncStreams.range(0, 1);
    }
}
