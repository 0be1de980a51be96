package pollux.compiler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.LdcInsnNode;
import org.objectweb.asm.tree.MethodNode;

/** What cannot be compiled is an error with its exact text, at its exact position. */
@Timeout(120)
class RefusalTest {

    private static final String CONSTRUCTOR = "await is not possible in a constructor or initialiser: an object under"
            + " construction cannot be suspended. Use a static factory that returns Future";
    private static final String SYNCHRONIZED = "await inside synchronized would keep the monitor while suspended. Use"
            + " AsyncMutex, or await before the block";
    private static final String REFERENCE =
            "an await point cannot be a method reference: write f -> await(f) in a lambda" + " that returns Future";

    @TempDir
    Path classes;

    private static final String BLOCK = " Async.block(future) on a virtual thread";

    private static String outside(String code, String returns, String instead) {
        return elsewhere(code, returns, "Return " + instead + ", put the code into async(() -> …), or use" + BLOCK);
    }

    private static String elsewhere(String code, String returns, String wayOut) {
        return "await is only possible in a block, or in a method or lambda that returns Future; " + code + " returns "
                + returns + ". " + wayOut;
    }

    /** The bodies of a class; ¦ stands before the place that the error names. */
    static Stream<Arguments> refusals() {
        return Stream.of(
                Arguments.of(
                        "int plain() {\n  return ¦await(ready(1));\n}", outside("'plain()'", "int", "Future<Integer>")),
                Arguments.of(
                        "void plain(int a, String b) {\n ¦Async.await(ready(1));\n}",
                        outside("'plain(int,java.lang.String)'", "void", "Future<Void>")),
                Arguments.of(
                        "String plain() { return \"\" + ¦await(ready(1)); }",
                        outside("'plain()'", "String", "Future<String>")),
                Arguments.of(
                        "FuseFuture<Integer> sub() { int x = ¦await(ready(1)); return ready(x).fuse(); }",
                        outside("'sub()'", "FuseFuture", "Future<Integer>")),
                Arguments.of(
                        "void each(AsyncStream<Integer> s) { for (int x : ¦Async.each(s)) { } }",
                        outside("'each(pollux.stream.AsyncStream<java.lang.Integer>)'", "void", "Future<Void>")),
                Arguments.of(
                        "void emit(Emitter<Integer> out) {\n\n    ¦out.emit(1); }",
                        outside("'emit(pollux.async.Emitter<java.lang.Integer>)'", "void", "Future<Void>")),
                Arguments.of(
                        "Runnable r = () -> {\n   int x = ¦await(ready(1)); };",
                        outside("this lambda", "void", "Future<Void>")),
                Arguments.of(
                        "Object o = List.of(1).stream().map(x -> ¦await(ready(x)));",
                        elsewhere("this lambda", "Integer", "Use a for loop instead of map, or" + BLOCK)),
                Arguments.of(
                        "Future<Integer> f() { List.of(1).forEach(x -> { ¦await(ready(x)); }); return ready(1); }",
                        elsewhere("this lambda", "void", "Use a for loop instead of forEach, or" + BLOCK)),
                Arguments.of(
                        "Future<Integer> f() { new HashMap<Integer, Integer>().forEach((k, v) -> ¦await(ready(k)));"
                                + " return ready(1); }",
                        elsewhere("this lambda", "void", "Use a for loop instead of forEach, or" + BLOCK)),
                Arguments.of(
                        "Mono<Integer> f() { return Mono.just(¦await(ready(1))); }",
                        elsewhere("'f()'", "Mono", "Write return mono(() -> …)")),
                Arguments.of(
                        "Flux<Integer> f() { ¦await(ready(1)); return null; }",
                        elsewhere("'f()'", "Flux", "Write return flux(out -> …)")),
                Arguments.of(
                        "AsyncStream<Integer> f() { ¦await(ready(1)); return null; }",
                        elsewhere("'f()'", "AsyncStream", "Write return stream(out -> …)")),
                Arguments.of(
                        "Object f(Mono<Integer> m) { return m.map(x -> ¦await(ready(x))); }",
                        elsewhere(
                                "this lambda",
                                "Integer",
                                "Use an operator that takes a Mono, with mono(() -> …), instead of map")),
                Arguments.of(
                        "Object f(Mono<Integer> m) { return m.flatMap(x -> { ¦await(ready(x)); return m; }); }",
                        elsewhere("this lambda", "Mono", "Write return mono(() -> …)")),
                Arguments.of(
                        "java.util.concurrent.Future<String> f() { ¦await(ready(1)); return null; }",
                        outside("'f()'", "java.util.concurrent.Future", "pollux.future.Future<String>")),
                Arguments.of(
                        "java.util.concurrent.CompletableFuture<Map<String, Integer>> f() { ¦await(ready(1)); return null; }",
                        outside("'f()'", "CompletableFuture", "Future<Map<String,Integer>>")),
                Arguments.of(
                        "<F extends Future<Integer>> F f() { ¦await(ready(1)); return null; }",
                        outside("'<F>f()'", "F", "Future<Integer>")),
                Arguments.of(
                        "<F extends Future<Integer> & Runnable> F f() { ¦await(ready(1)); return null; }",
                        outside("'<F>f()'", "F", "Future<Integer>")),
                Arguments.of(
                        "interface Own extends Future<String> {} Own f() { ¦await(ready(1)); return null; }",
                        outside("'f()'", "Own", "Future<String>")),
                Arguments.of(
                        "interface Own extends Future<String> {}\n Supplier<Own> s = () -> { ¦await(ready(1)); return null; };",
                        outside("this lambda", "Own", "Future<String>")),
                Arguments.of(
                        "<F extends Future<Integer>> Supplier<F> s() { return () -> { ¦await(ready(1)); return null; }; }",
                        outside("this lambda", "F", "Future<Integer>")),
                Arguments.of(
                        "static class Of<F extends Future<Integer>> { F f() { ¦await(ready(1)); return null; } }",
                        outside("'f()'", "F", "Future<Integer>")),
                Arguments.of(
                        "<X, F extends Future<X>> F f() { ¦await(ready(1)); return null; }",
                        outside("'<X,F>f()'", "F", "Future<X>")),
                Arguments.of(
                        "<G extends Future<Integer>, F extends G> F f() { ¦await(ready(1)); return null; }",
                        outside("'<G,F>f()'", "F", "Future<Integer>")),
                Arguments.of(
                        "Supplier<? extends FuseFuture<Integer>> s = () -> { ¦await(ready(1)); return null; };",
                        outside("this lambda", "FuseFuture", "Future<Integer>")),
                Arguments.of(
                        "Future<Integer>[] f() { ¦await(ready(1)); return null; }",
                        outside(
                                "'f()'",
                                "pollux.future.Future<java.lang.Integer>[]",
                                "Future<pollux.future.Future<java.lang.Integer>[]>")),
                Arguments.of("@SuppressWarnings(\"other\") Snippet() { ¦await(ready(1)); }", CONSTRUCTOR),
                Arguments.of("Snippet() { ¦await(ready(1)); }", CONSTRUCTOR),
                Arguments.of("int field = ¦await(ready(1));", CONSTRUCTOR),
                Arguments.of("static int field; static { field = ¦await(ready(1)); }", CONSTRUCTOR),
                Arguments.of("{ ¦await(ready(1)); }", CONSTRUCTOR),
                Arguments.of("synchronized Future<Integer> locked() { return ready(¦await(ready(1))); }", SYNCHRONIZED),
                Arguments.of(
                        "Future<Integer> f = async(() -> { synchronized (this) {\n return ¦await(ready(1)); } });",
                        SYNCHRONIZED),
                Arguments.of("Function<Future<Integer>, Integer> f = ¦Async::await;", REFERENCE),
                Arguments.of(
                        "@Awaits static int ¦mine(String s, Future<Integer> f) { return Async.await(f); }",
                        "@Awaits of Snippet.mine names no converter, so its first parameter has to be a Future"),
                Arguments.of(
                        "interface Clock { @Awaits(\"\") long ¦time(); }",
                        "@Awaits of Snippet.Clock.time names no converter, so its first parameter has to be a Future"),
                Arguments.of(
                        "Object f = (AsyncBlock<Integer> & java.io.Serializable) () ->\n ¦await(ready(1));",
                        "a block that awaits cannot be serializable: it is compiled to a state machine. Make the class"
                                + " around it serializable instead"));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void a_refusal_names_the_way_out_at_its_place(String body, String message) throws IOException {
        String marked = Sources.IMPORTS + "\nclass Snippet {\n" + body + "\n}\n";
        int at = marked.indexOf('¦');
        String before = marked.substring(0, at);
        long line = before.chars().filter(c -> c == '\n').count() + 1;
        int column = at - before.lastIndexOf('\n');

        List<String> said = Sources.compileWithLibraries(classes, body.replace("¦", ""));

        // javac's preferred place of a selected name is its dot
        String source = marked.substring(at + 1);
        int dot = source.matches("(?s)\\w+\\.\\w+.*") ? source.indexOf('.') : 0;
        assertThat(said).containsExactly(line + ":" + (column + dot) + " " + message);
    }

    /** What is exactly Future once its wildcards and annotations are looked through. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Future<? extends Number> f() { return ready(await(ready(1))); }",
                "Future<?> f() { return ready(await(ready(1))); }",
                "Future<Future<Integer>> f() { return ready(ready(await(ready(1)))); }",
                "<T> Future<T> f(T t) { return ready(await(ready(t))); }",
                "Supplier<? extends Future<Integer>> s = () -> ready(await(ready(1)));",
                "Supplier<? super Future<Integer>> s = () -> ready(await(ready(1)));",
                "Supplier<? extends Future<? extends Number>> s = () -> ready(await(ready(1)));",
                "<T> Function<T, Future<T>> s() { return t -> ready(await(ready(t))); }",
            })
    void a_future_of_anything_may_await(String body) throws IOException {
        assertThat(Sources.compile(classes, Sources.IMPORTS + "class Snippet { " + body + " }"))
                .isEmpty();
        assertThat(classes.toFile().list()).anyMatch(name -> name.contains("-async1"));
    }

    /** The bodies of a class; ¦ stands before the await that is warned of, if any is. */
    static Stream<Arguments> affinities() {
        String lock =
                "this await may go on in another thread, but the lock that is held here belongs to one: unlock() would"
                        + " fail. Use AsyncMutex, or await before locking";
        String local =
                "this await may go on in another thread, where the ThreadLocal that was set before has another value."
                        + " Keep the value in a variable, or use Futures.withService";
        String fields = "java.util.concurrent.locks.ReentrantLock lock, other; ThreadLocal<Integer> local;\n";
        return Stream.of(
                Arguments.of(
                        fields + "Object o = async(() -> { lock.lock(); try { return ¦await(ready(1)); }"
                                + " finally { lock.unlock(); } });",
                        lock),
                Arguments.of(
                        fields + "Future<Integer> f() { if (lock.tryLock()) { ¦await(ready(1)); lock.unlock(); } return"
                                + " ready(1); }",
                        lock),
                Arguments.of(
                        fields + "Object o = async(() -> { local.set(1); ¦await(ready(1)); return local.get(); });",
                        local),
                Arguments.of(
                        fields + "Object o = async(() -> { lock.lock(); lock.unlock(); return await(ready(1)); });",
                        ""),
                Arguments.of(
                        fields + "Object o = async(() -> { await(ready(1)); lock.lock(); lock.unlock(); return 1; });",
                        ""),
                Arguments.of(
                        fields + "Object o = async(() -> { lock.lock(); await(ready(1)); other.unlock(); return 1; });",
                        ""),
                Arguments.of(
                        fields + "Object o = async(() -> { local.set(1); local.remove(); return await(ready(1)); });",
                        ""));
    }

    @ParameterizedTest
    @MethodSource("affinities")
    void what_belongs_to_a_thread_is_warned_of(String body, String message) throws IOException {
        String marked = Sources.IMPORTS + "\nclass Snippet {\n" + body + "\n}\n";
        int at = marked.indexOf('¦');
        List<String> said = Sources.compile(classes, marked.replace("¦", ""));
        if (at < 0) {
            assertThat(said).isEmpty();
        } else {
            int column = at - marked.substring(0, at).lastIndexOf('\n');
            assertThat(said).containsExactly("4:" + column + " " + message);
        }
        assertThat(Sources.compile(classes, marked.replace("¦", ""), "-Apollux.lint=none"))
                .isEmpty();
    }

    @Test
    void what_an_old_javac_compiles_to_a_class_that_no_jvm_accepts_is_an_error_there() throws IOException {
        List<String> said = Sources.compile(classes, Sources.IMPORTS + """
                        class Snippet {
                            Future<Integer> f(int i) {
                                int x = await(ready(1));
                                return ready(x + switch (i) {
                                    case 1 -> 1;
                                    default -> {
                                        int y = await(ready(i));
                                        synchronized (this) {
                                            i++;
                                        }
                                        yield i + y;
                                    }
                                });
                            }
                        }
                        """);
        if (Runtime.version().feature() >= 21) {
            assertThat(said).isEmpty();
        } else {
            assertThat(said)
                    .containsExactly(
                            "7:25 this compiler makes a class of it that no JVM accepts, with or without Pollux:"
                                    + " synchronized inside a switch expression that is an operand of something. Assign the"
                                    + " value of the switch to a local variable first");
        }
    }

    /** A class whose second method of the name is of that many awaits, from line 4 on. */
    private static String overloaded(int awaits) {
        return Sources.IMPORTS + "class Snippet { Future<Integer> big(int x) { return ready(await(ready(x))); }\n"
                + "Future<Integer> big() {\nint x = 1;\n" + "x = x * 3 + await(ready(x));\n".repeat(awaits)
                + "return ready(x); } }";
    }

    @Test
    void a_method_that_grows_too_large_is_an_error_at_its_await() throws IOException {
        assertThat(Sources.compile(classes, overloaded(1300)))
                .containsExactly(
                        "4:13 Snippet.big is 81039 bytes of bytecode once it is compiled around its awaits; a class"
                                + " file holds methods of up to 65535. Split it");
    }

    @Test
    void a_method_that_hotspot_would_not_compile_is_a_warning() throws IOException {
        assertThat(Sources.compile(classes, overloaded(150)))
                .containsExactly(
                        "4:13 Snippet.big is 8930 bytes of bytecode once it is compiled around its awaits; HotSpot"
                                + " does not compile methods over 8000. Split it");
    }

    @Test
    void a_class_with_too_many_constants_is_an_error_at_its_first_await() throws IOException {
        String text = "this class has more constants than a class file holds once it is compiled around its awaits."
                + " Split it";
        Sources.compileUnguarded(classes, List.of(Sources.source("Snippet", constants(0))));
        int room = 0xffff - constantPool(classes.resolve("Snippet.class"));

        assertThat(Sources.compile(classes, constants(room))).containsExactly("3:40 " + text);
        assertThat(classes.resolve("Snippet.class")).doesNotExist();
        Sources.compileUnguarded(classes, List.of(Sources.source("Snippet", constants(room))));
        assertThat(constantPool(classes.resolve("Snippet.class")))
                .as("javac itself has just enough room")
                .isEqualTo(0xffff);
        assertThat(Sources.compile(classes, constants(room - 100))).isEmpty();
    }

    private static String constants(int count) {
        String numbers =
                IntStream.range(0, count).mapToObj(i -> 1_000_000 + i + ",").collect(Collectors.joining());
        return Sources.IMPORTS + "@interface Numbers { int[] value(); }\n@Numbers({1," + numbers
                + "}) class Snippet {\n" + "static Future<Integer> f = async(() -> await(ready(1)));\n}";
    }

    /** One more than the entries of a class file's constant pool. */
    private static int constantPool(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        return (bytes[8] & 0xff) << 8 | bytes[9] & 0xff;
    }

    /**
     * No compiler of Java is known to do that: the object that waits for its arguments is swapped with another operand.
     */
    @Test
    void a_shape_that_cannot_be_rewritten_is_an_error_with_its_line() throws IOException {
        ClassWriter writer = new ClassWriter(ClassWriter.COMPUTE_MAXS);
        writer.visit(Opcodes.V17, Opcodes.ACC_PUBLIC, "Odd", null, "java/lang/Object", null);
        MethodVisitor code = writer.visitMethod(
                Opcodes.ACC_STATIC, "f", "(Lpollux/future/Future;)Lpollux/future/Future;", null, null);
        Label line = new Label();
        code.visitCode();
        code.visitLabel(line);
        code.visitLineNumber(42, line);
        code.visitInsn(Opcodes.ICONST_1);
        code.visitTypeInsn(Opcodes.NEW, "java/lang/Object");
        code.visitInsn(Opcodes.SWAP);
        code.visitInsn(Opcodes.POP);
        code.visitVarInsn(Opcodes.ALOAD, 0);
        code.visitMethodInsn(Opcodes.INVOKESTATIC, Names.ASYNC, "await", Names.AWAIT_DESC, false);
        code.visitInsn(Opcodes.POP);
        code.visitMethodInsn(Opcodes.INVOKESPECIAL, "java/lang/Object", "<init>", "()V", false);
        code.visitInsn(Opcodes.ACONST_NULL);
        code.visitInsn(Opcodes.ARETURN);
        code.visitMaxs(0, 0);
        code.visitEnd();
        writer.visitEnd();
        Files.write(classes.resolve("Odd.class"), writer.toByteArray());

        assertThat(woven(1))
                .isEqualTo("error: Odd.class:42: Pollux cannot rewrite this expression around await; assign the awaited"
                        + " value to a local variable first\nPollux wove 0 classes\n");
    }

    @Test
    void aClassThatAsmCannotWriteIsRefusedAtItsFirstAwait() {
        ClassNode host = new ClassNode();
        host.version = Opcodes.V17;
        host.name = "Host";
        host.superName = "java/lang/Object";
        MethodNode method = new MethodNode(Opcodes.ACC_STATIC, "resume", "()V", null, null);
        method.instructions.add(new LdcInsnNode(new Object())); // no constant of a class file
        host.methods.add(method);
        assertThatThrownBy(() -> Weaver.write(host, Map.of(method, 42)))
                .isInstanceOf(WeaveException.class)
                .hasMessage(
                        "Pollux cannot write the class that this becomes, which is a fault of Pollux: please report it."
                                + " Splitting a large method that awaits may help")
                .hasCauseInstanceOf(IllegalArgumentException.class)
                .extracting(refused -> ((WeaveException) refused).line())
                .isEqualTo(42);
    }

    /** What the command says about the directory. */
    private String woven(int status, String... options) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        List<String> arguments = new ArrayList<>(List.of("-cp", System.getProperty("java.class.path")));
        arguments.addAll(List.of(options));
        arguments.add(classes.toString());
        assertThat(WeaverCli.run(new PrintStream(out, true, StandardCharsets.UTF_8), arguments.toArray(new String[0])))
                .isEqualTo(status);
        return out.toString(StandardCharsets.UTF_8).replace("\r", "");
    }

