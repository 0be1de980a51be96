package pollux.compiler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.JavaFileObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the processor says beside refusals: forgotten awaits, await points that do not fit, blocks without a value. */
@Timeout(120)
class LintTest {

    private static final String CALLS = "Future<Integer> save() { return ready(1); }"
            + " FuseFuture<Integer> fused() { return ready(1).fuse(); } AsyncStream<Integer> items() { return null; }"
            + " Mono<Integer> mono() { return null; } Flux<Integer> flux() { return null; }"
            + " Single<Integer> single() { return null; } Maybe<Integer> maybe() { return null; }"
            + " Completable completable() { return null; } Flowable<Integer> flowable() { return null; }"
            + " io.reactivex.rxjava3.core.Observable<Integer> observable() { return null; }"
            + " org.reactivestreams.Publisher<Integer> publisher() { return null; }"
            + " int plain() { return 1; } Map<Integer, Future<Integer>> map = new HashMap<>(); List<Integer> list;"
            + " @interface CanIgnoreReturnValue {} @CanIgnoreReturnValue Future<Integer> ignorable() { return null; }"
            + " pollux.executor.JoinHandle<Integer> handle() { return null; }"
            + " abstract static class Response implements org.reactivestreams.Publisher<Integer> {"
            + " Response status(int code) { return this; } Mono<Integer> send() { return null; } }"
            + " abstract static class Named extends Response { Named name(String name) { return this; } }"
            + " Response response; Named named; interface Orders { Mono<Integer> find(); } Orders orders;"
            + " interface Executable { void execute() throws Throwable; } void assertThrows(Executable code) {}\n";

    @TempDir
    Path classes;

    private static Arguments dropped(String type, boolean stream, String body) {
        return arguments(
                body,
                "the " + type + " that this call returns is dropped, so it never runs. "
                        + (stream ? "Write each(…) around it in a for loop" : "Write await(…) around it")
                        + ", spawn it, or keep it in a variable");
    }

    /** ¦ stands before the call that is warned of, if any is. */
    static Stream<Arguments> dropped() {
        Stream<Arguments> types = Stream.of(
                        new String[] {"Future", "save"},
                        new String[] {"FuseFuture", "fused"},
                        new String[] {"AsyncStream", "items"},
                        new String[] {"Mono", "mono"},
                        new String[] {"Flux", "flux"},
                        new String[] {"Single", "single"},
                        new String[] {"Maybe", "maybe"},
                        new String[] {"Completable", "completable"},
                        new String[] {"Flowable", "flowable"},
                        new String[] {"Observable", "observable"},
                        new String[] {"Publisher", "publisher"})
                .flatMap(type -> {
                    boolean stream = !List.of("Future", "FuseFuture", "Mono", "Single", "Maybe", "Completable")
                            .contains(type[0]);
                    return Stream.of(
                            dropped(
                                    type[0],
                                    stream,
                                    "Object o = async(() -> { ¦" + type[1] + "(); return await(save()); });"),
                            dropped(
                                    type[0],
                                    stream,
                                    "Future<Integer> f() { await(save()); ¦" + type[1] + "(); return save(); }"));
                });
        return Stream.concat(
                types,
                Stream.of(
                        dropped("Future", false, "StreamBlock<Integer> s = out -> { out.emit(1); ¦save(); };"),
                        dropped("Future", false, "Object o = async(() -> { if (plain() > 0) ¦save(); return 1; });"),
                        dropped("Future", false, "Object o = async(() -> { list.forEach(x -> ¦save()); return 1; });"),
                        dropped(
                                "Future",
                                false,
                                "Object o = async(() -> { list.forEach(x -> { ¦save(); }); return 1; });"),
                        dropped("Future", false, "Object o = async(() -> { for (;; ¦save()) { await(save()); } });"),
                        dropped("Future", false, "Supplier<Future<Integer>> s = () -> { ¦save(); return save(); };"),
                        arguments("Object o = async(() -> { await(save()); return 1; });", ""),
                        arguments("Object o = async(() -> { Object kept = save(); return 1; });", ""),
                        arguments("Object o = async(() -> { map.put(1, save()); return 1; });", ""),
                        arguments("Object o = async(() -> { map.remove(1); return 1; });", ""),
                        arguments("Object o = async(() -> { handle(); plain(); ignorable(); return 1; });", ""),
                        arguments("Object o = async(() -> { Supplier<Object> s = () -> save(); return 1; });", ""),
                        arguments("Object o = async(() -> { response.status(404).status(1); return 1; });", ""),
                        arguments("Object o = async(() -> { named.name(\"a\"); named.status(1); return 1; });", ""),
                        dropped("Mono", false, "Object o = async(() -> { response.status(404)¦.send(); return 1; });"),
                        dropped("Mono", false, "Object o = async(() -> { mono()¦.map(x -> x); return 1; });"),
                        arguments(
                                "Object o = async(() -> { org.mockito.Mockito.verify(orders).find(); return 1; });",
                                ""),
                        dropped("Mono", false, "Object o = async(() -> { orders¦.find(); return 1; });"),
                        arguments("Object o = async(() -> { assertThrows(() -> save()); return 1; });", ""),
                        arguments("Object o = async(() -> { assertThrows(() -> { save(); }); return 1; });", ""),
                        dropped("Future", false, "Object o = async(() -> { Runnable r = () -> ¦save(); return 1; });"),
                        arguments("void f() { save(); }", ""),
                        arguments("@SuppressWarnings(\"await\") Future<Integer> f() { save(); return save(); }", ""),
                        arguments("@SuppressWarnings(\"await\") Object o = async(() -> { save(); return 1; });", ""),
                        arguments(
                                "void f() { @SuppressWarnings({\"unused\", \"await\"}) Object o = async(() -> { save();"
                                        + " return 1; }); }",
                                "")));
    }

