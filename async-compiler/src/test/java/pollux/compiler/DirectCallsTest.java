package pollux.compiler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import pollux.async.AsyncFrame;
import pollux.async.DirectNumbers;
import pollux.compiler.conformance.Programs;
import pollux.executor.BlockOn;
import pollux.future.Context;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.future.Poll;
import pollux.future.RawFuture;
import pollux.future.Services;
import pollux.future.Waker;
import pollux.sync.Mpsc;
import pollux.sync.Receiver;

/**
 * Which awaits call the code of an async method directly, and that nothing but the frames that are not made tells them
 * from the others: the budget, the depth, what a dump and a stack trace show, a cancellation.
 */
@Timeout(180)
class DirectCallsTest {

    private static final int TURNS = 1_000;

    @TempDir
    static Path classes;

    private static Class<?> calls;

    private final Context cx = new Context(Waker.noop(), Services.NONE);

    @BeforeAll
    static void compile() throws Exception {
        Programs.compile(Programs.Way.PROCESSOR, classes, List.of(Path.of("src/test/programs/direct/Calls.java")));
        calls = Class.forName("direct.Calls", true, Programs.load(classes));
    }

    // ------------------------------------------------------------------ which calls

    private static final String CALLEE = " Future<Integer> f(Future<Integer> x) { return ready(await(x)); } ";
    private static final String BLOCK = " Future<Integer> f(Future<Integer> x) { return async(() -> await(x)); } ";
    private static final String OWN_BLOCK = BLOCK.replace("-> a", "-> one + a");
    private static final String CALLER = " Future<Integer> g(Future<Integer> x) { return ready(await(f(x)) + 1); } ";

