package pollux.rxjava;

import io.reactivex.rxjava3.core.Completable;
import io.reactivex.rxjava3.core.CompletableSource;
import io.reactivex.rxjava3.core.Flowable;
import io.reactivex.rxjava3.core.Maybe;
import io.reactivex.rxjava3.core.MaybeSource;
import io.reactivex.rxjava3.core.Observable;
import io.reactivex.rxjava3.core.ObservableSource;
import io.reactivex.rxjava3.core.Scheduler;
import io.reactivex.rxjava3.core.Single;
import io.reactivex.rxjava3.core.SingleSource;
import java.util.Objects;
import java.util.function.Supplier;
import pollux.async.Async;
import pollux.async.AsyncBlock;
import pollux.async.AsyncIterable;
import pollux.async.Awaits;
import pollux.async.StreamBlock;
import pollux.executor.JoinHandle;
import pollux.executor.Spawner;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.future.RawFuture;
import pollux.reactive.CancelPolicy;
import pollux.reactive.Prefetch;
import pollux.reactive.spi.PublisherStream;
import pollux.stream.AsyncStream;

/**
 * All conversions between Pollux and RxJava 3, and what {@link Async} has: {@code import static
 * pollux.rxjava.RxJavaAdapter.*}.
 *
 * <table>
 * <caption>Conversions</caption>
 * <tr><th>conversion</th><th>method</th><th>backpressure</th><th>cancellation</th></tr>
 * <tr><td>Single, Maybe, Completable → Future</td><td>{@code future(x)}, {@code await(x)}</td><td>one value</td>
 *     <td>disposes of the source</td></tr>
 * <tr><td>Flowable → Future, inherited</td><td>{@code first}, {@code firstOrNull}, {@code exactlyOne}</td><td>requests
 * 1 or 2</td>
 *     <td>cancels the subscription; {@code first} does so after its item too</td></tr>
 * <tr><td>Flowable → Future, inherited</td><td>{@code last}, {@code toList}, {@code completion}</td><td>unbounded</td>
 *     <td>cancels the subscription</td></tr>
 * <tr><td>Flowable → AsyncStream</td><td>{@code stream(flowable)}, {@code stream(flowable, prefetch)}, {@code
 * each(flowable)}</td>
 *     <td>prefetch, refilled at three quarters</td><td>cancels the subscription; items ahead are dropped</td></tr>
 * <tr><td>Observable → AsyncStream</td><td>{@code stream(observable, overflow)}</td><td>none: the {@link Overflow} says
 * what happens</td>
 *     <td>disposes of the source; items ahead are dropped</td></tr>
 * <tr><td>Future → Single, Maybe, Completable, one run</td><td>{@code single(future)}, {@code maybe(future)}, {@code
 *     completable(future)}</td><td>the value is passed on at once</td><td>cancels the future</td></tr>
 * <tr><td>AsyncBlock or supplier → the same, cold</td><td>{@code single(block)}, {@code singleDefer(supplier)}
 * …</td><td>the same</td>
 *     <td>cancels that run</td></tr>
 * <tr><td>JoinHandle → the same, many subscribers</td><td>{@code single(handle)}, {@code single(handle, policy)}
 * …</td><td>the same</td>
 *     <td>detaches; with {@code PROPAGATE} cancels the task</td></tr>
 * <tr><td>AsyncStream → Flowable, Observable, one run</td><td>{@code flowable(stream)}, {@code observable(stream)}</td>
 *     <td>polled only with demand; an Observable always demands</td><td>cancels the stream</td></tr>
 * <tr><td>StreamBlock or supplier → Flowable, Observable, cold</td><td>{@code flowable(block)}, {@code
 * flowableDefer(supplier)} …</td>
 *     <td>the same</td><td>cancels that run</td></tr>
 * <tr><td>Futures → Flowable, one run</td><td>{@code flowable(future…)}, {@code flowable(futures, concurrency)}, {@code
 *     flowableOrdered}</td><td>no more run than there is demand</td><td>cancels those that run</td></tr>
 * <tr><td>Spawner → Scheduler</td><td>{@code scheduler(spawner)}</td><td></td><td>{@code dispose()} releases tasks and
 * timers</td></tr>
 * <tr><td>Scheduler → Spawner</td><td>{@code spawner(scheduler)}</td><td></td><td>as any spawner</td></tr>
 * </table>
 *
 * <p><b>Into Pollux.</b> Nothing is subscribed before the first poll, and each result subscribes once.
 *
 * <p><b>Out of Pollux.</b> Futures are polled on the threads that subscribe, request and wake, as RxJava operators are.
 * {@link #on} gives the same conversions on a {@link Spawner}: then all signals but {@code onSubscribe} come from its
 * tasks. What ends with null is an empty {@code Maybe}, a completed {@code Completable}, and an error for a {@code
 * Single}.
 *
 * <p><b>What can no longer be delivered:</b> errors go to {@code RxJavaPlugins.onError}, each once; RxJava has no hook
 * for items. A mere cancellation is no error.
 *
 * <p>Arguments must not be null.
 */