    @ParameterizedTest
    @MethodSource
    void dropped(String body, String message) throws IOException {
        String marked = CALLS + body;
        List<String> said = Sources.compileWithLibraries(classes, marked.replace("¦", ""));
        int at = body.indexOf('¦');
        if (at < 0) {
            assertThat(said).isEmpty();
        } else {
            assertThat(said).containsExactly("4:" + (at + 1) + " " + message);
        }
        assertThat(Sources.compileWithLibraries(classes, marked.replace("¦", ""), "-Apollux.lint=none"))
                .isEmpty();
    }

    // ------------------------------------------------------------------ methods that a framework calls

    private static List<String> annotated(Path classes, String annotation, String method, String... options)
            throws IOException {
        List<JavaFileObject> sources = new ArrayList<>();
        String name = annotation.replaceAll("\\(.*", "");
        String simple = name.substring(name.lastIndexOf('.') + 1);
        try {
            Class.forName(name, false, LintTest.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            sources.add(Sources.source(
                    name,
                    "package " + name.substring(0, name.lastIndexOf('.')) + "; "
                            + (simple.equals("AsyncTest") ? "@org.junit.jupiter.api.TestTemplate " : "")
                            + "public @interface " + simple + " {}"));
        }
        sources.add(Sources.source(
                "Snippet",
                Sources.IMPORTS + "\nclass Snippet {\n@" + annotation + "\n" + method + "\nvoid g() {}\n}\n"));
        return Sources.compile(classes, sources, List.of(new AwaitProcessor()), options);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "org.junit.jupiter.api.Test",
                "org.junit.jupiter.api.RepeatedTest(2)",
                "org.junit.jupiter.params.ParameterizedTest",
                "org.junit.jupiter.api.TestTemplate",
                "org.junit.jupiter.api.BeforeEach",
                "org.junit.jupiter.api.AfterEach",
                "org.junit.jupiter.api.BeforeAll",
                "org.junit.jupiter.api.AfterAll",
                "org.junit.Test",
                "org.junit.Before",
                "org.junit.After",
                "org.junit.BeforeClass",
                "org.junit.AfterClass",
                "org.testng.annotations.Test",
                "org.testng.annotations.BeforeMethod",
                "org.testng.annotations.AfterMethod",
                "org.testng.annotations.BeforeClass",
                "org.testng.annotations.AfterClass",
                "pollux.testing.AsyncTest",
                "jakarta.annotation.PostConstruct",
                "jakarta.annotation.PreDestroy",
                "javax.annotation.PostConstruct",
                "javax.annotation.PreDestroy",
                "org.springframework.kafka.annotation.KafkaListener",
                "org.springframework.amqp.rabbit.annotation.RabbitListener",
                "org.springframework.jms.annotation.JmsListener"
            })
    void a_method_whose_caller_drops_the_result(String annotation) throws IOException {
        String simple = annotation.replaceAll("\\(.*", "").replaceAll(".*\\.", "");
        String run = simple.equals("AsyncTest") ? "world" : "Pollux";
        String text = "what calls a @" + simple + " method does not run the %s that it returns, so the code never runs."
                + " Return void, and put the code into " + run + ".run(() -> …)";
        String at = "@" + annotation + " ";
        String methods = "Future<Void> f() { await(ready(1)); return ready(null); }\n"
                + at + "\nFuture<Void> block() { return async(() -> null); }\n"
                + at + "\nAsyncStream<Integer> items() { return null; }\n"
                + at + "void waits() { pollux.Pollux.run(() -> await(ready(1))); }\n"
                + at + "@SuppressWarnings(\"await\") Future<Void> meant() { return async(() -> null); }";
        assertThat(annotated(classes, annotation, methods))
                .containsExactly(
                        "4:14 " + text.formatted("Future"),
                        "6:14 " + text.formatted("Future"),
                        "8:22 " + text.formatted("AsyncStream"));
    }

