package pollux.rxjava;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reactivex.rxjava3.core.Observable;
import io.reactivex.rxjava3.core.ObservableSource;
import io.reactivex.rxjava3.core.Observer;
import io.reactivex.rxjava3.disposables.Disposable;
import io.reactivex.rxjava3.exceptions.MissingBackpressureException;
import io.reactivex.rxjava3.schedulers.Schedulers;
import io.reactivex.rxjava3.subjects.PublishSubject;
import io.reactivex.rxjava3.subscribers.TestSubscriber;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import pollux.Pollux;
import pollux.executor.LocalPool;
import pollux.reactive.ProtocolViolation;

@Timeout(120)
class OverflowTest {

    @RegisterExtension
    final Dropped dropped = new Dropped();

    /** What a policy keeps of 1 to 5 with room for 2, and how the stream ends then. */
    private record Kept(
            Overflow overflow,
            List<Integer> items,
            @Nullable Class<?> failure) {}

    static Stream<Kept> kept() {
        return Stream.of(
                new Kept(Overflow.error(2), List.of(1, 2), MissingBackpressureException.class),
                new Kept(Overflow.dropLatest(2), List.of(1, 2), null),
                new Kept(Overflow.dropOldest(2), List.of(4, 5), null),
                new Kept(Overflow.unbounded(), List.of(1, 2, 3, 4, 5), null));
    }

    static Stream<Overflow> policies() {
        return kept().map(Kept::overflow);
    }

    private final PublishSubject<Integer> subject = PublishSubject.create();

    private Polled<Integer> subscribed(Overflow overflow) {
        Polled<Integer> polled = Polled.of(RxJavaAdapter.<Integer>stream(subject, overflow));
        assertThat(subject.hasObservers()).isFalse();
        assertThat(polled.poll()).isSameAs(Polled.PENDING);
        assertThat(subject.hasObservers()).isTrue();
        return polled;
    }

    private void emit(int from, int to) {
        IntStream.rangeClosed(from, to).forEach(subject::onNext);
    }

    // ------------------------------------------------------------------ what is kept

