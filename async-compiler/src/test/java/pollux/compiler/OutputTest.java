package pollux.compiler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.ref.WeakReference;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import javax.annotation.processing.AbstractProcessor;
import javax.annotation.processing.RoundEnvironment;
import javax.lang.model.SourceVersion;
import javax.lang.model.element.TypeElement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import pollux.async.AsyncFrame;
import pollux.future.Context;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.future.Poll;
import pollux.future.Services;
import pollux.future.Waker;

/** What the compiler writes, and in which surroundings it works. */
@Timeout(120)
class OutputTest {

    private static final String AWAITS = Sources.IMPORTS + "public class Snippet {\n"
            + "  public static Future<String> twice(Future<String> f, Future<String> g) {\n"
            + "    return async(() -> {\n" + "      String a = await(f);\n" + "      return a + await(g);\n"
            + "    });\n" + "  }\n" + "}\n";

    @TempDir
    Path classes;

    private final Context cx = new Context(Waker.noop(), Services.NONE);

    private static Map<String, byte[]> files(Path directory) throws IOException {
        Map<String, byte[]> files = new TreeMap<>();
        try (Stream<Path> found = Files.walk(directory)) {
            for (Path file : found.filter(Files::isRegularFile).toList()) {
                files.put(directory.relativize(file).toString(), Files.readAllBytes(file));
            }
        }
        return files;
    }

    private Class<?> snippet() throws Exception {
        URLClassLoader loader = new URLClassLoader(
                new URL[] {classes.toUri().toURL()}, getClass().getClassLoader());
        return Class.forName("Snippet", true, loader);
    }

    @SuppressWarnings("unchecked")
    private Future<String> twice(Future<String> first, Future<String> second) throws Exception {
        return (Future<String>)
                snippet().getMethod("twice", Future.class, Future.class).invoke(null, first, second);
    }

    @Test
    void two_compilations_give_the_same_bytes(@TempDir Path again) throws IOException {
        assertThat(Sources.compile(classes, AWAITS)).isEmpty();
        assertThat(Sources.compile(again, AWAITS)).isEmpty();
        Map<String, byte[]> first = files(classes);
        Map<String, byte[]> second = files(again);
        assertThat(first.keySet()).containsExactly("Snippet$twice-async1.class", "Snippet.class");
        assertThat(second.keySet()).isEqualTo(first.keySet());
        first.forEach((name, bytes) -> assertThat(second.get(name)).as(name).isEqualTo(bytes));
    }

    @Test
    void weaving_twice_changes_nothing() throws IOException {
        Sources.compile(classes, AWAITS);
        Map<String, byte[]> once = files(classes);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertThat(WeaverCli.run(
                        new PrintStream(out), "-cp", System.getProperty("java.class.path"), classes.toString()))
                .isZero();
        assertThat(out.toString()).isEqualToIgnoringNewLines("Pollux wove 0 classes\n");
        Map<String, byte[]> twice = files(classes);
        assertThat(twice.keySet()).isEqualTo(once.keySet());
        once.forEach((name, bytes) -> assertThat(twice.get(name)).as(name).isEqualTo(bytes));
    }

    /** As in a jar for several releases, and in an unpacked jar of Spring Boot. */
    @ParameterizedTest
    @ValueSource(strings = {"META-INF/versions/21", "BOOT-INF/classes"})
    void a_class_below_the_root_of_its_package_is_woven_where_it_is(String folder) throws IOException {
        Files.createDirectories(classes.resolve("p"));
        Sources.compileUnguarded(classes, List.of(Sources.source("p/Snippet", "package p; class Snippet {}")));
        byte[] base = Files.readAllBytes(classes.resolve("p/Snippet.class"));
        Path below = Files.createDirectories(classes.resolve(folder));
        String code = "package p; " + Sources.IMPORTS
                + "class Snippet implements java.io.Serializable {"
                + " Future<Integer> one() { return ready(await(ready(1))); } }";
        assertThat(Sources.compileUnguarded(below, List.of(Sources.source("p/Snippet", code))))
                .isEmpty();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertThat(WeaverCli.run(
                        new PrintStream(out), "-cp", System.getProperty("java.class.path"), classes.toString()))
                .isZero();
        assertThat(files(classes).keySet())
                .containsExactlyInAnyOrder(
                        "p/Snippet.class", folder + "/p/Snippet.class", folder + "/p/Snippet$one-async1.class");
        assertThat(Files.readAllBytes(classes.resolve("p/Snippet.class"))).isEqualTo(base);
        assertThat(WeaverCli.run(
                        new PrintStream(out), "-cp", System.getProperty("java.class.path"), classes.toString()))
                .isZero();
        assertThat(out.toString()).contains("Pollux wove 1 class").contains("Pollux wove 0 classes");
    }

