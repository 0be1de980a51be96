package pollux.spring;

import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.core.ReactiveTypeDescriptor;
import org.springframework.util.ClassUtils;
import org.springframework.web.context.request.RequestContextHolder;
import pollux.Pollux;
import pollux.async.AsyncBlock;
import pollux.async.Reruns;
import pollux.async.StreamBlock;
import pollux.executor.JoinHandle;
import pollux.executor.Spawner;
import pollux.executor.TaskPool;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.reactor.ReactorAdapter;
import pollux.stream.AsyncStream;
import pollux.stream.AsyncStreams;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Registers {@link Future}, {@link AsyncStream}, {@link AsyncBlock}, {@link StreamBlock} and {@link JoinHandle} with
 * Spring's {@link ReactiveAdapterRegistry}.
 *
 * <p>Out of Pollux: what an async method or a block returned is run afresh for each subscription, on the pool of the
 * application. Other futures and streams run once; a second subscription fails and says so. Into Pollux: a future waits
 * for the terminal signal of its publisher and never cancels it after the first item, because a transaction that Spring
 * put around the publisher would roll back then.
 */
final class ReactiveTypes {

    /**
     * The pools of the open application contexts, the oldest first. The registry that all contexts share uses the
     * newest.
     */
    private static final CopyOnWriteArrayList<TaskPool> POOLS = new CopyOnWriteArrayList<>();

    private static final boolean SERVLETS = ClassUtils.isPresent(
            "org.springframework.web.context.request.RequestContextHolder", ReactiveTypes.class.getClassLoader());

    private ReactiveTypes() {}

    /** Adds the pool of a context that opens. */
    static void open(TaskPool pool) {
        POOLS.add(pool);
    }

    /** Removes the pool of a context that closes. */
    static void close(TaskPool pool) {
        POOLS.remove(pool);
    }

    /** Returns the pool of the context that was opened last, the shared pool if none is open. */
    static Spawner newest() {
        Object[] pools = POOLS.toArray();
        return pools.length == 0 ? Pollux.pool() : (TaskPool) pools[pools.length - 1];
    }

    /**
     * Registers the types, once for each registry.
     *
     * @param registry the registry
     * @param spawner gives the spawner of a run when the run is subscribed to
     */
    static void register(ReactiveAdapterRegistry registry, Supplier<Spawner> spawner) {
        synchronized (registry) {
            var adapter = registry.getAdapter(Future.class);
            if (adapter != null && adapter.getReactiveType() == Future.class) {
                return;
            }
            registry.registerReactiveType(
                    ReactiveTypeDescriptor.singleOptionalValue(Future.class, () -> Futures.ready(null)),
                    future -> ofRequest(mono((Future<?>) future, spawner)),
                    publisher -> new PublisherAsFuture<>(single(publisher)));
            registry.registerReactiveType(
                    ReactiveTypeDescriptor.multiValue(AsyncStream.class, AsyncStreams::empty),
                    stream -> ofRequest(flux((AsyncStream<?>) stream, spawner)),
                    publisher -> new PublisherAsStream<>(Flux.from(publisher)));
            registry.registerReactiveType(
                    ReactiveTypeDescriptor.singleOptionalValue(AsyncBlock.class, () -> (AsyncBlock<?>) () -> null),
                    block -> ofRequest(
                            Mono.defer(() -> ReactorAdapter.on(spawner.get()).mono((AsyncBlock<?>) block))),
                    publisher -> PublisherAsFuture.block(single(publisher)));
            registry.registerReactiveType(
                    ReactiveTypeDescriptor.multiValue(StreamBlock.class, () -> (StreamBlock<?>) out -> {}),
                    block -> ofRequest(
                            Flux.defer(() -> ReactorAdapter.on(spawner.get()).flux((StreamBlock<?>) block))),
                    publisher -> PublisherAsStream.block(Flux.from(publisher)));
            registry.registerReactiveType(
                    ReactiveTypeDescriptor.nonDeferredAsyncValue(
                            JoinHandle.class, () -> spawner.get().spawn(Futures.ready(null))),
                    handle -> ReactorAdapter.mono((JoinHandle<?>) handle),
                    publisher -> spawner.get().spawn(new PublisherAsFuture<>(single(publisher))));
        }
    }

    /** The one item of a publisher, at its end. {@code Mono.from} would cancel after the first item. */
    private static Mono<?> single(Publisher<?> publisher) {
        return publisher instanceof Mono<?> mono ? mono : Flux.from(publisher).singleOrEmpty();
    }

    /**
     * On the thread of a servlet request, puts the thread locals of the request into the context of the run. Spring MVC
     * does so for what is a {@code Mono} or a {@code Flux} by itself, and its subscribers have no context of their own.
     */
    private static <T> Mono<T> ofRequest(Mono<T> mono) {
        return SERVLETS && ServletRequests.isOnThread() ? mono.contextCapture() : mono;
    }

    private static <T> Flux<T> ofRequest(Flux<T> flux) {
        return SERVLETS && ServletRequests.isOnThread() ? flux.contextCapture() : flux;
    }

    /** Loaded only where Spring's classes for the web are. */
    private static final class ServletRequests {

        static boolean isOnThread() {
            return RequestContextHolder.getRequestAttributes() != null;
        }
    }

    private static <T> Mono<T> mono(Future<T> future, Supplier<Spawner> spawner) {
        if (future instanceof PublisherAsFuture<T> wrapped) {
            Mono<T> source = wrapped.source();
            if (source != null) {
                return source;
            }
        }
        Supplier<Future<T>> runs = Reruns.of(future);
        if (runs != null) {
            return Mono.defer(() -> ReactorAdapter.on(spawner.get()).mono(runs.get()));
        }
        Mono<T> run = ReactorAdapter.on(spawner.get()).mono(future);
        Once once = new Once(future);
        return Mono.defer(() -> once.begin() ? run.doOnError(once) : Mono.error(once.refusal()));
    }

    private static <T> Flux<T> flux(AsyncStream<T> stream, Supplier<Spawner> spawner) {
        if (stream instanceof PublisherAsStream<T> wrapped) {
            Flux<T> source = wrapped.source();
            if (source != null) {
                return source;
            }
        }
        @Nullable Supplier<AsyncStream<T>> runs = Reruns.of(stream);
        if (runs != null) {
            return Flux.defer(() -> ReactorAdapter.on(spawner.get()).flux(runs.get()));
        }
        Flux<T> run = ReactorAdapter.on(spawner.get()).flux(stream);
        Once once = new Once(stream);
        return Flux.defer(() -> once.begin() ? run.doOnError(once) : Flux.error(once.refusal()));
    }

    /**
     * What runs once, and how that run failed. {@code @Retryable} subscribes again after a failure; without this the
     * failure of the run would be lost behind that of the second subscription.
     */
    private static final class Once extends AtomicBoolean implements Consumer<Throwable> {

        private static final long serialVersionUID = 1L;

        private final transient Object source;
        private transient volatile @Nullable Throwable failure;

        Once(Object source) {
            this.source = source;
        }

        boolean begin() {
            return compareAndSet(false, true);
        }

        @Override
        public void accept(Throwable thrown) {
            failure = thrown;
        }

        IllegalStateException refusal() {
            return new IllegalStateException(
                    source
                            + " runs once and has been subscribed to; what is subscribed to again, as by @Retryable, has to"
                            + " be the future of an async method or of a block, which runs afresh each time",
                    failure);
        }
    }
}
