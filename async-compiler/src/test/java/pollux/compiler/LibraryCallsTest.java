package pollux.compiler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;
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
import org.objectweb.asm.Type;
import pollux.async.Async;
import pollux.async.AsyncFrame;
import pollux.async.AsyncIterable;
import pollux.async.AsyncIterator;
import pollux.async.Emitter;
import pollux.async.LoopCalls;
import pollux.compiler.conformance.Programs;
import pollux.future.AwaitTree;
import pollux.future.Context;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.future.Poll;
import pollux.future.RawFuture;
import pollux.future.Services;
import pollux.future.Waker;
import pollux.stream.AsyncStream;
import pollux.stream.RawStream;
import pollux.sync.AsyncMutex;
import pollux.sync.AsyncSemaphore;
import pollux.sync.AwaitedCalls;
import pollux.sync.Mpsc;
import pollux.sync.Notify;
import pollux.sync.Permit;

/**
 * Which awaits call the library without a future, and that nothing but the future that is not made tells them from the
 * others: the budget, what a dump shows, a failure, a cancellation.
 */
@Timeout(180)
class LibraryCallsTest {

    private static final int TURNS = 1_000;

    @TempDir
    static Path classes;

    @TempDir
    static Path broken;

    @TempDir
    static Path ended;

    private static Class<?> calls;
    private static Class<?> altered;
    private static Class<?> cut;

    private final AsyncMutex mutex = new AsyncMutex();
    private final AsyncSemaphore semaphore = new AsyncSemaphore(2);
    private final Mpsc<Integer> channel = Mpsc.bounded(1);
    private final Notify notify = new Notify();
    private final Context cx = new Context(Waker.noop(), Services.NONE);

    @BeforeAll
    static void compile() throws Exception {
        Programs.compile(Programs.Way.PROCESSOR, classes, List.of(Path.of("src/test/programs/library/Calls.java")));
        calls = Class.forName("library.Calls", true, Programs.load(classes));
        altered = withOther(WrongCalls.class, broken);
        cut = withOther(CutCalls.class, ended);
    }

    /** The same code with calls of a class of a test. */
    private static Class<?> withOther(Class<?> library, Path root) throws Exception {
        Path out = Files.createDirectory(root.resolve("library"));
        try (Stream<Path> files = Files.list(classes.resolve("library"))) {
            for (Path file : files.toList()) {
                byte[] changed = BrokenCode.of(Files.readAllBytes(file), code -> new OtherLibrary(code, library));
                Files.write(out.resolve(file.getFileName()), changed);
            }
        }
        return Class.forName("library.Calls", true, Programs.load(root));
    }

    /** Calls what a test has instead of the library. */
    private static final class OtherLibrary extends MethodVisitor {
        private final String library;

        OtherLibrary(MethodVisitor written, Class<?> library) {
            super(Opcodes.ASM9, written);
            this.library = Type.getInternalName(library);
        }

        @Override
        public void visitMethodInsn(int opcode, String owner, String name, String descriptor, boolean isInterface) {
            boolean ours = owner.endsWith("/AwaitedCalls");
            String other = owner.equals(Names.LOOP_CALLS) ? Type.getInternalName(WrongLoops.class) : owner;
            super.visitMethodInsn(opcode, ours ? library : other, name, descriptor, isInterface);
        }
    }

    /** Calls that count two steps, or do not wait, or forget what waits. */
    public static final class WrongCalls {

        public static @Nullable Object lock(AsyncMutex mutex, Context cx) {
            return wrong(AwaitedCalls.lock(mutex, cx), cx);
        }

        public static @Nullable Object locked(Object answer, Context cx) {
            return AwaitedCalls.locked(answer, cx);
        }

        public static @Nullable Object acquired(Object answer, Context cx) {
            return AwaitedCalls.acquired(answer, cx);
        }

        public static @Nullable Object acquire(AsyncSemaphore semaphore, Context cx) {
            return wrong(AwaitedCalls.acquire(semaphore, cx), cx);
        }

        public static @Nullable Object acquire(AsyncSemaphore semaphore, int count, Context cx) {
            return wrong(AwaitedCalls.acquire(semaphore, count, cx), cx);
        }

        public static <T> @Nullable Object send(pollux.sync.Sender<T> sender, T item, Context cx) {
            return wrong(AwaitedCalls.send(sender, item, cx), cx);
        }

        public static @Nullable Object reserve(pollux.sync.Sender<?> sender, Context cx) {
            return wrong(AwaitedCalls.reserve(sender, cx), cx);
        }

        public static @Nullable Object receive(pollux.sync.Receiver<?> receiver, Context cx) {
            return wrong(AwaitedCalls.receive(receiver, cx), cx);
        }

        public static @Nullable Object notified(Notify notify, Context cx) {
            return wrong(AwaitedCalls.notified(notify, cx), cx);
        }

        public static @Nullable Object advance(AsyncIterator<?> loop, Context cx) {
            cx.spend();
            return pollux.async.AwaitedCalls.advance(loop, cx);
        }

        public static <T> @Nullable Object emitting(Emitter<T> out, T item, Context cx) {
            cx.spend();
            return pollux.async.AwaitedCalls.emitting(out, item, cx);
        }

