package pollux.compiler;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Field;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.commons.CodeSizeEvaluator;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.MethodNode;
import pollux.future.Context;
import pollux.future.Future;
import pollux.future.Poll;
import pollux.future.Services;
import pollux.future.Waker;

/**
 * The code of a method does not grow with its awaits × its variables, does the same, and keeps no reference too long.
 */
class SharedSlotsTest {

    @TempDir
    Path directory;

    private static String lines(int count, BiFunction<String, String, String> line) {
        return IntStream.range(0, count)
                .mapToObj(i -> line.apply("v" + i, Integer.toString(i)))
                .collect(Collectors.joining("\n"));
    }

    private static String sum(int from, int variables) {
        return IntStream.range(from, variables).mapToObj(i -> " + v" + i).collect(Collectors.joining("", "\"\"", ""));
    }

    /** A string concatenation has 200 operands at most, so it is written in parts. */
    private static String result(int variables) {
        return IntStream.iterate(0, from -> from < variables, from -> from + 50)
                .mapToObj(from -> "(" + sum(from, Math.min(variables, from + 50)) + ")")
                .collect(Collectors.joining(" + "));
    }

    /** How the variables of a method come and go. {@code n} awaits of {@code f}, which gives "x". */
    enum Shape {
        ALL_ALIVE {
            @Override
            String body(int n) {
                return lines(n, (v, i) -> "String " + v + " = \"a\" + n;") + lines(n, (v, i) -> v + " += await(f);")
                        + "return ready(" + result(n) + ");";
            }

            @Override
            String expected(int n) {
                return "a0x".repeat(n);
            }
        },
        MORE_AND_MORE {
            @Override
            String body(int n) {
                return lines(n, (v, i) -> "Object " + v + " = await(f) + n;") + "return ready(" + result(n) + ");";
            }

            @Override
            String expected(int n) {
                return "x0".repeat(n);
            }
        },
        FEWER_AND_FEWER {
            @Override
            String body(int n) {
                return lines(n, (v, i) -> "long " + v + " = n + " + i + "L;") + "String s = \"\";"
                        + lines(n, (v, i) -> "s += await(f) + " + v + ";") + "return ready(s);";
            }

            @Override
            String expected(int n) {
                return IntStream.range(0, n).mapToObj(i -> "x" + i).collect(Collectors.joining());
            }
        },
        MIXED_TYPES {
            @Override
            String body(int n) {
                String[] types = {"int", "long", "double", "Integer", "float", "byte", "Object", "char"};
                return lines(n, (v, i) -> {
                            String type = types[Integer.parseInt(i) % types.length];
                            String value = type.equals("Object") || type.equals("Integer") ? "n" : "(" + type + ") n";
                            return type + " " + v + " = " + value + "; await(f);";
                        })
                        + "return ready(" + result(n) + ");";
            }

            @Override
            String expected(int n) {
                String[] values = {"0", "0", "0.0", "0", "0.0", "0", "0", "\0"};
                return IntStream.range(0, n)
                        .mapToObj(i -> values[i % values.length])
                        .collect(Collectors.joining());
            }
        },
        /** The same slots hold other types in each block, beside some that stay. */
        BLOCKS {
            @Override
            String body(int n) {
                StringBuilder body = new StringBuilder(lines(n, (v, i) -> "String " + v + " = \"a\" + n;"));
                String[] types = {"int", "long", "Object", "double"};
                for (int block = 0; block < n; block++) {
                    body.append("{ ");
                    for (int i = 0; i < 3; i++) {
                        String type = types[(block + i) % types.length];
                        String value = type.equals("Object") ? "n" : "(" + type + ") n";
                        body.append(type + " b" + i + " = " + value + "; ");
                    }
                    body.append("v" + block + " += await(f) + b0 + b1 + b2; }\n");
                }
                return body.append("return ready(" + result(n) + ");").toString();
            }

            @Override
            String expected(int n) {
                String[] values = {"0", "0", "0", "0.0"};
                StringBuilder expected = new StringBuilder();
                for (int block = 0; block < n; block++) {
                    expected.append("a0x");
                    for (int i = 0; i < 3; i++) {
                        expected.append(values[(block + i) % values.length]);
                    }
                }
                return expected.toString();
            }
        },
        OPERANDS {
            @Override
            String body(int n) {
                return lines(n, (v, i) -> "String " + v + " = \"a\" + n;")
                        + lines(n, (v, i) -> v + " = String.join(\"\", " + v + ", n + \"\", await(f));")
                        + "return ready(" + result(n) + ");";
            }

            @Override
            String expected(int n) {
                return "a00x".repeat(n);
            }
        },
        HANDLERS {
            @Override
            String body(int n) {
                return lines(n, (v, i) -> "String " + v + " = \"a\" + n;")
                        + lines(
                                n,
                                (v, i) ->
                                        "try { " + v + " += await(f); } catch (RuntimeException e) { " + v + " += e; }")
                        + "return ready(" + result(n) + ");";
            }

            @Override
            String expected(int n) {
                return "a0x".repeat(n);
            }
        };

