package pollux.examples.traces;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;
import static pollux.async.Async.async;
import static pollux.async.Async.await;
import static pollux.async.Async.each;
import static pollux.async.Async.stream;
import static pollux.future.Futures.failed;
import static pollux.future.Futures.joinAll;
import static pollux.future.Futures.race;
import static pollux.future.Futures.ready;
import static pollux.future.Futures.yieldNow;
import static pollux.time.Timers.sleep;
import static pollux.time.Timers.timeout;

import io.reactivex.rxjava3.core.Completable;
import io.reactivex.rxjava3.core.Flowable;
import io.reactivex.rxjava3.core.Maybe;
import io.reactivex.rxjava3.core.Single;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import pollux.Pollux;
import pollux.executor.JoinHandle;
import pollux.executor.TaskPool;
import pollux.executor.UnhandledFailure;
import pollux.future.Context;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.future.Poll;
import pollux.io.TcpStream;
import pollux.reactor.ReactorAdapter;
import pollux.rxjava.RxJavaAdapter;
import pollux.stream.AsyncStream;
import pollux.sync.Mpsc;
import pollux.sync.Promise;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A failure shows the lines that awaited it, innermost first, wherever it came from and in whatever form it was
 * awaited; and what many share is not changed for the others.
 */
@Timeout(180)
class AwaitedLinesTest {

    private static final Duration SHORT = Duration.ofMillis(1);
    private static final Duration LONG = Duration.ofHours(1);

    /** A failure that has no line of this class in its trace. */
    private static IOException foreign() {
        IOException failure = new IOException("expected");
        failure.setStackTrace(new StackTraceElement[] {new StackTraceElement("lib.Driver", "read", "Driver.java", 80)});
        return failure;
    }

    /** Where failures come from. */
    enum Source {
        OWN_THROW(Source::throwing),
        FAILED_FUTURE(() -> failed(foreign())),
        FAILED_LATER(() -> yieldNow().then(nothing -> failed(foreign()))),
        MONO(() -> ReactorAdapter.future(Mono.error(foreign()))),
        MONO_LATER(() -> ReactorAdapter.future(Mono.delay(SHORT).then(Mono.error(foreign())))),
        FLUX_ITEM(() -> AwaitedLinesTest.items(
                ReactorAdapter.stream(Flux.<Object>just(1).concatWith(Mono.error(foreign()))))),
        FLUX_ITEM_LATER(() -> AwaitedLinesTest.items(
                ReactorAdapter.stream(Flux.<Object>just(1).delayElements(SHORT).concatWith(Mono.error(foreign()))))),
        SINGLE(() -> RxJavaAdapter.future(Single.error(foreign()))),
        SINGLE_LATER(() -> RxJavaAdapter.future(
                Single.timer(1, TimeUnit.MILLISECONDS).flatMap(tick -> Single.<Object>error(foreign())))),
        MAYBE(() -> RxJavaAdapter.future(Maybe.<Object>error(foreign()))),
        COMPLETABLE(() -> RxJavaAdapter.future(Completable.error(foreign())).map(nothing -> nothing)),
        FLOWABLE_ITEM(() -> AwaitedLinesTest.items(RxJavaAdapter.stream(Flowable.<Object>error(foreign())))),
        STAGE(() -> Futures.from(CompletableFuture.failedFuture(foreign()))),
        STAGE_LATER(() -> {
            CompletableFuture<Object> stage = new CompletableFuture<>();
            CompletableFuture.delayedExecutor(1, TimeUnit.MILLISECONDS)
                    .execute(() -> stage.completeExceptionally(foreign()));
            return Futures.from(stage);
        }),
        PROMISE(() -> {
            Promise<Object> promise = new Promise<>();
            promise.fail(foreign());
            return promise.future();
        }),
        CHANNEL(() -> {
            Mpsc<Object> channel = Mpsc.bounded(1);
            channel.receiver().close();
            return channel.sender().send(1).map(nothing -> nothing);
        }),
        TIMER(() -> timeout(SHORT, Futures.pending())),
        TASK(() -> Pollux.spawn(Futures.<Object>failed(foreign())).join()),
        SHARED(() -> Futures.<Object>failed(foreign()).shared().future()),
        BLOCKING(() -> Pollux.spawnBlocking(() -> {
                    throw foreign();
                })
                .join()
                .map(nothing -> nothing)),
        SOCKET(() -> TcpStream.connect(new InetSocketAddress("127.0.0.1", closedPort()))
                .map(socket -> socket)),
        SELECTED(() ->
                Futures.<Object>select().on(failed(foreign()), value -> value).on(Futures.pending(), value -> value)),
        VIRTUAL(() -> Runtime.version().feature() < 21
                ? failed(foreign())
                : Pollux.virtual(() -> {
                    throw foreign();
                }));