    static Stream<Arguments> sources() {
        String block = "static Future<Integer> g(Future<Integer> x) { return async(() -> await(f(x)) + await(f(x))); }";
        String made = "new String(await(f(x)) + \"\");";
        String other = "static class O { private static" + CALLEE + "}";
        return Stream.of(
                Arguments.of("static", 1, "static" + CALLEE + "static" + CALLER),
                Arguments.of("private", 1, "private" + CALLEE + CALLER),
                Arguments.of("final", 1, "final" + CALLEE + CALLER),
                Arguments.of("this by name", 1, "final" + CALLEE + CALLER.replace("f(x)", "this.f(x)")),
                Arguments.of("overridable", 0, CALLEE + CALLER),
                Arguments.of(
                        "abstract",
                        0,
                        "static abstract class C { abstract" + CALLEE.split("\\{")[0] + ";" + CALLER + "}"),
                Arguments.of("of a final class", 1, "static final class C {" + CALLEE + CALLER + "}"),
                Arguments.of("of a record", 1, "record C(int i) {" + CALLEE + CALLER + "}"),
                Arguments.of("private of an interface", 1, "interface C { private" + CALLEE + "default" + CALLER + "}"),
                Arguments.of("static of an interface", 1, "interface C { static" + CALLEE + "default" + CALLER + "}"),
                Arguments.of("default of an interface", 0, "interface C { default" + CALLEE + "default" + CALLER + "}"),
                Arguments.of(
                        "of another receiver", 0, "private" + CALLEE + CALLER.replace("f(x)", "new Snippet().f(x)")),
                Arguments.of("of a class of the nest", 0, other + "static" + CALLER.replace("f(x)", "O.f(x)")),
                Arguments.of("in a block", 2, "static" + CALLEE + block),
                Arguments.of("in a block of an instance", 2, "private" + CALLEE + block.substring("static".length())),
                Arguments.of(
                        "without await",
                        0,
                        "static Future<Integer> f(Future<Integer> x) { return x; } static" + CALLER),
                Arguments.of(
                        "one of two", 0, "static" + CALLEE + "static" + CALLER.replace("f(x)", "x == null ? x : f(x)")),
                Arguments.of(
                        "by a variable",
                        0,
                        "static" + CALLEE + "static"
                                + CALLER.replace("return", "var y = f(x); return")
                                        .replace("await(f(x))", "await(y)")),
                Arguments.of("mapped", 0, "static" + CALLEE + "static" + CALLER.replace("f(x)", "f(x).map(y -> y)")),
                Arguments.of("of itself", 1, "static" + CALLEE.replace("ready(", "ready(x == null ? await(f(x)) : ")),
                Arguments.of(
                        "a choice in an argument",
                        1,
                        "static" + CALLEE + "static" + CALLER.replace("f(x)", "f(x == null ? x : x)")),
                Arguments.of(
                        "a choice in an argument of this",
                        0,
                        "private" + CALLEE + CALLER.replace("f(x)", "f(x == null ? x : x)")),
                Arguments.of("of a block", 1, "static" + BLOCK + "static" + CALLER),
                Arguments.of(
                        "of a block that awaits in a loop",
                        0,
                        "static" + BLOCK.replace("await(x)", "{ while (await(x) > 0) {} return 0; }") + "static"
                                + CALLER),
                Arguments.of("of a block of an instance", 1, "int one = 1; private" + OWN_BLOCK + CALLER),
                Arguments.of("of a block of an overridable method", 0, "int one = 1;" + OWN_BLOCK + CALLER),
                Arguments.of("of a block without this", 0, "private" + BLOCK + CALLER),
                Arguments.of(
                        "of a block that gets other arguments",
                        0,
                        "static"
                                + BLOCK.replace("> x)", "> x, int y)").replace("-> a", "-> y + a")
                                + "static"
                                + CALLER.replace("f(x)", "f(x, 1)")),
                Arguments.of(
                        "of a block with code before it",
                        0,
                        "static" + BLOCK.replace("{", "{ System.nanoTime();") + "static" + CALLER),
                Arguments.of(
                        "of a block that recurs",
                        1,
                        "static" + BLOCK.replace("-> a", "-> x == null ? await(f(x)) : a")),
                Arguments.of("in a loop", 1, looping("await(f(x));")),
                Arguments.of("below a new object", 1, looping(made).replace("while", "if")),
                Arguments.of("below a new object, in a loop", 0, looping(made)),
                Arguments.of("below one within a line, in a loop", 0, looping("x.equals(" + made.replace(";", ");"))),
                Arguments.of("32 in a loop", 32, looping("{" + "await(f(x));".repeat(32) + "}")),
                Arguments.of("33 in a loop", 0, looping("{" + "await(f(x));".repeat(33) + "}")),
                Arguments.of("253 parameters", 1, many(252)),
                Arguments.of("254 parameters", 0, many(253)));
    }

    private static String looping(String body) {
        return "static" + CALLEE + "static Future<Integer> g(Future<Integer> x) { while (x != null) " + body
                + " return x; }";
    }

