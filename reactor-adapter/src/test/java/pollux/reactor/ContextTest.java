package pollux.reactor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import pollux.executor.JoinHandle;
import pollux.executor.LocalPool;
import pollux.executor.Spawner;
import pollux.executor.TaskPool;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.future.Poll;
import pollux.stream.AsyncStreams;
import pollux.sync.Promise;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/** reliability §3b 52: the context of the subscriber is found in the task, and given on to what the task awaits. */
@Timeout(120)
class ContextTest {

    private static final TaskPool POOL = TaskPool.builder().workers(2).build();

    static Stream<Spawner> spawners() {
        return Stream.of(Spawner.inline(), POOL);
    }

    /** A mono that shows the context it was subscribed with. */
    private static final Mono<ContextView> SEEN = Mono.deferContextual(Mono::just);

    // ------------------------------------------------------------------ in

    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("spawners")
    void aTaskFindsTheContextOfItsSubscriberAndItIsTheSameObject(Spawner spawner) {
        Context context = Context.of("user", "u1");
        Mono<ContextView> mono = ReactorAdapter.on(spawner).monoDefer(ReactorAdapter::context);
        assertThat(mono.contextWrite(outer -> context).block()).isSameAs(context);
    }

    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("spawners")
    void eachSubscriberHasItsOwn(Spawner spawner) {
        Mono<String> mono = ReactorAdapter.on(spawner)
                .monoDefer(() -> ReactorAdapter.context().map(context -> context.get("user")));
        assertThat(mono.contextWrite(Context.of("user", "u1")).block()).isEqualTo("u1");
        assertThat(mono.contextWrite(Context.of("user", "u2")).block()).isEqualTo("u2");
    }

    @Test
    void withoutASubscriberItIsEmpty() {
        assertThat(((ContextView) Polled.of(ReactorAdapter.context()).poll()).isEmpty())
                .isTrue();
    }

    // ------------------------------------------------------------------ and out again

    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("spawners")
    void whatTheTaskAwaitsSeesTheSameObject(Spawner spawner) {
        Context context = Context.of("user", "u1");
        for (Function<Mono<ContextView>, Future<ContextView>> way :
                List.<Function<Mono<ContextView>, Future<ContextView>>>of(
                        ReactorAdapter::future,
                        ReactorAdapter::first,
                        ReactorAdapter::exactlyOne,
                        ReactorAdapter::last,
                        mono -> ReactorAdapter.toList(mono).map(list -> list.get(0)),
                        mono -> ReactorAdapter.<ContextView>fromPublisher(mono).next())) {
            Mono<ContextView> mono = ReactorAdapter.on(spawner).monoDefer(() -> way.apply(SEEN));
            assertThat(mono.contextWrite(outer -> context).block()).isSameAs(context);
        }
    }

    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("spawners")
    void itSurvivesHopsOfTheTask(Spawner spawner) {
        Mono<String> mono = ReactorAdapter.on(spawner)
                .monoDefer(() -> Futures.yieldNow()
                        .then(nothing ->
                                ReactorAdapter.future(SEEN.subscribeOn(reactor.core.scheduler.Schedulers.parallel())))
                        .then(first -> ReactorAdapter.future(SEEN))
                        .map(seen -> seen.get("user")));
        assertThat(mono.contextWrite(Context.of("user", "u1")).block()).isEqualTo("u1");
    }

    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("spawners")
    void aFluxCarriesItToo(Spawner spawner) {
        Flux<String> flux = ReactorAdapter.on(spawner)
                .fluxDefer(() -> AsyncStreams.range(0, 3)
                        .then(i -> ReactorAdapter.future(SEEN).map(seen -> i + seen.<String>get("user"))));
        StepVerifier.create(flux.contextWrite(Context.of("user", "u")))
                .expectNext("0u", "1u", "2u")
                .verifyComplete();
    }

    @Test
    void aStreamThatIsPublishedAgainPassesItUpstream() {
        List<Object> seen = new CopyOnWriteArrayList<>();
        Flux<Integer> source = Flux.deferContextual(context -> {
            seen.add(context.get("user"));
            return Flux.range(0, 3);
        });
        StepVerifier.create(ReactorAdapter.flux(ReactorAdapter.<Integer>stream(source))
                        .contextWrite(Context.of("user", "u1")))
                .expectNextCount(3)
                .verifyComplete();
        assertThat(seen).containsExactly("u1");
    }