        final Supplier<Future<Object>> failing;

        Source(Supplier<Future<Object>> failing) {
            this.failing = failing;
        }

        private static Future<Object> throwing() {
            return cx -> {
                throw new IllegalStateException("expected");
            };
        }

        private static int closedPort() {
            try (ServerSocket free = new ServerSocket(0)) {
                return free.getLocalPort();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
    }

    private static Future<Object> items(AsyncStream<Object> stream) {
        return stream.forEach(item -> {}).map(nothing -> nothing);
    }

    // ------------------------------------------------------------------ forms of awaiting

    private static Future<Object> method(Supplier<Future<Object>> failing) {
        Object value = await(failing.get());
        return ready(value);
    }

    private static Future<Object> block(Supplier<Future<Object>> failing) {
        return async(() -> await(failing.get()));
    }

    private static Future<Object> later(Supplier<Future<Object>> failing) {
        return async(() -> {
            await(yieldNow());
            return await(failing.get());
        });
    }

    private static Future<Object> nested(Supplier<Future<Object>> failing) {
        return async(() -> await(method(failing)));
    }

    private static Future<Object> threefold(Supplier<Future<Object>> failing) {
        return async(() -> {
            try {
                return await(nested(failing));
            } finally {
                await(yieldNow());
            }
        });
    }

    private static Future<Object> returned(Supplier<Future<Object>> failing) {
        await(yieldNow());
        return failing.get();
    }

    private static Future<Object> timed(Supplier<Future<Object>> failing) {
        return async(() -> await(timeout(LONG, method(failing))));
    }

    private static Future<Object> joined(Supplier<Future<Object>> failing) {
        return async(() -> await(joinAll(List.of(later(failing), sleep(LONG)))));
    }

    private static Future<Object> raced(Supplier<Future<Object>> failing) {
        return async(() -> await(race(List.of(nested(failing), sleep(LONG).map(nothing -> 1)))));
    }

    private static Future<Object> spawned(Supplier<Future<Object>> failing) {
        return async(() -> await(Pollux.spawn(nested(failing))));
    }

    private static Future<Object> generated(Supplier<Future<Object>> failing) {
        AsyncStream<Object> items = generator(failing);
        return async(() -> {
            for (Object item : each(items)) {
                assertThat(item).isEqualTo(1);
            }
            return null;
        });
    }

    private static AsyncStream<Object> generator(Supplier<Future<Object>> failing) {
        return stream(out -> {
            out.emit(1);
            out.emit(await(failing.get()));
        });
    }

    private static Future<Object> looped(Supplier<Future<Object>> failing) {
        AsyncStream<Object> items = pollux.stream.AsyncStreams.once(failing.get());
        return async(() -> {
            for (Object item : each(items)) {
                assertThat(item).isNull();
            }
            return null;
        });
    }

    private static Future<Object> caught(Supplier<Future<Object>> failing) {
        return async(() -> {
            try {
                return await(failing.get(), Exception.class);
            } catch (Exception e) {
                assertThat(lines(e)).contains("caught");
                throw e;
            }
        });
    }

    private static Future<Object> cold(Supplier<Future<Object>> failing) {
        return async(() -> await(ReactorAdapter.future(warm(failing))));
    }

    private static Mono<Object> warm(Supplier<Future<Object>> failing) {
        return ReactorAdapter.mono(() -> await(failing.get()));
    }

    private static Future<Object> uncompiled(Supplier<Future<Object>> failing) {
        return Runtime.version().feature() < 21 ? block(failing) : Pollux.virtual(() -> parks(failing));
    }

    private static Object parks(Supplier<Future<Object>> failing) {
        return pollux.async.Async.block(failing.get());
    }

    /** A form, and the methods whose lines it adds. */
    private record Form(String name, Function<Supplier<Future<Object>>, Future<Object>> awaiting, List<String> lines) {

        @Override
        public String toString() {
            return name;
        }
    }

    private static List<Form> forms() {
        return List.of(
                new Form("method", AwaitedLinesTest::method, List.of("method")),
                new Form("block", AwaitedLinesTest::block, List.of("block")),
                new Form("later", AwaitedLinesTest::later, List.of("later")),
                new Form("nested", AwaitedLinesTest::nested, List.of("method", "nested")),
                new Form("threefold", AwaitedLinesTest::threefold, List.of("method", "nested", "threefold")),
                new Form("returned", AwaitedLinesTest::returned, List.of("returned")),
                new Form("timed", AwaitedLinesTest::timed, List.of("method", "timed")),
                new Form("joined", AwaitedLinesTest::joined, List.of("later", "joined")),
                new Form("raced", AwaitedLinesTest::raced, List.of("method", "nested", "raced")),
                new Form("spawned", AwaitedLinesTest::spawned, List.of("method", "nested", "spawned")),
                new Form("generated", AwaitedLinesTest::generated, List.of("generator", "generated")),
                new Form("looped", AwaitedLinesTest::looped, List.of("looped")),
                new Form("caught", AwaitedLinesTest::caught, List.of("caught")),
                new Form("cold", AwaitedLinesTest::cold, List.of("warm", "cold")),
                new Form(
                        "uncompiled",
                        AwaitedLinesTest::uncompiled,
                        List.of(Runtime.version().feature() < 21 ? "block" : "parks")));
    }

    static Stream<Arguments> table() {
        return Arrays.stream(Source.values()).flatMap(source -> forms().stream().map(form -> arguments(source, form)));
    }

    @ParameterizedTest
    @MethodSource("table")
    void shows_the_lines_that_await(Source source, Form form) {
        Throwable failure = failureOf(form.awaiting.apply(source.failing));
        List<String> expected = new ArrayList<>(form.lines);
        expected.add("failureOf");
        assertThat(lines(failure)).as(printed(failure)).containsSubsequence(expected);
        assertThat(records(failure)).as(printed(failure)).hasSizeLessThanOrEqualTo(1);
    }

    /** Blocks on a future that fails. */
    private static Throwable failureOf(Future<?> future) {
        try {
            Object value = Pollux.blockOn(Pollux.spawn(future).join());
            throw new AssertionError("ended with " + value);
        } catch (AssertionError e) {
            throw e;
        } catch (Throwable failure) {
            return failure;
        }
    }

    private static String printed(Throwable failure) {
        StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text, true));
        return text.toString();
    }

