package pollux.testing.scenarios;

import static pollux.testing.scenarios.Trial.scenario;

import io.reactivex.rxjava3.core.Flowable;
import io.reactivex.rxjava3.core.Observable;
import io.reactivex.rxjava3.core.Single;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Named;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import pollux.future.Context;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.future.RawFuture;
import pollux.future.Waker;
import pollux.reactive.ReactiveStreams;
import pollux.reactor.ReactorAdapter;
import pollux.rxjava.Overflow;
import pollux.rxjava.RxJavaAdapter;
import pollux.stream.AsyncStream;
import pollux.stream.AsyncStreams;
import pollux.testing.ReactorSchedulers;
import pollux.testing.RxJavaSchedulers;
import pollux.testing.Scenario;
import pollux.testing.TestSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Whatever goes to a publisher and back: items in order, no more than were asked for, and cancelling reaches the
 * source.
 */
final class Bridges {

    private Bridges() {}

    private static final List<Integer> ITEMS = List.of(1, 2, 3);

    static final List<Named<Scenario>> ALL = List.of(
            scenario(
                    "Reactive Streams, one",
                    t -> t.task(ReactiveStreams.<Integer>exactlyOne(
                                    ReactiveStreams.on(t.world).deferFuture(() -> t.flaky(1)))
                            .map(one -> t.mustBe(1, one)))),
            scenario(
                    "Reactive Streams, all",
                    t -> t.task(ReactiveStreams.<Integer>toList(items(t)).map(all -> t.mustBe(ITEMS, all)))),
            scenario(
                    "Reactive Streams, the first",
                    t -> t.task(ReactiveStreams.<Integer>first(items(t)).map(first -> t.mustBe(1, first)))),
            scenario(
                    "Reactive Streams, inline",
                    t -> t.task(ReactiveStreams.<Integer>toList(ReactiveStreams.publisher(flakySource(t)))
                            .map(all -> t.mustBe(ITEMS, all)))),
            scenario(
                    "Reactive Streams, in small portions",
                    t -> t.task(ReactiveStreams.<Integer>fromPublisher(items(t), 1 + t.random(2))
                            .then(t::tidy)
                            .toList()
                            .map(all -> t.mustBe(ITEMS, all)))),
            scenario(
                    "Reactive Streams, given up",
                    t -> t.task(Futures.<Object>race(ReactiveStreams.<Integer>toList(items(t)), t.value(1)))),
            scenario("Reactive Streams, a subscriber that asks and leaves", t -> {
                TestSubscriber<Integer> subscriber = new TestSubscriber<>();
                items(t).subscribe(subscriber);
                t.world
                        .thread("subscriber")
                        .then(() -> subscriber.request(1))
                        .then(() -> subscriber.request(1))
                        .then(subscriber::cancel);
                t.atEnd(() -> {
                    t.mustBe(List.of(), subscriber.violations());
                    t.must(subscriber.items().size() <= 2, "more items than were asked for");
                });
            }),
            scenario(
                    "Reactive Streams, many futures",
                    t -> t.task(ReactiveStreams.<Integer>toList(
                                    ReactiveStreams.on(t.world).publisherOrdered(futures(t), 2))
                            .map(all -> t.mustBe(ITEMS, all)))),
            reactor(
                    "Reactor, there and back",
                    t -> t.task(ReactorAdapter.<Integer>toList(ReactorAdapter.on(t.world)
                                    .<Integer>flux(source(t))
                                    .publishOn(Schedulers.parallel(), 1)
                                    .map(item -> item))
                            .map(all -> t.mustBe(ITEMS, all)))),
            reactor(
                    "Reactor, flatMap over tasks",
                    t -> t.task(ReactorAdapter.<Integer>toList(Flux.fromIterable(ITEMS)
                                    .flatMapSequential(
                                            item -> ReactorAdapter.on(t.world).<Integer>mono(t.tidy(item)), 2))
                            .map(all -> t.mustBe(ITEMS, all)))),
            reactor(
                    "Reactor, timed",
                    t -> t.task(ReactorAdapter.<Integer>stream(
                                    Flux.fromIterable(ITEMS).delayElements(Duration.ofMillis(1)), 1)
                            .then(t::tidy)
                            .toList()
                            .map(all -> t.mustBe(ITEMS, all)))),
            reactor(
                    "Reactor, retried",
                    t -> t.task(() -> {
                        Mono<Integer> flaky = ReactorAdapter.on(t.world).monoDefer(() -> t.flaky(1));
                        return t.mustBe(1, ReactorAdapter.await(flaky.retry(9)));
                    })),
            reactor(
                    "Reactor, raced",
                    t -> t.task(ReactorAdapter.<Integer>future(Mono.firstWithValue(
                                    ReactorAdapter.on(t.world).<Integer>monoDefer(() -> t.tidy(1)),
                                    ReactorAdapter.on(t.world).<Integer>monoDefer(() -> t.value(1))))
                            .map(one -> t.mustBe(1, one)))),
            rxJava(
                    "RxJava, there and back",
                    t -> t.task(RxJavaAdapter.<Integer>toList(RxJavaAdapter.on(t.world)
                                    .<Integer>flowable(source(t))
                                    .observeOn(io.reactivex.rxjava3.schedulers.Schedulers.computation(), false, 1))
                            .map(all -> t.mustBe(ITEMS, all)))),
            rxJava(
                    "RxJava, zip of tasks",
                    t -> t.task(() -> {
                        Single<Integer> one = RxJavaAdapter.on(t.world).singleDefer(() -> t.value(1));
                        Single<Integer> two = RxJavaAdapter.on(t.world).singleDefer(() -> t.tidy(2));
                        return t.mustBe(3, RxJavaAdapter.await(one.zipWith(two, Integer::sum)));
                    })),
            rxJava(
                    "RxJava, Observable",
                    t -> t.task(RxJavaAdapter.<Integer>stream(
                                    Observable.fromIterable(ITEMS)
                                            .observeOn(io.reactivex.rxjava3.schedulers.Schedulers.single()),
                                    Overflow.error(3))
                            .then(t::tidy)
                            .toList()
                            .map(all -> t.mustBe(ITEMS, all)))),
            rxJava(
                    "RxJava, timed",
                    t -> t.task(RxJavaAdapter.<Integer>toList(Flowable.fromIterable(ITEMS)
                                    .concatMapSingle(item -> RxJavaAdapter.on(t.world)
                                            .<Integer>single(t.value(item))
                                            .delay(1, TimeUnit.MILLISECONDS)))
                            .map(all -> t.mustBe(ITEMS, all)))));

