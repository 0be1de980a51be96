package pollux.rxjava;

import static org.assertj.core.api.Assertions.assertThat;

import io.reactivex.rxjava3.core.Completable;
import io.reactivex.rxjava3.core.CompletableObserver;
import io.reactivex.rxjava3.core.Flowable;
import io.reactivex.rxjava3.core.Maybe;
import io.reactivex.rxjava3.core.MaybeObserver;
import io.reactivex.rxjava3.core.Observable;
import io.reactivex.rxjava3.core.Observer;
import io.reactivex.rxjava3.core.Single;
import io.reactivex.rxjava3.core.SingleObserver;
import java.io.IOException;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.reactivestreams.Subscriber;
import pollux.future.Failures;
import pollux.future.Future;
import pollux.reactive.ProtocolViolation;

/**
 * A source that throws from {@code subscribeActual}: RxJava puts its own NullPointerException around what was thrown,
 * and the awaiting side gets what is inside. Every type, every way in.
 */
@Timeout(120)
class ThrowingSubscribeTest {

    @RegisterExtension
    final Dropped dropped = new Dropped();

    private static final List<Throwable> THROWN = List.of(
            new IllegalStateException("thrown"),
            new IOException("thrown"),
            new NullPointerException("thrown"),
            new NullPointerException(),
            new NullPointerException("of its own") {
                @Override
                public synchronized Throwable getCause() {
                    return new IllegalArgumentException("inner");
                }
            });

    static Stream<Arguments> all() {
        List<Function<Throwable, Future<?>>> ways = List.of(
                thrown -> RxJavaAdapter.future(single(thrown)),
                thrown -> RxJavaAdapter.future(maybe(thrown)),
                thrown -> RxJavaAdapter.future(completable(thrown)),
                thrown -> RxJavaAdapter.stream(observable(thrown), Overflow.unbounded())
                        .toList(),
                thrown -> RxJavaAdapter.stream(flowable(thrown)).toList(),
                thrown -> RxJavaAdapter.first(flowable(thrown)),
                thrown -> RxJavaAdapter.firstOrNull(flowable(thrown)),
                thrown -> RxJavaAdapter.exactlyOne(flowable(thrown)),
                thrown -> RxJavaAdapter.last(flowable(thrown)),
                thrown -> RxJavaAdapter.completion(flowable(thrown)),
                thrown -> RxJavaAdapter.toList(flowable(thrown)));
        return ways.stream().flatMap(way -> THROWN.stream().map(thrown -> Arguments.of(way, thrown)));
    }

    @ParameterizedTest
    @MethodSource("all")
    void theAwaitingSideGetsWhatWasThrown(Function<Throwable, Future<?>> way, Throwable thrown) {
        Throwable failure = Polled.of(way.apply(thrown)).failure();
        Throwable told = failure instanceof ProtocolViolation ? failure.getCause() : failure;
        assertThat(told).isSameAs(thrown);
        dropped.errors.clear(); // RxJava itself reports it, too
    }

    private static Single<Integer> single(Throwable thrown) {
        return new Single<>() {
            @Override
            protected void subscribeActual(SingleObserver<? super Integer> observer) {
                throw Failures.rethrow(thrown);
            }
        };
    }

    private static Maybe<Integer> maybe(Throwable thrown) {
        return new Maybe<>() {
            @Override
            protected void subscribeActual(MaybeObserver<? super Integer> observer) {
                throw Failures.rethrow(thrown);
            }
        };
    }

    private static Completable completable(Throwable thrown) {
        return new Completable() {
            @Override
            protected void subscribeActual(CompletableObserver observer) {
                throw Failures.rethrow(thrown);
            }
        };
    }

    private static Observable<Integer> observable(Throwable thrown) {
        return new Observable<>() {
            @Override
            protected void subscribeActual(Observer<? super Integer> observer) {
                throw Failures.rethrow(thrown);
            }
        };
    }

    private static Flowable<Integer> flowable(Throwable thrown) {
        return new Flowable<>() {
            @Override
            protected void subscribeActual(Subscriber<? super Integer> subscriber) {
                throw Failures.rethrow(thrown);
            }
        };
    }
}