    private static String many(int numbers) {
        String parameters =
                IntStream.range(0, numbers).mapToObj(i -> ", int a" + i).collect(Collectors.joining());
        String arguments = IntStream.range(0, numbers).mapToObj(i -> ", " + i).collect(Collectors.joining());
        return "static Future<Integer> f(Future<Integer> x" + parameters + ") { return ready(await(x) + a1); } static"
                + CALLER.replace("f(x)", "f(x" + arguments + ")");
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("sources")
    void which_calls(String what, int expected, String body, @TempDir Path out) throws Exception {
        assertThat(Sources.compile(out, Sources.IMPORTS + "class Snippet {\n" + body + "\n}"))
                .isEmpty();
        int found = 0;
        ClassLoader loader = Programs.load(out);
        try (Stream<Path> files = Files.list(out)) {
            for (Path file : files.toList()) {
                if (!file.getFileName().toString().contains("-async")) { // whose polls run the code of a frame
                    found += WovenCalls.count(Files.readAllBytes(file), (owner, called) -> called.endsWith("$async"));
                }
                Class.forName(file.getFileName().toString().replace(".class", ""), true, loader);
            }
        }
        assertThat(found).isEqualTo(expected);
    }

    // ------------------------------------------------------------------ null where a primitive value is needed

    static Stream<Arguments> unboxings() {
        return Stream.of(
                Arguments.of("Integer", "int i = await(f(x)); return ready(i);"),
                Arguments.of("Long", "long l = await(f(x)); return ready(l);"),
                Arguments.of("Double", "double d = await(f(x)); return ready(d);"),
                Arguments.of("Float", "float f = await(f(x)); return ready(f);"),
                Arguments.of("Short", "short s = await(f(x)); return ready(s);"),
                Arguments.of("Byte", "byte b = await(f(x)); return ready(b);"),
                Arguments.of("Character", "char c = await(f(x)); return ready(c);"),
                Arguments.of("Boolean", "boolean b = await(f(x)); return ready(b);"),
                Arguments.of("Integer", "long wide = await(f(x)); return ready(wide);"),
                Arguments.of("Boolean", "return ready(await(f(x)) ? 1 : 2);"),
                Arguments.of("Boolean", "while (!await(f(x))) { } return ready(1);"),
                Arguments.of("Integer", "return ready(Math.max(1, await(f(x))));"),
                Arguments.of("Integer", "int sum = 1; sum += await(f(x)); return ready(sum);"),
                Arguments.of("Integer", "return ready(new int[] {1, 2}[await(f(x))]);"),
                Arguments.of("Integer", "switch (await(f(x))) { case 1: return ready(1); default: return ready(2); }"),
                Arguments.of("Integer", "int i =\n await(\n f(\n x\n)\n)\n.intValue(); return ready(i);"),
                Arguments.of("Integer", "return async(() -> { int i = await(f(x)); return i; });"),
                Arguments.of(
                        "Integer",
                        "Function<Object, Future<Integer>> l = o -> ready(1 + await(f(x))); return l.apply(1);"),
                Arguments.of("Integer", "for (int i : List.of(1)) { int j = await(f(x)); } return ready(1);"),
                Arguments.of("Integer", "try { int i = await(f(x)); } finally { await(ready(1)); } return ready(1);"));
    }

    /** Where the method is called and code is in the class itself, in a class inside of it, and in an interface. */
    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("unboxings")
    void null_in_place_of_a_primitive_value_names_the_method(String type, String code, @TempDir Path out)
            throws Exception {
        String future = "Future<" + type + ">";
        List<String> kinds = List.of("return ready(await(x));", "return async(() -> await(x));");
        for (int kind = 0; kind < kinds.size(); kind++) {
            String members = "static " + future + " f(" + future + " x) { " + kinds.get(kind) + " }\n"
                    + "public static Future<?> g(" + future + " x) {\n" + code + "\n}\n";
            Path classes = Files.createDirectory(out.resolve("" + kind));
            String source = Sources.IMPORTS + "public class Snippet {\n" + members + "public static class Inner {\n"
                    + members + "}\npublic interface Face {\n" + members + "}\n}";
            assertThat(Sources.compile(classes, source)).isEmpty();
            ClassLoader loader = Programs.load(classes);
            for (String name : List.of("Snippet", "Snippet$Inner", "Snippet$Face")) {
                for (boolean suspends : new boolean[] {false, true}) {
                    Future<?> none = suspends ? Futures.yieldNow() : Futures.ready(null);
                    Future<?> run = (Future<?>) Class.forName(name, true, loader)
                            .getMethod("g", Future.class)
                            .invoke(null, none);
                    boolean direct = kind == 0 || !name.endsWith("Face"); // not of a block in an interface
                    assertThatThrownBy(() -> BlockOn.blockOn(run))
                            .as("%s, suspends %s", name, suspends)
                            .isInstanceOf(NullPointerException.class)
                            .hasMessageStartingWith(direct ? "the future of f" : "the awaited future")
                            .hasMessageContaining(" ended with null, where the code needs a ");
                }
            }
        }
    }

    @Test
    void null_of_a_call_of_the_library_names_the_call(@TempDir Path out) throws Exception {
        assertThat(Sources.compile(
                        out,
                        Sources.IMPORTS
                                + "public class Snippet { public static Future<?> g(pollux.sync.Receiver<Integer> r) {"
                                + " int i = await(r.receive()); return ready(i); } }"))
                .isEmpty();
        Mpsc<Integer> channel = Mpsc.bounded(1);
        channel.sender().close();
        Future<?> run = (Future<?>) Class.forName("Snippet", true, Programs.load(out))
                .getMethod("g", Receiver.class)
                .invoke(null, channel.receiver());
        assertThatThrownBy(() -> BlockOn.blockOn(run))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("the future of receive ended with null, where the code needs a primitive value");
    }

    // ------------------------------------------------------------------ budget and depth

    private record Ended(Object value, int polls) {}

    private static Ended run(Class<?> programs, String callee, boolean directly) throws Exception {
        Future<?> future = (Future<?>) programs.getMethod("loop", String.class, boolean.class, int.class)
                .invoke(null, callee, directly, TURNS);
        Context cx = new Context(Waker.noop(), Services.NONE);
        for (int polls = 1; polls < 100_000; polls++) {
            Poll<?> poll = future.poll(cx);
            assertThat(cx.isSuspended()).isFalse();
            assertThat(room(cx)).as("the stack is as empty as before").isEqualTo(256);
            if (poll.isReady()) {
                return new Ended(poll.value(), polls);
            }
            cx.begin(Waker.noop(), Services.NONE);
        }
        throw new AssertionError("polled for ever");
    }

    /** How many frames may still run inside of each other. */
    private static int room(Context cx) {
        int room = 0;
        while (cx.enter()) {
            room++;
        }
        for (int i = 0; i < room; i++) {
            cx.leave();
        }
        return room;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "atOnce",
                "once",
                "thrice",
                "nested",
                "looping",
                "heavy",
                "line",
                "failingLine",
                "deep",
                "tall",
                "block",
                "blockDeep"
            })
    void a_direct_call_spends_what_another_spends(String callee) throws Exception {
        assertThat(run(calls, callee, true)).isEqualTo(run(calls, callee, false));
    }