    @Test
    void warnings_of_callers_are_turned_off_with_the_others() throws IOException {
        String future = "Future<Void> f() { await(ready(1)); return ready(null); }";
        assertThat(annotated(classes, "org.junit.jupiter.api.Test", future)).hasSize(1);
        assertThat(annotated(classes, "org.junit.jupiter.api.Test", future, "-Apollux.lint=none"))
                .isEmpty();
    }

    /** Spring subscribes to what such a method returns. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "org.springframework.scheduling.annotation.Scheduled",
                "org.springframework.context.event.EventListener",
                "org.springframework.web.bind.annotation.GetMapping",
                "org.junit.jupiter.api.Tag(\"slow\")",
                "Deprecated"
            })
    void a_method_whose_caller_runs_the_result(String annotation) throws IOException {
        String name = annotation.equals("Deprecated") ? "java.lang.Deprecated" : annotation;
        assertThat(annotated(classes, name, "Future<Void> f() { await(ready(1)); return ready(null); }"))
                .isEmpty();
    }

    // ------------------------------------------------------------------ @SuppressWarnings("await")

    /** Code for virtual threads, beside compiled code. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "@SuppressWarnings(\"await\") static int parks() { return await(ready(1)); }",
                "@SuppressWarnings({\"unused\", \"await\"}) static void parks() { Runnable r = () -> await(ready(1)); }",
                "static void parks() { @SuppressWarnings(\"await\") Runnable r = () -> await(ready(1)); }",
                "@SuppressWarnings(\"await\") static Runnable parks = () -> await(ready(1));",
                "@SuppressWarnings(\"await\") static class Parks { Parks() { await(ready(1)); } int x = await(ready(1)); }",
                "@SuppressWarnings(\"await\") static void parks(AsyncStream<Integer> s) { for (int x : each(s)) { } }",
                "@SuppressWarnings(\"await\") static Function<Future<Integer>, Integer> parks = Async::await;",
                "@SuppressWarnings(\"await\") static synchronized int parks() { return await(ready(1)); }",
                "@SuppressWarnings(\"await\") static synchronized Future<Integer> f() { return ready(await(ready(1))); }",
                "@SuppressWarnings(\"await\") static Future<Integer> f(Object o) { synchronized (o) { await(ready(1)); } return ready(1); }",
                "static void parks(AsyncStream<Integer> s) { @SuppressWarnings(\"await\") AsyncBlock<Integer> b = () -> { synchronized (s) { for (int x : each(s)) { } } return 1; }; }",
                "@SuppressWarnings(\"await\") static Object parks = (AsyncBlock<Integer> & java.io.Serializable) () -> await(ready(1));"
            })
    void suppressed_awaits_stay_as_they_are_and_others_are_compiled(String parks) throws Exception {
        assertThat(
                        Sources.compile(
                                classes,
                                Sources.IMPORTS + "\npublic class Snippet {\n" + parks
                                        + "\npublic static Future<Integer> run() { return async(() -> await(ready(41)) + 1); } }"))
                .isEmpty();
        try (URLClassLoader loader = new URLClassLoader(
                new URL[] {classes.toUri().toURL()}, getClass().getClassLoader())) {
            Method run = Class.forName("Snippet", true, loader).getMethod("run");
            assertThat(pollux.Pollux.blockOn((pollux.future.Future<?>) run.invoke(null)))
                    .isEqualTo(42);
        }
    }

    /** What would suspend with a monitor held, or be serialized while suspended, is left as a whole. */
    @Test
    void a_suppressed_block_that_cannot_be_compiled_parks_a_virtual_thread() throws Exception {
        assertThat(Sources.compile(classes, Sources.IMPORTS + """
                        public class Snippet {
                            @SuppressWarnings("await")
                            static Future<Integer> locked(Object lock) {
                                return virtual(() -> {
                                    int sum = await(ready(30));
                                    synchronized (lock) {
                                        Future<Boolean> held = Futures.yieldNow().map(x -> Thread.holdsLock(lock));
                                        sum += await(held) ? 10 : 100;
                                    }
                                    return sum + await(parts());
                                });
                            }
                            static Future<Integer> parts() {
                                @SuppressWarnings("await")
                                AsyncBlock<Integer> one = (AsyncBlock<Integer> & java.io.Serializable) () -> {
                                    await(Futures.yieldNow());
                                    return 1;
                                };
                                return virtual(one).map(x -> x + 1);
                            }
                            public static Future<Integer> run() {
                                return async(() -> await(locked(new Object())));
                            }
                        }
                        """)).isEmpty();
        try (URLClassLoader loader = new URLClassLoader(
                new URL[] {classes.toUri().toURL()}, getClass().getClassLoader())) {
            Method run = Class.forName("Snippet", true, loader).getMethod("run");
            pollux.future.Future<?> future = (pollux.future.Future<?>) run.invoke(null);
            if (Runtime.version().feature() >= 21) {
                assertThat(pollux.Pollux.blockOn(future)).isEqualTo(42);
            } else {
                assertThatThrownBy(() -> pollux.Pollux.blockOn(future))
                        .isInstanceOf(UnsupportedOperationException.class)
                        .hasMessageStartingWith("virtual threads need JDK 21 or newer");
            }
        }
    }