@SuppressWarnings("overloads") // sources and futures are never written as lambdas in place, and blocks take no argument
public final class RxJavaAdapter extends Async {

    private static final RxJavaConversions INLINE = new RxJavaConversions(Spawner.inline());

    private RxJavaAdapter() {}

    // ------------------------------------------------------------------ one value in

    /**
     * Awaits a single.
     *
     * <p><b>Cancellation:</b> disposes of the source.
     *
     * @param <T> the type of the value
     * @param single a single
     * @return a future that ends with its value
     */
    public static <T> Future<T> future(SingleSource<? extends T> single) {
        Future<T> called = Scalars.single(Objects.requireNonNull(single, "single"));
        return called != null ? called : new ObservedFuture<>(single, single::subscribe);
    }

    /**
     * Suspends the surrounding block until a single has ended, see {@link #future(SingleSource)} and {@link
     * Async#await(Future)}.
     *
     * @param <T> the type of the value
     * @param single a single
     * @return its value
     */
    @Awaits("future")
    public static <T> T await(SingleSource<? extends T> single) {
        return Async.await(future(single));
    }

    /**
     * Awaits a maybe.
     *
     * <p><b>Cancellation:</b> disposes of the source.
     *
     * @param <T> the type of the value
     * @param maybe a maybe
     * @return a future that ends with its value, or with null if there is none
     */
    @SuppressWarnings("unchecked") // a maybe of T was made of a future of T
    public static <T> Future<T> future(MaybeSource<? extends T> maybe) {
        Future<T> called = Scalars.maybe(Objects.requireNonNull(maybe, "maybe"));
        if (called != null) {
            return called;
        }
        Future<T> unwrapped = (Future<T>) Sources.unwrap(maybe, Future.class);
        return unwrapped != null ? unwrapped : new ObservedFuture<>(maybe, maybe::subscribe);
    }

    /**
     * Suspends the surrounding block until a maybe has ended, see {@link #future(MaybeSource)} and {@link
     * Async#await(Future)}.
     *
     * @param <T> the type of the value
     * @param maybe a maybe
     * @return its value, or null if there is none
     */
    @Awaits("future")
    public static <T> T await(MaybeSource<? extends T> maybe) {
        return Async.await(future(maybe));
    }

    /**
     * Awaits a completable.
     *
     * <p><b>Cancellation:</b> disposes of the source.
     *
     * @param completable a completable
     * @return a future that ends with null when it completes
     */
    public static Future<Void> future(CompletableSource completable) {
        Future<Void> called = Scalars.completable(Objects.requireNonNull(completable, "completable"));
        return called != null ? called : new ObservedFuture<>(completable, completable::subscribe);
    }

    /**
     * Suspends the surrounding block until a completable has ended, see {@link #future(CompletableSource)} and {@link
     * Async#await(Future)}.
     *
     * @param completable a completable
     */
    @Awaits("future")
    public static void await(CompletableSource completable) {
        Async.await(future(completable));
    }

    // ------------------------------------------------------------------ many values in

    /**
     * Pulls the items of a flowable, {@value PublisherStream#PREFETCH} ahead: {@link
     * #fromPublisher(org.reactivestreams.Publisher)} under
     * the name that {@link Async#stream} gives to streams.
     *
     * <p><b>Cancellation:</b> cancels the subscription; items requested ahead are dropped. <b>Backpressure:</b> see
     * {@link
     * PublisherStream}.
     *
     * @param <T> the type of the items
     * @param flowable a flowable
     * @return a stream of its items; the stream itself if the flowable was made of one by {@link
     *     #flowable(AsyncStream)} and not
     *     subscribed to
     */
    public static <T> AsyncStream<T> stream(Flowable<? extends T> flowable) {
        return fromPublisher(flowable);
    }