    /**
     * A loop spends one for each call, also of light methods; 16 of these at once, and the first 15 are free. A method
     * that is not light spends one for each light call that is in no loop.
     */
    @ParameterizedTest
    @CsvSource({
        "atOnce, 8",
        "once, 8",
        "thrice, 8",
        "nested, 8",
        "looping, 8",
        "heavy, 8",
        "line, 63",
        "failingLine, 77",
        "block, 8"
    })
    void a_loop_of_calls_gives_its_thread_back(String callee, int polls) throws Exception {
        assertThat(run(calls, callee, true).polls).isEqualTo(polls);
    }

    /** One of 128 for each call that it leaves, unless light code has made it; beside what was spent in them. */
    @ParameterizedTest
    @CsvSource({"failing, 8, 8", "failingLater, 8, 8", "failingLoop, 8, 8", "blockFailing, 8, 8", "tallFailing, 32, 24"
    })
    void a_failure_spends_at_each_call_that_it_leaves(String callee, int directly, int otherwise) throws Exception {
        Ended direct = run(calls, callee, true);
        Ended other = run(calls, callee, false);
        assertThat(direct.value).isEqualTo(other.value);
        assertThat(direct.polls).isEqualTo(directly);
        assertThat(other.polls).isEqualTo(otherwise);
    }

