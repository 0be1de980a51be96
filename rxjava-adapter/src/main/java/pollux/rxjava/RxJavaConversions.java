package pollux.rxjava;

import io.reactivex.rxjava3.core.Completable;
import io.reactivex.rxjava3.core.Flowable;
import io.reactivex.rxjava3.core.Maybe;
import io.reactivex.rxjava3.core.Observable;
import io.reactivex.rxjava3.core.Single;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.Supplier;
import pollux.async.Async;
import pollux.async.AsyncBlock;
import pollux.async.StreamBlock;
import pollux.executor.JoinHandle;
import pollux.executor.Spawner;
import pollux.future.Future;
import pollux.reactive.CancelPolicy;
import pollux.reactive.spi.SubscriptionFactory;
import pollux.stream.AsyncStream;

/**
 * The outbound conversions of {@link RxJavaAdapter} with each subscription served by tasks of one spawner: all signals
 * but {@code onSubscribe} come from them. Made by {@link RxJavaAdapter#on}, and written {@code
 * RxJavaAdapter.on(pool).single(block)}.
 *
 * <p>May be kept and used by any thread. Arguments must not be null.
 */
public final class RxJavaConversions {

    private final Spawner spawner;

    RxJavaConversions(Spawner spawner) {
        this.spawner = Objects.requireNonNull(spawner, "spawner");
    }

    /**
     * {@link RxJavaAdapter#single(Future)}, on the spawner.
     *
     * @param <T> the type of the value
     * @param future a future; belongs to the single from now on
     * @return a single for one observer
     */
    public <T> Single<T> single(Future<? extends T> future) {
        return Sources.single(
                "single(future)", SubscriptionFactory.future(future, "RxJavaAdapter.singleDefer(supplier)"), spawner);
    }

    /**
     * {@link RxJavaAdapter#singleDefer(Supplier)}, on the spawner.
     *
     * @param <T> the type of the value
     * @param supplier called once per subscription, on the subscribing thread
     * @return a single for any number of observers
     */
    public <T> Single<T> singleDefer(Supplier<? extends Future<? extends T>> supplier) {
        return Sources.single("singleDefer(supplier)", SubscriptionFactory.futures(supplier), spawner);
    }

    /**
     * {@link RxJavaAdapter#single(AsyncBlock)}, on the spawner.
     *
     * @param <T> the type of the value
     * @param block the code; what it throws becomes the error
     * @return a single for any number of observers
     */
    public <T> Single<T> single(AsyncBlock<T> block) {
        return Sources.single(Objects.requireNonNull(block, "block"), spawner);
    }

    /**
     * {@link RxJavaAdapter#single(JoinHandle, CancelPolicy)}, on the spawner.
     *
     * @param <T> the type of the value
     * @param handle the task
     * @param policy what the disposal of an observer means for the task
     * @return a single for any number of observers
     */
    public <T> Single<T> single(JoinHandle<? extends T> handle, CancelPolicy policy) {
        return Sources.single("single(handle)", SubscriptionFactory.handle(handle, policy), spawner);
    }

    /**
     * {@link RxJavaAdapter#maybe(Future)}, on the spawner.
     *
     * @param <T> the type of the value
     * @param future a future; belongs to the maybe from now on
     * @return a maybe for one observer
     */
    public <T> Maybe<T> maybe(Future<? extends T> future) {
        return Sources.maybe(
                "maybe(future)", SubscriptionFactory.future(future, "RxJavaAdapter.maybeDefer(supplier)"), spawner);
    }

    /**
     * {@link RxJavaAdapter#maybeDefer(Supplier)}, on the spawner.
     *
     * @param <T> the type of the value
     * @param supplier called once per subscription, on the subscribing thread
     * @return a maybe for any number of observers
     */
    public <T> Maybe<T> maybeDefer(Supplier<? extends Future<? extends T>> supplier) {
        return Sources.maybe("maybeDefer(supplier)", SubscriptionFactory.futures(supplier), spawner);
    }

    /**
     * {@link RxJavaAdapter#maybe(AsyncBlock)}, on the spawner.
     *
     * @param <T> the type of the value
     * @param block the code; what it throws becomes the error
     * @return a maybe for any number of observers
     */
    public <T> Maybe<T> maybe(AsyncBlock<T> block) {
        return Sources.maybe(Objects.requireNonNull(block, "block"), spawner);
    }