    @Test
    void a_class_file_of_the_future_is_refused_by_name() throws IOException {
        Sources.compile(classes, "class Snippet {}");
        Path file = classes.resolve("Snippet.class");
        byte[] bytes = Files.readAllBytes(file);
        bytes[7] = (byte) 200;
        Files.write(file, bytes);
        assertThat(woven(1))
                .isEqualTo("error: Snippet.class: Pollux reads class files up to Java 27; Snippet is Java 156. Update"
                        + " pollux-async-compiler or set --release 27\nPollux wove 0 classes\n");
    }

    @Test
    void the_command_names_the_line_of_an_await_that_cannot_be_woven() throws IOException {
        Sources.compileUnguarded(
                classes,
                List.of(Sources.source(
                        "Snippet", Sources.IMPORTS + "class Snippet {\n int plain() {\n return await(ready(1)); } }")));
        assertThat(woven(1))
                .isEqualTo("error: Snippet.class:3: " + outside("'plain'", "int", "Future<Integer>")
                        + LEAVE.formatted("Snippet") + "\nPollux wove 0 classes\n");
    }

    private static final String LEAVE = ". If this code runs on virtual threads: class files do not show"
            + " @SuppressWarnings(\"await\"); name the class with -leave %s, or <leave> of the goal";

    /** What {@code @SuppressWarnings("await")} lifts under javac. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "int plain() { return await(ready(1)); }",
                "{ await(ready(1)); }",
                "synchronized Future<Integer> f() { return ready(await(ready(1))); }",
                "Future<Integer> f(Object o) { synchronized (o) { await(ready(1)); } return ready(1); }",
                "Object o = (AsyncBlock<Integer> & java.io.Serializable) () -> await(ready(1));"
            })
    void the_command_leaves_the_classes_that_it_is_told_to_leave(String body) throws IOException {
        Sources.compileUnguarded(
                classes,
                List.of(Sources.source(
                        "Snippet",
                        Sources.IMPORTS + "class Snippet { static class Inner {\n" + body
                                + "\n static Future<Integer> woven() { return ready(await(ready(1))); } } }")));
        assertThat(woven(1, "-leave", "snippet,Snip"))
                .endsWith(LEAVE.formatted("Snippet$Inner") + "\nPollux wove 0 classes\n");
        assertThat(woven(0, "-leave", "x.Other, Snippet")).endsWith("Pollux wove 1 class\n");
        assertThat(classes.resolve("Snippet$Inner$woven-async1.class")).exists();
        assertThat(woven(0, "-leave", "Snippet")).isEqualTo("Pollux wove 0 classes\n");
    }

    /** A generator is never left: it does not advise what would not help. */
    @Test
    void the_command_does_not_leave_a_generator() throws IOException {
        Sources.compileUnguarded(
                classes,
                List.of(Sources.source(
                        "Snippet",
                        Sources.IMPORTS + "class Snippet { StreamBlock<Integer> f(Object o) {\n"
                                + " return out -> { synchronized (o) { await(ready(1)); } }; } }")));
        assertThat(woven(1, "-leave", "Snippet")).doesNotContain("-leave").contains("await inside synchronized");
    }

