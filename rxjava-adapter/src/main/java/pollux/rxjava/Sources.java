package pollux.rxjava;

import io.reactivex.rxjava3.core.Completable;
import io.reactivex.rxjava3.core.CompletableObserver;
import io.reactivex.rxjava3.core.Flowable;
import io.reactivex.rxjava3.core.Maybe;
import io.reactivex.rxjava3.core.MaybeObserver;
import io.reactivex.rxjava3.core.Observable;
import io.reactivex.rxjava3.core.Observer;
import io.reactivex.rxjava3.core.Single;
import io.reactivex.rxjava3.core.SingleObserver;
import io.reactivex.rxjava3.plugins.RxJavaPlugins;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import pollux.async.AsyncBlock;
import pollux.executor.Spawner;
import pollux.reactive.spi.FutureSource;
import pollux.reactive.spi.PublisherBridges;
import pollux.reactive.spi.SubscriptionFactory;

/** A {@link SubscriptionFactory} or a block in each type of RxJava, shown to the assembly hooks of RxJava. */
final class Sources {

    private Sources() {}

    static <T> Single<T> single(String name, FutureSource<T> source, Spawner spawner) {
        return RxJavaPlugins.onAssembly(new OfSingle<>(name, source, spawner));
    }

    static <T> Single<T> single(AsyncBlock<T> block, Spawner spawner) {
        return RxJavaPlugins.onAssembly(new OfSingle<>("single(block)", block, spawner));
    }

    static <T> Maybe<T> maybe(String name, FutureSource<T> source, Spawner spawner) {
        return RxJavaPlugins.onAssembly(new OfMaybe<>(name, source, spawner));
    }

    static <T> Maybe<T> maybe(AsyncBlock<T> block, Spawner spawner) {
        return RxJavaPlugins.onAssembly(new OfMaybe<>("maybe(block)", block, spawner));
    }

    static Completable completable(String name, FutureSource<?> source, Spawner spawner) {
        return RxJavaPlugins.onAssembly(new OfCompletable(name, source, spawner));
    }

    static Completable completable(AsyncBlock<?> block, Spawner spawner) {
        return RxJavaPlugins.onAssembly(new OfCompletable("completable(block)", block, spawner));
    }

    static <T> Flowable<T> flowable(String name, SubscriptionFactory<T> source, Spawner spawner) {
        return RxJavaPlugins.onAssembly(new OfFlowable<>(new Origin<>(name, source, spawner)));
    }

    static <T> Observable<T> observable(String name, SubscriptionFactory<T> source, Spawner spawner) {
        return RxJavaPlugins.onAssembly(new OfObservable<>(new Origin<>(name, source, spawner)));
    }

    /** The stream or future that a source of ours was made of, if it has no subscriber yet; else null. */
    static <X> @Nullable X unwrap(Object source, Class<X> type) {
        if (source instanceof OfMaybe<?> maybe) {
            return maybe.spawner == Spawner.inline() && maybe.source instanceof FutureSource<?> futures
                    ? futures.reclaim(type)
                    : null;
        }
        return source instanceof OfFlowable<?> flowable ? flowable.origin.reclaim(type) : null;
    }

    /** What the types of many items have in common here. */
    private record Origin<T>(String name, SubscriptionFactory<T> source, Spawner spawner) {

        Origin {
            Objects.requireNonNull(spawner, "spawner");
        }

        /** Takes back the one run, if it has no subscriber and may run anywhere. */
        <X> @Nullable X reclaim(Class<X> type) {
            return spawner == Spawner.inline() ? source.reclaim(type) : null;
        }

        void serve(Subscriber<? super T> subscriber) {
            PublisherBridges.present().serve(source, subscriber, PluginBridge.PEER, spawner);
        }

        @Override
        public String toString() {
            return "RxJavaAdapter." + name;
        }
    }

    /** The source is a {@link FutureSource} or an {@link AsyncBlock}: nothing in between. */
    private static final class OfSingle<T> extends Single<T> {

        private final String name;
        private final Object source;
        private final Spawner spawner;

        OfSingle(String name, Object source, Spawner spawner) {
            this.name = name;
            this.source = source;
            this.spawner = Objects.requireNonNull(spawner, "spawner");
        }

        @Override
        protected void subscribeActual(SingleObserver<? super T> observer) {
            new ObserverSubscription.OfSingle<T>(observer).startAny(source, spawner);
        }

        @Override
        public String toString() {
            return "RxJavaAdapter." + name;
        }
    }

    /** The source is a {@link FutureSource} or an {@link AsyncBlock}: nothing in between. */
    private static final class OfMaybe<T> extends Maybe<T> {

        private final String name;
        private final Object source;
        private final Spawner spawner;

        OfMaybe(String name, Object source, Spawner spawner) {
            this.name = name;
            this.source = source;
            this.spawner = Objects.requireNonNull(spawner, "spawner");
        }

        @Override
        protected void subscribeActual(MaybeObserver<? super T> observer) {
            new ObserverSubscription.OfMaybe<T>(observer).startAny(source, spawner);
        }

        @Override
        public String toString() {
            return "RxJavaAdapter." + name;
        }
    }

    /** The source is a {@link FutureSource} or an {@link AsyncBlock}: nothing in between. */
    private static final class OfCompletable extends Completable {

        private final String name;
        private final Object source;
        private final Spawner spawner;

        OfCompletable(String name, Object source, Spawner spawner) {
            this.name = name;
            this.source = source;
            this.spawner = Objects.requireNonNull(spawner, "spawner");
        }

        @Override
        protected void subscribeActual(CompletableObserver observer) {
            new ObserverSubscription.OfCompletable(observer).startAny(source, spawner);
        }

        @Override
        public String toString() {
            return "RxJavaAdapter." + name;
        }
    }

    private static final class OfFlowable<T> extends Flowable<T> {

        private final Origin<T> origin;

        OfFlowable(Origin<T> origin) {
            this.origin = origin;
        }

        @Override
        protected void subscribeActual(Subscriber<? super T> subscriber) {
            origin.serve(subscriber);
        }

        @Override
        public String toString() {
            return origin.toString();
        }
    }

    private static final class OfObservable<T> extends Observable<T> {

        private final Origin<T> origin;

        OfObservable(Origin<T> origin) {
            this.origin = origin;
        }

        @Override
        protected void subscribeActual(Observer<? super T> observer) {
            origin.serve(new ObserverSink.OfObservable<>(observer));
        }

        @Override
        public String toString() {
            return origin.toString();
        }
    }
}
