package pollux.rxjava;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reactivex.rxjava3.core.CompletableSource;
import io.reactivex.rxjava3.core.Flowable;
import io.reactivex.rxjava3.core.Maybe;
import io.reactivex.rxjava3.core.MaybeSource;
import io.reactivex.rxjava3.core.Single;
import io.reactivex.rxjava3.core.SingleObserver;
import io.reactivex.rxjava3.core.SingleSource;
import io.reactivex.rxjava3.disposables.Disposable;
import io.reactivex.rxjava3.schedulers.Schedulers;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.reactivestreams.Publisher;
import pollux.Pollux;
import pollux.future.Future;
import pollux.reactive.ProtocolViolation;

@Timeout(120)
class IntoFutureTest {

    @RegisterExtension
    final Dropped dropped = new Dropped();

    /** One way in: what it makes of no item, of one, and of three. */
    private record Way(
            String name,
            Function<Flowable<String>, Future<?>> convert,
            Object empty,
            Object one,
            Object many,
            boolean cancelsAfterItem) {

        @Override
        public String toString() {
            return name;
        }
    }

    private static final Class<?> NONE = NoSuchElementException.class;
    private static final Class<?> TOO_MANY = RuntimeException.class;

    static Stream<Way> ways() {
        return Stream.of(
                new Way("future(single)", f -> RxJavaAdapter.future(f.singleOrError()), NONE, "a", TOO_MANY, false),
                new Way("future(maybe)", f -> RxJavaAdapter.future(f.singleElement()), "null", "a", TOO_MANY, false),
                new Way(
                        "future(completable)",
                        f -> RxJavaAdapter.future(f.ignoreElements()),
                        "null",
                        "null",
                        "null",
                        false),
                new Way("first", RxJavaAdapter::first, NONE, "a", "a", true),
                new Way("firstOrNull", RxJavaAdapter::firstOrNull, "null", "a", "a", true),
                new Way("single", RxJavaAdapter::exactlyOne, NONE, "a", TOO_MANY, false),
                new Way("last", RxJavaAdapter::last, NONE, "a", "c", false),
                new Way("completion", RxJavaAdapter::completion, "null", "null", "null", false),
                new Way("toList", RxJavaAdapter::toList, List.of(), List.of("a"), List.of("a", "b", "c"), false));
    }

    static Stream<Arguments> waysAndExecutions() {
        return ways().flatMap(way -> Stream.of(Arguments.of(way, false), Arguments.of(way, true)));
    }

    // ------------------------------------------------------------------ the ends of well-behaved publishers

    @ParameterizedTest
    @MethodSource("waysAndExecutions")
    void items(Way way, boolean async) {
        assertEnds(way, Flowable.empty(), way.empty, async);
        assertEnds(way, Flowable.just("a"), way.one, async);
        assertEnds(way, Flowable.just("a", "b", "c"), way.many, async);
    }

    @ParameterizedTest
    @MethodSource("waysAndExecutions")
    void failuresArriveAsTheyAre(Way way, boolean async) {
        IOException failure = new IOException();
        Error fatal = new Error();
        assertThatThrownBy(() -> end(way, Flowable.error(failure), async)).isSameAs(failure);
        assertThatThrownBy(() -> end(way, Flowable.error(fatal), async)).isSameAs(fatal); // §3a 28
        assertThat(dropped.errors).isEmpty();
    }

    private static void assertEnds(Way way, Flowable<String> source, Object expected, boolean async) {
        if (expected instanceof Class<?> failure) {
            assertThatThrownBy(() -> end(way, source, async)).isInstanceOf(failure);
        } else {
            assertThat(end(way, source, async)).isEqualTo("null".equals(expected) ? null : expected);
        }
    }

    private static Object end(Way way, Flowable<String> source, boolean async) {
        return Pollux.blockOn(way.convert.apply(async ? source.subscribeOn(Schedulers.computation()) : source));
    }

    @ParameterizedTest
    @MethodSource("ways")
    void subscribesAtTheFirstPollAndNotBefore(Way way) {
        HandFlowable<String> source = new HandFlowable<>();
        Polled<?> polled = Polled.of(way.convert.apply(source));
        assertThat(source.subscriber).isNull();
        assertThat(polled.poll()).isSameAs(Polled.PENDING);
        assertThat(source.subscriber).isNotNull();
    }