    /** The mark stands on the code that is left, which a variable inside of it does not cover. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Future<Integer> f = async(() -> { synchronized (this) {"
                        + " @SuppressWarnings(\"await\") int x = ¦await(ready(1)); return x; } });",
                "@SuppressWarnings(\"await\") AsyncStream<Integer> s = Async.<Integer>stream(out -> {"
                        + " synchronized (this) { ¦await(ready(1)); } });"
            })
    void an_await_with_a_monitor_is_refused_where_no_code_may_be_left(String body) throws IOException {
        String refusal = "await inside synchronized would keep the monitor while suspended. Use AsyncMutex, or await"
                + " before the block";
        assertThat(Sources.compile(classes, Sources.IMPORTS + "class Snippet {\n" + body.replace("¦", "") + " }"))
                .containsExactly("2:" + (body.indexOf('¦') + 1) + " " + refusal);
    }

    // ------------------------------------------------------------------ await points

    static Stream<Arguments> points() {
        String needs = "@Awaits(\"conv\") of point(int) needs a method conv beside it, ";
        return Stream.of(
                arguments(
                        "@Awaits(\"conv\") static int ¦point(int x) { return x; }",
                        needs + "with the same parameters, that returns Future"),
                arguments(
                        "@Awaits(\"conv\") static int ¦point(int x) { return x; }\n"
                                + "static Future<Integer> conv(long x) { return ready(1); }",
                        needs + "with the same parameters"),
                arguments(
                        "@Awaits(\"conv\") static int ¦point(int x) { return x; }\nstatic int conv(int x) { return 1; }",
                        needs + "that returns Future"),
                arguments(
                        "@Awaits(\"conv\") static int ¦point(int x) { return x; }\n"
                                + "static FuseFuture<Integer> conv(int x) { return null; }",
                        needs + "that returns Future"),
                arguments(
                        "@Awaits(\"conv\") static int ¦point(int x) { return x; }\n"
                                + "Future<Integer> conv(int x) { return ready(1); }",
                        needs + "that is static"),
                arguments(
                        "@Awaits(\"conv\") int ¦point(int x) { return x; }\n"
                                + "static Future<Integer> conv(int x) { return ready(1); }",
                        needs + "that is not static"),
                arguments(
                        "@Awaits(\"conv\") static int ¦point(int x) { return x; }\n"
                                + "private static Future<Integer> conv(int x) { return ready(1); }",
                        needs + "that is visible wherever point is"),
                arguments(
                        "@Awaits(\"conv\") static int ¦point(int x) { return x; }\n"
                                + "static Future<String> conv(int x) { return ready(\"\"); }",
                        needs + "whose future has a value of the type java.lang.Integer"),
                arguments(
                        "@Awaits static int ¦point(int x) { return x; }",
                        "@Awaits of Snippet.point names no converter, so its first parameter has to be a Future"),
                arguments(
                        "@Awaits static int ¦point(Future<String> x) { return 1; }",
                        "@Awaits of point(pollux.future.Future<java.lang.String>) names no converter, so its parameter has to"
                                + " be a Future of java.lang.Integer"),
                arguments(
                        "@Awaits(\"conv\") static int point(int x) { return x; }\n"
                                + "static Future<Integer> conv(int x) { return ready(1); }",
                        ""),
                arguments(
                        "@Awaits(\"conv\") static <T> T point(List<T> x) { return null; }\n"
                                + "static <T> Future<? extends T> conv(List<T> x) { return null; }",
                        ""),
                arguments(
                        "static class Above { static Future<Integer> conv(int x) { return ready(1); } }\n"
                                + "static class Below extends Above { @Awaits(\"conv\") static int point(int x) { return x; } }",
                        ""),
                arguments(
                        "@Awaits(\"conv\") static void point(int x) { }\n"
                                + "static Future<String> conv(int x) { return null; }",
                        ""));
    }

    @ParameterizedTest
    @MethodSource
    void points(String body, String message) throws IOException {
        List<String> said = Sources.compileWithLibraries(classes, body.replace("¦", ""));
        int at = body.indexOf('¦');
        if (at < 0) {
            assertThat(said).isEmpty();
        } else {
            assertThat(said).containsExactly("3:" + (at + 1) + " " + message);
        }
    }

    // ------------------------------------------------------------------ blocks without a value

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Object o = async(¦() -> { await(ready(1)); });",
                "Object o = Async.async(¦() -> { for (int x : each(s)) { } });",
                "void f() { pollux.Pollux.run(¦() -> { if (s != null) { await(ready(1)); return; } }); }",
                "Object o = pollux.Pollux.spawn(¦() -> { int x = await(ready(1)); });"
            })
    void a_block_without_a_value_is_one_error(String body) throws IOException {
        List<String> said = Sources.compileWithLibraries(classes, "AsyncStream<Integer> s;\n" + body.replace("¦", ""));
        assertThat(said)
                .singleElement()
                .asString()
                .contains("a block has to end with a value: add 'return null;' at the" + " end of the lambda that ")
                .startsWith("4:");
    }

    @Test
    void blocks_that_do_not_end_are_no_blocks_without_a_value() throws IOException {
        assertThat(Sources.compileWithLibraries(
                        classes,
                        "Object a = async(() -> { while (true) { await(ready(1)); } });\n"
                                + "Object b = async(() -> { await(ready(1)); throw new Exception(); });\n"
                                + "Object c = async(() -> { for (;;) { await(ready(1)); } });\n"
                                + "Object d = async(() -> { try { return await(ready(1)); } finally { await(ready(2)); } });\n"
                                + "Object e = async(() -> { synchronized (this) { throw new Exception(); } });"))
                .isEmpty();
    }
}