        abstract String body(int n);

        abstract String expected(int n);
    }

    private static String source(Shape shape, int n, boolean instance) {
        String field = instance ? "String self = \"\";\n" : "";
        String modifier = instance ? "" : "static ";
        String call = instance ? "new Snippet().run(f, 0)" : "run(f, 0)";
        return Sources.IMPORTS + "public class Snippet {\n" + field + modifier
                + "Future<String> run(Future<String> f, int n) {\n" + shape.body(n) + "\n}\n"
                + "public static Future<String> start(Future<String> f) { return " + call + "; } }";
    }

    private int compile(String source) throws IOException {
        assertThat(Sources.compile(directory, source))
                .allSatisfy(message -> assertThat(message).contains("HotSpot does not compile"));
        ClassNode type = new ClassNode();
        new ClassReader(Files.readAllBytes(directory.resolve("Snippet.class"))).accept(type, 0);
        MethodNode resume = type.methods.stream()
                .filter(method -> method.name.equals("lambda$run$async"))
                .findAny()
                .orElseThrow();
        CodeSizeEvaluator size = new CodeSizeEvaluator(null);
        resume.accept(size);
        return size.getMaxSize();
    }

    @SuppressWarnings("unchecked")
    private Future<String> start(Future<String> f) throws Exception {
        ClassLoader loader = new URLClassLoader(
                new URL[] {directory.toUri().toURL()}, getClass().getClassLoader());
        return (Future<String>)
                loader.loadClass("Snippet").getMethod("start", Future.class).invoke(null, f);
    }

    private static Future<String> everyOtherPoll() {
        int[] polls = {0};
        return cx -> polls[0]++ % 2 == 0 ? Poll.pending() : Poll.ready("x");
    }

    private void check(String expected) throws Exception {
        Context cx = new Context(Waker.noop(), Services.NONE);
        Future<String> run = start(everyOtherPoll());
        Poll<String> last = run.poll(cx);
        int polls = 1;
        while (last.isPending()) {
            cx.begin(Waker.noop(), Services.NONE);
            last = run.poll(cx);
            polls++;
        }
        assertThat(last.value()).isEqualTo(expected);
        assertThat(polls).isGreaterThan(3);
    }

    @ParameterizedTest
    @EnumSource
    void thirty_three_awaits_of_thirty_three_variables_are_small_enough_for_hotspot(Shape shape) throws Exception {
        for (boolean instance : new boolean[] {false, true}) {
            assertThat(compile(source(shape, 33, instance))).isLessThan(8_000);
            check(shape.expected(33));
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_hundred_awaits_of_a_hundred_variables_compile(Shape shape) throws Exception {
        compile(source(shape, 100, false));
        check(shape.expected(100));
    }

    /** Twice as many awaits take at most a bit more than twice the code. */
    @ParameterizedTest
    @EnumSource
    void code_grows_with_the_awaits(Shape shape) throws Exception {
        int half = compile(source(shape, 30, false));
        int all = compile(source(shape, 60, false));
        assertThat(all).isLessThan(half * 21 / 10);
    }

    @ParameterizedTest
    @CsvSource({"ALL_ALIVE, 3", "MORE_AND_MORE, 6", "OPERANDS, 3"})
    void a_small_method_shares_nothing(Shape shape, int n) throws Exception {
        int own = compile(source(shape, n, false));
        System.setProperty("pollux.share", "1000000");
        try {
            assertThat(compile(source(shape, n, false))).isEqualTo(own);
        } finally {
            System.clearProperty("pollux.share");
        }
    }

    @Test
    void a_shared_field_keeps_no_value_that_is_not_read_again() throws Exception {
        int n = 33;
        String body = lines(n, (v, i) -> "String " + v + " = \"value\" + n + " + i + ";")
                + "String s = \"\";\n"
                + lines(n, (v, i) -> "s += await(f) + " + v + ";")
                + "return ready(s);";
        assertThat(compile(Sources.IMPORTS + "public class Snippet {"
                        + " static Future<String> run(Future<String> f, int n) {" + body + "}"
                        + " public static Future<String> start(Future<String> f) { return run(f, 0); } }"))
                .isLessThan(8_000);
        Context cx = new Context(Waker.noop(), Services.NONE);
        Future<String> run = start(everyOtherPoll());
        for (int at = 0; at < n; at++) {
            assertThat(run.poll(cx).isPending()).isTrue();
            List<String> expected = new ArrayList<>();
            for (int i = at; i < n; i++) {
                expected.add("value0" + i);
            }
            assertThat(values(run)).as("at await %d", at).containsExactlyInAnyOrderElementsOf(expected);
        }
        assertThat(run.poll(cx).value()).startsWith("xvalue00xvalue01");
        assertThat(values(run)).isEmpty();
    }

    private static List<String> values(Object run) throws IllegalAccessException {
        List<String> values = new ArrayList<>();
        for (Field field : run.getClass().getDeclaredFields()) {
            field.setAccessible(true);
            if (field.get(run) instanceof String value && value.startsWith("value")) {
                values.add(value);
            }
        }
        return values;
    }
}