    @Test
    void a_class_without_an_await_is_not_touched(@TempDir Path plain) throws IOException {
        String code = Sources.IMPORTS
                + "class Snippet { static AsyncBlock<Integer> b = () -> 1; Future<Integer> f() { return ready(1); } }";
        Sources.compile(classes, code);
        Sources.compile(plain, List.of(Sources.source("Snippet", code)), List.of(), "-proc:none");
        assertThat(files(classes).keySet()).containsExactly("Snippet.class");
        assertThat(files(classes).get("Snippet.class")).isEqualTo(files(plain).get("Snippet.class"));
    }

    @Test
    void nothing_is_said_under_all_lints_as_errors() throws IOException {
        List<String> said = Sources.compile(
                classes, AWAITS.replace("class Snippet", "final class Snippet"), "-Xlint:all,-path", "-Werror");
        assertThat(said).isEmpty();
    }

    @Test
    void it_works_in_a_named_module(@TempDir Path module) throws IOException {
        List<String> said = Sources.compile(
                module,
                List.of(
                        Sources.source("module-info", "module m { requires static java.compiler; }"),
                        Sources.source("p.q.Snippet", "package p.q; " + AWAITS)),
                List.of(new AwaitProcessor()),
                "--add-reads",
                "m=ALL-UNNAMED");
        assertThat(said).isEmpty();
        assertThat(files(module).keySet())
                .containsExactly("module-info.class", "p/q/Snippet$twice-async1.class", "p/q/Snippet.class");
    }