    /**
     * Pulls the items of a flowable.
     *
     * <p><b>Cancellation:</b> cancels the subscription; items requested ahead are dropped. <b>Backpressure:</b> see
     * {@link
     * PublisherStream}.
     *
     * @param <T> the type of the items
     * @param flowable a flowable
     * @param prefetch how many items may be requested and not yet taken, at least 1; {@link Integer#MAX_VALUE} for no
     *     bound
     * @return a stream of its items
     */
    public static <T> AsyncStream<T> stream(Flowable<? extends T> flowable, int prefetch) {
        return fromPublisher(flowable, prefetch);
    }

    /**
     * Pulls the items of a flowable, with a window of requests that may follow the consumer's pace.
     *
     * <p><b>Cancellation:</b> cancels the subscription; items requested ahead are dropped. <b>Backpressure:</b> see
     * {@link
     * PublisherStream}.
     *
     * @param <T> the type of the items
     * @param flowable a flowable
     * @param prefetch how many items may be requested and not yet taken
     * @return a stream of its items
     */
    public static <T> AsyncStream<T> stream(Flowable<? extends T> flowable, Prefetch prefetch) {
        return fromPublisher(flowable, prefetch);
    }

    /**
     * Pulls the items of an observable, which has no backpressure: what comes too fast is dealt with as the policy
     * says. The emitting thread is never blocked.
     *
     * <p><b>Cancellation:</b> disposes of the source; items that wait are dropped. <b>Backpressure:</b> none; see
     * {@link Overflow}.
     *
     * @param <T> the type of the items
     * @param observable an observable
     * @param overflow what happens to items that come too fast
     * @return a stream of its items
     */
    public static <T> AsyncStream<T> stream(ObservableSource<? extends T> observable, Overflow overflow) {
        return new ObservableStream<>(observable, overflow);
    }

    /**
     * Goes through the items of an observable in a {@code for} statement, see {@link Async#each} and {@link
     * #stream(ObservableSource, Overflow)}.
     *
     * @param <T> the type of the items
     * @param observable an observable
     * @param overflow what happens to items that come too fast
     * @return what to write after the colon
     */
    public static <T> AsyncIterable<T> each(ObservableSource<? extends T> observable, Overflow overflow) {
        return Async.each(stream(observable, overflow));
    }

    // ------------------------------------------------------------------ where the conversions below run

    /**
     * Returns the outbound conversions below, with each subscription served by tasks of a spawner. Where both adapters
     * are imported it is written with the name of this class, {@code RxJavaAdapter.on(pool).single(block)}.
     *
     * @param spawner runs the task of each subscription
     * @return the conversions
     */
    public static RxJavaConversions on(Spawner spawner) {
        return new RxJavaConversions(spawner);
    }

    // ------------------------------------------------------------------ one value out

    /**
     * Makes a single of one run of a future; null is an error.
     *
     * <p><b>Cancellation:</b> cancels the future.
     *
     * @param <T> the type of the value
     * @param future a future; belongs to the single from now on
     * @return a single for one observer; a second one gets an {@link IllegalStateException}
     */
    public static <T> Single<T> single(Future<? extends T> future) {
        return INLINE.single(future);
    }

    /**
     * Makes a cold single: each subscription is a run of its own; null is an error.
     *
     * <p><b>Cancellation:</b> cancels the future of that subscription.
     *
     * @param <T> the type of the value
     * @param supplier called once per subscription, on the subscribing thread; must not return null; what it throws
     *     becomes the error
     * @return a single for any number of observers
     */
    public static <T> Single<T> singleDefer(Supplier<? extends Future<? extends T>> supplier) {
        return INLINE.singleDefer(supplier);
    }

    /**
     * Makes a cold single of a block: each subscription is a run of its own; null is an error.
     *
     * <p><b>Cancellation:</b> cancels that run, at its suspended await.
     *
     * @param <T> the type of the value
     * @param block the code; what it throws becomes the error
     * @return a single for any number of observers
     */
    public static <T> Single<T> single(AsyncBlock<T> block) {
        return INLINE.single(block);
    }

