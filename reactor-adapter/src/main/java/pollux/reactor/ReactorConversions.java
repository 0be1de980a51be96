package pollux.reactor;

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
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The outbound conversions of {@link ReactorAdapter} with each subscription served by tasks of one spawner: all signals
 * but {@code onSubscribe} come from them. Made by {@link ReactorAdapter#on}, and written {@code
 * ReactorAdapter.on(pool).mono(block)}.
 *
 * <p>May be kept and used by any thread. Arguments must not be null.
 */
public final class ReactorConversions {

    private final Spawner spawner;

    ReactorConversions(Spawner spawner) {
        this.spawner = Objects.requireNonNull(spawner, "spawner");
    }

    /**
     * {@link ReactorAdapter#mono(Future)}, on the spawner.
     *
     * @param <T> the type of the value
     * @param future a future; belongs to the mono from now on
     * @return a mono for one subscriber
     */
    public <T> Mono<T> mono(Future<? extends T> future) {
        return SourceMono.of(future, spawner);
    }

    /**
     * {@link ReactorAdapter#monoDefer(Supplier)}, on the spawner.
     *
     * @param <T> the type of the value
     * @param supplier called once per subscription, on the subscribing thread
     * @return a mono for any number of subscribers
     */
    public <T> Mono<T> monoDefer(Supplier<? extends Future<? extends T>> supplier) {
        return SourceMono.of("monoDefer(supplier)", SubscriptionFactory.futures(supplier), spawner);
    }

    /**
     * {@link ReactorAdapter#mono(AsyncBlock)}, on the spawner.
     *
     * @param <T> the type of the value
     * @param block the code; what it throws becomes the error
     * @return a mono for any number of subscribers
     */
    public <T> Mono<T> mono(AsyncBlock<T> block) {
        return SourceMono.of(Objects.requireNonNull(block, "block"), spawner);
    }

    /**
     * {@link ReactorAdapter#mono(JoinHandle, CancelPolicy)}, on the spawner.
     *
     * @param <T> the type of the value
     * @param handle the task
     * @param policy what the cancellation of a subscriber means for the task
     * @return a mono for any number of subscribers
     */
    public <T> Mono<T> mono(JoinHandle<? extends T> handle, CancelPolicy policy) {
        return SourceMono.of("mono(handle)", SubscriptionFactory.handle(handle, policy), spawner);
    }

    /**
     * {@link ReactorAdapter#flux(AsyncStream)}, on the spawner.
     *
     * @param <T> the type of the items
     * @param stream a stream; belongs to the flux from now on
     * @return a flux for one subscriber
     */
    public <T> Flux<T> flux(AsyncStream<? extends T> stream) {
        return SourceFlux.ofStreams(
                "flux(stream)", SubscriptionFactory.stream(stream, "ReactorAdapter.fluxDefer(supplier)"), spawner);
    }

    /**
     * {@link ReactorAdapter#fluxDefer(Supplier)}, on the spawner.
     *
     * @param <T> the type of the items
     * @param supplier called once per subscription, on the subscribing thread
     * @return a flux for any number of subscribers
     */
    public <T> Flux<T> fluxDefer(Supplier<? extends AsyncStream<? extends T>> supplier) {
        return SourceFlux.ofStreams("fluxDefer(supplier)", SubscriptionFactory.streams(supplier), spawner);
    }

    /**
     * {@link ReactorAdapter#flux(StreamBlock)}, on the spawner.
     *
     * @param <T> the type of the items
     * @param block the code; what it throws becomes the error
     * @return a flux for any number of subscribers
     */
    @SuppressWarnings("overloads") // see flux(Future...)
    public <T> Flux<T> flux(StreamBlock<T> block) {
        Objects.requireNonNull(block, "block");
        return SourceFlux.of("flux(block)", SubscriptionFactory.streams(() -> Async.stream(block)), spawner);
    }

    /**
     * {@link ReactorAdapter#flux(Iterable, int)}, on the spawner.
     *
     * @param <T> the type of the values
     * @param futures the futures; belong to the flux from now on
     * @param concurrency how many may run at once, at least 1
     * @return a flux for one subscriber
     */
    public <T> Flux<T> flux(Iterable<? extends Future<? extends T>> futures, int concurrency) {
        return many("flux(futures)", futures, concurrency, false);
    }

    /**
     * {@link ReactorAdapter#fluxOrdered(Iterable, int)}, on the spawner.
     *
     * @param <T> the type of the values
     * @param futures the futures; belong to the flux from now on
     * @param concurrency how many may run at once, at least 1
     * @return a flux for one subscriber
     */
    public <T> Flux<T> fluxOrdered(Iterable<? extends Future<? extends T>> futures, int concurrency) {
        return many("fluxOrdered(futures)", futures, concurrency, true);
    }

    /**
     * {@link ReactorAdapter#mono(JoinHandle)}, on the spawner.
     *
     * @param <T> the type of the value
     * @param handle the task
     * @return a mono for any number of subscribers
     */
    public <T> Mono<T> mono(JoinHandle<? extends T> handle) {
        return mono(handle, CancelPolicy.DETACH);
    }

    /**
     * {@link ReactorAdapter#flux(Future...)}, on the spawner.
     *
     * @param <T> the type of the values
     * @param futures the futures; belong to the flux from now on
     * @return a flux for one subscriber
     */
    // variable arity, since a generator without an end, out -> { while (true) … }, would fit a single Future as well
    @SafeVarargs
    @SuppressWarnings({"overloads", "varargs"})
    public final <T> Flux<T> flux(Future<? extends T>... futures) {
        if (futures.length == 1) {
            return this.<T>mono(futures[0]).flux();
        }
        return flux(Arrays.asList(futures), Math.max(futures.length, 1));
    }

    private <T> Flux<T> many(
            String name, Iterable<? extends Future<? extends T>> futures, int concurrency, boolean ordered) {
        String instead = "Flux.defer(() -> ReactorAdapter." + name + ")";
        return SourceFlux.of(name, SubscriptionFactory.all(futures, concurrency, ordered, instead), spawner);
    }

    @Override
    public String toString() {
        return "ReactorAdapter.on(" + spawner + ")";
    }
}