        public static @Nullable Object yieldNow(Context cx) {
            assertThat(cx.hasBudget()).isTrue();
            return null; // has its turn at once
        }

        private static @Nullable Object wrong(@Nullable Object answer, Context cx) {
            cx.spend();
            if (cx.isSuspended() && cx.hasBudget()) {
                assertThat(cx.takeAwaited().cancel()).isTrue();
                cx.suspendAt(new Notify().notified());
            }
            return answer;
        }
    }

    /** Loops that count two steps. */
    public static final class WrongLoops {

        public static @Nullable Object advance(AsyncIterator<?> loop, Context cx) {
            cx.spend();
            return LoopCalls.advance(loop, cx);
        }

        public static boolean hasNext(Object answer) {
            return LoopCalls.hasNext(answer);
        }

        public static @Nullable Object next(Iterator<?> loop, Object answer) {
            return LoopCalls.next(loop, answer);
        }
    }

    /** A call behind which the stack ends, before the frame has taken what waits. */
    public static final class CutCalls {

        public static @Nullable Object lock(AsyncMutex mutex, Context cx) {
            cx.suspendAt(mutex.lock());
            throw new StackOverflowError("a test");
        }
    }

    // ------------------------------------------------------------------ which calls

    @Test
    void the_table_is_that_of_the_library() {
        TreeSet<String> there = new TreeSet<>();
        TreeSet<String> steps = new TreeSet<>();
        Stream.of(AwaitedCalls.class, pollux.async.AwaitedCalls.class, pollux.future.AwaitedCalls.class)
                .flatMap(calls -> Arrays.stream(calls.getDeclaredMethods()))
                .filter(method -> Modifier.isPublic(method.getModifiers()))
                .forEach(method -> {
                    Class<?>[] types = method.getParameterTypes();
                    if (types[0] == Object.class) {
                        assertThat(types).containsExactly(Object.class, Context.class);
                        steps.add(method.getName());
                        return;
                    }
                    assertThat(types[types.length - 1]).isSameAs(Context.class);
                    boolean ofFutures = method.getDeclaringClass() == pollux.future.AwaitedCalls.class;
                    Class<?> owner = ofFutures ? Futures.class : types[0];
                    Class<?>[] arguments = Arrays.copyOfRange(types, ofFutures ? 0 : 1, types.length - 1);
                    assertThat(owner == Emitter.class
                                    || owner == AsyncIterator.class
                                    || Modifier.isFinal(owner.getModifiers()))
                            .isTrue();
                    try {
                        Method called = owner.getMethod(method.getName(), arguments);
                        assertThat(called.getReturnType()).isSameAs(Future.class);
                        assertThat(Modifier.isStatic(called.getModifiers())).isEqualTo(ofFutures);
                    } catch (NoSuchMethodException missing) {
                        throw new AssertionError(missing);
                    }
                    StringBuilder text = new StringBuilder(Type.getInternalName(owner) + "." + method.getName() + "(");
                    Arrays.stream(arguments).forEach(argument -> text.append(Type.getDescriptor(argument)));
                    there.add(text.append(')').toString());
                });
        assertThat(there).isEqualTo(new TreeSet<>(LibraryCalls.METHODS.keySet()));
        TreeSet<String> known = new TreeSet<>(LibraryCalls.METHODS.values());
        assertThat(known.remove("")).isTrue();
        assertThat(steps).isEqualTo(known);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "all in a method | 7 | Future<Integer> f() { await(m.lock()); await(s.acquire()); await(s.acquire(2));"
                        + " await(c.sender().send(1)); await(c.sender().reserve()); await(n.notified());"
                        + " return ready(await(c.receiver().receive())); }",
                "in a block | 1 | Future<Integer> f() { return async(() -> await(c.receiver().receive())); }",
                "as a field of another | 1 | Future<Void> f(Snippet o) { return async(() -> await(o.n.notified())); }",
                "a choice in an argument | 1 | Future<Void> f(int x) { await(c.sender().send(x == 0 ? 1 : 2)); return ready(null); }",
                "an await in an argument | 1 | Future<Void> f(Future<Integer> x) { await(c.sender().send(await(x))); return ready(null); }",
                "an emission | 1 | AsyncStream<Integer> f() { return stream(out -> { out.emit(1); }); }",
                "an emission as a future | 1 | AsyncStream<Integer> f() { return stream(out -> { await(out.emitting(1)); }); }",
                "emissions side by side | 0 | AsyncStream<Integer> f() { return stream(out -> { await(Futures.joinAll(List.of(out.emitting(1)))); }); }",
                "a loop | 1 | Future<Void> f(AsyncStream<Integer> x) { for (int i : each(x)) {} return ready(null); }",
                "a loop in a loop | 2 | Future<Void> f(AsyncStream<Integer> x) { for (int i : each(x)) { for (int j : each(x)) {} } return ready(null); }",
                "a loop in a block | 1 | Future<Void> f(AsyncStream<Integer> x) { return async(() -> { for (int i : each(x)) {} return null; }); }",
                "an iterator | 1 | Future<Boolean> f(AsyncStream<Integer> x) { var i = each(x).iterator(); return ready(await(i.advance())); }",
                "an iterator by hasNext | 1 | Future<Boolean> f(AsyncStream<Integer> x) { AsyncIterator<Integer> i = each(x).iterator(); boolean b = i.hasNext(); await(i.close()); return ready(b); }",
                "an iterator by a variable | 0 | Future<Boolean> f(AsyncStream<Integer> x) { var i = each(x).iterator(); var a = i.advance(); return ready(await(a)); }",
                "a yield | 2 | Future<Void> f() { await(Futures.yieldNow()); return async(() -> await(Futures.yieldNow())); }",
                "a yield by a variable | 0 | Future<Void> f() { var x = Futures.yieldNow(); await(x); return ready(null); }",
                "another function | 0 | Future<Void> f() { await(Futures.ready(1)); return ready(null); }",
                "by a variable | 0 | Future<Void> f() { var x = n.notified(); await(x); return ready(null); }",
                "mapped | 0 | Future<Void> f() { await(n.notified().map(x -> x)); return ready(null); }",
                "one of two | 0 | Future<Void> f(boolean b) { await(b ? n.notified() : ready(null)); return ready(null); }",
                "not awaited | 0 | Future<Void> f() { await(ready(1)); return n.notified(); }",
                "of a class of the user | 0 | Future<Void> f(Mine x) { await(x.lock()); return ready(null); }",
                "the library's other futures | 0 | Future<Void> f() { await(m.withLock(() -> ready(1))); return ready(null); }",
            })
    void which_calls(String what, int expected, String body, @TempDir Path out) throws Exception {
        String code = Sources.IMPORTS + " import pollux.sync.*; class Snippet {\nAsyncMutex m; AsyncSemaphore s;"
                + " Mpsc<Integer> c; Notify n; static class Mine { Future<Void> lock() { return null; } }\n" + body
                + "\n}";
        assertThat(Sources.compile(out, code)).isEmpty();
        int found = 0;
        try (Stream<Path> files = Files.list(out)) {
            for (Path file : files.toList()) {
                found += WovenCalls.count(
                        Files.readAllBytes(file),
                        (owner, called) ->
                                owner.endsWith("/AwaitedCalls") && !LibraryCalls.METHODS.containsValue(called)
                                        || owner.equals(Names.LOOP_CALLS) && called.equals("advance"));
            }
        }
        assertThat(found).isEqualTo(expected);
    }

    /** Of the calls in a loop, which take the item with the answer: first those that do, then those that do not. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1 | 0 | for (int x : each(s)) {}",
                "1 | 0 | for (Integer x : each(s)) { if (x > 1) break; }",
                "2 | 0 | for (Integer x : each(s)) { for (Integer y : each(s)) {} }",
                "1 | 0 | Iterator<Integer> i = each(s).iterator(); while (i.hasNext()) { int x = i.next(); }",
                "1 | 0 | Iterator<Integer> i = each(s).iterator(); int x = i.hasNext() ? i.next() : 0;",
                "0 | 1 | Iterator<Integer> i = each(s).iterator(); while (i.hasNext()) { await(f); i.next(); }",
                "1 | 1 | Iterator<Integer> i = each(s).iterator(); while (i.hasNext() && i.hasNext()) { i.next(); }",
                "0 | 1 | Iterator<Integer> i = each(s).iterator(); boolean b = i.hasNext();",
                "0 | 1 | Iterator<Integer> i = each(s).iterator(); if (!i.hasNext()) return null; i.next();",
                "0 | 1 | Iterator<Integer> i = each(s).iterator(); if (i.hasNext()) { do { i.next(); } while (i == s); }",
                "0 | 1 | Iterator<Integer> i = each(s).iterator(), j = i; while (i.hasNext()) { j.next(); }",
                "0 | 1 | Iterator<Integer> i = each(s).iterator(); while (i.hasNext()) { try { i.next(); }"
                        + " catch (RuntimeException e) { break; } }",
                "1 | 0 | try { for (int x : each(s)) {} } finally { f = null; }",
            })
    void which_loops_take(int taking, int others, String body, @TempDir Path out) throws Exception {
        String code = Sources.IMPORTS + " class Snippet { static Future<Void> f; static Future<Void> f("
                + "AsyncStream<Integer> s) { " + body + " await(ready(1)); return ready(null); } }";
        assertThat(Sources.compile(out, code)).isEmpty();
        byte[] woven = Files.readAllBytes(out.resolve("Snippet.class"));
        assertThat(WovenCalls.count(woven, (owner, called) -> owner.equals(Names.LOOP_CALLS) && called.equals("next")))
                .isEqualTo(taking);
        assertThat(WovenCalls.count(
                        woven, (owner, called) -> owner.equals(Names.LOOP_CALLS) && called.equals("advance")))
                .isEqualTo(taking);
        assertThat(WovenCalls.count(woven, (owner, called) -> owner.equals(Names.ASYNC_CALLS)))
                .isEqualTo(others);
    }

    // ------------------------------------------------------------------ budget

    private record Ended(Object value, int polls, int left) {}

    private static Ended run(Class<?> programs, String what, boolean directly) throws Exception {
        Future<?> future = (Future<?>) programs.getMethod("loop", String.class, boolean.class, int.class)
                .invoke(null, what, directly, TURNS);
        Context cx = new Context(Waker.noop(), Services.NONE);
        for (int polls = 1; polls < 100_000; polls++) {
            Poll<?> poll = future.poll(cx);
            assertThat(cx.isSuspended()).isFalse();
            if (poll.isReady()) {
                return new Ended(poll.value(), polls, cx.budget());
            }
            cx.begin(Waker.noop(), Services.NONE);
        }
        throw new AssertionError("polled for ever");
    }

    @ParameterizedTest
    @ValueSource(strings = {"lock", "acquire", "acquire some", "send", "reserve", "receive", "yield", "notified"})
    void a_call_spends_what_a_future_spends(String what) throws Exception {
        Ended expected = run(calls, what, false);
        assertThat(run(calls, what, true)).isEqualTo(expected);
        assertThat(expected.polls).isGreaterThan(TURNS / Context.BUDGET);
        // the canary: calls that count two steps
        assertThat(run(altered, what, true)).isNotEqualTo(expected);
    }

    /** Takes so many items in each poll. */
    private static final class Demand implements RawStream.Sink<Integer> {
        private final List<Object> log;
        private int left;

        Demand(int left, List<Object> log) {
            this.left = left;
            this.log = log;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public boolean wants() {
            return left > 0;
        }

        @Override
        public void push(Integer item) {
            left--;
            log.add(item);
        }
    }

    private static List<Object> emitted(Class<?> programs, boolean directly, int demand) throws Exception {
        RawStream<?> stream = (RawStream<?>)
                programs.getMethod("emissions", boolean.class, int.class).invoke(null, directly, TURNS);
        List<Object> log = new ArrayList<>();
        Context cx = new Context(Waker.noop(), Services.NONE);
        for (int polls = 1; polls < 100_000; polls++) {
            Object answer = demand == 0 ? stream.pollNextRaw(cx) : pollInto(stream, cx, new Demand(demand, log));
            assertThat(cx.isSuspended()).isFalse();
            log.add(answer == RawStream.PENDING ? "pending" : answer == null ? "end" : answer);
            log.add("left " + cx.budget());
            if (answer == null) {
                return log;
            }
            if (polls % 3 == 0) {
                cx.begin(Waker.noop(), Services.NONE);
            }
        }
        throw new AssertionError("polled for ever");
    }

    @SuppressWarnings("unchecked") // a stream of Integers
    private static @Nullable Object pollInto(RawStream<?> stream, Context cx, Demand sink) {
        return ((RawStream<Integer>) stream).pollInto(cx, sink);
    }

    /** A demand of 0 is none at all: the stream is polled without a sink. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 7, 50, 10_000})
    void an_emission_is_pushed_as_its_future_is(int demand) throws Exception {
        List<Object> expected = emitted(calls, false, demand);
        assertThat(emitted(calls, true, demand)).isEqualTo(expected);
        assertThat(expected.stream().filter(Integer.class::isInstance)).hasSize(TURNS);
        assertThat(emitted(altered, true, demand)).isNotEqualTo(expected);
    }

    /**
     * Answers as the letters of a script say: a digit is an item, p is pending, f a failure, and s an item that spends
     * of the budget itself.
     */
    private static final class Script extends RawStream<Integer> {
        private final String script;
        private final IllegalStateException failure = new IllegalStateException("of the stream"); // made elsewhere
        private int at;
        private boolean cancelled;

        Script(String script) {
            this.script = script;
        }

        @Override
        public @Nullable Object pollNextRaw(Context cx) {
            if (at == script.length()) {
                at++;
                return null;
            }
            assertThat(at).as("polled again after its end").isLessThan(script.length());
            char letter = script.charAt(at++);
            switch (letter) {
                case 'p' -> {
                    cx.waker().wake();
                    return PENDING;
                }
                case 'f' -> {
                    at = script.length() + 1;
                    throw failure;
                }
                case 's' -> {
                    cx.spend();
                    return 7;
                }
                default -> {
                    return letter - '0';
                }
            }
        }

        @Override
        public boolean cancel() {
            cancelled = true;
            return true;
        }

        @Override
        public String toString() {
            return "Script[" + at + "]";
        }
    }

    /** A stream that has its items at hand, as far as the script goes without anything else. */
    private static final class Ready extends RawStream<Object> {
        private final Script script;
        private final boolean asBooleans;

        Ready(Script script, boolean asBooleans) {
            this.script = script;
            this.asBooleans = asBooleans;
        }

        @Override
        public @Nullable Object takeReady(Context cx) {
            if (!cx.hasBudget() || script.at >= script.script.length()) {
                return null;
            }
            char letter = script.script.charAt(script.at);
            if (letter == 'f') {
                return script.pollNextRaw(cx);
            }
            if (!Character.isDigit(letter)) {
                return null;
            }
            script.at++;
            cx.spendFrom(cx.budget());
            return item(letter - '0');
        }

        private Object item(int digit) {
            return asBooleans ? digit % 2 == 0 : (Object) digit;
        }

        @Override
        public @Nullable Object pollNextRaw(Context cx) {
            Object answer = script.pollNextRaw(cx);
            return answer instanceof Integer digit ? item(digit) : answer;
        }

        @Override
        public boolean cancel() {
            return script.cancel();
        }

        @Override
        public String toString() {
            return script.toString();
        }
    }

    /** A stream that is no raw one. */
    private static final class Plain implements AsyncStream<Integer> {
        private final Script script;

        Plain(Script script) {
            this.script = script;
        }

        @Override
        public Poll<Integer> pollNext(Context cx) {
            return script.pollNext(cx);
        }

        @Override
        public boolean cancel() {
            return script.cancel();
        }

        @Override
        public String toString() {
            return script.toString();
        }
    }

    /** A loop of the user's own. */
    private static final class Mine implements AsyncIterable<Integer>, AsyncIterator<Integer> {
        private final Script script;
        private @Nullable Object item;

        Mine(Script script) {
            this.script = script;
        }

        @Override
        public AsyncIterator<Integer> iterator() {
            return this;
        }

        @Override
        public boolean hasNext() {
            throw new AssertionError("compiled code advances");
        }

        @Override
        public Integer next() {
            return (Integer) item;
        }

        @Override
        public Future<Boolean> advance() {
            return new RawFuture<>() {
                @Override
                public Object pollRaw(Context cx) {
                    item = script.pollNextRaw(cx);
                    return item == PENDING ? PENDING : item != null;
                }

                @Override
                public String toString() {
                    return script.toString();
                }
            };
        }

        @Override
        public Future<Void> close() {
            return Futures.ready(null);
        }
    }

    private static List<Object> summed(
            Class<?> programs, boolean directly, Function<Script, AsyncIterable<?>> loop, String script)
            throws Exception {
        Script made = new Script(script);
        AsyncFrame<?> future = (AsyncFrame<?>)
                programs.getMethod("sum", boolean.class, AsyncIterable.class).invoke(null, directly, loop.apply(made));
        List<Object> log = new ArrayList<>();
        Context cx = new Context(Waker.noop(), Services.NONE);
        for (int polls = 1; polls < 100_000; polls++) {
            Object answer;
            try {
                answer = future.pollRaw(cx);
            } catch (IllegalStateException failure) {
                answer = told(failure);
            }
            assertThat(cx.isSuspended()).isFalse();
            log.add(answer == RawFuture.PENDING ? "pending " + shown(future).replaceAll("@[0-9a-f]+", "") : answer);
            log.add("left " + cx.budget());
            if (answer != RawFuture.PENDING) {
                log.add("cancelled " + made.cancelled);
                return log;
            }
            if (polls % 3 == 0) {
                cx.begin(Waker.noop(), Services.NONE);
            }
        }
        throw new AssertionError("polled for ever");
    }

    static Stream<Arguments> loops() {
        List<Arguments> loops = new ArrayList<>();
        Function<Script, AsyncIterable<Integer>> raw = Async::each;
        Function<Script, AsyncIterable<Integer>> plain = script -> Async.each(new Plain(script));
        Function<Script, AsyncIterable<Integer>> mine = Mine::new;
        Function<Script, AsyncIterable<Object>> atHand = script -> Async.each(new Ready(script, false));
        Function<Script, AsyncIterable<Object>> booleans = script -> Async.each(new Ready(script, true));
        for (String script : List.of(
                "",
                "1",
                "12",
                "p",
                "1p2",
                "pp1p",
                "f",
                "1f",
                "1pf",
                "s",
                "s1s",
                "12345p".repeat(60),
                "s".repeat(300))) {
            loops.add(Arguments.arguments("raw", raw, script));
            loops.add(Arguments.arguments("plain", plain, script));
            loops.add(Arguments.arguments("mine", mine, script));
            loops.add(Arguments.arguments("at hand", atHand, script));
            loops.add(Arguments.arguments("booleans", booleans, script));
        }
        return loops.stream();
    }

    /** Answer, trace, dump and budget of each poll are those of a loop that awaits the future of each step. */
    @ParameterizedTest(name = "{0} {2}")
    @MethodSource("loops")
    void a_loop_is_advanced_as_its_future_is(String kind, Function<Script, AsyncIterable<?>> loop, String script)
            throws Exception {
        List<Object> expected = summed(calls, false, loop, script);
        assertThat(summed(calls, true, loop, script)).isEqualTo(expected);
        if (!script.isEmpty()) { // the end alone may leave the same: what is spent twice is found by its second step
            assertThat(summed(altered, true, loop, script)).isNotEqualTo(expected);
        }
    }

    /** A loop that is used behind its end, or closed, says so as before. */
    @Test
    void a_closed_iterator_is_refused() throws Exception {
        for (boolean directly : new boolean[] {true, false}) {
            AsyncIterator<Integer> closed = Async.each(new Script("12")).iterator();
            assertThat(polled(closed.close())).isEqualTo("null");
            AsyncIterable<Integer> again = () -> closed;
            AsyncFrame<?> frame = (AsyncFrame<?>)
                    calls.getMethod("sum", boolean.class, AsyncIterable.class).invoke(null, directly, again);
            assertThat(catchThrowable(() -> polled(frame))).hasMessageContaining("is closed");
        }
    }

    // ------------------------------------------------------------------ one that waits

    private AsyncFrame<?> once(Class<?> programs, String what, boolean directly) throws Exception {
        return (AsyncFrame<?>) programs.getMethod(
                        "once",
                        String.class,
                        boolean.class,
                        AsyncMutex.class,
                        AsyncSemaphore.class,
                        Mpsc.class,
                        Notify.class)
                .invoke(null, what, directly, mutex, semaphore, channel, notify);
    }

    private static Object polled(Future<?> future) {
        Poll<?> poll = future.poll(new Context(Waker.noop(), Services.NONE));
        return poll.isReady() ? String.valueOf(poll.value()) : "pending";
    }

    private static String shown(Object waits) {
        return shown(AwaitTree.of(waits)).replace("Later", "").replaceAll(":\\d+\\)", ")");
    }

    private static String shown(AwaitTree tree) {
        return tree.name()
                + tree.figures()
                + tree.notes()
                + tree.isWokenByItself()
                + tree.parts().stream().map(LibraryCallsTest::shown).toList();
    }

    private Runnable block(String what) {
        switch (what) {
            case "lock" -> {
                AsyncMutex.Guard held = mutex.tryLock();
                return held::close;
            }
            case "acquire", "acquire some" -> {
                AsyncSemaphore.Permit held = semaphore.tryAcquire(2);
                return held::close;
            }
            case "send", "reserve" -> {
                Permit<Integer> held = channel.sender().tryReserve();
                return held::close;
            }
            case "receive" -> {
                return () -> channel.sender().trySend(7);
            }
            default -> {
                return notify::notifyOne;
            }
        }
    }

    private String state() {
        return mutex + " " + semaphore + " " + channel + " " + notify;
    }

    @ParameterizedTest
    @ValueSource(strings = {"lock", "acquire", "acquire some", "send", "reserve", "receive", "notified"})
    void a_call_waits_as_a_future_does(String what) throws Exception {
        Runnable release = block(what);
        String[] texts = new String[2];
        String[] states = new String[2];
        String free = state();
        for (int i = 0; i < 2; i++) {
            AsyncFrame<?> frame = once(calls, what, i == 0);
            assertThat(polled(frame)).isEqualTo("pending");
            texts[i] = shown(frame);
            states[i] = state();
            assertThat(frame.cancel()).isTrue();
            assertThat(state()).isEqualTo(free);
        }
        assertThat(texts[0]).isEqualTo(texts[1]);
        assertThat(states[0]).isEqualTo(states[1]);
        AsyncFrame<?> wrong = once(altered, what, true);
        if (!what.equals("notified")) { // the canary: another future than that of the call
            assertThat(polled(wrong)).isEqualTo("pending");
            assertThat(shown(wrong)).isNotEqualTo(texts[0]);
        }
        assertThat(wrong.cancel()).isTrue();
        AsyncFrame<?> frame = once(calls, what, true);
        assertThat(polled(frame)).isEqualTo("pending");
        release.run();
        String ended = (String) polled(frame);
        assertThat(ended).isNotEqualTo("pending");
        assertThat(frame.toString()).endsWith("[ended]");
    }

    private static List<Object> yielded(Class<?> programs, boolean directly) throws Exception {
        List<Object> log = new ArrayList<>();
        AsyncFrame<?> frame =
                (AsyncFrame<?>) programs.getMethod("yields", boolean.class).invoke(null, directly);
        Context cx = new Context((Waker waker) -> log.add("yields"));
        for (int polls = 0; polls < 4; polls++) {
            cx.begin(Waker.noop(), Services.NONE);
            log.add(frame.poll(cx).isReady() ? "ready" : shown(frame));
            log.add("left " + cx.budget());
            if (log.contains("ready")) {
                break;
            }
        }
        return log;
    }

    @Test
    void a_yield_is_pending_once() throws Exception {
        List<Object> expected = yielded(calls, false);
        assertThat(expected).contains("yields", "ready").hasSize(5);
        assertThat(yielded(calls, true)).isEqualTo(expected);
        assertThat(yielded(altered, true)).isNotEqualTo(expected);
        AsyncFrame<?> cancelled =
                (AsyncFrame<?>) calls.getMethod("yields", boolean.class).invoke(null, true);
        assertThat(polled(cancelled)).isEqualTo("pending");
        assertThat(cancelled.cancel()).isTrue();
    }

    /** A turn that the budget has taken is the one that is asked for. */
    @Test
    void a_yield_without_budget_gives_one_turn() throws Exception {
        while (cx.hasBudget()) {
            cx.spend();
        }
        AsyncFrame<?> frame =
                (AsyncFrame<?>) calls.getMethod("yields", boolean.class).invoke(null, true);
        assertThat(frame.poll(cx).isPending()).isTrue();
        cx.begin(Waker.noop(), Services.NONE);
        assertThat(frame.poll(cx).isReady()).isTrue();
    }

    /** Guards and permits that are made when the wait has ended, and closed twice, beside those of futures. */
    @Test
    void tasks_share_a_lock() throws Exception {
        List<String> ends = new ArrayList<>();
        for (boolean directly : new boolean[] {true, false}) {
            int[] inside = new int[2];
            List<Future<?>> tasks = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                tasks.add((Future<?>)
                        calls.getMethod("share", boolean.class, AsyncMutex.class, AsyncSemaphore.class, int[].class)
                                .invoke(null, directly, mutex, semaphore, inside));
            }
            int polls = 0;
            StringBuilder end = new StringBuilder();
            while (!tasks.isEmpty()) {
                Future<?> task = tasks.remove(0);
                String answer = (String) polled(task);
                if (answer.equals("pending")) {
                    tasks.add(task);
                } else {
                    end.append(answer).append(" after ").append(polls).append(", ");
                }
                polls++;
                assertThat(inside[0]).isBetween(0, 1);
            }
            assertThat(inside).containsExactly(0, 450);
            assertThat(polls).isGreaterThan(600);
            ends.add(end + state());
        }
        assertThat(ends.get(0)).isEqualTo(ends.get(1)).startsWith("150100 after ");
    }

    /** A mock has nothing in its fields, and the value that its future has is the one that is awaited. */
    @Test
    void answers_that_are_values_stay_as_they_are() {
        AsyncMutex.Guard guard = mutex.tryLock();
        AsyncSemaphore.Permit permit = semaphore.tryAcquire();
        cx.setScratch(7);
        assertThat(AwaitedCalls.locked(guard, cx)).isSameAs(guard);
        assertThat(AwaitedCalls.acquired(permit, cx)).isSameAs(permit);
        assertThat(AwaitedCalls.locked(null, cx)).isNull();
        assertThat(AwaitedCalls.acquired(null, cx)).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"lock", "acquire", "acquire some", "send", "reserve", "receive", "notified"})
    void a_call_without_budget_takes_nothing(String what) throws Exception {
        channel.sender().trySend(3);
        if (!what.equals("receive")) {
            channel.receiver().tryReceive();
        }
        notify.notifyOne();
        String before = state();
        for (boolean directly : new boolean[] {true, false}) {
            cx.begin(Waker.noop(), Services.NONE);
            while (cx.hasBudget()) {
                cx.spend();
            }
            AsyncFrame<?> frame = once(calls, what, directly);
            assertThat(frame.poll(cx).isPending()).isTrue();
            assertThat(state()).isEqualTo(before);
            assertThat(frame.cancel()).isTrue();
            assertThat(state()).isEqualTo(before);
        }
        AsyncFrame<?> frame = once(calls, what, true);
        assertThat(frame.poll(cx).isPending()).isTrue();
        cx.begin(Waker.noop(), Services.NONE);
        assertThat(frame.poll(cx).isReady()).isTrue();
    }

    // ------------------------------------------------------------------ failures

    private static String told(Throwable failure) {
        StringBuilder text = new StringBuilder(failure.toString());
        for (Throwable suppressed : failure.getSuppressed()) {
            text.append(suppressed);
            for (StackTraceElement line : suppressed.getStackTrace()) {
                text.append(' ').append(line.getClassName()).append('.').append(line.getMethodName());
            }
        }
        return text.toString().replace("Later", "");
    }

    private void fail(String what) {
        switch (what) {
            case "acquire", "acquire some" -> semaphore.close();
            case "send", "reserve" -> channel.sender().close();
            default -> {}
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"acquire", "acquire some", "send", "send null", "reserve"})
    void a_call_fails_as_a_future_does(String what) throws Exception {
        fail(what);
        Throwable directly = catchThrowable(() -> polled(once(calls, what, true)));
        Throwable later = catchThrowable(() -> polled(once(calls, what, false)));
        assertThat(directly).isNotNull().hasSameClassAs(later).hasMessage(later.getMessage());
        assertThat(told(directly)).isEqualTo(told(later));
    }

    /** Returns futures of its own, as the mock of a test does. */
    private static final class OtherEmitter implements Emitter<Integer> {

        private final Supplier<Future<Void>> futures;
        private final List<Integer> items = new ArrayList<>();

        OtherEmitter(Supplier<Future<Void>> futures) {
            this.futures = futures;
        }

        @Override
        public void emit(Integer item) {
            throw new AssertionError("is compiled");
        }

        @Override
        public Future<Void> emitting(Integer item) {
            items.add(item);
            return futures.get();
        }
    }

    /** A future of a class that the library does not know. */
    private static Future<Void> foreign(Function<Context, Poll<Void>> polls) {
        return new Future<>() {
            @Override
            public Poll<Void> poll(Context cx) {
                return polls.apply(cx);
            }

            @Override
            public boolean cancel() {
                return true;
            }
        };
    }

    static Stream<Arguments> futuresOfOthers() {
        IllegalStateException made = new IllegalStateException("made elsewhere");
        return Stream.of(
                Arguments.of("ready", null, (Supplier<?>) () -> Futures.ready(null)),
                Arguments.of("one of their own", null, (Supplier<?>) () -> foreign(cx -> Poll.ready(null))),
                Arguments.of("pending", "pending", (Supplier<?>) Futures::pending),
                Arguments.of("one of their own, pending", "pending", (Supplier<?>) () -> foreign(cx -> Poll.pending())),
                Arguments.of("failed", "awaited", (Supplier<?>) () -> Futures.failed(copy(made))),
                Arguments.of("one of their own, failed", "awaited", (Supplier<?>) () -> foreign(cx -> {
                    throw copy(made);
                })),
                Arguments.of("of a method that awaits, failed", "awaited", (Supplier<?>)
                        () -> emission(true, new OtherEmitter(() -> Futures.failed(copy(made))))),
                Arguments.of("of a method that awaits, pending", "pending", (Supplier<?>)
                        () -> emission(true, new OtherEmitter(Futures::pending))),
                Arguments.of("null", "NullPointerException", (Supplier<?>) () -> null),
                Arguments.of("no answer", "NullPointerException", (Supplier<?>) () -> foreign(cx -> null)),
                Arguments.of("refused", "made elsewhere", (Supplier<?>) () -> {
                    throw copy(made);
                }));
    }

    @SuppressWarnings("unchecked") // its value is null
    private static <T> Future<T> emission(boolean directly, Emitter<Integer> out) {
        try {
            return (Future<T>)
                    calls.getMethod("emission", boolean.class, Emitter.class).invoke(null, directly, out);
        } catch (ReflectiveOperationException impossible) {
            throw new AssertionError(impossible);
        }
    }

    /** The same failure without what others have added to it. */
    private static IllegalStateException copy(IllegalStateException made) {
        IllegalStateException copy = new IllegalStateException(made.getMessage());
        copy.setStackTrace(made.getStackTrace());
        return copy;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("futuresOfOthers")
    void a_future_of_others_is_awaited_as_any(String what, @Nullable String expected, Supplier<Future<Void>> futures) {
        List<String> ends = new ArrayList<>();
        for (boolean directly : new boolean[] {true, false}) {
            OtherEmitter emitter = new OtherEmitter(futures);
            Future<?> future = emission(directly, emitter);
            cx.begin(Waker.noop(), Services.NONE);
            Object[] end = new Object[1];
            Throwable failure = catchThrowable(() -> end[0] = future.poll(cx));
            ends.add((failure == null ? String.valueOf(end[0]) : told(failure)) + " left " + cx.budget());
            assertThat(emitter.items).containsExactly(7);
            assertThat(cx.isSuspended()).isFalse();
            if (failure == null && ((Poll<?>) end[0]).isPending()) {
                assertThat(shown(future)).contains("Calls.emit");
                assertThat(future.cancel()).isTrue();
            }
        }
        assertThat(ends.get(0)).isEqualTo(ends.get(1));
        if (expected != null) {
            assertThat(ends.get(0)).containsIgnoringCase(expected);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"send", "reserve"})
    void a_call_is_refused_by_a_receiver_that_is_closed(String what) throws Exception {
        channel.receiver().close();
        Throwable directly = catchThrowable(() -> polled(once(calls, what, true)));
        Throwable later = catchThrowable(() -> polled(once(calls, what, false)));
        assertThat(told(directly)).isEqualTo(told(later)).contains("ChannelClosedException");
    }

    /** Else the next code without a frame, of another part of the task, would take its number for one to wait for. */
    @Test
    void what_waits_is_forgotten_where_the_stack_ends() throws Exception {
        AsyncFrame<?> frame = once(cut, "lock", true);
        assertThat(catchThrowable(() -> frame.poll(cx))).isInstanceOf(StackOverflowError.class);
        assertThat(cx.isSuspended()).isFalse();
    }

    @Test
    void a_second_receiver_is_refused() throws Exception {
        AsyncFrame<?> first = once(calls, "receive", true);
        assertThat(polled(first)).isEqualTo("pending");
        channel.sender().trySend(1);
        Throwable directly = catchThrowable(() -> polled(once(calls, "receive", true)));
        assertThat(directly).isInstanceOf(IllegalStateException.class);
        assertThat(polled(first)).isEqualTo("1");
    }

    @Test
    void a_receiver_of_the_end_gets_null() throws Exception {
        channel.sender().close();
        assertThat(polled(once(calls, "receive", true))).isEqualTo("null");
    }

    @ParameterizedTest
    @ValueSource(strings = {"lock", "acquire", "acquire some", "notified"})
    void null_in_place_of_the_receiver_is_refused(String what) throws Exception {
        Future<?> future = (Future<?>) calls.getMethod(
                        "once",
                        String.class,
                        boolean.class,
                        AsyncMutex.class,
                        AsyncSemaphore.class,
                        Mpsc.class,
                        Notify.class)
                .invoke(null, what, true, null, null, null, null);
        assertThat(catchThrowable(() -> future.poll(cx)))
                .isInstanceOf(NullPointerException.class)
                .hasMessageContaining("." + what.split(" ")[0] + "(");
        assertThat(cx.isSuspended()).isFalse();
    }

    @Test
    void a_traced_lock_knows_the_line_of_the_user() throws Exception {
        AsyncMutex traced = AsyncMutex.traced("ledger");
        Future<?> future = (Future<?>) calls.getMethod(
                        "once",
                        String.class,
                        boolean.class,
                        AsyncMutex.class,
                        AsyncSemaphore.class,
                        Mpsc.class,
                        Notify.class)
                .invoke(null, "lock", true, traced, null, null, null);
        assertThat(polled(future)).isEqualTo("Guard[held]");
        Future<?> waits = traced.lock();
        assertThat(polled(waits)).isEqualTo("pending");
        assertThat(shown(waits)).contains("held since library.Calls.lock(Calls.java)");
        assertThat(waits.cancel()).isTrue();
    }
}