    @Test
    void the_command_without_a_directory_explains_itself() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertThat(WeaverCli.run(new PrintStream(out, true, StandardCharsets.UTF_8), "-cp", "x"))
                .isEqualTo(2);
        assertThat(out.toString(StandardCharsets.UTF_8))
                .isEqualToIgnoringNewLines(
                        "usage: java -jar pollux-async-compiler.jar [-cp path] [-debug] [-leave class,…] directory…\n");
    }

    @Test
    void await_without_the_processor_is_an_error_at_its_place() throws IOException {
        String message =
                "this await would not be compiled by Pollux. Add pollux-async-compiler to annotationProcessorPaths"
                        + " (Maven), annotationProcessor (Gradle) or --processor-path (javac; JDK 23+ needs this or -proc:full), or"
                        + " call it on a virtual thread and mark the method @SuppressWarnings(\"await\")";
        List<String> said = Sources.compile(
                classes,
                List.of(Sources.source(
                        "Snippet",
                        Sources.IMPORTS + "class Snippet {\n"
                                + " Future<Integer> f = async(() ->\n  await(ready(1)));\n"
                                + " StreamBlock<Integer> g = out ->\n  out.emit(1);\n"
                                + " void h(AsyncStream<Integer> s) {\n  for (int x : each(s)) { }\n }\n"
                                + " @SuppressWarnings(\"await\") int onVirtualThread() { return await(ready(1)); }\n"
                                + " @Awaits(\"future\") static int mine(int x) { return await(future(x)); }\n"
                                + " static Future<Integer> future(int x) { return ready(x); }\n"
                                + "}")),
                List.of(),
                "-proc:none",
                "-processorpath",
                classes.toString());
        assertThat(said).containsExactly("3:3 " + message, "5:6 " + message, "7:16 " + message);
    }

    @Test
    void the_guard_is_silent_where_the_processor_works() throws IOException {
        assertThat(Sources.compile(
                        classes,
                        Sources.IMPORTS + "class Snippet { Future<Integer> f = async(() -> await(ready(1))); }"))
                .isEmpty();
        assertThat(System.getProperties().stringPropertyNames()).noneMatch(name -> name.startsWith("pollux.compiler."));
    }

    @Test
    void a_file_manager_that_gives_nothing_back_is_an_error_at_the_await() throws IOException {
        var javac = javax.tools.ToolProvider.getSystemJavaCompiler();
        var said = new javax.tools.DiagnosticCollector<javax.tools.JavaFileObject>();
        var writeOnly = new javax.tools.ForwardingJavaFileManager<>(javac.getStandardFileManager(null, null, null)) {
            @Override
            public javax.tools.JavaFileObject getJavaFileForOutput(
                    Location location,
                    String name,
                    javax.tools.JavaFileObject.Kind kind,
                    javax.tools.FileObject sibling) {
                return new javax.tools.SimpleJavaFileObject(java.net.URI.create("mem:///" + name), kind) {
                    @Override
                    public java.io.OutputStream openOutputStream() {
                        return new java.io.ByteArrayOutputStream();
                    }
                };
            }
        };
        var task = javac.getTask(
                null,
                writeOnly,
                said,
                List.of("-d", classes.toString(), "-cp", System.getProperty("java.class.path")),
                null,
                List.of(Sources.source(
                        "Snippet",
                        Sources.IMPORTS + "class Snippet {\n Future<Integer> f = async(() -> await(ready(1)));\n}")));
        task.setProcessors(List.of(new AwaitProcessor()));
        assertThat(task.call()).isFalse();
        assertThat(said.getDiagnostics()).singleElement().satisfies(error -> {
            assertThat(error.getLineNumber()).isEqualTo(2);
            assertThat(error.getColumnNumber()).isEqualTo(34);
            assertThat(error.getMessage(null))
                    .isEqualTo("Pollux could not read back Snippet.class from the output of this compiler ("
                            + classes.resolve("Snippet.class").toUri()
                            + "). Weave the class directory after the compiler has run: java -jar"
                            + " pollux-async-compiler.jar <directory>");
        });
    }
}