    /**
     * {@link RxJavaAdapter#maybe(JoinHandle, CancelPolicy)}, on the spawner.
     *
     * @param <T> the type of the value
     * @param handle the task
     * @param policy what the disposal of an observer means for the task
     * @return a maybe for any number of observers
     */
    public <T> Maybe<T> maybe(JoinHandle<? extends T> handle, CancelPolicy policy) {
        return Sources.maybe("maybe(handle)", SubscriptionFactory.handle(handle, policy), spawner);
    }

    /**
     * {@link RxJavaAdapter#completable(Future)}, on the spawner.
     *
     * @param future a future; belongs to the completable from now on
     * @return a completable for one observer
     */
    public Completable completable(Future<?> future) {
        return Sources.completable(
                "completable(future)",
                SubscriptionFactory.future(future, "RxJavaAdapter.completableDefer(supplier)"),
                spawner);
    }

    /**
     * {@link RxJavaAdapter#completableDefer(Supplier)}, on the spawner.
     *
     * @param supplier called once per subscription, on the subscribing thread
     * @return a completable for any number of observers
     */
    public Completable completableDefer(Supplier<? extends Future<?>> supplier) {
        return Sources.completable("completableDefer(supplier)", SubscriptionFactory.futures(supplier), spawner);
    }

    /**
     * {@link RxJavaAdapter#completable(AsyncBlock)}, on the spawner.
     *
     * @param block the code; what it throws becomes the error
     * @return a completable for any number of observers
     */
    public Completable completable(AsyncBlock<?> block) {
        return Sources.completable(Objects.requireNonNull(block, "block"), spawner);
    }

    /**
     * {@link RxJavaAdapter#completable(JoinHandle, CancelPolicy)}, on the spawner.
     *
     * @param handle the task
     * @param policy what the disposal of an observer means for the task
     * @return a completable for any number of observers
     */
    public Completable completable(JoinHandle<?> handle, CancelPolicy policy) {
        return Sources.completable("completable(handle)", SubscriptionFactory.handle(handle, policy), spawner);
    }

    /**
     * {@link RxJavaAdapter#flowable(AsyncStream)}, on the spawner.
     *
     * @param <T> the type of the items
     * @param stream a stream; belongs to the flowable from now on
     * @return a flowable for one subscriber
     */
    public <T> Flowable<T> flowable(AsyncStream<? extends T> stream) {
        return Sources.flowable(
                "flowable(stream)",
                SubscriptionFactory.stream(stream, "RxJavaAdapter.flowableDefer(supplier)"),
                spawner);
    }

    /**
     * {@link RxJavaAdapter#flowableDefer(Supplier)}, on the spawner.
     *
     * @param <T> the type of the items
     * @param supplier called once per subscription, on the subscribing thread
     * @return a flowable for any number of subscribers
     */
    public <T> Flowable<T> flowableDefer(Supplier<? extends AsyncStream<? extends T>> supplier) {
        return Sources.flowable("flowableDefer(supplier)", SubscriptionFactory.streams(supplier), spawner);
    }

    /**
     * {@link RxJavaAdapter#flowable(StreamBlock)}, on the spawner.
     *
     * @param <T> the type of the items
     * @param block the code; what it throws becomes the error
     * @return a flowable for any number of subscribers
     */
    @SuppressWarnings("overloads") // see flowable(Future...)
    public <T> Flowable<T> flowable(StreamBlock<T> block) {
        Objects.requireNonNull(block, "block");
        return Sources.flowable("flowable(block)", SubscriptionFactory.streams(() -> Async.stream(block)), spawner);
    }

    /**
     * {@link RxJavaAdapter#flowable(Iterable, int)}, on the spawner.
     *
     * @param <T> the type of the values
     * @param futures the futures; belong to the flowable from now on
     * @param concurrency how many may run at once, at least 1
     * @return a flowable for one subscriber
     */
    public <T> Flowable<T> flowable(Iterable<? extends Future<? extends T>> futures, int concurrency) {
        return many("flowable(futures)", futures, concurrency, false);
    }

