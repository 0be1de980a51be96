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
import pollux.future.Context;
import pollux.future.Failures;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.future.RawFuture;

/**
 * The value of a source that can be asked for it, without a subscription: {@code Maybe.just}, {@code empty}, {@code fromCallable} and
 * its kin, as RxJava's own {@code flatMap} does. {@code Completable.complete} and {@code Single.just} are recognised by what they are.
 *
 * <p>A constant is no work, so it spends no budget, as {@code Futures.ready} does not.
 */
final class CalledFuture<T> extends RawFuture<T> {

    private static final CompletableSource COMPLETE = Completable.complete();

    /** Null if an assembly hook has put something else in its place. */
    private static final @Nullable Class<?> JUST = just();

    private @Nullable Supplier<? extends T> source; // null once called

    private CalledFuture(Supplier<? extends T> source) {
        this.source = source;
    }

    /** The future of a single, if it needs no subscription. */
    static <T> @Nullable Future<T> ofSingle(SingleSource<? extends T> single) {
        return single.getClass() == JUST ? new JustFuture<>(single) : null;
    }

    /** The future of a maybe, if it needs no subscription. */
    @SuppressWarnings("unchecked") // a maybe of T supplies a T
    static <T> @Nullable Future<T> ofMaybe(MaybeSource<? extends T> maybe) {
        return maybe instanceof Supplier<?> supplier ? new CalledFuture<>((Supplier<? extends T>) supplier) : null;
    }

    /** The future of a completable, if it needs no subscription. */
    static @Nullable Future<Void> ofCompletable(CompletableSource completable) {
        return completable == COMPLETE ? Futures.ready(null) : null;
    }

    private static @Nullable Class<?> just() {
        Class<?> type = Single.just(0).getClass();
        return type.getSimpleName().equals("SingleJust") ? type : null;
    }

    @Override
    public @Nullable Object pollRaw(Context cx) {
        Supplier<? extends T> called = source;
        if (called == null) {
            throw new IllegalStateException("polled after its end: " + this);
        }
        if (!(called instanceof ScalarSupplier<?>)) {
            if (cx.mustYield()) {
                return PENDING;
            }
            cx.spend();
        }
        source = null;
        try {
            return called.get();
        } catch (Throwable failure) {
            throw Failures.rethrow(failure);
        }
    }

    @Override
    public boolean cancel() {
        source = null;
        return true;
    }

    @Override
    public String toString() {
        return "CalledFuture[" + (source == null ? "ended" : source) + "]";
    }

    /** {@code Single.just} hides its value, but hands it to an observer there and then. */
    private static final class JustFuture<T> extends RawFuture<T> {

        private @Nullable SingleSource<? extends T> source; // null once asked

        JustFuture(SingleSource<? extends T> source) {
            this.source = source;
        }

        @Override
        public @Nullable Object pollRaw(Context cx) {
            SingleSource<? extends T> asked = source;
            if (asked == null) {
                throw new IllegalStateException("polled after its end: " + this);
            }
            source = null;
            Value<T> value = new Value<>();
            asked.subscribe(value);
            if (value.failure != null) {
                throw Failures.rethrow(value.failure);
            }
            return value.item;
        }

        @Override
        public boolean cancel() {
            source = null;
            return true;
        }

        @Override
        public String toString() {
            return "CalledFuture[" + (source == null ? "ended" : source) + "]";
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