    /** The 144th call would be the first without budget: 15 are free, and 128 are paid. */
    @Test
    void a_call_that_waits_for_its_turn_is_shown_and_cancelled_at_its_await() throws Exception {
        AsyncFrame<?> loop =
                (AsyncFrame<?>) calls.getMethod("cancelled", int.class).invoke(null, TURNS);
        assertThat(loop.poll(cx).isPending()).isTrue();
        assertThat(loop.awaited()).hasToString("the next turn");
        assertThat(loop.cancel()).isFalse();
        cx.begin(Waker.noop(), Services.NONE);
        assertThatThrownBy(() -> loop.poll(cx)).isInstanceOf(CancellationException.class);
        assertThat(System.getProperty("direct.cancelled")).isEqualTo("143 " + 143 * 142 / 2);
    }

    @Test
    void a_failure_of_a_recursion_leaves_the_stack_empty() throws Exception {
        assertThat(run(calls, "deepFailing", true).value).isEqualTo(run(calls, "deepFailing", false).value);
    }

    /** A direct call of which one thing is not noted. */
    @ParameterizedTest
    @CsvSource({
        "spendSince, looping",
        "spendTurn, atOnce",
        "spend, line",
        "spend, failingLine",
        "failCall, failingLoop",
        "leaveCall, deepFailing",
        "leaveCall, tallFailing",
        "endCounted, deep",
        "endCounted, tall",
        "endCounted, blockDeep",
        "leave, deep"
    })
    void canary(String missing, String callee, @TempDir Path broken) throws Exception {
        Ended expected = run(calls, callee, false);
        Path altered = Files.createDirectory(broken.resolve("direct"));
        try (Stream<Path> files = Files.list(classes.resolve("direct"))) {
            for (Path file : files.toList()) {
                Files.write(
                        altered.resolve(file.getFileName()),
                        BrokenCode.of(Files.readAllBytes(file), written -> new Without(missing, written)));
            }
        }
        Class<?> without = Class.forName("direct.Calls", true, Programs.load(broken));
        assertThat(catchThrowable(() -> assertThat(run(without, callee, true)).isEqualTo(expected)))
                .isInstanceOf(AssertionError.class);
    }

    private static final class Without extends MethodVisitor {
        private final String missing;

        Without(String missing, MethodVisitor written) {
            super(Opcodes.ASM9, written);
            this.missing = missing;
        }

        @Override
        public void visitMethodInsn(int opcode, String owner, String name, String descriptor, boolean isInterface) {
            if (!name.equals(missing)) {
                super.visitMethodInsn(opcode, owner, name, descriptor, isInterface);
            } else {
                boolean isTurn = name.equals("spendTurn");
                visitInsn(isTurn || descriptor.startsWith("()") ? Opcodes.POP : Opcodes.POP2);
                if (isTurn) {
                    visitInsn(Opcodes.ICONST_1);
                }
            }
        }
    }

    // ------------------------------------------------------------------ numbers without a box

    static Stream<Arguments> numbers() {
        return Stream.of(
                Arguments.of("Integer", "ready(await(x) + 1)", "int v = await(f(x))", "takeInt"),
                Arguments.of("Integer", "ready(await(x) + 1)", "long v = await(f(x))", "takeInt"),
                Arguments.of("Integer", "ready(await(x) + 1)", "Integer v = await(f(x))", "boxInt"),
                Arguments.of("Integer", "ready(await(x) + 1)", "Object v = await(f(x))", "boxInt"),
                Arguments.of("Integer", "ready(await(x) + 1)", "await(f(x))", "boxInt"),
                Arguments.of("Integer", "x == null ? ready(0) : ready(await(x) + 1)", "int v = await(f(x))", ""),
                Arguments.of("Integer", "ready(await(x))", "int v = await(f(x))", ""),
                Arguments.of("Integer", "x", "int v = await(f(await(x) > 0 ? x : x))", ""),
                Arguments.of("Long", "ready(await(x) + 1L)", "long v = await(f(x))", "takeLong"),
                Arguments.of("Long", "ready(await(x) + 1L)", "var v = await(f(x))", "boxLong"),
                Arguments.of("Double", "ready(await(x) + 1.0)", "double v = await(f(x))", "takeDouble"),
                Arguments.of("Double", "ready(await(x) + 1.0)", "Number v = await(f(x))", "boxDouble"),
                Arguments.of("Number", "ready(await(x) + 1.0)", "Number v = await(f(x))", "boxDouble"),
                Arguments.of("Object", "ready(await(x) + 1)", "int v = (Integer) await(f(x))", "takeInt"),
                Arguments.of("Object", "ready(await(x) + 1)", "long v = (Long) await(f(x))", "boxInt"),
                Arguments.of("Float", "ready(await(x) + 1f)", "float v = await(f(x))", ""),
                Arguments.of("Short", "ready((short) (await(x) + 1))", "short v = await(f(x))", ""),
                Arguments.of("Byte", "ready((byte) (await(x) + 1))", "byte v = await(f(x))", ""),
                Arguments.of("Character", "ready((char) (await(x) + 1))", "char v = await(f(x))", ""),
                Arguments.of("Boolean", "ready(await(x) > 1)", "boolean v = await(f(x))", ""));
    }