    /** The methods of this class that the printed trace names, in its order; each line once. */
    private static List<String> lines(Throwable failure) {
        return printed(failure)
                .lines()
                .filter(line -> line.contains("at ") && line.contains(AwaitedLinesTest.class.getName() + "."))
                .map(line -> line.replaceAll(".*AwaitedLinesTest\\.(lambda\\$)?(\\w+?)(\\$.*)?\\(.*", "$2"))
                .toList();
    }

    private static List<Throwable> records(Throwable failure) {
        return Arrays.stream(failure.getSuppressed())
                .filter(suppressed -> suppressed.toString().equals("awaited at"))
                .toList();
    }

    // ------------------------------------------------------------------ what many share

    /** Serves all who fail. */
    private static final IOException SINGLETON = new IOException("singleton");

    /** Without a stack trace, or without suppressed exceptions. */
    private static final class Frozen extends Exception {

        private static final long serialVersionUID = 1L;

        Frozen(boolean suppression, boolean trace) {
            super("frozen", null, suppression, trace);
        }
    }

    static Stream<Exception> unchangeable() {
        return Stream.of(SINGLETON, new Frozen(true, false), new Frozen(false, false), new Frozen(false, true));
    }

    @ParameterizedTest
    @MethodSource("unchangeable")
    void what_serves_many_is_delivered_as_it_is(Exception failure) {
        StackTraceElement[] before = failure.getStackTrace();
        for (int i = 0; i < 100; i++) {
            for (Form form : forms()) {
                if (!form.name.equals("caught")) {
                    assertThat(failureOf(form.awaiting.apply(() -> failed(failure))))
                            .isSameAs(failure);
                }
            }
        }
        assertThat(failure.getSuppressed()).isEmpty();
        assertThat(failure.getStackTrace()).isEqualTo(before);
    }

