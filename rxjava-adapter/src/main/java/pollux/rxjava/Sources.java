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
import org.reactivestreams.Subscriber;
import pollux.executor.Spawner;
import pollux.reactive.Source;

/** A {@link Source} in each type of RxJava, shown to the assembly hooks of RxJava. */
final class Sources {

    private Sources() {}

    static <T> Single<T> single(String name, Source<T> source, Spawner spawner) {
        return RxJavaPlugins.onAssembly(new SourceSingle<>(name, source, checked(spawner)));
    }

    static <T> Maybe<T> maybe(String name, Source<T> source, Spawner spawner) {
        return RxJavaPlugins.onAssembly(new SourceMaybe<>(name, source, checked(spawner)));
    }

    static Completable completable(String name, Source<?> source, Spawner spawner) {
        return RxJavaPlugins.onAssembly(new SourceCompletable(name, source, checked(spawner)));
    }

    static <T> Flowable<T> flowable(String name, Source<T> source, Spawner spawner) {
        return RxJavaPlugins.onAssembly(new SourceFlowable<>(name, source, checked(spawner)));
    }

    static <T> Observable<T> observable(String name, Source<T> source, Spawner spawner) {
        return RxJavaPlugins.onAssembly(new SourceObservable<>(name, source, checked(spawner)));
    }

    private static Spawner checked(Spawner spawner) {
        return Objects.requireNonNull(spawner, "spawner");
    }

    private static String named(String name) {
        return "RxJavaAdapter." + name;
    }

    private static final class SourceSingle<T> extends Single<T> {

        private final String name;
        private final Source<T> source;
        private final Spawner spawner;

        SourceSingle(String name, Source<T> source, Spawner spawner) {
            this.name = name;
            this.source = source;
            this.spawner = spawner;
        }

        @Override
        protected void subscribeActual(SingleObserver<? super T> observer) {
            source.subscribe(new ObserverSink.OfSingle<>(observer), PluginBridge.PEER, spawner);
        }

        @Override
        public String toString() {
            return named(name);
        }
    }

    private static final class SourceMaybe<T> extends Maybe<T> {

        private final String name;
        private final Source<T> source;
        private final Spawner spawner;

        SourceMaybe(String name, Source<T> source, Spawner spawner) {
            this.name = name;
            this.source = source;
            this.spawner = spawner;
        }

        @Override
        protected void subscribeActual(MaybeObserver<? super T> observer) {
            source.subscribe(new ObserverSink.OfMaybe<>(observer), PluginBridge.PEER, spawner);
        }

        @Override
        public String toString() {
            return named(name);
        }
    }

    private static final class SourceCompletable extends Completable {

        private final String name;
        private final Source<?> source;
        private final Spawner spawner;

        SourceCompletable(String name, Source<?> source, Spawner spawner) {
            this.name = name;
            this.source = source;
            this.spawner = spawner;
        }

        @Override
        protected void subscribeActual(CompletableObserver observer) {
            source.subscribe(new ObserverSink.OfCompletable(observer), PluginBridge.PEER, spawner);
        }

        @Override
        public String toString() {
            return named(name);
        }
    }

    private static final class SourceFlowable<T> extends Flowable<T> {

        private final String name;
        private final Source<T> source;
        private final Spawner spawner;

        SourceFlowable(String name, Source<T> source, Spawner spawner) {
            this.name = name;
            this.source = source;
            this.spawner = spawner;
        }

        @Override
        protected void subscribeActual(Subscriber<? super T> subscriber) {
            source.subscribe(subscriber, PluginBridge.PEER, spawner);
        }

        @Override
        public String toString() {
            return named(name);
        }
    }

    private static final class SourceObservable<T> extends Observable<T> {

        private final String name;
        private final Source<T> source;
        private final Spawner spawner;

        SourceObservable(String name, Source<T> source, Spawner spawner) {
            this.name = name;
            this.source = source;
            this.spawner = spawner;
        }

        @Override
        protected void subscribeActual(Observer<? super T> observer) {
            source.subscribe(new ObserverSink.OfObservable<>(observer), PluginBridge.PEER, spawner);
        }

        @Override
        public String toString() {
            return named(name);
        }
    }
}
