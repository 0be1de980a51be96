package pollux.reactor;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.reactivestreams.Publisher;
import pollux.async.Async;
import pollux.async.AsyncBlock;
import pollux.async.AsyncIterable;
import pollux.async.Awaits;
import pollux.async.StreamBlock;
import pollux.executor.JoinHandle;
import pollux.executor.Spawner;
import pollux.executor.TaskPool;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.future.Poll;
import pollux.future.RawFuture;
import pollux.reactive.CancelPolicy;
import pollux.reactive.Prefetch;
import pollux.reactive.PublisherFuture.Mode;
import pollux.reactive.PublisherStream;
import pollux.reactive.ScheduledSpawner;
import pollux.reactive.Source;
import pollux.stream.AsyncStream;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * All conversions between Pollux and Project Reactor: {@code import static pollux.reactor.ReactorAdapter.*}.
 *
 * <table>
 * <caption>Conversions</caption>
 * <tr><th>conversion</th><th>method</th><th>backpressure</th><th>cancellation</th></tr>
 * <tr><td>Mono → Future</td><td>{@code future(mono)}, {@code await(mono)}</td><td>requests 2, to see a second item</td>
 *     <td>cancels the subscription</td></tr>
 * <tr><td>Flux → Future</td><td>{@code first}, {@code firstOrNull}, {@code single}</td><td>requests 1 or 2</td>
 *     <td>cancels the subscription; {@code first} does so after its item too</td></tr>
 * <tr><td>Flux → Future</td><td>{@code last}, {@code toList}, {@code completion}</td><td>unbounded</td>
 *     <td>cancels the subscription</td></tr>
 * <tr><td>Flux → AsyncStream</td><td>{@code stream(flux)}, {@code stream(flux, prefetch)}, {@code each(flux)}</td>
 *     <td>prefetch, refilled at three quarters</td><td>cancels the subscription; items ahead are discarded</td></tr>
 * <tr><td>Future → Mono, one run</td><td>{@code mono(future)}</td><td>the value waits for demand</td>
 *     <td>cancels the future</td></tr>
 * <tr><td>AsyncBlock or supplier → Mono, cold</td><td>{@code mono(block)}, {@code monoDefer(supplier)}</td>
 *     <td>the value waits for demand</td><td>cancels that run</td></tr>
 * <tr><td>JoinHandle → Mono, many subscribers</td><td>{@code mono(handle)}, {@code mono(handle, policy)}</td>
 *     <td>the value waits for demand</td><td>detaches; with {@code PROPAGATE} cancels the task</td></tr>
 * <tr><td>AsyncStream → Flux, one run</td><td>{@code flux(stream)}</td><td>polled only with demand</td>
 *     <td>cancels the stream</td></tr>
 * <tr><td>StreamBlock or supplier → Flux, cold</td><td>{@code flux(block)}, {@code fluxDefer(supplier)}</td>
 *     <td>polled only with demand</td><td>cancels that run</td></tr>
 * <tr><td>Futures → Flux, one run</td><td>{@code flux(future…)}, {@code flux(futures, concurrency)}, {@code fluxOrdered}</td>
 *     <td>no more run than there is demand</td><td>cancels those that run</td></tr>
 * <tr><td>Spawner → Scheduler</td><td>{@code scheduler(spawner)}</td><td></td><td>{@code dispose()} releases tasks and timers</td></tr>
 * <tr><td>Scheduler → Spawner</td><td>{@code spawner(scheduler)}</td><td></td><td>as any spawner</td></tr>
 * </table>
 *
 * <p><b>Into Pollux.</b> Nothing is subscribed before the first poll, and each result subscribes once.
 *
 * <p><b>Out of Pollux.</b> Futures are polled on the threads that subscribe, request and wake, as Reactor operators are, unless a
 * {@link Spawner} is given as last argument; then all signals but {@code onSubscribe} come from its tasks. What ends with null is
 * an empty {@code Mono}.
 *
 * <p><b>Context.</b> The {@code Context} of a subscriber is around the task that serves it, and around every {@code Mono} and {@code
 * Flux} awaited there; it is the same object throughout. {@link #context()} shows it, {@link #withContext} changes it.
 *
 * <p><b>What can no longer be delivered</b> goes to {@code Operators.onErrorDropped} and {@code Operators.onDiscard} with that context,
 * each error and item once. A mere cancellation is no error.
 *
 * <p><b>Blocking.</b> From the first use of this class on, {@code block()} and its kin refuse to park the workers of a {@link
 * TaskPool}, as they refuse the threads of {@code Schedulers.parallel()}.
 *
 * <p>Arguments must not be null.
 */
public final class ReactorAdapter {

    static {
        // block() and its kin refuse to park a worker
        Schedulers.registerNonBlockingThreadPredicate(TaskPool::isWorker);
    }

    private ReactorAdapter() {}

    // ------------------------------------------------------------------ one value in

    /**
     * Awaits the value of a mono. Waits for its completion, since a mono that has given its value may still have to commit.
     *
     * <p><b>Cancellation:</b> cancels the subscription; a value that was received is discarded.
     *
     * @param <T> the type of the value
     * @param mono a mono
     * @return a future that ends with the value, or with null if there is none; the future itself if the mono was made of one by {@link
     *     #mono(Future)} and not subscribed to
     */
    @SuppressWarnings("unchecked") // a mono of T calls for a T, and was made of a future of T
    public static <T> Future<T> future(Mono<? extends T> mono) {
        if (mono instanceof Callable<?> callable) {
            return new CalledMono<>((Callable<? extends T>) callable);
        }
        Future<T> unwrapped = mono instanceof SourceMono<?> ours ? (Future<T>) ours.reclaim(Future.class) : null;
        return unwrapped != null ? unwrapped : new ContextBridge.AwaitingFuture<T, T>(mono, Mode.AT_MOST_ONE);
    }

    /**
     * Suspends the surrounding block until a mono has completed, see {@link #future(Mono)} and {@link Async#await(Future)}.
     *
     * @param <T> the type of the value
     * @param mono a mono
     * @return its value, or null if there is none
     */
    @Awaits("future")
    public static <T> T await(Mono<? extends T> mono) {
        return Async.await(future(mono));
    }

    /**
     * Awaits the first item and cancels the publisher then.
     *
     * <p><b>Cancellation:</b> cancels the subscription.
     *
     * @param <T> the type of the value
     * @param publisher a flux, or any publisher
     * @return a future that ends with the first item, and fails with {@link java.util.NoSuchElementException} if there is none
     */
    public static <T> Future<T> first(Publisher<? extends T> publisher) {
        return new ContextBridge.AwaitingFuture<T, T>(publisher, Mode.FIRST);
    }

    /**
     * Awaits the first item, if any, and cancels the publisher then.
     *
     * <p><b>Cancellation:</b> cancels the subscription.
     *
     * @param <T> the type of the value
     * @param publisher a flux, or any publisher
     * @return a future that ends with the first item, or with null if there is none
     */
    public static <T> Future<T> firstOrNull(Publisher<? extends T> publisher) {
        return new ContextBridge.AwaitingFuture<T, T>(publisher, Mode.FIRST_OR_NULL);
    }

    /**
     * Awaits the end of a publisher of exactly one item.
     *
     * <p><b>Cancellation:</b> cancels the subscription; an item that was received is discarded.
     *
     * @param <T> the type of the value
     * @param publisher a flux, or any publisher
     * @return a future that ends with the item when the publisher completes; fails with {@link
     *     java.util.NoSuchElementException} if there was none, and with {@link IllegalStateException}, upstream cancelled, at
     *     a second one
     */
    public static <T> Future<T> single(Publisher<? extends T> publisher) {
        return new ContextBridge.AwaitingFuture<T, T>(publisher, Mode.SINGLE);
    }

    /**
     * Awaits the last item. Requests without bound, and keeps one item.
     *
     * <p><b>Cancellation:</b> cancels the subscription; the item kept is discarded.
     *
     * @param <T> the type of the value
     * @param publisher a flux, or any publisher
     * @return a future that ends with the last item when the publisher completes, and fails with {@link
     *     java.util.NoSuchElementException} if there was none
     */
    public static <T> Future<T> last(Publisher<? extends T> publisher) {
        return new ContextBridge.AwaitingFuture<T, T>(publisher, Mode.LAST);
    }

    /**
     * Awaits the end, whatever the items. Requests without bound, and discards each item.
     *
     * <p><b>Cancellation:</b> cancels the subscription.
     *
     * @param publisher a flux, a mono, or any publisher
     * @return a future that ends with null when the publisher completes
     */
    public static Future<Void> completion(Publisher<?> publisher) {
        return new ContextBridge.AwaitingFuture<Object, Void>(publisher, Mode.COMPLETION);
    }

    /**
     * Awaits all items. Requests without bound, and keeps all of them.
     *
     * <p><b>Cancellation:</b> cancels the subscription; items that were received are discarded.
     *
     * @param <T> the type of the items
     * @param publisher a flux, or any publisher; finite
     * @return a future that ends with a new mutable list when the publisher completes
     */
    public static <T> Future<List<T>> toList(Publisher<? extends T> publisher) {
        return new ContextBridge.AwaitingFuture<T, List<T>>(publisher, Mode.TO_LIST);
    }

    // ------------------------------------------------------------------ many values in

    /**
     * Pulls the items of a publisher, {@value PublisherStream#PREFETCH} ahead.
     *
     * <p><b>Cancellation:</b> cancels the subscription; items requested ahead are discarded. <b>Backpressure:</b> see {@link
     * PublisherStream}.
     *
     * @param <T> the type of the items
     * @param publisher a flux, or any publisher
     * @return a stream of its items
     */
    public static <T> AsyncStream<T> stream(Publisher<? extends T> publisher) {
        return stream(publisher, PublisherStream.PREFETCH);
    }

    /**
     * Pulls the items of a publisher.
     *
     * <p><b>Cancellation:</b> cancels the subscription; items requested ahead are discarded. <b>Backpressure:</b> see {@link
     * PublisherStream}.
     *
     * @param <T> the type of the items
     * @param publisher a flux, or any publisher
     * @param prefetch how many items may be requested and not yet taken, at least 1; {@link Integer#MAX_VALUE} for no bound
     * @return a stream of its items
     */
    public static <T> AsyncStream<T> stream(Publisher<? extends T> publisher, int prefetch) {
        return stream(publisher, Prefetch.of(prefetch));
    }

    /**
     * Pulls the items of a publisher, with a window of requests that may follow the consumer's pace.
     *
     * <p><b>Cancellation:</b> cancels the subscription; items requested ahead are discarded. <b>Backpressure:</b> see {@link
     * PublisherStream}.
     *
     * @param <T> the type of the items
     * @param publisher a flux, or any publisher
     * @param prefetch how many items may be requested and not yet taken
     * @return a stream of its items; the stream itself if the flux was made of one by {@link #flux(AsyncStream)} and not subscribed to
     */
    @SuppressWarnings("unchecked") // a flux of T was made of a stream of T
    public static <T> AsyncStream<T> stream(Publisher<? extends T> publisher, Prefetch prefetch) {
        AsyncStream<T> unwrapped =
                publisher instanceof SourceFlux<?> ours ? (AsyncStream<T>) ours.reclaim(AsyncStream.class) : null;
        return unwrapped != null ? unwrapped : new ContextBridge.PullingStream<>(publisher, prefetch);
    }

    /**
     * Goes through the items of a flux in a {@code for} statement, see {@link Async#each(AsyncStream)} and {@link
     * #stream(Publisher)}.
     *
     * @param <T> the type of the items
     * @param flux a flux; any other publisher goes to {@link Async#each(Publisher)}
     * @return what to write after the colon
     */
    public static <T> AsyncIterable<T> each(Flux<? extends T> flux) {
        return Async.each(stream(flux));
    }

    // ------------------------------------------------------------------ one value out

    /**
     * Makes a mono of one run of a future.
     *
     * <p><b>Cancellation:</b> cancels the future. <b>Backpressure:</b> the future is polled from {@code subscribe} on; its value waits
     * for demand.
     *
     * @param <T> the type of the value
     * @param future a future; belongs to the mono from now on
     * @return a mono for one subscriber; a second one gets an {@link IllegalStateException}; of {@link Futures#ready}, a constant for any
     *     number of subscribers, which Reactor's operators recognise as one
     */
    @SuppressWarnings("unchecked") // a future of T is ready with a T
    public static <T> Mono<T> mono(Future<? extends T> future) {
        Object ready = RawFuture.peek(future);
        return ready == RawFuture.PENDING ? mono(future, Spawner.inline()) : ReadyMono.of((T) ready);
    }

    /**
     * {@link #mono(Future)}, polled by a spawner.
     *
     * @param <T> the type of the value
     * @param future a future; belongs to the mono from now on
     * @param spawner runs the task of the subscription
     * @return a mono for one subscriber
     */
    public static <T> Mono<T> mono(Future<? extends T> future, Spawner spawner) {
        return SourceMono.of("mono(future)", Source.future(future, "ReactorAdapter.monoDefer(supplier)"), spawner);
    }

    /**
     * Makes a cold mono: each subscription is a run of its own.
     *
     * <p><b>Cancellation:</b> cancels the future of that subscription. <b>Backpressure:</b> its value waits for demand.
     *
     * @param <T> the type of the value
     * @param supplier called once per subscription, on the subscribing thread; must not return null; what it throws becomes the error
     * @return a mono for any number of subscribers
     */
    public static <T> Mono<T> monoDefer(Supplier<? extends Future<? extends T>> supplier) {
        return monoDefer(supplier, Spawner.inline());
    }

    /**
     * {@link #monoDefer(Supplier)}, polled by a spawner.
     *
     * @param <T> the type of the value
     * @param supplier called once per subscription, on the subscribing thread
     * @param spawner runs the tasks of the subscriptions
     * @return a mono for any number of subscribers
     */
    public static <T> Mono<T> monoDefer(Supplier<? extends Future<? extends T>> supplier, Spawner spawner) {
        return SourceMono.of("monoDefer(supplier)", Source.futures(supplier), spawner);
    }

    /**
     * Makes a cold mono of a block: each subscription is a run of its own.
     *
     * <p><b>Cancellation:</b> cancels that run, at its suspended await. <b>Backpressure:</b> its value waits for demand.
     *
     * @param <T> the type of the value
     * @param block the code; what it throws becomes the error
     * @return a mono for any number of subscribers
     */
    public static <T> Mono<T> mono(AsyncBlock<T> block) {
        return mono(block, Spawner.inline());
    }

    /**
     * {@link #mono(AsyncBlock)}, polled by a spawner.
     *
     * @param <T> the type of the value
     * @param block the code; what it throws becomes the error
     * @param spawner runs the tasks of the subscriptions
     * @return a mono for any number of subscribers
     */
    public static <T> Mono<T> mono(AsyncBlock<T> block, Spawner spawner) {
        Objects.requireNonNull(block, "block");
        return SourceMono.of("mono(block)", Source.futures(() -> Async.async(block)), spawner);
    }

    /**
     * Makes a mono of a running task. Cancelling a subscription does not touch the task.
     *
     * <p><b>Cancellation:</b> stops waiting. <b>Backpressure:</b> the value waits for demand.
     *
     * @param <T> the type of the value
     * @param handle the task
     * @return a mono for any number of subscribers
     */
    public static <T> Mono<T> mono(JoinHandle<? extends T> handle) {
        return mono(handle, CancelPolicy.DETACH);
    }

    /**
     * Makes a mono of a running task.
     *
     * <p><b>Cancellation:</b> as the policy says. <b>Backpressure:</b> the value waits for demand.
     *
     * @param <T> the type of the value
     * @param handle the task
     * @param policy what the cancellation of a subscriber means for the task
     * @return a mono for any number of subscribers
     */
    public static <T> Mono<T> mono(JoinHandle<? extends T> handle, CancelPolicy policy) {
        return mono(handle, policy, Spawner.inline());
    }

    /**
     * {@link #mono(JoinHandle, CancelPolicy)}, signalled by a spawner.
     *
     * @param <T> the type of the value
     * @param handle the task
     * @param policy what the cancellation of a subscriber means for the task
     * @param spawner runs the tasks of the subscriptions
     * @return a mono for any number of subscribers
     */
    public static <T> Mono<T> mono(JoinHandle<? extends T> handle, CancelPolicy policy, Spawner spawner) {
        return SourceMono.of("mono(handle)", Source.handle(handle, policy), spawner);
    }

    // ------------------------------------------------------------------ many values out

    /**
     * Makes a flux of one run of a stream.
     *
     * <p><b>Cancellation:</b> cancels the stream. <b>Backpressure:</b> the stream is polled only while there is demand.
     *
     * @param <T> the type of the items
     * @param stream a stream; belongs to the flux from now on
     * @return a flux for one subscriber; a second one gets an {@link IllegalStateException}; the flux itself if the stream was made of one
     *     by {@link #stream(Publisher)} and not polled
     */
    @SuppressWarnings("unchecked") // a stream of T was made of a flux of T
    public static <T> Flux<T> flux(AsyncStream<? extends T> stream) {
        return stream instanceof PublisherStream<?> ours && ours.untouched() instanceof Flux<?> source
                ? (Flux<T>) source
                : flux(stream, Spawner.inline());
    }

    /**
     * {@link #flux(AsyncStream)}, polled by a spawner.
     *
     * @param <T> the type of the items
     * @param stream a stream; belongs to the flux from now on
     * @param spawner runs the task of the subscription
     * @return a flux for one subscriber
     */
    public static <T> Flux<T> flux(AsyncStream<? extends T> stream, Spawner spawner) {
        return SourceFlux.ofStreams(
                "flux(stream)", Source.stream(stream, "ReactorAdapter.fluxDefer(supplier)"), spawner);
    }

    /**
     * Makes a cold flux: each subscription is a run of its own.
     *
     * <p><b>Cancellation:</b> cancels the stream of that subscription. <b>Backpressure:</b> it is polled only while there is demand.
     *
     * @param <T> the type of the items
     * @param supplier called once per subscription, on the subscribing thread; must not return null; what it throws becomes the error
     * @return a flux for any number of subscribers
     */
    public static <T> Flux<T> fluxDefer(Supplier<? extends AsyncStream<? extends T>> supplier) {
        return fluxDefer(supplier, Spawner.inline());
    }

    /**
     * {@link #fluxDefer(Supplier)}, polled by a spawner.
     *
     * @param <T> the type of the items
     * @param supplier called once per subscription, on the subscribing thread
     * @param spawner runs the tasks of the subscriptions
     * @return a flux for any number of subscribers
     */
    public static <T> Flux<T> fluxDefer(Supplier<? extends AsyncStream<? extends T>> supplier, Spawner spawner) {
        return SourceFlux.ofStreams("fluxDefer(supplier)", Source.streams(supplier), spawner);
    }

    /**
     * Makes a cold flux of a generator: each subscription is a run of its own.
     *
     * <p><b>Cancellation:</b> cancels that run, at its suspended await or emit. <b>Backpressure:</b> the code stays suspended in {@code
     * emit} until the next item is asked for.
     *
     * @param <T> the type of the items
     * @param block the code; what it throws becomes the error
     * @return a flux for any number of subscribers
     */
    @SuppressWarnings("overloads") // see flux(Future...)
    public static <T> Flux<T> flux(StreamBlock<T> block) {
        return flux(block, Spawner.inline());
    }

    /**
     * {@link #flux(StreamBlock)}, polled by a spawner.
     *
     * @param <T> the type of the items
     * @param block the code; what it throws becomes the error
     * @param spawner runs the tasks of the subscriptions
     * @return a flux for any number of subscribers
     */
    public static <T> Flux<T> flux(StreamBlock<T> block, Spawner spawner) {
        Objects.requireNonNull(block, "block");
        return SourceFlux.of("flux(block)", Source.streams(() -> Async.stream(block)), spawner);
    }

    /**
     * Makes a flux of the value of a future, or of the values of several, as they come. Those that end with null add nothing.
     *
     * <p><b>Cancellation:</b> cancels the futures that run. <b>Backpressure:</b> one future behaves as {@link #mono(Future)}; of several,
     * no more run than there is demand.
     *
     * @param <T> the type of the values
     * @param futures the futures; belong to the flux from now on
     * @return a flux for one subscriber; a second one gets an {@link IllegalStateException}
     */
    // variable arity, since a generator without an end, out -> { while (true) … }, would fit a single Future as well
    @SafeVarargs
    @SuppressWarnings({"overloads", "varargs"})
    public static <T> Flux<T> flux(Future<? extends T>... futures) {
        if (futures.length == 1) {
            return ReactorAdapter.<T>mono(futures[0]).flux();
        }
        return flux(Arrays.asList(futures), Math.max(futures.length, 1));
    }

    /**
     * Makes a flux of the values of many futures, as they come. Those that end with null add nothing; the first failure cancels those
     * that run.
     *
     * <p><b>Cancellation:</b> cancels the futures that run. <b>Backpressure:</b> no more futures run than there is demand.
     *
     * @param <T> the type of the values
     * @param futures the futures; belong to the flux from now on; each is started when it is taken from here
     * @param concurrency how many may run at once, at least 1
     * @return a flux for one subscriber; a second one gets an {@link IllegalStateException}
     */
    public static <T> Flux<T> flux(Iterable<? extends Future<? extends T>> futures, int concurrency) {
        return flux(futures, concurrency, Spawner.inline());
    }

    /**
     * {@link #flux(Iterable, int)}, polled by a spawner.
     *
     * @param <T> the type of the values
     * @param futures the futures; belong to the flux from now on
     * @param concurrency how many may run at once, at least 1
     * @param spawner runs the task of the subscription
     * @return a flux for one subscriber
     */
    public static <T> Flux<T> flux(Iterable<? extends Future<? extends T>> futures, int concurrency, Spawner spawner) {
        return many("flux(futures)", futures, concurrency, false, spawner);
    }

    /**
     * Makes a flux of the values of many futures, in the order of the futures. Otherwise as {@link #flux(Iterable, int)}.
     *
     * <p><b>Cancellation:</b> cancels the futures that run. <b>Backpressure:</b> no more futures run, or wait for their turn, than there
     * is demand.
     *
     * @param <T> the type of the values
     * @param futures the futures; belong to the flux from now on
     * @param concurrency how many may run at once, at least 1
     * @return a flux for one subscriber; a second one gets an {@link IllegalStateException}
     */
    public static <T> Flux<T> fluxOrdered(Iterable<? extends Future<? extends T>> futures, int concurrency) {
        return fluxOrdered(futures, concurrency, Spawner.inline());
    }

    /**
     * {@link #fluxOrdered(Iterable, int)}, polled by a spawner.
     *
     * @param <T> the type of the values
     * @param futures the futures; belong to the flux from now on
     * @param concurrency how many may run at once, at least 1
     * @param spawner runs the task of the subscription
     * @return a flux for one subscriber
     */
    public static <T> Flux<T> fluxOrdered(
            Iterable<? extends Future<? extends T>> futures, int concurrency, Spawner spawner) {
        return many("fluxOrdered(futures)", futures, concurrency, true, spawner);
    }

    private static <T> Flux<T> many(
            String name,
            Iterable<? extends Future<? extends T>> futures,
            int concurrency,
            boolean ordered,
            Spawner spawner) {
        String instead = "Flux.defer(() -> ReactorAdapter." + name + ")";
        return SourceFlux.of(name, Source.all(futures, concurrency, ordered, instead), spawner);
    }

    // ------------------------------------------------------------------ schedulers

    /**
     * Makes a scheduler of a spawner, for {@code publishOn}, {@code subscribeOn} and the operators with a delay.
     *
     * <p>The tasks of one worker run one at a time and in order; delays and periods follow the timers of the spawner. {@code dispose} of a
     * task, a worker or the scheduler releases at once what waits, does not interrupt what runs, and leaves the spawner open.
     * Afterwards, and when the spawner is closed, tasks are rejected with {@link
     * java.util.concurrent.RejectedExecutionException}.
     *
     * @param spawner where the tasks run
     * @return a new scheduler
     */
    public static Scheduler scheduler(Spawner spawner) {
        return new PoolScheduler(spawner);
    }

    /**
     * Makes a spawner of a scheduler: it runs the polls, and its clock drives the timers, so that a {@code VirtualTimeScheduler} drives
     * sleeps and timeouts. Several tasks may run at once if the scheduler has several threads. A task that the scheduler rejects
     * fails with that rejection.
     *
     * @param scheduler where the tasks run; sleeps and timeouts fail unless it is capable of delays
     * @return a new spawner
     */
    public static Spawner spawner(Scheduler scheduler) {
        Objects.requireNonNull(scheduler, "scheduler");
        return new ScheduledSpawner(
                "ReactorAdapter.spawner(" + scheduler + ")",
                scheduler::schedule,
                ScheduledSpawner.clock(() -> scheduler.now(TimeUnit.NANOSECONDS), VirtualTime.drives(scheduler)),
                (task, delayNanos) -> scheduler.schedule(task, delayNanos, TimeUnit.NANOSECONDS)::dispose);
    }

    // ------------------------------------------------------------------ context

    /**
     * Reads the {@code Context} around the polled task: that of the subscriber it serves, as changed by {@link #withContext}.
     *
     * <p><b>Cancellation:</b> nothing is lost; it is ready at once.
     *
     * @return a future of the context, which is empty if there is none
     */
    public static Future<ContextView> context() {
        return cx -> Poll.ready(ContextBridge.of(cx).context());
    }

    /**
     * Runs a future in the {@code Context} around it with further entries on top, as {@code contextWrite} does.
     *
     * <p><b>Cancellation:</b> passed on.
     *
     * @param <T> the type of the value
     * @param entries the entries to add
     * @param future the future that will find them; belongs to the result
     * @return a future that owns the given one
     */
    public static <T> Future<T> withContext(ContextView entries, Future<T> future) {
        Objects.requireNonNull(entries, "entries");
        return withContext(context -> context.putAll(entries), future);
    }

    /**
     * Runs a future in a changed {@code Context}, as {@code contextWrite} does.
     *
     * <p><b>Cancellation:</b> passed on.
     *
     * @param <T> the type of the value
     * @param change makes the context of the future out of the one around it; called at the first poll; what it throws becomes
     *     the failure
     * @param future the future that will find it; belongs to the result
     * @return a future that owns the given one
     */
    public static <T> Future<T> withContext(UnaryOperator<Context> change, Future<T> future) {
        return new ContextFuture<>(change, future);
    }
}