    @Test
    void what_a_thousand_tasks_join_has_one_record_and_keeps_its_trace() {
        IOException failure = foreign();
        StackTraceElement[] before = failure.getStackTrace();
        try (TaskPool pool =
                TaskPool.builder().unhandledFailure(UnhandledFailure.IGNORE).build()) {
            JoinHandle<Object> task = pool.spawn(method(() -> failed(failure)));
            List<JoinHandle<Object>> joiners = new ArrayList<>();
            for (int i = 0; i < 1000; i++) {
                joiners.add(pool.spawn(i % 2 == 0 ? joinsHere(task) : joinsThere(task)));
            }
            joiners.forEach(joiner -> assertThat(failureOf(joiner.join())).isSameAs(failure));
        }
        assertThat(failure.getStackTrace()).isEqualTo(before);
        assertThat(failure.getSuppressed()).hasSize(1);
        assertThat(failure.getSuppressed()[0].getStackTrace()).hasSizeLessThanOrEqualTo(256);
        assertThat(lines(failure)).startsWith("method");
    }

    private static Future<Object> joinsHere(JoinHandle<Object> task) {
        return async(() -> await(task));
    }

    private static Future<Object> joinsThere(JoinHandle<Object> task) {
        Object value = await(task);
        return ready(value);
    }

    @Test
    void a_failure_that_passes_a_thousand_awaits_has_one_record_of_bounded_length() {
        IOException failure = foreign();
        assertThat(failureOf(recursion(1000, () -> yieldNow().then(nothing -> failed(failure)))))
                .isSameAs(failure);
        assertThat(failure.getSuppressed()).hasSize(1);
        assertThat(failure.getSuppressed()[0].getStackTrace()).hasSizeBetween(10, 256);
    }

    @Test
    void a_failure_that_passes_a_hundred_tasks_has_one_record_of_bounded_length() {
        IOException failure = foreign();
        Future<Object> tasks = failed(failure);
        for (int i = 0; i < 100; i++) {
            tasks = i % 2 == 0 ? joinsHere(Pollux.spawn(tasks)) : joinsThere(Pollux.spawn(tasks));
        }
        assertThat(failureOf(tasks)).isSameAs(failure);
        assertThat(failure.getSuppressed()).hasSize(1);
        assertThat(failure.getSuppressed()[0].getStackTrace()).hasSizeBetween(2, 256);
    }

    private static Future<Object> recursion(int depth, Supplier<Future<Object>> failing) {
        return async(() -> depth == 0 ? await(failing.get()) : await(recursion(depth - 1, failing)));
    }

    // ------------------------------------------------------------------ exceptions of users that do anything