    @ParameterizedTest(name = "{0} {1}: {2}")
    @MethodSource("numbers")
    void which_numbers_have_no_box(String type, String returned, String use, String taken, @TempDir Path out)
            throws Exception {
        String body = "static Future<" + type + "> f(Future<Integer> x) { await(x); return " + returned + "; } "
                + "static Future<Void> g(Future<Integer> x) { " + use + "; return ready(null); }";
        assertThat(Sources.compile(out, Sources.IMPORTS + "class Snippet {\n" + body + "\n}"))
                .isEmpty();
        byte[] woven = Files.readAllBytes(out.resolve("Snippet.class"));
        List<String> found = Stream.of("takeInt", "boxInt", "takeLong", "boxLong", "takeDouble", "boxDouble")
                .filter(name -> WovenCalls.count(woven, (owner, called) -> called.equals(name)) > 0)
                .toList();
        assertThat(found).isEqualTo(taken.isEmpty() ? List.of() : List.of(taken));
        Class.forName("Snippet", true, Programs.load(out));
    }

    /** The number of another call is in the context when a future of the user's answers null. */
    @Test
    void null_of_a_tool_is_never_taken_for_a_number() {
        cx.setScratch(42);
        assertThatThrownBy(() -> DirectNumbers.notNull(null)).isInstanceOf(NullPointerException.class);
        assertThat(DirectNumbers.notNull(7)).isEqualTo(7);
    }

    @Test
    void an_answer_with_a_frame_is_a_box_and_any_other_is_a_number_in_the_context() throws Exception {
        AsyncFrame<?> frame = outer(new Leaf());
        assertThat(DirectNumbers.answerInt(1000, frame, cx)).isEqualTo(1000);
        assertThat(DirectNumbers.answerInt(-1000, null, cx)).isNull();
        assertThat(DirectNumbers.takeInt(null, cx)).isEqualTo(-1000);
        assertThat(DirectNumbers.boxInt(null, cx)).isEqualTo(-1000);
        assertThat(DirectNumbers.boxInt("another", cx)).isEqualTo("another");
        assertThat(DirectNumbers.answerLong(Long.MIN_VALUE, null, cx)).isNull();
        assertThat(DirectNumbers.takeLong(null, cx)).isEqualTo(Long.MIN_VALUE);
        assertThat(DirectNumbers.boxLong(null, cx)).isEqualTo(Long.MIN_VALUE);
        assertThat(DirectNumbers.answerDouble(-0.0, null, cx)).isNull();
        assertThat(DirectNumbers.takeDouble(null, cx)).isEqualTo(-0.0);
        assertThat(DirectNumbers.boxDouble(null, cx)).isEqualTo(-0.0);
        assertThat(DirectNumbers.isPending(null)).isFalse();
        assertThat(DirectNumbers.isPending(RawFuture.PENDING)).isTrue();
        assertThatThrownBy(() -> DirectNumbers.takeInt(1L, cx)).isInstanceOf(ClassCastException.class);
    }

