package pollux.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static pollux.async.Async.async;
import static pollux.async.Async.await;
import static pollux.async.Async.stream;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.reactivestreams.Publisher;
import org.springframework.core.ReactiveAdapter;
import org.springframework.core.ReactiveAdapterRegistry;
import pollux.Pollux;
import pollux.async.Async;
import pollux.async.AsyncBlock;
import pollux.async.StreamBlock;
import pollux.executor.JoinHandle;
import pollux.executor.LocalPool;
import pollux.executor.TaskPool;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.reactor.ReactorAdapter;
import pollux.stream.AsyncStream;
import pollux.stream.AsyncStreams;
import pollux.sync.Promise;
import pollux.time.ManualTime;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

/** What the registry of reactive types says of ours, and both directions of each conversion. */
@Timeout(300)
class RegistryTest {

    static final TaskPool POOL = TaskPool.builder().workers(2).build();
    static final ReactiveAdapterRegistry REGISTRY = new ReactiveAdapterRegistry();

    static {
        ReactiveTypes.register(REGISTRY, () -> POOL);
        ReactiveTypes.register(REGISTRY, () -> POOL); // as each context does with the shared one
    }

    @AfterAll
    static void stop() {
        POOL.close();
    }

    /** Each type: whether it has many values, whether it is deferred, and how its values are read. */
    enum Kind {
        FUTURE(Future.class, false, true, value -> List.of(Pollux.blockOn((Future<?>) value))),
        STREAM(AsyncStream.class, true, true, value -> Pollux.blockOn(((AsyncStream<?>) value).toList())),
        BLOCK(AsyncBlock.class, false, true, value -> List.of(Pollux.blockOn(async((AsyncBlock<?>) value)))),
        GENERATOR(
                StreamBlock.class,
                true,
                true,
                value -> Pollux.blockOn(Async.stream((StreamBlock<?>) value).toList())),
        HANDLE(JoinHandle.class, false, false, value -> List.of(Pollux.blockOn(((JoinHandle<?>) value).join())));

        final Class<?> type;
        final boolean many;
        final boolean deferred;
        final Function<Object, List<?>> read;

        Kind(Class<?> type, boolean many, boolean deferred, Function<Object, List<?>> read) {
            this.type = type;
            this.many = many;
            this.deferred = deferred;
            this.read = read;
        }

        ReactiveAdapter adapter() {
            return REGISTRY.getAdapter(type);
        }
    }

