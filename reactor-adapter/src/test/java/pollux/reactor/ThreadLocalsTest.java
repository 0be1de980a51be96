package pollux.reactor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.micrometer.context.ContextRegistry;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import pollux.async.Async;
import pollux.executor.Spawner;
import pollux.executor.TaskPool;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.scope.TaskScope;
import pollux.stream.AsyncStreams;
import pollux.sync.Promise;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.util.context.Context;

/** Case 3b-53: thread locals and the Reactor context go the same ways, and nothing stays behind on a worker. */
@Timeout(120)
class ThreadLocalsTest {

    private static final String KEY = "user";
    private static final ThreadLocal<String> USER = new ThreadLocal<>();
    private static final TaskPool POOL = TaskPool.builder().workers(1).build();
    private static final Scheduler SCHEDULER = ReactorAdapter.scheduler(POOL);

    @BeforeEach
    void register() {
        ContextRegistry.getInstance().registerThreadLocalAccessor(KEY, USER);
    }

    @AfterEach
    void nothingStays() throws Exception {
        Hooks.disableAutomaticContextPropagation();
        assertThat(onTheWorker(USER::get)).as("left on the worker").isNull();
        ContextRegistry.getInstance().removeThreadLocalAccessor(KEY);
        USER.remove();
    }

    private static <T> T onTheWorker(Callable<T> call) throws Exception {
        return POOL.spawn(Futures.defer(() -> {
                    try {
                        return Futures.ready(call.call());
                    } catch (Exception e) {
                        return Futures.failed(e);
                    }
                }))
                .toCompletableFuture()
                .get();
    }

    private static Future<String> user() {
        return Futures.defer(() -> Futures.ready(String.valueOf(USER.get())));
    }

    /** What an awaited Mono sees: of the context it is subscribed with. */
    private static Mono<String> seen() {
        return Mono.deferContextual(context -> Mono.just(context.getOrDefault(KEY, "null")));
    }

    // ------------------------------------------------------------------ the paths of a subscriber's context

    /** Each path ends with what the code at its end sees, "thread local/context". */
    static Stream<Arguments> paths() {
        return Stream.of(
                path("in", () -> both()),
                path(
                        "out",
                        () -> user().then(
                                        local -> ReactorAdapter.future(seen()).map(context -> local + "/" + context))),
                path("nested", () -> ReactorAdapter.future(ReactorAdapter.monoDefer(ThreadLocalsTest::both))),
                path("stream", () -> AsyncStreams.range(0, 1).then(i -> both()).next()),
                path(
                        "hop over publishOn",
                        () -> ReactorAdapter.future(Mono.just(1).publishOn(Schedulers.parallel()))
                                .then(one -> both())),
                path("hop over the pool", () -> Futures.yieldNow().then(nothing -> both())),
                path(
                        "scheduler",
                        () -> ReactorAdapter.future(Mono.just(1).publishOn(SCHEDULER))
                                .then(one -> both())));
    }

    private static Future<String> both() {
        return user().then(local -> ReactorAdapter.context().map(view -> local + "/" + view.getOrDefault(KEY, "null")));
    }

    private static Arguments path(String name, Supplier<Future<String>> path) {
        return Arguments.of(name, path);
    }