    @Test
    void it_works_beside_a_processor_that_generates_sources() throws IOException {
        class Generator extends AbstractProcessor {
            private boolean done;

            @Override
            public Set<String> getSupportedAnnotationTypes() {
                return Set.of("*");
            }

            @Override
            public SourceVersion getSupportedSourceVersion() {
                return SourceVersion.latestSupported();
            }

            @Override
            public boolean process(Set<? extends TypeElement> annotations, RoundEnvironment round) {
                if (!done) {
                    done = true;
                    try (var out =
                            processingEnv.getFiler().createSourceFile("Made").openWriter()) {
                        out.write(Sources.IMPORTS
                                + "class Made { static Future<Integer> f() { return ready(await(ready(1)) + 1); } }");
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                }
                return false;
            }
        }
        List<String> said = Sources.compile(
                classes, List.of(Sources.source("Snippet", AWAITS)), List.of(new Generator(), new AwaitProcessor()));
        assertThat(said).isEmpty();
        assertThat(files(classes).keySet()).contains("Made$f-async1.class", "Snippet$twice-async1.class");
    }

    @Test
    void without_d_classes_are_found_beside_their_source(@TempDir Path sources) throws Exception {
        Path source = sources.resolve("Snippet.java");
        Files.writeString(source, AWAITS);
        int status = javax.tools.ToolProvider.getSystemJavaCompiler()
                .run(
                        null,
                        null,
                        null,
                        "-cp",
                        System.getProperty("java.class.path"),
                        "-processor",
                        "pollux.compiler.AwaitProcessor",
                        source.toString());
        assertThat(status).isZero();
        assertThat(files(sources).keySet())
                .containsExactlyInAnyOrder("Snippet.class", "Snippet.java", "Snippet$twice-async1.class");
    }

    @Test
    void a_suspended_frame_knows_where_it_is_and_what_it_awaits() throws Exception {
        Sources.compile(classes, AWAITS);
        Future<String> never = Futures.pending();
        AsyncFrame<String> frame = (AsyncFrame<String>) twice(Futures.ready("a"), never);
        assertThat(frame.place()).hasToString("Snippet.twice(Snippet.java:4)");
        assertThat(frame.awaited()).isNull();
        assertThat(frame.poll(cx)).isEqualTo(Poll.pending());
        assertThat(frame.place()).hasToString("Snippet.twice(Snippet.java:5)");
        assertThat(frame.awaited()).isSameAs(never);
        assertThat(frame).hasToString("async Snippet.twice(Snippet.java:5) [suspended]");
    }

    @Test
    void a_failure_has_the_line_of_its_await_in_its_trace() throws Exception {
        Sources.compile(classes, AWAITS);
        Future<String> failing = context -> {
            throw new IllegalStateException("expected");
        };
        Future<String> frame = twice(Futures.ready("a"), failing);
        assertThatThrownBy(() -> frame.poll(cx))
                .satisfies(thrown -> assertThat(thrown.getStackTrace())
                        .anyMatch(at -> at.getClassName().equals("Snippet") && at.getLineNumber() == 5));
    }

    @Test
    void polling_after_the_end_or_a_failure_is_an_error_of_the_caller() throws Exception {
        Sources.compile(classes, AWAITS);
        Future<String> ended = twice(Futures.ready("a"), Futures.ready("b"));
        assertThat(ended.poll(cx)).isEqualTo(Poll.ready("ab"));
        assertThatThrownBy(() -> ended.poll(cx))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("polled after its end");
        Future<String> failed = twice(Futures.failed(new IllegalArgumentException()), Futures.ready("b"));
        assertThatThrownBy(() -> failed.poll(cx)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> failed.poll(cx)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void a_poll_from_within_its_own_poll_is_an_error_of_the_caller() throws Exception {
        Sources.compile(classes, AWAITS);
        Map<String, Future<String>> self = new HashMap<>();
        Future<String> frame = twice(context -> self.get("frame").poll(context), Futures.ready("b"));
        self.put("frame", frame);
        assertThatThrownBy(() -> frame.poll(cx)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void each_poll_may_come_from_another_thread() throws Exception {
        Sources.compile(classes, Sources.IMPORTS + """
                public class Snippet {
                    public static Future<String> twice(Future<String> f, Future<String> g) {
                        byte b = 1; long l = 1L << 40; double d = 0.5; int[] a = {1}; Object o = null; String s = here();
                        for (int i = 0; i < 3; i++) {
                            s += " " + b++ + l++ + d++ + a[0]++ + o + await(i % 2 == 0 ? f : g) + here();
                            o = i;
                        }
                        return ready(s);
                    }
                    static String here() { return Thread.currentThread().getName(); }
                }
                """);
        int[] polls = {0};
        Future<String> everyOther = context -> polls[0]++ % 2 == 0 ? Poll.pending() : Poll.ready("x");
        Future<String> frame = twice(everyOther, everyOther);
        Poll<String> last = pollOn("A", frame);
        for (String thread : new String[] {"B", "A", "B"}) {
            assertThat(last.isPending()).isTrue();
            last = pollOn(thread, frame);
        }
        assertThat(last.value()).isEqualTo("A 110995116277760.51nullxB 210995116277771.520xA 310995116277782.531xB");
    }

    private static Poll<String> pollOn(String name, Future<String> frame) throws Exception {
        FutureTask<Poll<String>> poll = new FutureTask<>(() -> frame.poll(new Context(Waker.noop(), Services.NONE)));
        Thread thread = new Thread(poll, name);
        thread.start();
        return poll.get();
    }

    @Test
    void cancel_before_the_first_poll_runs_nothing() throws Exception {
        Sources.compile(classes, AWAITS);
        Future<String> frame = twice(
                context -> {
                    throw new AssertionError("polled");
                },
                Futures.ready("b"));
        assertThat(frame.cancel()).isTrue();
    }

    @Test
    void a_variable_that_is_not_read_again_is_not_kept() throws Exception {
        Sources.compile(
                classes,
                Sources.IMPORTS
                        + "public class Snippet { public static Future<String> twice(Future<String> f, Future<String>"
                        + " g) { return async(() -> { String big = await(f); int n = big.length(); await(g); return \"\" + n;"
                        + " }); } }");
        String[] big = {new String("big")};
        WeakReference<String> reference = new WeakReference<>(big[0]);
        int[] polls = {0};
        Future<String> once = context -> {
            if (polls[0]++ == 0) {
                return Poll.pending(); // suspended with the capture live, then with the result of this one live
            }
            String value = big[0];
            big[0] = null;
            return Poll.ready(value);
        };
        Future<String> frame = twice(once, Futures.pending());
        assertThat(frame.poll(cx).isPending()).isTrue();
        assertThat(frame.poll(cx).isPending()).isTrue();
        for (int i = 0; i < 100 && reference.get() != null; i++) {
            System.gc();
        }
        assertThat(reference.get()).isNull();
        assertThat(frame.toString()).contains("suspended");
    }

    @Test
    void an_async_method_that_returns_null_says_so() throws Exception {
        Sources.compile(
                classes,
                Sources.IMPORTS
                        + "public class Snippet { public static Future<String> twice(Future<String> f, Future<String>"
                        + " g) { await(f);\n return null; } }");
        assertThatThrownBy(() -> twice(Futures.ready("a"), null).poll(cx))
                .isInstanceOf(NullPointerException.class)
                .hasMessageContaining("returned null; return Futures.ready(null) to end without a value");
    }

    /** The larger one is beyond 32767 bytes, so that its jumps need the wide form. */
    @ParameterizedTest
    @ValueSource(ints = {130, 200})
    void a_method_with_hundreds_of_awaits_and_a_loop_around_them_runs(int awaits) throws Exception {
        String many = "s = s.concat(await(f));\n if (s.length() > 100000) s = await(g);\n".repeat(awaits);
        List<String> said = Sources.compile(
                classes,
                Sources.IMPORTS
                        + "public class Snippet { public static Future<String> twice(Future<String> f, Future<String>"
                        + " g) { String s = \"\"; long l = 1;\n for (int i = 0; i < 2; i++) {\n" + many
                        + "} return ready(s + l); } }");
        assertThat(said).singleElement().asString().contains("HotSpot does not compile");
        int[] polls = {0};
        Future<String> everyOther = context -> polls[0]++ % 2 == 0 ? Poll.pending() : Poll.ready("x");
        Future<String> frame = twice(everyOther, Futures.ready("b"));
        Poll<String> last = frame.poll(cx);
        while (last.isPending()) {
            cx.begin(Waker.noop(), Services.NONE);
            last = frame.poll(cx);
        }
        assertThat(last.value()).isEqualTo("x".repeat(2 * awaits) + 1);
        assertThat(polls[0]).isEqualTo(4 * awaits);
    }

    @Test
    void a_chain_without_handlers_is_cancelled_in_one_step() throws Exception {
        Sources.compile(classes, AWAITS);
        int[] cancels = {0};
        Future<String> leaf = new Future<>() {
            @Override
            public Poll<String> poll(Context context) {
                return Poll.pending();
            }

            @Override
            public boolean cancel() {
                cancels[0]++;
                return true;
            }
        };
        Future<String> frame = twice(twice(leaf, leaf), Futures.ready("b"));
        assertThat(frame.poll(cx).isPending()).isTrue();
        assertThat(frame.cancel()).isTrue();
        assertThat(cancels[0]).isEqualTo(1);
    }
}