    @ParameterizedTest
    @EnumSource
    void descriptors(Kind kind) {
        ReactiveAdapter adapter = kind.adapter();
        assertThat(adapter.getReactiveType()).isEqualTo(kind.type);
        assertThat(adapter.isMultiValue()).isEqualTo(kind.many);
        assertThat(adapter.getDescriptor().isDeferred()).isEqualTo(kind.deferred);
        assertThat(adapter.supportsEmpty()).isTrue();
        assertThat(adapter.isNoValue()).isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void a_value_goes_in_and_out(Kind kind) {
        Object ours = kind.adapter().fromPublisher(Flux.just("a"));
        assertThat(ours).isInstanceOf(kind.type);
        assertThat(kind.read.apply(ours)).isEqualTo(List.of("a"));
        Publisher<Object> out = kind.adapter().toPublisher(kind.adapter().fromPublisher(Flux.just("a")));
        assertThat(Flux.from(out).collectList().block()).isEqualTo(List.of("a"));
    }

    @ParameterizedTest
    @EnumSource
    void empty_completes(Kind kind) {
        Object empty = kind.adapter().getDescriptor().getEmptyValue();
        assertThat(Flux.from(kind.adapter().toPublisher(empty)).collectList().block())
                .isEmpty();
        Publisher<Object> out = kind.adapter().toPublisher(kind.adapter().fromPublisher(Flux.empty()));
        assertThat(Flux.from(out).collectList().block()).isEmpty();
    }

    /** {@code Mono.from} would cancel after the item, and a transaction around the publisher would roll back. */
    @ParameterizedTest
    @EnumSource
    void a_conversion_waits_for_the_terminal_signal(Kind kind) throws Exception {
        Sinks.Many<String> source = Sinks.many().unicast().onBackpressureBuffer();
        AtomicBoolean cancelled = new AtomicBoolean();
        Object ours = kind.adapter().fromPublisher(source.asFlux().doOnCancel(() -> cancelled.set(true)));
        var read = POOL.spawnBlocking(() -> kind.read.apply(ours));
        App.until(() -> source.currentSubscriberCount() == 1);
        source.tryEmitNext("a").orThrow(); // a cancel would come within this call
        assertThat(cancelled).isFalse();
        assertThat(read.isDone()).isFalse();
        source.tryEmitComplete().orThrow();
        assertThat(read.toCompletableFuture().get(30, TimeUnit.SECONDS)).isEqualTo(List.of("a"));
        assertThat(cancelled).isFalse();
    }

    @Test
    void what_is_deferred_starts_at_each_subscription() {
        var starts = new AtomicInteger();
        List<Publisher<Integer>> published = List.of(
                Kind.FUTURE.adapter().toPublisher(async(starts::incrementAndGet)),
                Kind.STREAM.adapter().toPublisher(stream(out -> out.emit(starts.incrementAndGet()))),
                Kind.BLOCK.adapter().toPublisher((AsyncBlock<Integer>) starts::incrementAndGet),
                Kind.GENERATOR.adapter().toPublisher((StreamBlock<Integer>) out -> out.emit(starts.incrementAndGet())));
        assertThat(starts).hasValue(0);
        for (Publisher<Integer> publisher : published) {
            int before = starts.get();
            assertThat(Flux.from(publisher).repeat(2).collectList().block())
                    .containsExactly(before + 1, before + 2, before + 3);
        }
    }

    /** A decided outcome of our own inside is delivered, although the task is cancelled while others clean up. */
    @ParameterizedTest
    @EnumSource(names = {"FUTURE", "STREAM"})
    void what_is_decided_inside_is_delivered(Kind kind) {
        var winner = new Promise<String>();
        var cleaned = new Promise<String>();
        Future<String> loser = async(() -> {
            try {
                return await(Futures.<String>pending());
            } finally {
                await(cleaned.future());
            }
        });
        Future<String> race = Futures.race(loser, winner.future());
        Object ours = kind.adapter()
                .fromPublisher(
                        kind == Kind.FUTURE ? ReactorAdapter.mono(race) : ReactorAdapter.flux(AsyncStreams.once(race)));
        try (var pool = new LocalPool(new ManualTime())) {
            Future<?> awaiting = kind == Kind.FUTURE
                    ? (Future<?>) ours
                    : ((AsyncStream<?>) ours).toList().map(items -> items.toString());
            JoinHandle<?> task = pool.spawn(awaiting);
            pool.runUntilStalled();
            winner.complete("won");
            pool.runUntilStalled();
            task.cancel();
            pool.runUntilStalled();
            assertThat(task.isDone()).isFalse();
            cleaned.complete("");
            pool.runUntilStalled();
            assertThat((Object) Pollux.blockOn(task.join())).isEqualTo(kind == Kind.FUTURE ? "won" : "[won]");
        }
    }

    /** Each way to be subscribed to again, of what runs once: the failure of the run is the cause. */
    @ParameterizedTest
    @EnumSource(names = {"FUTURE", "STREAM"})
    void what_runs_once_keeps_its_failure_for_a_second_subscription(Kind kind) {
        var failure = new IllegalArgumentException("of the run");
        Object ours = kind == Kind.FUTURE
                ? async(() -> 1).map(x -> {
                    throw failure;
                })
                : stream(out -> out.emit(1)).map(x -> {
                    throw failure;
                });
        Publisher<Object> publisher = kind.adapter().toPublisher(ours);
        assertThatThrownBy(() -> Flux.from(publisher).retry(1).blockLast())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("runs once and has been subscribed to")
                .hasMessageContaining("@Retryable")
                .cause()
                .isSameAs(failure);
        Object succeeds = kind == Kind.FUTURE
                ? async(() -> 1).map(x -> x)
                : stream(out -> out.emit(1)).map(x -> x);
        assertThatThrownBy(() -> Flux.from(kind.adapter().toPublisher(succeeds))
                        .repeat(1)
                        .blockLast())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("runs once and has been subscribed to")
                .hasNoCause();
    }
}
