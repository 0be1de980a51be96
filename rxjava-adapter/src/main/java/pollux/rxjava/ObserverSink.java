package pollux.rxjava;

import io.reactivex.rxjava3.core.MaybeObserver;
import io.reactivex.rxjava3.core.Observer;
import io.reactivex.rxjava3.disposables.Disposable;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/**
 * An observer of RxJava in the shape of a subscriber: it requests everything at once, and its subscription is the
 * observer's {@code Disposable}.
 *
 * <p>Signals are serial (1.3) and none follows a cancellation but one that was under way; {@code dispose()} may come
 * from any thread.
 */
abstract class ObserverSink<T> implements Subscriber<T>, Disposable {

    private static final VarHandle UPSTREAM;

    static {
        try {
            UPSTREAM = MethodHandles.lookup().findVarHandle(ObserverSink.class, "upstream", Subscription.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    /**
     * Null before {@code onSubscribe}, when no demand can be asked for, and again when this has ended or was disposed
     * of. Release stores: a reader that looks a moment too early sees what was true, and its {@code cancel} of a
     * subscription that has ended does nothing.
     */
    private volatile @Nullable Subscription upstream;

    /** Hands this sink to the observer. */
    abstract void begin();

    @Override
    public final void onSubscribe(Subscription subscription) {
        UPSTREAM.setRelease(this, subscription);
        try {
            begin();
        } catch (Throwable thrown) {
            ended(); // an observer that throws counts as disposed of, and the subscription passes on what it threw
            throw thrown;
        }
        subscription.request(Long.MAX_VALUE);
    }

    @Override
    public final void dispose() {
        Subscription open = upstream;
        ended();
        if (open != null) {
            open.cancel();
        }
    }

    @Override
    public final boolean isDisposed() {
        return upstream == null;
    }

    /** For RxJava, what has ended is disposed of. */
    final void ended() {
        UPSTREAM.setRelease(this, (Subscription) null);
    }

    /** A {@code MaybeObserver} of a constant: null is empty. */
    static final class OfMaybe<T> extends ObserverSink<T> {

        private final MaybeObserver<? super T> observer;

        OfMaybe(MaybeObserver<? super T> observer) {
            this.observer = observer;
        }

        @Override
        void begin() {
            observer.onSubscribe(this);
        }

        @Override
        public void onNext(T value) {
            ended();
            observer.onSuccess(value);
        }

        @Override
        public void onError(Throwable error) {
            ended();
            observer.onError(error);
        }

        @Override
        public void onComplete() {
            if (!isDisposed()) { // by a value before
                ended();
                observer.onComplete();
            }
        }
    }

    /** An {@code Observer}: all items, as fast as they come. */
    static final class OfObservable<T> extends ObserverSink<T> {

        private final Observer<? super T> observer;

        OfObservable(Observer<? super T> observer) {
            this.observer = observer;
        }

        @Override
        void begin() {
            observer.onSubscribe(this);
        }

        @Override
        public void onNext(T item) {
            try {
                observer.onNext(item);
            } catch (Throwable thrown) {
                ended();
                throw thrown;
            }
        }

        @Override
        public void onError(Throwable error) {
            ended();
            observer.onError(error);
        }

        @Override
        public void onComplete() {
            ended();
            observer.onComplete();
        }
    }
}