    @ParameterizedTest
    @MethodSource("kept")
    void keepsWhatItSays(Kept kept) {
        Polled<Integer> polled = subscribed(kept.overflow);
        emit(1, 5);
        assertThat(subject.hasObservers()).isEqualTo(kept.failure == null);
        subject.onComplete();
        for (Integer item : kept.items) {
            assertThat(polled.poll()).isEqualTo(item);
        }
        if (kept.failure == null) {
            assertThat(polled.poll()).isNull();
        } else {
            assertThat(polled.failure()).isInstanceOf(kept.failure).hasMessageContaining("2");
        }
        assertThat(dropped.errors).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("kept")
    void keepsTheSameOfASourceThatEmitsWhileItIsSubscribedTo(Kept kept) {
        Polled<Integer> polled = Polled.of(RxJavaAdapter.<Integer>stream(Observable.range(1, 5), kept.overflow));
        for (Integer item : kept.items) {
            assertThat(polled.poll()).isEqualTo(item);
        }
    }

    @ParameterizedTest
    @MethodSource("policies")
    void nothingIsLostWhileThereIsRoom(Overflow overflow) {
        Polled<Integer> polled = subscribed(overflow);
        for (int i = 0; i < 100; i += 2) {
            emit(i, i + 1);
            assertThat(polled.poll()).isEqualTo(i);
            assertThat(polled.poll()).isEqualTo(i + 1);
            assertThat(polled.poll()).isSameAs(Polled.PENDING);
        }
        assertThat(polled.wakes).isEqualTo(50); // only the first of two finds a waker
    }

    // ------------------------------------------------------------------ ends

    @ParameterizedTest
    @MethodSource("policies")
    void theFailureComesAfterTheItems(Overflow overflow) {
        Polled<Integer> polled = subscribed(overflow);
        emit(1, 2);
        IOException failure = new IOException();
        subject.onError(failure);
        assertThat(polled.poll()).isEqualTo(1);
        assertThat(polled.poll()).isEqualTo(2);
        assertThat(polled.failure()).isSameAs(failure);
        assertThat(polled.failure()).isInstanceOf(IllegalStateException.class);
    }

    @ParameterizedTest
    @MethodSource("policies")
    void anEmptySourceEnds(Overflow overflow) {
        assertThat(Polled.of(RxJavaAdapter.stream(Observable.empty(), overflow)).poll())
                .isNull();
    }

    @ParameterizedTest
    @MethodSource("policies")
    void cancellationDisposesOfTheSource(Overflow overflow) {
        Polled<Integer> polled = subscribed(overflow);
        emit(1, 2);
        assertThat(polled.cancel()).isTrue();
        assertThat(subject.hasObservers()).isFalse();
        assertThat(dropped.errors).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("policies")
    void cancelledBeforeTheFirstPollItNeverSubscribes(Overflow overflow) {
        assertThat(Polled.of(RxJavaAdapter.<Integer>stream(subject, overflow)).cancel())
                .isTrue();
        assertThat(subject.hasObservers()).isFalse();
    }

    @Test
    void aSourceThatHasEndedIsNotDisposedOf() {
        for (Consumer<Observer<?>> end :
                List.<Consumer<Observer<?>>>of(Observer::onComplete, o -> o.onError(new IOException()))) {
            Disposable handle = Disposable.empty();
            Polled<Integer> polled = byHand(Overflow.unbounded(), handle);
            end.accept(observer);
            polled.cancel();
            assertThat(handle.isDisposed()).isFalse();
        }
    }

    @Test
    void anErrorThatWasNotPolledIsDroppedOnce() {
        Polled<Integer> polled = subscribed(Overflow.unbounded());
        IOException failure = new IOException();
        subject.onError(failure);
        polled.cancel();
        assertThat(dropped.errors).containsExactly(failure);
    }

    // ------------------------------------------------------------------ sources that break the rules

    private Observer<? super Integer> observer;

    private Polled<Integer> byHand(Overflow overflow, Disposable handle) {
        ObservableSource<Integer> source = actual -> {
            observer = actual;
            actual.onSubscribe(handle);
        };
        Polled<Integer> polled = Polled.of(RxJavaAdapter.stream(source, overflow));
        polled.poll();
        return polled;
    }

    static Stream<Consumer<Observer<?>>> nulls() {
        return Stream.of(o -> o.onNext(null), o -> o.onError(null));
    }

    @ParameterizedTest
    @MethodSource("nulls")
    void nullSignalsNameTheRule(Consumer<Observer<?>> signal) {
        Disposable handle = Disposable.empty();
        Polled<Integer> polled = byHand(Overflow.unbounded(), handle);
        signal.accept(observer);
        assertThat(polled.failure()).isInstanceOf(ProtocolViolation.class).hasMessageContaining("2.13");
        assertThat(handle.isDisposed()).isTrue();
    }

    @Test
    void signalsAfterTheEndAreDropped() {
        Polled<Integer> polled = byHand(Overflow.unbounded(), Disposable.empty());
        IOException late = new IOException();
        observer.onComplete();
        observer.onNext(1);
        observer.onError(late);
        assertThat(polled.poll()).isNull();
        assertThat(dropped.errors).containsExactly(late);
    }

    @Test
    void signalsAfterCancellationAreDropped() {
        Disposable handle = Disposable.empty();
        Polled<Integer> polled = byHand(Overflow.unbounded(), handle);
        polled.cancel();
        IOException late = new IOException();
        observer.onNext(1);
        observer.onError(late);
        Disposable second = Disposable.empty();
        observer.onSubscribe(second);
        assertThat(handle.isDisposed() && second.isDisposed()).isTrue();
        assertThat(dropped.errors).containsExactly(late);
    }

    @Test
    void whatSubscribeThrowsIsTheFailure() {
        RuntimeException thrown = new RuntimeException();
        ObservableSource<Integer> source = actual -> {
            throw thrown;
        };
        assertThat(Polled.of(RxJavaAdapter.stream(source, Overflow.unbounded())).failure())
                .isSameAs(thrown);
    }

    // ------------------------------------------------------------------ threads

    @Test
    void theEmittingThreadIsNeverBlocked() {
        Polled<Integer> polled = subscribed(Overflow.dropOldest(16));
        emit(1, 1_000_000); // on this thread, and nothing polls
        assertThat(polled.poll()).isEqualTo(1_000_000 - 15);
    }

    @Test
    void allItemsCrossThreads() {
        Observable<Integer> async = Observable.range(0, 100_000).subscribeOn(Schedulers.computation());
        List<Integer> items = Pollux.blockOn(
                RxJavaAdapter.<Integer>stream(async, Overflow.unbounded()).toList());
        assertThat(items).hasSize(100_000).isSorted();
    }

    @Test
    void underARaceTheOldestGoAndTheLastArrive() {
        int last = 1_000_000;
        Observable<Integer> async =
                Observable.rangeLong(1, last).map(Long::intValue).subscribeOn(Schedulers.computation());
        List<Integer> items = new ArrayList<>(Pollux.blockOn(
                RxJavaAdapter.<Integer>stream(async, Overflow.dropOldest(3)).toList()));
        assertThat(items).isSorted().doesNotHaveDuplicates().endsWith(last - 2, last - 1, last);
    }

    @Test
    void underARaceWhatWaitsIsKept() {
        Observable<Integer> async = Observable.range(1, 100_000).subscribeOn(Schedulers.computation());
        List<Integer> items = Pollux.blockOn(
                RxJavaAdapter.<Integer>stream(async, Overflow.dropLatest(3)).toList());
        assertThat(items).startsWith(1, 2, 3).isSorted().doesNotHaveDuplicates();
    }

    // ------------------------------------------------------------------ out again, and looks

    @ParameterizedTest
    @MethodSource("policies")
    void theEndNeedsNoDemandOnTheWayOut(Overflow overflow) { // §3b 47
        IOException failure = new IOException();
        TestSubscriber<Integer> subscriber = RxJavaAdapter.flowable(RxJavaAdapter.<Integer>stream(subject, overflow))
                .test(1);
        emit(1, 1);
        subject.onError(failure);
        subscriber.assertFailure(IOException.class, 1);
    }

    @Test
    void runsUnderALocalPool() {
        try (LocalPool pool = new LocalPool()) {
            assertThat(pool.runUntil(RxJavaAdapter.<Integer>stream(Observable.range(1, 3), Overflow.error(3))
                            .toList()))
                    .containsExactly(1, 2, 3);
        }
    }

    @Test
    void badArgumentsAreRefused() {
        assertThatThrownBy(() -> Overflow.error(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("0");
        assertThatThrownBy(() -> RxJavaAdapter.stream(Observable.empty(), null))
                .isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> RxJavaAdapter.stream((ObservableSource<String>) null, Overflow.unbounded()))
                .isInstanceOf(NullPointerException.class);
    }

    @Test
    void itTellsWhatItIs() {
        assertThat(Overflow.dropOldest(2)).hasToString("Overflow.DROP_OLDEST(2)");
        assertThat(Overflow.unbounded()).hasToString("Overflow.unbounded()");
        assertThat(RxJavaAdapter.stream(subject, Overflow.error(2)).toString())
                .isEqualTo("ObservableStream[" + subject.getClass().getName() + ", Overflow.ERROR(2)]");
    }
}