    @Test
    void tasksOnOneWorkerDoNotSeeEachOthers() {
        try (TaskPool one = TaskPool.builder().workers(1).build()) {
            Mono<String> mono = ReactorAdapter.on(one)
                    .monoDefer(() -> Futures.yieldNow()
                            .then(nothing -> ReactorAdapter.context())
                            .map(context -> context.getOrDefault("user", "none")));
            StepVerifier.create(Flux.merge(
                                    mono.contextWrite(Context.of("user", "u1")),
                                    mono,
                                    mono.contextWrite(Context.of("user", "u2")))
                            .collectList())
                    .assertNext(list -> assertThat(list).containsExactlyInAnyOrder("u1", "none", "u2"))
                    .verifyComplete();
        }
    }

    // ------------------------------------------------------------------ changing it

    @Test
    void withContextAddsAndHides() {
        Future<ContextView> inside = ReactorAdapter.withContext(
                Context.of("b", 3, "c", 4),
                ReactorAdapter.withContext(context -> context.delete("c"), ReactorAdapter.context()));
        ContextView seen =
                (ContextView) Polled.of(inside).in(Context.of("a", 1, "b", 2)).poll();
        assertThat(seen.<Integer>get("a")).isEqualTo(1);
        assertThat(seen.<Integer>get("b")).isEqualTo(3);
        assertThat(seen.hasKey("c")).isFalse();
    }

    @Test
    void withContextEndsWithItsFuture() {
        Future<String> future = ReactorAdapter.withContext(Context.of("a", 1), Futures.ready("x"))
                .then(nothing -> ReactorAdapter.context())
                .map(context -> context.getOrDefault("a", 0).toString());
        assertThat(Polled.of(future).poll()).isEqualTo("0");
    }

    @Test
    void aChangeThatThrowsIsTheFailure() {
        IllegalArgumentException failure = new IllegalArgumentException();
        Future<String> future = ReactorAdapter.withContext(
                context -> {
                    throw failure;
                },
                Futures.ready("x"));
        assertThat(Polled.of(future).failure()).isSameAs(failure);
    }

    static Stream<Arguments> wrappers() {
        UnaryOperator<Future<String>> context = future -> ReactorAdapter.withContext(Context.of("a", 1), future);
        UnaryOperator<Future<String>> captured = ThreadLocals::captured;
        return Stream.of(
                Arguments.of("none", UnaryOperator.<Future<String>>identity(), false),
                Arguments.of("withContext", context, false),
                Arguments.of("withContext and thread locals", context, true),
                Arguments.of("captured", captured, false),
                Arguments.of(
                        "both", (UnaryOperator<Future<String>>) future -> captured.apply(context.apply(future)), true));
    }

    /** The winner of a select may be a lock or a permit, which is lost if it is not delivered. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("wrappers")
    void aWinnerIsDeliveredAlthoughACancellationComesWhileTheLoserCleansUp(
            String name, UnaryOperator<Future<String>> wrapper, boolean threadLocals) {
        Promise<Void> cleanUp = new Promise<>();
        Future<Void> wait = cleanUp.future();
        Future<String> loser = new Future<>() {
            @Override
            public Poll<String> poll(pollux.future.Context cx) {
                return wait.poll(cx).isReady() ? Poll.ready("lost") : Poll.pending();
            }

            @Override
            public boolean cancel() {
                return false;
            }
        };
        if (threadLocals) {
            Hooks.enableAutomaticContextPropagation();
        }
        try (LocalPool pool = new LocalPool()) {
            Promise<String> winner = new Promise<>();
            JoinHandle<String> task = pool.spawn(
                    wrapper.apply(Futures.<String>select().on(loser, x -> x).on(winner.future(), x -> x)));
            pool.runUntilStalled();
            winner.complete("won");
            pool.runUntilStalled();
            task.cancel();
            pool.runUntilStalled();
            cleanUp.complete(null);
            assertThat(pool.runUntil(task.join())).isEqualTo("won");
        } finally {
            Hooks.disableAutomaticContextPropagation();
        }
    }

    @Test
    void nullsAreArgumentErrors() {
        assertThatThrownBy(() -> ReactorAdapter.withContext((ContextView) null, Futures.ready(null)))
                .isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> ReactorAdapter.withContext(Context.empty(), null))
                .isInstanceOf(NullPointerException.class);
    }
}