    /**
     * Makes a single of a running task; an observer that disposes leaves the task alone.
     *
     * <p><b>Cancellation:</b> detaches.
     *
     * @param <T> the type of the value
     * @param handle the task
     * @return a single for any number of observers
     */
    public static <T> Single<T> single(JoinHandle<? extends T> handle) {
        return single(handle, CancelPolicy.DETACH);
    }

    /**
     * Makes a single of a running task.
     *
     * <p><b>Cancellation:</b> as the policy says.
     *
     * @param <T> the type of the value
     * @param handle the task
     * @param policy what the disposal of an observer means for the task
     * @return a single for any number of observers
     */
    public static <T> Single<T> single(JoinHandle<? extends T> handle, CancelPolicy policy) {
        return INLINE.single(handle, policy);
    }

    /**
     * Makes a maybe of one run of a future; null is empty.
     *
     * <p><b>Cancellation:</b> cancels the future.
     *
     * @param <T> the type of the value
     * @param future a future; belongs to the maybe from now on
     * @return a maybe for one observer; a second one gets an {@link IllegalStateException}; of {@link Futures#ready}, a
     *     constant for any number of observers, which RxJava's operators recognise as one
     */
    @SuppressWarnings("unchecked") // a future of T is ready with a T
    public static <T> Maybe<T> maybe(Future<? extends T> future) {
        Object ready = RawFuture.peek(future);
        return ready == RawFuture.PENDING ? INLINE.maybe(future) : ReadySources.maybe((T) ready);
    }

    /**
     * Makes a cold maybe: each subscription is a run of its own; null is empty.
     *
     * <p><b>Cancellation:</b> cancels the future of that subscription.
     *
     * @param <T> the type of the value
     * @param supplier called once per subscription, on the subscribing thread; must not return null; what it throws
     *     becomes the error
     * @return a maybe for any number of observers
     */
    public static <T> Maybe<T> maybeDefer(Supplier<? extends Future<? extends T>> supplier) {
        return INLINE.maybeDefer(supplier);
    }

    /**
     * Makes a cold maybe of a block: each subscription is a run of its own; null is empty.
     *
     * <p><b>Cancellation:</b> cancels that run, at its suspended await.
     *
     * @param <T> the type of the value
     * @param block the code; what it throws becomes the error
     * @return a maybe for any number of observers
     */
    public static <T> Maybe<T> maybe(AsyncBlock<T> block) {
        return INLINE.maybe(block);
    }

    /**
     * Makes a maybe of a running task; an observer that disposes leaves the task alone.
     *
     * <p><b>Cancellation:</b> detaches.
     *
     * @param <T> the type of the value
     * @param handle the task
     * @return a maybe for any number of observers
     */
    public static <T> Maybe<T> maybe(JoinHandle<? extends T> handle) {
        return maybe(handle, CancelPolicy.DETACH);
    }

    /**
     * Makes a maybe of a running task.
     *
     * <p><b>Cancellation:</b> as the policy says.
     *
     * @param <T> the type of the value
     * @param handle the task
     * @param policy what the disposal of an observer means for the task
     * @return a maybe for any number of observers
     */
    public static <T> Maybe<T> maybe(JoinHandle<? extends T> handle, CancelPolicy policy) {
        return INLINE.maybe(handle, policy);
    }

    /**
     * Makes a completable of one run of a future; its value is not passed on.
     *
     * <p><b>Cancellation:</b> cancels the future.
     *
     * @param future a future; belongs to the completable from now on
     * @return a completable for one observer; a second one gets an {@link IllegalStateException}
     */
    public static Completable completable(Future<?> future) {
        return INLINE.completable(future);
    }

    /**
     * Makes a cold completable: each subscription is a run of its own; its value is not passed on.
     *
     * <p><b>Cancellation:</b> cancels the future of that subscription.
     *
     * @param supplier called once per subscription, on the subscribing thread; must not return null; what it throws
     *     becomes the error
     * @return a completable for any number of observers
     */
    public static Completable completableDefer(Supplier<? extends Future<?>> supplier) {
        return INLINE.completableDefer(supplier);
    }

