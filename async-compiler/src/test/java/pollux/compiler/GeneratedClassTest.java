package pollux.compiler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.ObjectStreamClass;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TimeZone;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import pollux.async.AsyncFrame;
import pollux.async.Reruns;
import pollux.future.Context;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.future.Services;
import pollux.future.Waker;

/**
 * What the weaver adds to a class: names that are unique, nothing that serialization counts, no references after the
 * end.
 */
class GeneratedClassTest {

    @TempDir
    Path directory;

    private ClassLoader compile(String name, boolean woven, String code) throws IOException {
        Path classes = Files.createDirectory(directory.resolve(name));
        String source = Sources.IMPORTS + code;
        if (woven) {
            assertThat(Sources.compile(classes, source)).isEmpty();
        } else {
            assertThat(Sources.compileUnguarded(classes, List.of(Sources.source("Snippet", source))))
                    .isEmpty();
        }
        return new URLClassLoader(
                new URL[] {classes.toUri().toURL()}, getClass().getClassLoader());
    }

    private static Object poll(Future<?> future) {
        return future.poll(new Context(Waker.noop(), Services.NONE)).value();
    }

    @Test
    void dollar_signs_in_names_do_not_make_two_state_classes_one() throws Exception {
        ClassLoader loader = compile("dollars", true, """
                public class Snippet {
                    public static Future<Object> b$c(int x) { String s = "method" + x; return ready(s + await(ready(1))); }
                    public static class b { public static Future<Object> c(long y) { long z = y; return ready(z + await(ready(2))); } }
                    public static class b$c { public static class async1 {} }
                    public static Future<Object> async1(Object o) { return ready(o + "" + await(ready(3))); }
                }
                """);
        Class<?> host = loader.loadClass("Snippet");
        assertThat(poll((Future<?>) host.getMethod("b$c", int.class).invoke(null, 5)))
                .isEqualTo("method51");
        assertThat(poll((Future<?>)
                        loader.loadClass("Snippet$b").getMethod("c", long.class).invoke(null, 5L)))
                .isEqualTo(7L);
        assertThat(poll((Future<?>) host.getMethod("async1", Object.class).invoke(null, "o")))
                .isEqualTo("o3");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "public class Snippet implements java.io.Serializable { int f; # static { System.nanoTime(); } }",
                "public class Snippet extends Exception { public long f; protected void g() {} # }",
                "public class Snippet extends java.util.ArrayList<String> { private int f; # interface Other {} }",
                "public abstract class Snippet<T> implements Comparable<T>, java.io.Serializable { T t; # }",
                "public class Snippet implements java.io.Serializable { private static final long serialVersionUID = 7; # }",
            })
    void awaits_do_not_change_the_default_serial_version(String shape) throws Exception {
        String code = shape.replace(
                "#",
                "Future<Object> a(Object o) { return ready(o + \"\" + await(ready(1)) + this); }"
                        + " static Future<Object> b() { return async(() -> await(ready(1))); }");
        assertThat(version(compile("woven", true, code))).isEqualTo(version(compile("plain", false, code)));
    }

    private static long version(ClassLoader loader) throws ClassNotFoundException {
        return ObjectStreamClass.lookup(loader.loadClass("Snippet")).getSerialVersionUID();
    }

    @Test
    void a_class_that_is_not_serializable_gets_no_field() throws Exception {
        ClassLoader loader = compile("plainClass", true, """
                public class Snippet { Future<Object> a() { return ready(await(ready(1))); } }
                """);
        assertThat(loader.loadClass("Snippet").getDeclaredFields()).isEmpty();
    }

    /** Two awaits that keep the same variable, so that resuming does not clear its field. */
    @ParameterizedTest
    @ValueSource(
            strings = {"value", "failure", "cancel", "cancel before the start", "never suspended", "guarded cancel"})
    void a_run_that_has_ended_refers_to_nothing(String end) throws Exception {
        ClassLoader loader = compile("end", true, """
                import java.util.concurrent.CompletableFuture;
                public class Snippet {
                    public static Future<Object> run(byte[] big, CompletableFuture<Object> f) {
                        Object other = new Object();
                        Object first = await(f);
                        if (first == null) return ready((Object) (big.length + "" + other));
                        await(f);
                        if (first.equals("fail")) throw new IllegalStateException("" + big.length + other);
                        return ready((Object) (big.length + "" + other));
                    }
                    public static Future<Object> guarded(byte[] big, CompletableFuture<Object> f) {
                        return async(() -> { try { await(f); return big.length; } finally { big[0]++; await(f.isDone() ? f : null); } });
                    }
                }
                """.replace("await(f.isDone() ? f : null);", ""));
        CompletableFuture<Object> f = new CompletableFuture<>();
        if (end.equals("never suspended")) {
            f.complete("v");
        }
        String method = end.equals("guarded cancel") ? "guarded" : "run";
        Future<?> run = (Future<?>) loader.loadClass("Snippet")
                .getMethod(method, byte[].class, CompletableFuture.class)
                .invoke(null, new byte[10], f);
        Context cx = new Context(Waker.noop(), Services.NONE);
        if (!end.equals("cancel before the start")) {
            run.poll(cx);
        }
        switch (end) {
            case "value" -> f.complete("v");
            case "failure" -> f.complete("fail");
            case "never suspended" -> {}
            default -> run.cancel();
        }
        if (end.equals("value")) {
            run.poll(cx);
        } else if (end.equals("failure") || end.equals("guarded cancel")) {
            assertThatThrownBy(() -> run.poll(cx)).isInstanceOf(IllegalStateException.class);
        }
        if (run instanceof AsyncFrame<?> frame) {
            assertThat(references(frame)).isEmpty();
            assertThat(frame).hasToString("async " + frame.place() + " [ended]");
        } else {
            assertThat(end).isEqualTo("guarded cancel");
        }
    }

    @Test
    void an_argument_for_the_time_before_the_first_await_takes_no_field() throws Exception {
        ClassLoader loader = compile("early", true, """
                public class Snippet {
                    public static Future<Object> one(List<Object> log, Future<Object> f) {
                        return async(() -> { log.add("begun"); return await(Held.next()); });
                    }
                    public static Future<Object> kept(List<Object> log, Future<Object> f) {
                        return async(() -> { log.add("begun"); return await(Held.next()) + "" + log; });
                    }
                    public static Future<Object> two(List<Object> log, Future<Object> f) {
                        return async(() -> { log.add("begun"); return await(f); });
                    }
                    public static Future<Object> frame(List<Object> log, Future<Object> f) {
                        return async(() -> { if (f == null) f.cancel(); return await(f); });
                    }
                }
                class Held { static Future<Object> next() { return ready("v"); } }
                """);
        List<Object> log = new ArrayList<>();
        Future<?> one = early(loader, "one", log, null);
        assertThat(fields(one)).isEmpty();
        Supplier<? extends Future<?>> again = Reruns.of(one);
        assertThat(again).isNotNull();
        assertThat(poll(again.get())).isEqualTo("v");
        assertThat(poll(again.get())).isEqualTo("v");
        assertThat(log).containsExactly("begun", "begun");
        assertThat(one.cancel()).isTrue();
        assertThat(references((AsyncFrame<?>) one)).isEmpty();
        assertThat(fields(early(loader, "kept", log, null))).hasSize(1);
        // the frame is no smaller without one of them
        assertThat(fields(early(loader, "two", log, null))).hasSize(2);
        // what may be a frame would be taken for one that is awaited
        assertThat(fields(early(loader, "frame", log, null))).hasSize(1);
    }

    /** The cast that such an argument needs must not fail where the source has none: its class is not exported. */
    @Test
    void an_argument_of_a_class_that_the_code_may_not_name_keeps_its_field() throws Exception {
        Path classes = Files.createDirectory(directory.resolve("named"));
        String source = Sources.IMPORTS + """
                public class Snippet {
                    public static Future<Object> hidden(sun.util.calendar.ZoneInfo x) {
                        Held.see(x);
                        return await(Held.next());
                    }
                    public static Future<Object> array(sun.util.calendar.ZoneInfo[] x) {
                        Held.see(x);
                        return await(Held.next());
                    }
                    public static Future<Object> own(Snippet x) { Held.see(x); return await(Held.next()); }
                    public static Future<Object> ofJdk(StringBuilder x) { Held.see(x); return await(Held.next()); }
                    public static Future<Object> numbers(int[] x) { Held.see(x); return await(Held.next()); }
                }
                class Held {
                    static Object seen;
                    static void see(Object x) { seen = x; }
                    static Future<Future<Object>> next() { return ready(ready(seen)); }
                }
                """;
        assertThat(Sources.compile(classes, source, "--add-exports", "java.base/sun.util.calendar=ALL-UNNAMED"))
                .allSatisfy(warning -> assertThat(warning).contains("is internal proprietary API"));
        try (URLClassLoader loader = new URLClassLoader(
                new URL[] {classes.toUri().toURL()}, getClass().getClassLoader())) {
            Class<?> snippet = loader.loadClass("Snippet");
            Object zone = TimeZone.getTimeZone("UTC");
            assertThat(zone.getClass().getName()).isEqualTo("sun.util.calendar.ZoneInfo");
            Object zones = Array.newInstance(zone.getClass(), 1);
            Object own = snippet.getConstructor().newInstance();
            Map<String, Object> arguments = Map.of(
                    "hidden", zone, "array", zones, "own", own, "ofJdk", new StringBuilder("x"), "numbers", new int[1]);
            for (Map.Entry<String, Object> argument : arguments.entrySet()) {
                String name = argument.getKey();
                Object value = argument.getValue();
                Future<?> run =
                        (Future<?>) snippet.getMethod(name, value.getClass()).invoke(null, value);
                assertThat(fields(run)).as(name).hasSize(name.equals("hidden") || name.equals("array") ? 1 : 0);
                assertThat(poll(run)).as(name).isSameAs(value);
            }
        }
    }

    /** Frames that have to wait before they have begun, with arguments that are frames. */
    @Test
    void a_frame_that_is_an_argument_is_not_taken_for_one_that_is_awaited() throws Exception {
        ClassLoader loader = compile("frames", true, """
                public class Snippet {
                    public static Future<Object> around(Future<Object> f) {
                        return async(() -> { if (f == null) f.cancel(); return await(f); });
                    }
                }
                """);
        Method around = loader.loadClass("Snippet").getMethod("around", Future.class);
        CompletableFuture<Object> value = new CompletableFuture<>();
        Object future = Futures.from(value);
        for (int i = 0; i < 3; i++) {
            future = around.invoke(null, future);
        }
        Future<?> run = (Future<?>) future;
        Context cx = new Context(Waker.noop(), Services.NONE);
        for (int poll = 0; poll < 8; poll++) { // each poll begins one frame more
            cx.begin(Waker.noop(), Services.NONE);
            while (cx.budget() > (poll < 4 ? 0 : 1)) {
                cx.spend();
            }
            assertThat(run.poll(cx).isPending()).isTrue();
        }
        value.complete("v");
        cx.begin(Waker.noop(), Services.NONE);
        assertThat(run.poll(cx).value()).isEqualTo("v");
    }

    private static Future<?> early(ClassLoader loader, String method, List<Object> log, @Nullable Object future)
            throws ReflectiveOperationException {
        return (Future<?>) loader.loadClass("Snippet")
                .getMethod(method, List.class, Future.class)
                .invoke(null, log, future);
    }

    private static List<Field> fields(Future<?> frame) {
        return Arrays.stream(frame.getClass().getDeclaredFields())
                .filter(field -> !Modifier.isStatic(field.getModifiers()))
                .toList();
    }

    private static List<Object> references(AsyncFrame<?> frame) throws IllegalAccessException {
        List<Object> left = new ArrayList<>();
        for (Class<?> type = frame.getClass(); type != Object.class; type = type.getSuperclass()) {
            for (Field field : type.getDeclaredFields()) {
                if (!field.getType().isPrimitive() && !java.lang.reflect.Modifier.isStatic(field.getModifiers())) {
                    field.setAccessible(true);
                    if (field.get(frame) != null) {
                        left.add(field);
                    }
                }
            }
        }
        return left;
    }
}
