package pollux.rxjava;

import io.reactivex.rxjava3.core.CompletableObserver;
import io.reactivex.rxjava3.core.MaybeObserver;
import io.reactivex.rxjava3.core.SingleObserver;
import io.reactivex.rxjava3.disposables.Disposable;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import pollux.future.Context;
import pollux.future.Failures;
import pollux.reactive.ProtocolViolation;
import pollux.reactive.spi.BridgeHooks;
import pollux.reactive.spi.CallbackFuture;

/**
 * Awaits a Single, a Maybe or a Completable: their observers differ only in which signals can come.
 *
 * <p><b>Cancellation:</b> disposes of the source; a value that had arrived is left to the collector, an error goes to
 * {@code RxJavaPlugins.onError}.
 */
final class ObservedFuture<T> extends CallbackFuture<T, Disposable>
        implements SingleObserver<T>, MaybeObserver<T>, CompletableObserver {

    private final Class<?> culprit;
    private @Nullable Consumer<ObservedFuture<T>> subscribe; // null once subscribed

    ObservedFuture(Object source, Consumer<ObservedFuture<T>> subscribe) {
        this.culprit = source.getClass();
        this.subscribe = subscribe;
    }

    @Override
    protected void start(Context cx) {
        Consumer<ObservedFuture<T>> source = Objects.requireNonNull(subscribe);
        subscribe = null;
        try {
            source.accept(this);
        } catch (Throwable thrown) {
            throw Failures.rethrow(PluginBridge.PEER.thrownInside(thrown));
        }
    }

    @Override
    public void onSubscribe(Disposable upstream) {
        if (upstream == null) {
            failureThenDetach(new ProtocolViolation("2.13", culprit, "called onSubscribe with null"));
        } else {
            attach(upstream);
        }
    }

    @Override
    public void onSuccess(T value) {
        forget();
        value(value);
    }

    @Override
    public void onComplete() {
        forget();
        empty();
    }

    @Override
    public void onError(Throwable error) {
        forget();
        failure(error != null ? error : new ProtocolViolation("2.13", culprit, "called onError with null"));
    }

    @Override
    protected void release(Disposable upstream) {
        upstream.dispose();
    }

    @Override
    protected BridgeHooks peer() {
        return PluginBridge.PEER;
    }

    @Override
    protected Class<?> culprit() {
        return culprit;
    }
}