    /**
     * Makes a cold completable of a block: each subscription is a run of its own; its value is not passed on.
     *
     * <p><b>Cancellation:</b> cancels that run, at its suspended await.
     *
     * @param block the code; what it throws becomes the error
     * @return a completable for any number of observers
     */
    public static Completable completable(AsyncBlock<?> block) {
        return INLINE.completable(block);
    }

    /**
     * Makes a completable of a running task; an observer that disposes leaves the task alone.
     *
     * <p><b>Cancellation:</b> detaches.
     *
     * @param handle the task
     * @return a completable for any number of observers
     */
    public static Completable completable(JoinHandle<?> handle) {
        return completable(handle, CancelPolicy.DETACH);
    }

    /**
     * Makes a completable of a running task.
     *
     * <p><b>Cancellation:</b> as the policy says.
     *
     * @param handle the task
     * @param policy what the disposal of an observer means for the task
     * @return a completable for any number of observers
     */
    public static Completable completable(JoinHandle<?> handle, CancelPolicy policy) {
        return INLINE.completable(handle, policy);
    }

    // ------------------------------------------------------------------ many values out

    /**
     * Makes a flowable of one run of a stream.
     *
     * <p><b>Cancellation:</b> cancels the stream. <b>Backpressure:</b> the stream is polled only while there is demand.
     *
     * @param <T> the type of the items
     * @param stream a stream; belongs to the flowable from now on
     * @return a flowable for one subscriber; a second one gets an {@link IllegalStateException}
     */
    @SuppressWarnings("unchecked") // a stream of T was made of a flowable of T
    public static <T> Flowable<T> flowable(AsyncStream<? extends T> stream) {
        return stream instanceof PublisherStream<?> ours && ours.untouched() instanceof Flowable<?> source
                ? (Flowable<T>) source
                : INLINE.flowable(stream);
    }

    /**
     * Makes a cold flowable: each subscription is a run of its own.
     *
     * <p><b>Cancellation:</b> cancels the stream of that subscription. <b>Backpressure:</b> it is polled only while
     * there is demand.
     *
     * @param <T> the type of the items
     * @param supplier called once per subscription, on the subscribing thread; must not return null; what it throws
     *     becomes the error
     * @return a flowable for any number of subscribers
     */
    public static <T> Flowable<T> flowableDefer(Supplier<? extends AsyncStream<? extends T>> supplier) {
        return INLINE.flowableDefer(supplier);
    }

    /**
     * Makes a cold flowable of a generator: each subscription is a run of its own.
     *
     * <p><b>Cancellation:</b> cancels that run, at its suspended await or emit. <b>Backpressure:</b> the code stays
     * suspended in {@code emit} until the next item is asked for.
     *
     * @param <T> the type of the items
     * @param block the code; what it throws becomes the error
     * @return a flowable for any number of subscribers
     */
    public static <T> Flowable<T> flowable(StreamBlock<T> block) {
        return INLINE.flowable(block);
    }

    /**
     * Makes a flowable of the value of a future, or of the values of several, as they come. Those that end with null
     * add nothing.
     *
     * <p><b>Cancellation:</b> cancels the futures that run. <b>Backpressure:</b> one future behaves as {@link
     * #maybe(Future)}; of several, no more run than there is demand.
     *
     * @param <T> the type of the values
     * @param futures the futures; belong to the flowable from now on
     * @return a flowable for one subscriber; a second one gets an {@link IllegalStateException}
     */
    // variable arity, since a generator without an end, out -> { while (true) … }, would fit a single Future as well
    @SafeVarargs
    @SuppressWarnings({"varargs", "unchecked"}) // a future of T is ready with a T
    public static <T> Flowable<T> flowable(Future<? extends T>... futures) {
        if (futures.length == 1) {
            Object ready = RawFuture.peek(futures[0]);
            if (ready != RawFuture.PENDING) {
                return ReadySources.flowable((T) ready);
            }
        }
        return INLINE.flowable(futures);
    }

    /**
     * Makes a flowable of the values of many futures, as they come. Those that end with null add nothing; the first
     * failure cancels those that run.
     *
     * <p><b>Cancellation:</b> cancels the futures that run. <b>Backpressure:</b> no more futures run than there is
     * demand.
     *
     * @param <T> the type of the values
     * @param futures the futures; belong to the flowable from now on; each is started when it is taken from here
     * @param concurrency how many may run at once, at least 1
     * @return a flowable for one subscriber; a second one gets an {@link IllegalStateException}
     */
    public static <T> Flowable<T> flowable(Iterable<? extends Future<? extends T>> futures, int concurrency) {
        return INLINE.flowable(futures, concurrency);
    }