    /** Exceptions whose methods return null or throw. */
    enum Odd {
        NULL_TRACE {
            @Override
            RuntimeException make() {
                return new RuntimeException("odd") {
                    private static final long serialVersionUID = 1L;

                    @Override
                    public StackTraceElement[] getStackTrace() {
                        return null;
                    }
                };
            }
        },
        THROWING {
            @Override
            RuntimeException make() {
                return new RuntimeException("odd") {
                    private static final long serialVersionUID = 1L;

                    @Override
                    public StackTraceElement[] getStackTrace() {
                        throw new IllegalStateException("no trace");
                    }

                    @Override
                    public void setStackTrace(StackTraceElement[] trace) {
                        throw new IllegalStateException("no new trace");
                    }

                    @Override
                    public String toString() {
                        throw new IllegalStateException("no text");
                    }

                    @Override
                    public String getMessage() {
                        throw new IllegalStateException("no message");
                    }

                    @Override
                    public Throwable getCause() {
                        throw new IllegalStateException("no cause");
                    }
                };
            }
        },
        UNCHANGEABLE {
            @Override
            RuntimeException make() {
                return new RuntimeException("odd") {
                    private static final long serialVersionUID = 1L;

                    @Override
                    public void setStackTrace(StackTraceElement[] trace) {
                        throw new UnsupportedOperationException();
                    }
                };
            }
        },
        NULL_ENTRIES {
            @Override
            RuntimeException make() {
                return new RuntimeException("odd") {
                    private static final long serialVersionUID = 1L;

                    @Override
                    public StackTraceElement[] getStackTrace() {
                        return new StackTraceElement[3];
                    }
                };
            }
        };

        abstract RuntimeException make();
    }

    @ParameterizedTest
    @EnumSource
    void odd_exceptions_are_delivered_and_finally_blocks_run(Odd odd) {
        RuntimeException failure = odd.make();
        List<String> log = new ArrayList<>();
        try (TaskPool pool = TaskPool.builder().workers(1).build()) {
            JoinHandle<Object> task = pool.spawn(outer(failure, log));
            assertThat(caughtFrom(() -> Pollux.blockOn(task.join())) == failure).isTrue();
            assertThat(log).containsExactly("inner", "outer");
            assertThat(caughtFrom(() -> Pollux.blockOn(outer(failure, log))) == failure)
                    .isTrue();
            pool.spawn(outer(failure, log)); // it is not joined
        }
    }

    private static Throwable caughtFrom(Runnable code) {
        try {
            code.run();
            return null;
        } catch (Throwable failure) {
            return failure;
        }
    }

    private static Future<Object> outer(RuntimeException failure, List<String> log) {
        return async(() -> {
            try {
                return await(inner(failure, log));
            } finally {
                log.add("outer");
            }
        });
    }

    private static Future<Object> inner(RuntimeException failure, List<String> log) {
        return async(() -> {
            try {
                await(yieldNow());
                throw failure;
            } finally {
                log.add("inner");
            }
        });
    }

    // ------------------------------------------------------------------ timeouts

    private static Future<Object> waits() {
        return async(() -> await(Futures.<Object>pending()));
    }

    private static Future<Object> limited() {
        return async(() -> await(timeout(SHORT, waits())));
    }

    @Test
    void a_timeout_names_what_was_not_ready_and_where_it_was_awaited() {
        assertThat(failureOf(limited()))
                .isInstanceOf(TimeoutException.class)
                .hasMessageMatching(
                        "not ready within PT0\\.001S: async \\S+AwaitedLinesTest\\.waits\\(AwaitedLinesTest\\."
                                + "java:\\d+\\), which awaits \\S+; awaited at \\S+AwaitedLinesTest\\.limited\\(AwaitedLinesTest\\."
                                + "java:\\d+\\)");
        assertThat(caughtFrom(() -> Pollux.blockOn(timeout(SHORT, new Loud()))))
                .isInstanceOf(TimeoutException.class)
                .hasMessageContaining("; awaited at " + AwaitedLinesTest.class.getName());
    }

    /** Never ready, and not even able to say so. */
    private static final class Loud implements Future<Object> {

        @Override
        public Poll<Object> poll(Context cx) {
            return Poll.pending();
        }

        @Override
        public String toString() {
            throw new IllegalStateException("no text");
        }
    }
}