    // ------------------------------------------------------------------ what a suspended chain shows

    /** Pending until it is told a number. */
    private static final class Leaf extends RawFuture<Integer> {

        private @Nullable Integer value;
        private boolean cancelled;

        @Override
        public @Nullable Object pollRaw(Context cx) {
            return value == null ? PENDING : value;
        }

        @Override
        public boolean cancel() {
            cancelled = true;
            return true;
        }
    }

    private static AsyncFrame<?> outer(Leaf leaf) throws Exception {
        return (AsyncFrame<?>) calls.getMethod("outer", Future.class).invoke(null, leaf);
    }

    private static List<String> lines(Stream<StackTraceElement> elements) {
        return elements.map(e -> e.getMethodName().replaceAll("lambda\\$|\\$async", "") + " " + e.getLineNumber())
                .toList();
    }

    @Test
    void each_call_of_a_suspended_chain_is_a_frame() throws Exception {
        Leaf leaf = new Leaf();
        AsyncFrame<?> outer = outer(leaf);
        assertThat(outer.poll(cx).isPending()).isTrue();
        List<StackTraceElement> places = new ArrayList<>();
        Future<?> waits = outer;
        while (waits instanceof AsyncFrame<?> frame) {
            places.add(frame.place());
            assertThat(frame.toString()).endsWith("[suspended]");
            waits = frame.awaited();
        }
        assertThat(waits).isSameAs(leaf);
        assertThat(lines(places.stream())).map(line -> line.split(" ")[0]).containsExactly("outer", "middle", "inner");
        leaf.value = 1;
        Throwable failure = catchThrowable(() -> outer.poll(cx));
        List<StackTraceElement> inside = new ArrayList<>(places);
        java.util.Collections.reverse(inside);
        List<String> trace = lines(Arrays.stream(failure.getStackTrace())
                .filter(e -> e.getClassName().equals("direct.Calls")));
        assertThat(trace).hasSize(3);
        assertThat(trace.subList(1, 3)).isEqualTo(lines(inside.stream()).subList(1, 3));
        assertThat(failure).isInstanceOf(IOException.class).hasMessage("inner " + (1L << 40));
    }

    @Test
    void a_failure_before_the_first_suspension_has_the_lines_of_all_calls() throws Exception {
        Leaf leaf = new Leaf();
        leaf.value = 1;
        AsyncFrame<?> outer = outer(leaf);
        Throwable failure = catchThrowable(() -> outer.poll(cx));
        assertThat(Arrays.stream(failure.getStackTrace())
                        .filter(e -> e.getClassName().equals("direct.Calls"))
                        .map(StackTraceElement::getMethodName))
                .containsExactly("lambda$inner$async", "lambda$middle$async", "lambda$outer$async");
        assertThat(failure).hasNoSuppressedExceptions();
    }

    @Test
    void a_value_goes_up_the_chain_and_a_cancel_goes_down() throws Exception {
        Leaf leaf = new Leaf();
        leaf.value = 0;
        assertThat(outer(leaf).poll(cx)).isEqualTo(Poll.ready(2));
        leaf.value = null;
        AsyncFrame<?> resumed = outer(leaf);
        assertThat(resumed.poll(cx).isPending()).isTrue();
        leaf.value = 0;
        assertThat(resumed.poll(cx)).isEqualTo(Poll.ready(2));
        leaf.value = null;
        AsyncFrame<?> cancelled = outer(leaf);
        assertThat(cancelled.poll(cx).isPending()).isTrue();
        assertThat(cancelled.cancel()).isTrue();
        assertThat(leaf.cancelled).isTrue();
        assertThat(catchThrowable(() -> cancelled.poll(cx)))
                .isInstanceOf(IllegalStateException.class)
                .isNotInstanceOf(CancellationException.class);
    }
}