    /**
     * Makes a flowable of the values of many futures, in the order of the futures. Otherwise as {@link
     * #flowable(Iterable, int)}.
     *
     * <p><b>Cancellation:</b> cancels the futures that run. <b>Backpressure:</b> no more futures run, or wait for their
     * turn, than there is demand.
     *
     * @param <T> the type of the values
     * @param futures the futures; belong to the flowable from now on
     * @param concurrency how many may run at once, at least 1
     * @return a flowable for one subscriber; a second one gets an {@link IllegalStateException}
     */
    public static <T> Flowable<T> flowableOrdered(Iterable<? extends Future<? extends T>> futures, int concurrency) {
        return INLINE.flowableOrdered(futures, concurrency);
    }

    /**
     * Makes an observable of one run of a stream.
     *
     * <p><b>Cancellation:</b> cancels the stream. <b>Backpressure:</b> none; the stream is polled as fast as it
     * answers.
     *
     * @param <T> the type of the items
     * @param stream a stream; belongs to the observable from now on
     * @return an observable for one observer; a second one gets an {@link IllegalStateException}
     */
    public static <T> Observable<T> observable(AsyncStream<? extends T> stream) {
        return INLINE.observable(stream);
    }

    /**
     * Makes a cold observable: each subscription is a run of its own.
     *
     * <p><b>Cancellation:</b> cancels the stream of that subscription. <b>Backpressure:</b> none; the stream is polled
     * as fast as it answers.
     *
     * @param <T> the type of the items
     * @param supplier called once per subscription, on the subscribing thread; must not return null; what it throws
     *     becomes the error
     * @return an observable for any number of observers
     */
    public static <T> Observable<T> observableDefer(Supplier<? extends AsyncStream<? extends T>> supplier) {
        return INLINE.observableDefer(supplier);
    }

    /**
     * Makes a cold observable of a generator: each subscription is a run of its own.
     *
     * <p><b>Cancellation:</b> cancels that run, at its suspended await or emit. <b>Backpressure:</b> none; the stream
     * is polled as fast as it answers.
     *
     * @param <T> the type of the items
     * @param block the code; what it throws becomes the error
     * @return an observable for any number of observers
     */
    public static <T> Observable<T> observable(StreamBlock<T> block) {
        return INLINE.observable(block);
    }

    // ------------------------------------------------------------------ schedulers

    /**
     * Makes a scheduler of a spawner, for {@code publishOn}, {@code subscribeOn} and the operators with a delay.
     *
     * <p>The tasks of one worker run one at a time and in order; delays and periods follow the timers of the spawner.
     * Disposing of a task or a worker, and shutting the scheduler down, releases at once what waits for a time, and
     * what waits for its turn as soon as the spawner gets to it; it does not interrupt what runs, and leaves the
     * spawner open. Afterwards, and when the spawner is closed, tasks are refused with a disposed {@code Disposable}.
     *
     * @param spawner where the tasks run
     * @return a new scheduler
     */
    public static Scheduler scheduler(Spawner spawner) {
        return new PoolScheduler(spawner);
    }

    /**
     * Makes a spawner of a scheduler: it runs the polls, and its clock drives the timers, so that a {@code
     * TestScheduler} drives sleeps and timeouts. RxJava's own schedulers tell the time of the wall, in milliseconds.
     *
     * <p>Several tasks may run at once if the scheduler has several threads. A task that the scheduler refuses fails
     * with a {@link java.util.concurrent.RejectedExecutionException}.
     *
     * <p>A task that waits for a sleep or a timeout when the scheduler is shut down fails shortly after that time; one
     * that waits for something else, when it is woken. RxJava also drops what a scheduler has queued then: a task that
     * is about to be polled never ends. Neither does a sleep on a {@code TestScheduler} that is shut down.
     *
     * @param scheduler where the tasks run
     * @return a new spawner
     */
    public static Spawner spawner(Scheduler scheduler) {
        return SchedulerSpawner.of(scheduler);
    }
}