    static final Named<Scenario> CANARY =
            scenario("a bridge that does not cancel its publisher", t -> t.task(new Leaving(items(t))));

    private static Named<Scenario> reactor(String name, Trial.Script script) {
        return scenario(name, t -> {
            t.world.admit(new ReactorSchedulers());
            script.play(t);
        });
    }

    private static Named<Scenario> rxJava(String name, Trial.Script script) {
        return scenario(name, t -> {
            t.world.admit(new RxJavaSchedulers());
            script.play(t);
        });
    }

    /**
     * Nothing fails beside other libraries: a failure that is under way when its reader is cancelled goes to their
     * hooks.
     */
    private static AsyncStream<Integer> source(Trial t) {
        return AsyncStreams.from(ITEMS).then(t::tidy);
    }

    private static AsyncStream<Integer> flakySource(Trial t) {
        return AsyncStreams.from(ITEMS).then(item -> item == 3 ? t.flaky(item) : t.tidy(item));
    }

    private static Publisher<Integer> items(Trial t) {
        return ReactiveStreams.on(t.world).publisher(flakySource(t));
    }

    /** Made when they are asked for. */
    private static Iterable<Future<Integer>> futures(Trial t) {
        return () -> new Iterator<>() {
            private final Iterator<Integer> items = ITEMS.iterator();

            @Override
            public boolean hasNext() {
                return items.hasNext();
            }

            @Override
            public Future<Integer> next() {
                return t.flaky(items.next());
            }
        };
    }

    /** Takes the first item and leaves without a word. */
    private static final class Leaving extends RawFuture<Integer> implements Subscriber<Integer> {

        private final Publisher<Integer> publisher;
        private boolean subscribed;
        private @Nullable Object item;
        private Waker waker = Waker.noop();

        Leaving(Publisher<Integer> publisher) {
            this.publisher = publisher;
        }

        @Override
        public @Nullable Object pollRaw(Context cx) {
            waker = cx.waker();
            if (!subscribed) {
                subscribed = true;
                publisher.subscribe(this);
            }
            return item == null ? PENDING : item;
        }

        @Override
        public void onSubscribe(Subscription subscription) {
            subscription.request(1);
        }

        @Override
        public void onNext(Integer next) {
            item = next;
            waker.wake();
        }

        @Override
        public void onError(Throwable failure) {
            item = 0;
            waker.wake();
        }

        @Override
        public void onComplete() {
            item = 0;
            waker.wake();
        }
    }
}
