package pollux.rxjava;

import io.reactivex.rxjava3.core.CompletableObserver;
import io.reactivex.rxjava3.core.MaybeObserver;
import io.reactivex.rxjava3.core.SingleObserver;
import io.reactivex.rxjava3.disposables.Disposable;
import java.util.NoSuchElementException;
import pollux.async.AsyncBlock;
import pollux.executor.Spawner;
import pollux.reactive.spi.FutureSource;
import pollux.reactive.spi.FutureSubscription;

/**
 * Serves an observer of one value. It is the observer's {@code Disposable}, the run and its waker: one object.
 *
 * <p>The observers of RxJava ask for nothing, and get one signal after {@code onSubscribe}. {@code dispose()} may come
 * from any thread. For RxJava, what has ended is disposed of, from before the last signal on.
 */
abstract class ObserverSubscription<T> extends FutureSubscription<T> implements Disposable {

    private ObserverSubscription(Object observer) {
        super(PluginBridge.PEER, observer);
    }

    /** Starts to serve from a {@link FutureSource} or an {@link AsyncBlock} of T. */
    @SuppressWarnings("unchecked") // Sources takes no other
    final void startAny(Object source, Spawner spawner) {
        if (source instanceof FutureSource<?> futures) {
            start((FutureSource<T>) futures, spawner);
        } else {
            start((AsyncBlock<? extends T>) source, spawner);
        }
    }

    @Override
    public final void dispose() {
        cancel();
    }

    @Override
    public final boolean isDisposed() {
        return !isServing();
    }

    /** A {@code SingleObserver}: no value is an error. */
    @SuppressWarnings("unchecked") // made for an observer of T
    static final class OfSingle<T> extends ObserverSubscription<T> {

        OfSingle(SingleObserver<? super T> observer) {
            super(observer);
        }

        @Override
        protected void signalStart(Object to) {
            ((SingleObserver<? super T>) to).onSubscribe(this);
        }

        @Override
        protected boolean signalItem(Object to, T value) {
            endsWithItem();
            ((SingleObserver<? super T>) to).onSuccess(value);
            return true;
        }

        @Override
        protected void signalComplete(Object to) {
            signalError(
                    to,
                    new NoSuchElementException(
                            "the future ended with null, and a Single needs a value; use maybe or completable"));
        }

        @Override
        protected void signalError(Object to, Throwable failure) {
            ((SingleObserver<? super T>) to).onError(failure);
        }
    }

    /** A {@code MaybeObserver}: null is empty. */
    @SuppressWarnings("unchecked") // made for an observer of T
    static final class OfMaybe<T> extends ObserverSubscription<T> {

        OfMaybe(MaybeObserver<? super T> observer) {
            super(observer);
        }

        @Override
        protected void signalStart(Object to) {
            ((MaybeObserver<? super T>) to).onSubscribe(this);
        }

        @Override
        protected boolean signalItem(Object to, T value) {
            endsWithItem();
            ((MaybeObserver<? super T>) to).onSuccess(value);
            return true;
        }

        @Override
        protected void signalComplete(Object to) {
            ((MaybeObserver<? super T>) to).onComplete();
        }

        @Override
        protected void signalError(Object to, Throwable failure) {
            ((MaybeObserver<? super T>) to).onError(failure);
        }
    }

    /** A {@code CompletableObserver}: the value is not passed on. */
    static final class OfCompletable extends ObserverSubscription<Object> {

        OfCompletable(CompletableObserver observer) {
            super(observer);
        }

        @Override
        protected void signalStart(Object to) {
            ((CompletableObserver) to).onSubscribe(this);
        }

        @Override
        protected boolean signalItem(Object to, Object value) {
            return true; // the end follows at once
        }

        @Override
        protected void signalComplete(Object to) {
            ((CompletableObserver) to).onComplete();
        }

        @Override
        protected void signalError(Object to, Throwable failure) {
            ((CompletableObserver) to).onError(failure);
        }
    }
}