    @ParameterizedTest
    @MethodSource("ways")
    void onlyTheFirstItemFormsCancelAPublisherThatHasGivenItsItem(Way way) {
        HandFlowable<String> source = new HandFlowable<>();
        Polled<?> polled = Polled.of(way.convert.apply(source));
        polled.poll();
        source.next("a");
        if (way.cancelsAfterItem) {
            assertThat(source.cancels).isOne(); // §3a 25
            assertThat(polled.poll()).isEqualTo("a");
        } else {
            assertThat(source.cancels).isZero();
            assertThat(polled.poll()).isSameAs(Polled.PENDING);
        }
    }

    // ------------------------------------------------------------------ cancellation

    @ParameterizedTest
    @MethodSource("ways")
    void cancelledBeforeTheFirstPollItNeverSubscribes(Way way) {
        HandFlowable<String> source = new HandFlowable<>();
        assertThat(Polled.of(way.convert.apply(source)).cancel()).isTrue();
        assertThat(source.subscriber).isNull();
    }

    @ParameterizedTest
    @MethodSource("ways")
    void cancelledWhileItWaitsItCancelsAndLateItemsAreNoErrors(Way way) {
        HandFlowable<String> source = new HandFlowable<>();
        Polled<?> polled = Polled.of(way.convert.apply(source));
        polled.poll();
        polled.cancel();
        assertThat(source.cancels).isOne();
        source.next("late");
        assertThat(dropped.errors).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("ways")
    void anErrorAfterCancellationIsDroppedOnce(Way way) { // §3b 50
        HandFlowable<String> source = new HandFlowable<>();
        Polled<?> polled = Polled.of(way.convert.apply(source));
        polled.poll();
        polled.cancel();
        IOException late = new IOException();
        source.subscriber.onError(late);
        assertThat(dropped.errors).containsExactly(late);
    }

    @ParameterizedTest
    @MethodSource("ways")
    void anErrorThatWasNotPolledIsDroppedOnce(Way way) {
        HandFlowable<String> source = new HandFlowable<>();
        Polled<?> polled = Polled.of(way.convert.apply(source));
        polled.poll();
        IOException failure = new IOException();
        source.subscriber.onError(failure);
        polled.cancel();
        assertThat(dropped.errors).containsExactly(failure);
        assertThat(source.cancels).isZero();
    }

    @ParameterizedTest
    @MethodSource("ways")
    void cancellationIsNoError(Way way) {
        HandFlowable<String> source = new HandFlowable<>();
        Polled<?> polled = Polled.of(way.convert.apply(source));
        polled.poll();
        polled.cancel();
        source.subscriber.onError(new CancellationException());
        assertThat(dropped.errors).isEmpty();
    }

    @Test
    void neverIsCancellable() { // §3a 16
        SingleSource<String> silent = observer -> {};
        for (SingleSource<String> source : List.of(Single.<String>never(), silent)) {
            Polled<String> polled = Polled.of(RxJavaAdapter.future(source));
            assertThat(polled.poll()).isSameAs(Polled.PENDING);
            assertThat(polled.cancel()).isTrue();
        }
    }

    // ------------------------------------------------------------------ sources that break the rules

    /** A single that lets the test signal. */
    private static final class HandSingle implements SingleSource<String> {
        SingleObserver<? super String> observer;

        @Override
        public void subscribe(SingleObserver<? super String> actual) {
            observer = actual;
        }
    }

    @Test
    void aHandleThatComesLateIsDisposedOf() { // §3a 22
        HandSingle source = new HandSingle();
        Polled<String> polled = Polled.of(RxJavaAdapter.future(source));
        polled.poll();
        polled.cancel();
        Disposable late = Disposable.empty();
        source.observer.onSubscribe(late);
        assertThat(late.isDisposed()).isTrue();
        assertThat(dropped.errors).isEmpty();
    }

    @Test
    void aSecondHandleIsDisposedOfAndTheFirstServes() { // §3a 4
        HandSingle source = new HandSingle();
        Polled<String> polled = Polled.of(RxJavaAdapter.future(source));
        polled.poll();
        Disposable first = Disposable.empty();
        Disposable second = Disposable.empty();
        source.observer.onSubscribe(first);
        source.observer.onSubscribe(second);
        source.observer.onSuccess("a");
        assertThat(polled.poll()).isEqualTo("a");
        assertThat(first.isDisposed()).isFalse();
        assertThat(second.isDisposed()).isTrue();
        assertThat(dropped.errors).singleElement().isInstanceOf(ProtocolViolation.class);
    }

    @Test
    void theFirstEndCountsAndALaterErrorIsDropped() { // §3a 10
        HandSingle source = new HandSingle();
        Polled<String> polled = Polled.of(RxJavaAdapter.future(source));
        polled.poll();
        IOException late = new IOException();
        source.observer.onSuccess("a");
        source.observer.onSuccess("b");
        source.observer.onError(late);
        assertThat(polled.poll()).isEqualTo("a");
        assertThat(polled.wakes).isOne();
        assertThat(dropped.errors).containsExactly(late);
    }

    static Stream<Consumer<SingleObserver<? super String>>> nulls() {
        return Stream.of(o -> o.onSubscribe(null), o -> o.onSuccess(null), o -> o.onError(null));
    }

    @ParameterizedTest
    @MethodSource("nulls")
    void nullSignalsNameTheRule(Consumer<SingleObserver<? super String>> signal) { // §3a 5, 7
        Polled<String> polled = Polled.of(RxJavaAdapter.future((SingleSource<String>) signal::accept));
        assertThat(polled.failure())
                .isInstanceOfSatisfying(
                        ProtocolViolation.class,
                        violation -> assertThat(violation.rule()).isEqualTo("2.13"));
    }

    @Test
    void whatSubscribeThrowsIsTheFailureAndTheHandleIsDisposedOf() { // §3a 13
        RuntimeException thrown = new RuntimeException();
        Disposable handle = Disposable.empty();
        SingleSource<String> source = observer -> {
            observer.onSubscribe(handle);
            throw thrown;
        };
        assertThat(Polled.of(RxJavaAdapter.future(source)).failure()).isSameAs(thrown);
        assertThat(handle.isDisposed()).isTrue();
        Single<String> single = Single.wrap(o -> {
            throw thrown;
        });
        assertThat(Polled.of(RxJavaAdapter.future(single)).failure()).isSameAs(thrown);
    }

    @Test
    void aHandleThatThrowsIsReported() {
        RuntimeException thrown = new RuntimeException();
        SingleSource<String> source = observer -> observer.onSubscribe(Disposable.fromAction(() -> {
            throw thrown;
        }));
        Polled<String> polled = Polled.of(RxJavaAdapter.future(source));
        polled.poll();
        assertThat(polled.cancel()).isTrue();
        assertThat(dropped.errors)
                .singleElement()
                .satisfies(error -> assertThat(error).hasCause(thrown));
    }

    @Test
    void errorWithoutOnSubscribeReachesTheAwaiter() { // §3a 2
        IOException failure = new IOException();
        SingleSource<String> single = observer -> observer.onError(failure);
        assertThat(Polled.of(RxJavaAdapter.future(single)).failure()).isSameAs(failure);
        Publisher<String> publisher = subscriber -> subscriber.onError(failure);
        assertThat(Polled.of(RxJavaAdapter.first(publisher)).failure())
                .satisfiesAnyOf(
                        thrown -> assertThat(thrown).isSameAs(failure),
                        thrown -> assertThat(thrown).hasCause(failure));
    }

    @Test
    void itemBeforeOnSubscribeNamesTheRule() { // §3a 1
        Publisher<String> source = subscriber -> subscriber.onNext("a");
        assertThat(Polled.of(RxJavaAdapter.first(source)).failure())
                .isInstanceOfSatisfying(
                        ProtocolViolation.class,
                        violation -> assertThat(violation.rule()).isEqualTo("1.9"));
    }

    @Test
    void itemsBeyondTheRequestNameTheRule() { // §3a 11
        HandFlowable<String> source = new HandFlowable<>();
        Polled<String> polled = Polled.of(RxJavaAdapter.<String>stream(source, 1));
        polled.poll();
        source.next("a", "b", "c");
        assertThat(polled.poll()).isEqualTo("a");
        assertThat(polled.failure())
                .isInstanceOfSatisfying(
                        ProtocolViolation.class,
                        violation -> assertThat(violation.rule()).isEqualTo("1.1"));
        assertThat(source.cancels).isPositive();
    }

    @Test
    void polledAfterTheEndIsAnError() {
        Polled<String> polled = Polled.of(RxJavaAdapter.future(Maybe.just("a")));
        assertThat(polled.poll()).isEqualTo("a");
        assertThat(polled.failure()).isInstanceOf(IllegalStateException.class).hasMessageContaining("ended");
    }

    @Test
    void nullsAreArgumentErrors() {
        List<Consumer<Object>> calls = new ArrayList<>();
        calls.add(none -> RxJavaAdapter.future((SingleSource<String>) null));
        calls.add(none -> RxJavaAdapter.future((MaybeSource<String>) null));
        calls.add(none -> RxJavaAdapter.future((CompletableSource) null));
        calls.add(none -> RxJavaAdapter.first(null));
        calls.add(none -> RxJavaAdapter.stream((Flowable<String>) null));
        for (Consumer<Object> call : calls) {
            assertThatThrownBy(() -> call.accept(null)).isInstanceOf(NullPointerException.class);
        }
    }
}
