package pollux.rxjava;

import io.reactivex.rxjava3.core.Completable;
import io.reactivex.rxjava3.core.CompletableSource;
import io.reactivex.rxjava3.core.MaybeSource;
import io.reactivex.rxjava3.core.Single;
import io.reactivex.rxjava3.core.SingleObserver;
import io.reactivex.rxjava3.core.SingleSource;
import io.reactivex.rxjava3.disposables.Disposable;
import io.reactivex.rxjava3.functions.Supplier;
import io.reactivex.rxjava3.operators.ScalarSupplier;
import org.jspecify.annotations.Nullable;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.reactive.spi.ScalarFuture;

/**
 * The sources that can be asked for their value, without a subscription: {@code Maybe.just}, {@code empty},
 * {@code fromCallable} and its kin, as RxJava's own {@code flatMap} does. {@code Completable.complete} and
 * {@code Single.just} are recognised by what they are.
 */
final class Scalars {

    private static final CompletableSource COMPLETE = Completable.complete();

    /** Null if an assembly hook has put something else in its place. */
    private static final @Nullable Class<?> JUST = just();

    private Scalars() {}

    /** The future of a single, if it needs no subscription. */
    static <T> @Nullable Future<T> single(SingleSource<? extends T> single) {
        if (single.getClass() != JUST) {
            return null;
        }
        Value<T> value = new Value<>();
        single.subscribe(value); // which hands its value over there and then, but does not show it otherwise
        return value.failure != null ? Futures.failed(value.failure) : Futures.ready(value.item);
    }

    /** The future of a maybe, if it needs no subscription. */
    @SuppressWarnings("unchecked") // a maybe of T supplies a T
    static <T> @Nullable Future<T> maybe(MaybeSource<? extends T> maybe) {
        if (maybe instanceof ScalarSupplier<?> constant) {
            return Futures.ready((T) constant.get());
        }
        return maybe instanceof Supplier<?> supplier ? new Supplied<>((Supplier<? extends T>) supplier) : null;
    }

    /** The future of a completable, if it needs no subscription. */
    static @Nullable Future<Void> completable(CompletableSource completable) {
        return completable == COMPLETE ? Futures.ready(null) : null;
    }

    private static @Nullable Class<?> just() {
        Class<?> type = Single.just(0).getClass();
        return type.getSimpleName().equals("SingleJust") ? type : null;
    }

    private static final class Supplied<T> extends ScalarFuture<Supplier<? extends T>, T> {

        Supplied(Supplier<? extends T> maybe) {
            super(maybe);
        }

        @Override
        protected @Nullable T call(Supplier<? extends T> maybe) throws Throwable {
            return maybe.get();
        }
    }

    private static final class Value<T> implements SingleObserver<T> {

        private @Nullable T item;
        private @Nullable Throwable failure;

        @Override
        public void onSubscribe(Disposable upstream) {}

        @Override
        public void onSuccess(T value) {
            item = value;
        }

        @Override
        public void onError(Throwable error) {
            failure = error;
        }
    }
}