    /**
     * {@link RxJavaAdapter#flowableOrdered(Iterable, int)}, on the spawner.
     *
     * @param <T> the type of the values
     * @param futures the futures; belong to the flowable from now on
     * @param concurrency how many may run at once, at least 1
     * @return a flowable for one subscriber
     */
    public <T> Flowable<T> flowableOrdered(Iterable<? extends Future<? extends T>> futures, int concurrency) {
        return many("flowableOrdered(futures)", futures, concurrency, true);
    }

    /**
     * {@link RxJavaAdapter#observable(AsyncStream)}, on the spawner.
     *
     * @param <T> the type of the items
     * @param stream a stream; belongs to the observable from now on
     * @return an observable for one observer
     */
    public <T> Observable<T> observable(AsyncStream<? extends T> stream) {
        return Sources.observable(
                "observable(stream)",
                SubscriptionFactory.stream(stream, "RxJavaAdapter.observableDefer(supplier)"),
                spawner);
    }

    /**
     * {@link RxJavaAdapter#observableDefer(Supplier)}, on the spawner.
     *
     * @param <T> the type of the items
     * @param supplier called once per subscription, on the subscribing thread
     * @return an observable for any number of observers
     */
    public <T> Observable<T> observableDefer(Supplier<? extends AsyncStream<? extends T>> supplier) {
        return Sources.observable("observableDefer(supplier)", SubscriptionFactory.streams(supplier), spawner);
    }

    /**
     * {@link RxJavaAdapter#observable(StreamBlock)}, on the spawner.
     *
     * @param <T> the type of the items
     * @param block the code; what it throws becomes the error
     * @return an observable for any number of observers
     */
    public <T> Observable<T> observable(StreamBlock<T> block) {
        Objects.requireNonNull(block, "block");
        return Sources.observable("observable(block)", SubscriptionFactory.streams(() -> Async.stream(block)), spawner);
    }

    /**
     * {@link RxJavaAdapter#single(JoinHandle)}, on the spawner.
     *
     * @param <T> the type of the value
     * @param handle the task
     * @return a single for any number of subscribers
     */
    public <T> Single<T> single(JoinHandle<? extends T> handle) {
        return single(handle, CancelPolicy.DETACH);
    }

    /**
     * {@link RxJavaAdapter#maybe(JoinHandle)}, on the spawner.
     *
     * @param <T> the type of the value
     * @param handle the task
     * @return a maybe for any number of subscribers
     */
    public <T> Maybe<T> maybe(JoinHandle<? extends T> handle) {
        return maybe(handle, CancelPolicy.DETACH);
    }

    /**
     * {@link RxJavaAdapter#completable(JoinHandle)}, on the spawner.
     *
     * @param handle the task
     * @return a completable for any number of subscribers
     */
    public Completable completable(JoinHandle<?> handle) {
        return completable(handle, CancelPolicy.DETACH);
    }

    /**
     * {@link RxJavaAdapter#flowable(Future...)}, on the spawner.
     *
     * @param <T> the type of the values
     * @param futures the futures; belong to the flowable from now on
     * @return a flowable for one subscriber
     */
    // variable arity, since a generator without an end, out -> { while (true) … }, would fit a single Future as well
    @SafeVarargs
    @SuppressWarnings({"overloads", "varargs"})
    public final <T> Flowable<T> flowable(Future<? extends T>... futures) {
        if (futures.length == 1) {
            String instead = "Flowable.defer(() -> RxJavaAdapter.flowable(future))";
            return Sources.flowable("flowable(future)", SubscriptionFactory.future(futures[0], instead), spawner);
        }
        return flowable(Arrays.asList(futures), Math.max(futures.length, 1));
    }

    private <T> Flowable<T> many(
            String name, Iterable<? extends Future<? extends T>> futures, int concurrency, boolean ordered) {
        String instead = "Flowable.defer(() -> RxJavaAdapter." + name + ")";
        return Sources.flowable(name, SubscriptionFactory.all(futures, concurrency, ordered, instead), spawner);
    }

    @Override
    public String toString() {
        return "RxJavaAdapter.on(" + spawner + ")";
    }
}
