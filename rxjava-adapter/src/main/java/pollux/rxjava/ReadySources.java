package pollux.rxjava;

import io.reactivex.rxjava3.core.Flowable;
import io.reactivex.rxjava3.core.Maybe;
import io.reactivex.rxjava3.core.MaybeObserver;
import io.reactivex.rxjava3.operators.ScalarSupplier;
import io.reactivex.rxjava3.plugins.RxJavaPlugins;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import pollux.reactive.spi.ReadySubscription;

/** The value of a ready future: a constant to RxJava's operators, which then do not subscribe to it. */
final class ReadySources {

    private ReadySources() {}

    static <T> Maybe<T> maybe(@Nullable T value) {
        return RxJavaPlugins.onAssembly(new OfMaybe<>(value));
    }

    static <T> Flowable<T> flowable(@Nullable T value) {
        return RxJavaPlugins.onAssembly(new OfFlowable<>(value));
    }

    private static <T> void serve(@Nullable T value, Subscriber<? super T> subscriber) {
        new ReadySubscription<T>(value, subscriber, PluginBridge.PEER).start();
    }

    private static final class OfMaybe<T> extends Maybe<T> implements ScalarSupplier<T> {

        private final @Nullable T value;

        OfMaybe(@Nullable T value) {
            this.value = value;
        }

        @Override
        protected void subscribeActual(MaybeObserver<? super T> observer) {
            serve(value, new ObserverSink.OfMaybe<>(observer));
        }

        @Override
        public @Nullable T get() {
            return value;
        }

        @Override
        public String toString() {
            return "RxJavaAdapter.maybe(future)";
        }
    }

    private static final class OfFlowable<T> extends Flowable<T> implements ScalarSupplier<T> {

        private final @Nullable T value;

        OfFlowable(@Nullable T value) {
            this.value = value;
        }

        @Override
        protected void subscribeActual(Subscriber<? super T> subscriber) {
            serve(value, subscriber);
        }

        @Override
        public @Nullable T get() {
            return value;
        }

        @Override
        public String toString() {
            return "RxJavaAdapter.flowable(future)";
        }
    }
}