    private static List<Spawner> spawners() {
        return List.of(Spawner.inline(), POOL, ReactorAdapter.spawner(SCHEDULER));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("paths")
    void automaticPropagationOn(String name, Supplier<Future<String>> path) {
        Hooks.enableAutomaticContextPropagation();
        for (Spawner spawner : spawners()) {
            assertThat(subscribed(path, spawner, "u1")).as("%s", spawner).isEqualTo("u1/u1");
            assertThat(subscribed(path, spawner, null)).as("%s", spawner).isEqualTo("null/null");
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("paths")
    void automaticPropagationOff(String name, Supplier<Future<String>> path) {
        for (Spawner spawner : spawners()) {
            assertThat(subscribed(path, spawner, "u1")).as("%s", spawner).isEqualTo("null/u1");
        }
    }

    private static String subscribed(Supplier<Future<String>> path, Spawner spawner, String user) {
        Mono<String> mono = ReactorAdapter.on(spawner).monoDefer(path);
        return (user == null ? mono : mono.contextWrite(Context.of(KEY, user))).block();
    }

    @Test
    void signalsOfTheTaskFindThemToo() {
        Hooks.enableAutomaticContextPropagation();
        Flux<String> flux = ReactorAdapter.on(POOL)
                .fluxDefer(() -> AsyncStreams.range(0, 2))
                .map(i -> i + USER.get());
        assertThat(flux.contextWrite(Context.of(KEY, "u")).collectList().block())
                .containsExactly("0u", "1u");
    }

    @Test
    void withContextChangesThemInside() {
        Hooks.enableAutomaticContextPropagation();
        Mono<String> mono = ReactorAdapter.monoDefer(() -> ReactorAdapter.withContext(Context.of(KEY, "inner"), both())
                .then(inner -> user().map(outer -> inner + " " + outer)));
        assertThat(mono.contextWrite(Context.of(KEY, "outer")).block()).isEqualTo("inner/inner outer");
    }

    // ------------------------------------------------------------------ captured, without a subscriber

    static Stream<Arguments> captures() {
        return Stream.of(
                capture(
                        "captured(future)",
                        (spawner, future) ->
                                spawner.spawn(ThreadLocals.captured(future)).join()),
                capture(
                        "capturing(spawner)",
                        (spawner, future) ->
                                ThreadLocals.capturing(spawner).spawn(future).join()));
    }

    private static Arguments capture(String name, BiFunction<Spawner, Future<String>, Future<String>> spawn) {
        return Arguments.of(name, spawn);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("captures")
    void aTaskFindsThoseOfItsSpawnerAndSoDoesWhatItAwaits(
            String name, BiFunction<Spawner, Future<String>, Future<String>> spawn) throws Exception {
        for (Spawner spawner : spawners()) {
            USER.set("u1");
            Future<String> one = spawn.apply(
                    spawner,
                    Futures.yieldNow()
                            .then(nothing -> user())
                            .then(local -> ReactorAdapter.future(seen().publishOn(Schedulers.parallel()))
                                    .then(context -> user().map(later -> local + "/" + context + "/" + later))));
            USER.set("u2");
            Future<String> two = spawn.apply(spawner, Futures.yieldNow().then(nothing -> user()));
            USER.remove();
            Future<String> none = spawn.apply(spawner, Futures.yieldNow().then(nothing -> user()));
            assertThat(List.of(value(one), value(two), value(none)))
                    .as("%s", spawner)
                    .containsExactly("u1/u1/u1", "u2", "null");
        }
    }

    @Test
    void tasksSpawnedInsideFindThemToo() throws Exception {
        USER.set("u1");
        Future<String> scoped = TaskScope.scoped(scope -> scope.fork(user()).join());
        assertThat(value(ThreadLocals.capturing(POOL).spawn(scoped).join())).isEqualTo("u1");
    }

    @Test
    void blockingCallsFindThem() throws Exception {
        USER.set("u1");
        assertThat(value(ThreadLocals.capturing(POOL).spawnBlocking(USER::get).join()))
                .isEqualTo("u1");
    }

    @Test
    void theReactorContextReachesAVirtualThread() throws Exception {
        assumeTrue(Runtime.version().feature() >= 21);
        Future<String> virtual = Async.virtual(() -> Async.block(ReactorAdapter.future(seen())));
        assertThat(value(POOL.spawn(ReactorAdapter.withContext(Context.of(KEY, "u1"), virtual))
                        .join()))
                .isEqualTo("u1");
    }

    /**
     * Automatic propagation, withContext inside it, and both ways of capturing: each reaches the block's virtual
     * thread.
     */
    @Test
    void theyReachAVirtualThreadAndStayThereOverAnAwait() throws Exception {
        assumeTrue(Runtime.version().feature() >= 21);
        Supplier<Future<String>> virtual = () -> Async.virtual(() -> {
            String before = USER.get();
            Async.block(Futures.yieldNow());
            return before + "/" + USER.get() + "/" + Async.block(ReactorAdapter.future(seen()));
        });
        USER.set("u1");
        Future<String> captured =
                POOL.spawn(ThreadLocals.captured(virtual.get())).join();
        Future<String> capturing =
                ThreadLocals.capturing(POOL).spawn(virtual.get()).join();
        USER.remove();
        assertThat(value(captured)).isEqualTo("u1/u1/u1");
        assertThat(value(capturing)).isEqualTo("u1/u1/u1");
        Hooks.enableAutomaticContextPropagation();
        for (Spawner spawner : spawners()) {
            assertThat(subscribed(virtual, spawner, "u2")).as("%s", spawner).isEqualTo("u2/u2/u2");
            assertThat(subscribed(
                            () -> ReactorAdapter.withContext(Context.of(KEY, "inner"), virtual.get()), spawner, "u2"))
                    .as("%s", spawner)
                    .isEqualTo("inner/inner/inner");
        }
        assertThat(value(POOL.spawn(virtual.get()).join())).isEqualTo("null/null/null");
    }

    // ------------------------------------------------------------------ nothing leaks

    @Test
    void thePollingThreadGetsItsOwnBackAlsoFromAPollThatThrows() {
        USER.set("task");
        Future<String> failing = ThreadLocals.captured(Futures.defer(() -> {
            USER.set("set by the task");
            throw new IllegalStateException("u " + USER.get());
        }));
        USER.set("thread");
        assertThat(Polled.of(failing).failure()).isInstanceOf(IllegalStateException.class);
        assertThat(USER.get()).isEqualTo("thread");
    }

    @Test
    void case3b53TasksThatShareAWorkerDoNotSeeEachOthersAndAForeignWakeRestoresThem() throws Exception {
        Promise<Void> foreign = new Promise<>();
        USER.set("u1");
        Future<String> woken = POOL.spawn(ThreadLocals.captured(foreign.future().then(nothing -> user())))
                .join();
        USER.remove();
        assertThat(value(POOL.spawn(user()).join()))
                .as("another task of the one worker")
                .isEqualTo("null");
        Schedulers.parallel().schedule(() -> {
            USER.set("of the waking thread");
            foreign.complete(null);
            USER.remove();
        });
        assertThat(value(woken)).isEqualTo("u1");
    }

    @Test
    void theTestAboveWouldSeeAThreadLocalThatStays() throws Exception {
        try {
            onTheWorker(() -> {
                USER.set("left");
                return null;
            });
            assertThat(value(POOL.spawn(user()).join())).isEqualTo("left");
        } finally {
            onTheWorker(() -> {
                USER.remove();
                return null;
            });
        }
    }

    @Test
    void whatATaskSetsIsGoneWithThePoll() throws Exception {
        Future<String> task = ThreadLocals.captured(Futures.defer(() -> {
                    USER.set("set by the task");
                    return Futures.yieldNow();
                })
                .then(nothing -> user()));
        assertThat(value(POOL.spawn(task).join())).isEqualTo("null");
    }

    @Test
    void cleanUpFindsThem() {
        USER.set("task");
        StringBuilder cleaned = new StringBuilder();
        Future<String> task = ThreadLocals.captured(new Future<String>() {
            @Override
            public pollux.future.Poll<String> poll(pollux.future.Context cx) {
                return pollux.future.Poll.pending();
            }

            @Override
            public boolean cancel() {
                cleaned.append(USER.get());
                return true;
            }
        });
        USER.remove();
        Polled<String> polled = Polled.of(task);
        polled.poll();
        assertThat(polled.cancel()).isTrue();
        assertThat(cleaned).hasToString("task");
        assertThat(USER.get()).isNull();
    }

    @Test
    void nullsAreArgumentErrors() {
        assertThatThrownBy(() -> ThreadLocals.captured(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> ThreadLocals.capturing(null)).isInstanceOf(NullPointerException.class);
    }

    private static <T> T value(Future<T> future) throws Exception {
        return Spawner.inline().spawn(future).toCompletableFuture().get();
    }
}
