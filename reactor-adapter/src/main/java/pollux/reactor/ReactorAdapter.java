package pollux.reactor;

import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import pollux.async.Async;
import pollux.async.AsyncBlock;
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
import pollux.reactive.spi.PublisherStream;
import pollux.reactive.spi.ScheduledSpawner;
import pollux.stream.AsyncStream;
import pollux.time.TimerService;
import reactor.core.Exceptions;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * All conversions between Pollux and Project Reactor, and what {@link Async} has: {@code import static
 * pollux.reactor.ReactorAdapter.*}.
 *
 * <table>
 * <caption>Conversions</caption>
 * <tr><th>conversion</th><th>method</th><th>backpressure</th><th>cancellation</th></tr>
 * <tr><td>Mono → Future, inherited</td><td>{@code future(mono)}, {@code await(mono)}</td><td>requests 2, to see a
 * second item</td>
 *     <td>cancels the subscription</td></tr>
 * <tr><td>Flux → Future, inherited</td><td>{@code first}, {@code firstOrNull}, {@code exactlyOne}</td><td>requests 1 or
 * 2</td>
 *     <td>cancels the subscription; {@code first} does so after its item too</td></tr>
 * <tr><td>Flux → Future, inherited</td><td>{@code last}, {@code toList}, {@code completion}</td><td>unbounded</td>
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
 * <tr><td>Futures → Flux, one run</td><td>{@code flux(future…)}, {@code flux(futures, concurrency)}, {@code
 * fluxOrdered}</td>
 *     <td>no more run than there is demand</td><td>cancels those that run</td></tr>
 * <tr><td>Spawner → Scheduler</td><td>{@code scheduler(spawner)}</td><td></td><td>{@code dispose()} releases tasks and
 * timers</td></tr>
 * <tr><td>Scheduler → Spawner</td><td>{@code spawner(scheduler)}</td><td></td><td>as any spawner</td></tr>
 * </table>
 *
 * <p><b>Into Pollux.</b> Nothing is subscribed before the first poll, and each result subscribes once.
 *
 * <p><b>Out of Pollux.</b> Futures are polled on the threads that subscribe, request and wake, as Reactor operators
 * are. {@link #on} gives the same conversions on a {@link Spawner}: then all signals but {@code onSubscribe} come from
 * its tasks. What ends with null is an empty {@code Mono}.
 *
 * <p><b>Context.</b> The {@code Context} of a subscriber is around the task that serves it, and around every {@code
 * Mono} and {@code Flux} awaited there; it is the same object throughout. {@link #context()} shows it, {@link
 * #withContext} changes it.
 *
 * <p><b>What can no longer be delivered</b> goes to {@code Operators.onErrorDropped} and {@code Operators.onDiscard}
 * with that context, each error and item once. A mere cancellation is no error.
 *
 * <p><b>Blocking.</b> From the first conversion on, {@code block()} and its kin refuse to park the workers of a {@link
 * TaskPool}, as they refuse the threads of {@code Schedulers.parallel()}.
 *
 * <p>Arguments must not be null.
 */
public final class ReactorAdapter extends Async {

    static {
        ReactorBridge.markWorkers();
    }

    private static final ReactorConversions INLINE = new ReactorConversions(Spawner.inline());

    private ReactorAdapter() {}

    // ------------------------------------------------------------------ many values in

    /**
     * Pulls the items of a flux, {@value PublisherStream#PREFETCH} ahead: {@link
     * #fromPublisher(org.reactivestreams.Publisher)} under the
     * name that {@link Async#stream} gives to streams.
     *
     * <p><b>Cancellation:</b> cancels the subscription; items requested ahead are discarded. <b>Backpressure:</b> see
     * {@link
     * PublisherStream}.
     *
     * @param <T> the type of the items
     * @param flux a flux
     * @return a stream of its items; the stream itself if the flux was made of one by {@link #flux(AsyncStream)} and
     *     not subscribed to
     */
    public static <T> AsyncStream<T> stream(Flux<? extends T> flux) {
        return fromPublisher(flux);
    }

    /**
     * Pulls the items of a flux.
     *
     * <p><b>Cancellation:</b> cancels the subscription; items requested ahead are discarded. <b>Backpressure:</b> see
     * {@link
     * PublisherStream}.
     *
     * @param <T> the type of the items
     * @param flux a flux
     * @param prefetch how many items may be requested and not yet taken, at least 1; {@link Integer#MAX_VALUE} for no
     *     bound
     * @return a stream of its items
     */
    public static <T> AsyncStream<T> stream(Flux<? extends T> flux, int prefetch) {
        return fromPublisher(flux, prefetch);
    }

    /**
     * Pulls the items of a flux, with a window of requests that may follow the consumer's pace.
     *
     * <p><b>Cancellation:</b> cancels the subscription; items requested ahead are discarded. <b>Backpressure:</b> see
     * {@link
     * PublisherStream}.
     *
     * @param <T> the type of the items
     * @param flux a flux
     * @param prefetch how many items may be requested and not yet taken
     * @return a stream of its items
     */
    public static <T> AsyncStream<T> stream(Flux<? extends T> flux, Prefetch prefetch) {
        return fromPublisher(flux, prefetch);
    }

    // ------------------------------------------------------------------ where the conversions below run

    /**
     * Returns the outbound conversions below, with each subscription served by tasks of a spawner. Where both adapters
     * are imported it is written with the name of this class, {@code ReactorAdapter.on(pool).mono(block)}.
     *
     * @param spawner runs the task of each subscription
     * @return the conversions
     */
    public static ReactorConversions on(Spawner spawner) {
        return new ReactorConversions(spawner);
    }

    // ------------------------------------------------------------------ one value out

    /**
     * Makes a mono of one run of a future.
     *
     * <p><b>Cancellation:</b> cancels the future. <b>Backpressure:</b> the future is polled from {@code subscribe} on;
     * its value waits for demand.
     *
     * @param <T> the type of the value
     * @param future a future; belongs to the mono from now on
     * @return a mono for one subscriber; a second one gets an {@link IllegalStateException}; of {@link Futures#ready},
     *     a constant for any number of subscribers, which Reactor's operators recognise as one
     */
    @SuppressWarnings("unchecked") // a future of T is ready with a T
    public static <T> Mono<T> mono(Future<? extends T> future) {
        Object ready = RawFuture.peek(future);
        return ready == RawFuture.PENDING ? INLINE.mono(future) : ReadyMono.of((T) ready);
    }

    /**
     * Makes a cold mono: each subscription is a run of its own.
     *
     * <p><b>Cancellation:</b> cancels the future of that subscription. <b>Backpressure:</b> its value waits for demand.
     *
     * @param <T> the type of the value
     * @param supplier called once per subscription, on the subscribing thread; must not return null; what it throws
     *     becomes the error
     * @return a mono for any number of subscribers
     */
    public static <T> Mono<T> monoDefer(Supplier<? extends Future<? extends T>> supplier) {
        return INLINE.monoDefer(supplier);
    }

    /**
     * Makes a cold mono of a block: each subscription is a run of its own.
     *
     * <p><b>Cancellation:</b> cancels that run, at its suspended await. <b>Backpressure:</b> its value waits for
     * demand.
     *
     * @param <T> the type of the value
     * @param block the code; what it throws becomes the error
     * @return a mono for any number of subscribers
     */
    public static <T> Mono<T> mono(AsyncBlock<T> block) {
        return INLINE.mono(block);
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
        return INLINE.mono(handle, policy);
    }

    // ------------------------------------------------------------------ many values out

    /**
     * Makes a flux of one run of a stream.
     *
     * <p><b>Cancellation:</b> cancels the stream. <b>Backpressure:</b> the stream is polled only while there is demand.
     *
     * @param <T> the type of the items
     * @param stream a stream; belongs to the flux from now on
     * @return a flux for one subscriber; a second one gets an {@link IllegalStateException}; the flux itself if the
     *     stream was made of one by {@link #stream(Flux)} and not polled
     */
    @SuppressWarnings("unchecked") // a stream of T was made of a flux of T
    public static <T> Flux<T> flux(AsyncStream<? extends T> stream) {
        return stream instanceof PublisherStream<?> ours && ours.untouched() instanceof Flux<?> source
                ? (Flux<T>) source
                : INLINE.flux(stream);
    }

    /**
     * Makes a cold flux: each subscription is a run of its own.
     *
     * <p><b>Cancellation:</b> cancels the stream of that subscription. <b>Backpressure:</b> it is polled only while
     * there is demand.
     *
     * @param <T> the type of the items
     * @param supplier called once per subscription, on the subscribing thread; must not return null; what it throws
     *     becomes the error
     * @return a flux for any number of subscribers
     */
    public static <T> Flux<T> fluxDefer(Supplier<? extends AsyncStream<? extends T>> supplier) {
        return INLINE.fluxDefer(supplier);
    }

    /**
     * Makes a cold flux of a generator: each subscription is a run of its own.
     *
     * <p><b>Cancellation:</b> cancels that run, at its suspended await or emit. <b>Backpressure:</b> the code stays
     * suspended in {@code emit} until the next item is asked for.
     *
     * @param <T> the type of the items
     * @param block the code; what it throws becomes the error
     * @return a flux for any number of subscribers
     */
    @SuppressWarnings("overloads") // see flux(Future...)
    public static <T> Flux<T> flux(StreamBlock<T> block) {
        return INLINE.flux(block);
    }

    /**
     * Makes a flux of the value of a future, or of the values of several, as they come. Those that end with null add
     * nothing.
     *
     * <p><b>Cancellation:</b> cancels the futures that run. <b>Backpressure:</b> one future behaves as {@link
     * #mono(Future)}; of several, no more run than there is demand.
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
     * Makes a flux of the values of many futures, as they come. Those that end with null add nothing; the first failure
     * cancels those that run.
     *
     * <p><b>Cancellation:</b> cancels the futures that run. <b>Backpressure:</b> no more futures run than there is
     * demand.
     *
     * @param <T> the type of the values
     * @param futures the futures; belong to the flux from now on; each is started when it is taken from here
     * @param concurrency how many may run at once, at least 1
     * @return a flux for one subscriber; a second one gets an {@link IllegalStateException}
     */
    public static <T> Flux<T> flux(Iterable<? extends Future<? extends T>> futures, int concurrency) {
        return INLINE.flux(futures, concurrency);
    }

    /**
     * Makes a flux of the values of many futures, in the order of the futures. Otherwise as {@link #flux(Iterable,
     * int)}.
     *
     * <p><b>Cancellation:</b> cancels the futures that run. <b>Backpressure:</b> no more futures run, or wait for their
     * turn, than there is demand.
     *
     * @param <T> the type of the values
     * @param futures the futures; belong to the flux from now on
     * @param concurrency how many may run at once, at least 1
     * @return a flux for one subscriber; a second one gets an {@link IllegalStateException}
     */
    public static <T> Flux<T> fluxOrdered(Iterable<? extends Future<? extends T>> futures, int concurrency) {
        return INLINE.fluxOrdered(futures, concurrency);
    }

    // ------------------------------------------------------------------ schedulers

    /**
     * Makes a scheduler of a spawner, for {@code publishOn}, {@code subscribeOn} and the operators with a delay.
     *
     * <p>The tasks of one worker run one at a time and in order; delays and periods follow the timers of the spawner.
     * {@code dispose} of a
     * task, a worker or the scheduler releases at once what waits, does not interrupt what runs, and leaves the spawner
     * open.
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
     * Makes a spawner of a scheduler: it runs the polls, and its clock drives the timers, so that a {@code
     * VirtualTimeScheduler} drives sleeps and timeouts. Several tasks may run at once if the scheduler has several
     * threads. A task that the scheduler rejects fails with that rejection.
     *
     * <p>A task that waits for a sleep or a timeout when the scheduler is disposed of fails shortly after that time;
     * one that waits for something else, when it is woken. Unless it is disposed of gracefully, a scheduler also drops
     * what it has queued: a task that is about to be polled never ends then. Neither does a sleep on a disposed
     * scheduler of virtual time.
     *
     * @param scheduler where the tasks run; if it is not capable of delays, Pollux's own timers wake the tasks
     * @return a new spawner
     */
    public static Spawner spawner(Scheduler scheduler) {
        Objects.requireNonNull(scheduler, "scheduler");
        return new ScheduledSpawner(
                "ReactorAdapter.spawner(" + scheduler + ")",
                scheduler::schedule,
                ScheduledSpawner.clock(() -> scheduler.now(TimeUnit.NANOSECONDS), VirtualTime.drives(scheduler)),
                (task, delayNanos) -> schedule(scheduler, task, delayNanos));
    }

    private static TimerService.@Nullable Registration schedule(Scheduler scheduler, Runnable task, long delayNanos) {
        try {
            return scheduler.schedule(task, delayNanos, TimeUnit.NANOSECONDS)::dispose;
        } catch (RejectedExecutionException refusal) {
            if (refusal == Exceptions.failWithRejectedNotTimeCapable()) {
                return null;
            }
            throw refusal;
        }
    }

    // ------------------------------------------------------------------ context

    /**
     * Reads the {@code Context} around the polled task: that of the subscriber it serves, as changed by {@link
     * #withContext}.
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
     * @param change makes the context of the future out of the one around it; called at the first poll; what it throws
     *     becomes the failure
     * @param future the future that will find it; belongs to the result
     * @return a future that owns the given one
     */
    public static <T> Future<T> withContext(UnaryOperator<Context> change, Future<T> future) {
        return new ContextFuture<>(change, future);
    }
}
