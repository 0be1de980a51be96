package pollux.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TaskEvent;
import com.sun.source.util.TaskListener;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.Trees;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import javax.lang.model.element.ExecutableElement;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import pollux.async.Async;
import pollux.future.Futures;
import pollux.reactive.ReactiveStreams;
import pollux.reactor.ReactorAdapter;
import pollux.rxjava.RxJavaAdapter;
import pollux.stream.AsyncStreams;
import pollux.time.Timers;

/**
 * Every static method of the vocabulary can be called under every combination of star imports, and by the single import
 * that an IDE writes. All of it is one compilation, by the compiler of the JDK that runs this, awaits included.
 *
 * <p>{@code on} and {@code scheduler} exist once for each library that has types of its own, so they are written with
 * the name of their class where more than one of these is imported, and so do the pages.
 */
class VocabularyTest {

    private static final JavaCompiler JAVAC = ToolProvider.getSystemJavaCompiler();

    private static final List<Class<?>> VOCABULARY = List.of(
            Async.class,
            Futures.class,
            Timers.class,
            AsyncStreams.class,
            ReactiveStreams.class,
            ReactorAdapter.class,
            RxJavaAdapter.class);

    /** What the calls below find; a field of a superclass hides no imported method. */
    private static final String GIVEN = """
            package vocabulary;
            class Given {
                static pollux.future.Future<Integer> future = null;
                static java.util.concurrent.CompletableFuture<Integer> stage = null;
                static pollux.executor.JoinHandle<Integer> handle = null;
                static java.util.concurrent.Future<Integer> jdkFuture = null;
                static pollux.stream.AsyncStream<Integer> items = null;
                static org.reactivestreams.Publisher<Integer> anyPublisher = null;
                static java.util.concurrent.Flow.Publisher<Integer> jdk = null;
                static reactor.core.publisher.Mono<Integer> aMono = null;
                static reactor.core.publisher.Flux<Integer> aFlux = null;
                static io.reactivex.rxjava3.core.Single<Integer> aSingle = null;
                static io.reactivex.rxjava3.core.Maybe<Integer> aMaybe = null;
                static io.reactivex.rxjava3.core.Completable aCompletable = null;
                static io.reactivex.rxjava3.core.Flowable<Integer> aFlowable = null;
                static io.reactivex.rxjava3.core.Observable<Integer> anObservable = null;
                static java.util.List<pollux.future.Future<Integer>> futures = null;
                static pollux.executor.Spawner pool = null;
                static pollux.future.Context cx = null;
                static pollux.sync.Receiver<Integer> receiver = null;
                static pollux.sync.BroadcastReceiver<Integer> listener = null;
                static pollux.reactive.Prefetch prefetch = null;
                static pollux.rxjava.Overflow overflow = null;
                static pollux.time.TimerService driver = null;
                static java.time.Duration second = null;
                static pollux.future.Services.Key<String> key = null;
                static reactor.util.context.Context context = null;
                static final pollux.reactive.CancelPolicy PROPAGATE = pollux.reactive.CancelPolicy.PROPAGATE;
            }
            """;

    /** The calls of each class, a statement a line. Lambdas stand in them as users write them. */
    private static final Map<Class<?>, String> CALLS = calls();

    private static Map<Class<?>, String> calls() {
        Map<Class<?>, String> calls = new LinkedHashMap<>();
        calls.put(Async.class, """
                pollux.future.Future<Integer> a1 = async(() -> 1);
                pollux.future.Future<Void> a2 = async(() -> { await(future); return null; });
                pollux.future.Future<Integer> a3 = async(() -> await(future) + await(stage) + await(handle) + await(anyPublisher));
                pollux.future.Future<Integer> a4 = async(() -> await(aMono) + await(aFlux) + await(aFlowable));
                pollux.future.Future<Integer> a5 = async(() -> await(future, java.io.IOException.class));
                pollux.future.Future<Integer> a6 = async(() -> { int s = 0; for (int i : each(items)) s += i; for (int i : each(anyPublisher)) s += i; return s; });
                pollux.future.Future<Integer> a7 = async(() -> { int s = 0; for (int i : each(aFlux)) s += i; for (int i : each(aMono)) s += i; for (int i : each(aFlowable)) s += i; return s; });
                pollux.stream.AsyncStream<Integer> a8 = stream(out -> out.emit(1));
                pollux.stream.AsyncStream<Integer> a9 = stream(out -> { for (int i = 0; ; i++) { out.emit(await(future)); } });
                pollux.future.Future<Integer> a10 = virtual(() -> block(future));
                try (pollux.async.BlockingIterable<Integer> b = blockEach(items)) { }
                try (pollux.async.BlockingIterable<Integer> b = blockEach(aFlux)) { }
                pollux.future.Future<Integer> a11 = future(handle);
                pollux.future.Future<Integer> a12 = future(stage);
                pollux.future.Future<Integer> a13 = future(aMono);
                pollux.future.Future<Integer> a14 = future(aFlowable);
                pollux.future.Future<Integer> a15 = first(aFlux);
                pollux.future.Future<Integer> a16 = firstOrNull(aFlowable);
                pollux.future.Future<Integer> a17 = exactlyOne(aFlux);
                pollux.future.Future<Integer> a18 = last(aFlux);
                pollux.future.Future<Void> a19 = completion(aFlux);
                pollux.future.Future<java.util.List<Integer>> a20 = toList(aFlux);
                pollux.stream.AsyncStream<Integer> a21 = fromPublisher(anyPublisher);
                pollux.stream.AsyncStream<Integer> a22 = fromPublisher(aFlux, 3);
                pollux.stream.AsyncStream<Integer> a23 = fromPublisher(aFlowable, prefetch);
                pollux.executor.JoinHandle<Integer> a24 = spawn(future);
                pollux.executor.JoinHandle<Integer> a25 = spawn(() -> await(future));
                pollux.executor.Spawner a26 = spawner();
                String a27 = service(key);
                pollux.future.Future<Integer> a28 = fromBlocking(jdkFuture);
                pollux.future.Future<Integer> a29 = fromBlocking(stage);
                """);
        calls.put(Futures.class, """
                pollux.future.Future<Integer> f1 = ready(1);
                pollux.future.Future<Integer> f2 = failed(new java.io.IOException());
                pollux.future.Future<Integer> f3 = pending();
                pollux.future.Future<Integer> f4 = defer(() -> future);
                pollux.future.Future<Void> f5 = yieldNow();
                pollux.future.Future<Integer> f6 = from(stage);
                pollux.future.Future<Integer> f7 = fromSupplier(() -> stage);
                pollux.future.Select<Integer> f8 = select();
                pollux.future.Future<Integer> f9 = race(future, future);
                pollux.future.Future<Integer> f10 = race(futures);
                pollux.future.Future<java.util.List<Integer>> f11 = joinAll(futures);
                pollux.future.Future<Integer> f12 = join(future, future, (a, b) -> a);
                pollux.future.Future<Integer> f13 = join(future, future, future, (a, b, c) -> a);
                pollux.future.Future<Integer> f14 = join(future, future, future, future, (a, b, c, d) -> a);
                pollux.future.Future<Integer> f15 = join(future, future, future, future, future, (a, b, c, d, e) -> a);
                pollux.future.Future<Integer> f19 = withService(key, "x", future);
                pollux.future.Future<Integer> f20 = unconstrained(future);
                """);
        calls.put(Timers.class, """
                pollux.future.Future<Void> t1 = sleep(second);
                pollux.future.Future<Void> t2 = sleepUntil(1L);
                long t3 = deadline(cx, second);
                pollux.future.Future<Integer> t4 = timeout(second, future);
                pollux.time.Interval t5 = interval(second);
                pollux.time.Interval t6 = interval(second, pollux.time.MissedTickBehavior.BURST);
                pollux.time.TimerService t7 = fallback();
                Runnable t8 = fallback(driver);
                """);
        calls.put(AsyncStreams.class, """
                pollux.stream.AsyncStream<Integer> s1 = of(1, 2);
                pollux.stream.AsyncStream<Integer> s2 = empty();
                pollux.stream.AsyncStream<Integer> s3 = error(new java.io.IOException());
                pollux.stream.AsyncStream<Integer> s4 = never();
                pollux.stream.AsyncStream<Integer> s5 = from(java.util.List.of(1));
                pollux.stream.AsyncStream<Integer> s6 = from(receiver);
                pollux.stream.AsyncStream<Integer> s7 = from(receiver, lost -> {});
                pollux.stream.AsyncStream<Integer> s8 = fromIterator(java.util.List.of(1).iterator());
                pollux.stream.AsyncStream<Integer> s9 = range(0, 1);
                pollux.stream.AsyncStream<Integer> s10 = once(future);
                pollux.stream.AsyncStream<Integer> s11 = unfold(1, n -> null);
                pollux.stream.AsyncStream<Integer> s12 = streamDefer(() -> items);
                pollux.stream.AsyncStream<Long> s13 = ticks(second);
                pollux.stream.AsyncStream<Long> s14 = ticks(second, pollux.time.MissedTickBehavior.BURST);
                pollux.stream.AsyncStream<Integer> s15 = merge(items, items);
                pollux.stream.AsyncStream<Integer> s16 = merge(java.util.List.of(items));
                pollux.stream.AsyncStream<Integer> s17 = zip(items, items, (a, b) -> a);
                pollux.stream.AsyncStream<Integer> s20 = concat(items, items);
                pollux.stream.AsyncStream<Integer> s21 = from(listener);
                pollux.stream.AsyncStream<Integer> s22 = from(listener, lag -> {});
                pollux.stream.AsyncStream<Integer> s18 = flatten(pollux.stream.AsyncStreams.of(items));
                """);
        calls.put(ReactiveStreams.class, """
                org.reactivestreams.Publisher<Integer> p1 = publisher(future);
                org.reactivestreams.Publisher<Integer> p2 = publisher(handle);
                org.reactivestreams.Publisher<Integer> p3 = publisher(handle, PROPAGATE);
                org.reactivestreams.Publisher<Integer> p4 = publisher(futures, 2);
                org.reactivestreams.Publisher<Integer> p5 = publisherOrdered(futures, 2);
                org.reactivestreams.Publisher<Integer> p6 = publisher(items);
                org.reactivestreams.Publisher<Integer> p7 = deferFuture(() -> future);
                org.reactivestreams.Publisher<Integer> p8 = deferStream(() -> items);
                pollux.future.Future<Integer> p9 = future(fromFlow(jdk));
                java.util.concurrent.Flow.Publisher<Integer> p10 = toFlow(publisher(items));
                org.reactivestreams.Publisher<Integer> p11 = ReactiveStreams.on(pool).publisher(items);
                """);
        calls.put(ReactorAdapter.class, """
                pollux.stream.AsyncStream<Integer> r1 = stream(aFlux);
                pollux.stream.AsyncStream<Integer> r2 = stream(aFlux, 1);
                pollux.stream.AsyncStream<Integer> r3 = stream(aFlux, prefetch);
                reactor.core.publisher.Mono<Integer> r4 = mono(future);
                reactor.core.publisher.Mono<Integer> r5 = mono(() -> await(aMono));
                reactor.core.publisher.Mono<Integer> r6 = monoDefer(() -> future);
                reactor.core.publisher.Mono<Integer> r7 = mono(handle);
                reactor.core.publisher.Mono<Integer> r8 = mono(handle, PROPAGATE);
                reactor.core.publisher.Flux<Integer> r9 = flux(items);
                reactor.core.publisher.Flux<Integer> r10 = flux(out -> { for (int i : each(aFlux)) out.emit(i); });
                reactor.core.publisher.Flux<Integer> r11 = flux(out -> { while (true) out.emit(1); });
                reactor.core.publisher.Flux<Integer> r12 = fluxDefer(() -> items);
                reactor.core.publisher.Flux<Integer> r13 = flux(future);
                reactor.core.publisher.Flux<Integer> r14 = flux(future, future);
                reactor.core.publisher.Flux<Integer> r15 = flux(futures, 2);
                reactor.core.publisher.Flux<Integer> r16 = fluxOrdered(futures, 2);
                reactor.core.scheduler.Scheduler r17 = ReactorAdapter.scheduler(pool);
                pollux.executor.Spawner r18 = spawner(reactor.core.scheduler.Schedulers.parallel());
                pollux.future.Future<reactor.util.context.ContextView> r19 = context();
                pollux.future.Future<Integer> r20 = withContext(context, future);
                pollux.future.Future<Integer> r21 = withContext(c -> c.put("a", 1), future);
                reactor.core.publisher.Mono<Integer> r22 = ReactorAdapter.on(pool).mono(() -> await(aMono));
                reactor.core.publisher.Flux<Integer> r23 = ReactorAdapter.on(pool).flux(out -> out.emit(1));
                """);
        calls.put(RxJavaAdapter.class, """
                pollux.future.Future<Integer> x1 = future(aSingle);
                pollux.future.Future<Integer> x2 = future(aMaybe);
                pollux.future.Future<Void> x3 = future(aCompletable);
                pollux.future.Future<Integer> x4 = async(() -> { await(aCompletable); return await(aSingle) + await(aMaybe); });
                pollux.stream.AsyncStream<Integer> x5 = stream(aFlowable);
                pollux.stream.AsyncStream<Integer> x6 = stream(aFlowable, 1);
                pollux.stream.AsyncStream<Integer> x7 = stream(aFlowable, prefetch);
                pollux.stream.AsyncStream<Integer> x8 = stream(anObservable, overflow);
                pollux.future.Future<Integer> x9 = async(() -> { int s = 0; for (int i : each(anObservable, overflow)) s += i; return s; });
                io.reactivex.rxjava3.core.Single<Integer> x10 = single(future);
                io.reactivex.rxjava3.core.Single<Integer> x11 = single(() -> await(aSingle));
                io.reactivex.rxjava3.core.Single<Integer> x12 = singleDefer(() -> future);
                io.reactivex.rxjava3.core.Single<Integer> x13 = single(handle);
                io.reactivex.rxjava3.core.Single<Integer> x14 = single(handle, PROPAGATE);
                io.reactivex.rxjava3.core.Maybe<Integer> x15 = maybe(future);
                io.reactivex.rxjava3.core.Maybe<Integer> x16 = maybe(() -> 1);
                io.reactivex.rxjava3.core.Maybe<Integer> x17 = maybeDefer(() -> future);
                io.reactivex.rxjava3.core.Maybe<Integer> x18 = maybe(handle);
                io.reactivex.rxjava3.core.Maybe<Integer> x19 = maybe(handle, PROPAGATE);
                io.reactivex.rxjava3.core.Completable x20 = completable(future);
                io.reactivex.rxjava3.core.Completable x21 = completable(() -> 1);
                io.reactivex.rxjava3.core.Completable x22 = completableDefer(() -> future);
                io.reactivex.rxjava3.core.Completable x23 = completable(handle);
                io.reactivex.rxjava3.core.Completable x24 = completable(handle, PROPAGATE);
                io.reactivex.rxjava3.core.Flowable<Integer> x25 = flowable(items);
                io.reactivex.rxjava3.core.Flowable<Integer> x26 = flowableDefer(() -> items);
                io.reactivex.rxjava3.core.Flowable<Integer> x27 = flowable(out -> { while (true) out.emit(1); });
                io.reactivex.rxjava3.core.Flowable<Integer> x28 = flowable(future, future);
                io.reactivex.rxjava3.core.Flowable<Integer> x29 = flowable(futures, 2);
                io.reactivex.rxjava3.core.Flowable<Integer> x30 = flowableOrdered(futures, 2);
                io.reactivex.rxjava3.core.Observable<Integer> x31 = observable(items);
                io.reactivex.rxjava3.core.Observable<Integer> x32 = observableDefer(() -> items);
                io.reactivex.rxjava3.core.Observable<Integer> x33 = observable(out -> out.emit(1));
                io.reactivex.rxjava3.core.Scheduler x34 = RxJavaAdapter.scheduler(pool);
                pollux.executor.Spawner x35 = spawner(io.reactivex.rxjava3.schedulers.Schedulers.io());
                io.reactivex.rxjava3.core.Single<Integer> x36 = RxJavaAdapter.on(pool).single(() -> await(aSingle));
                """);
        return calls;
    }

    @TempDir
    Path classes;

    @Test
    void everyCombinationOfStarImports() {
        List<JavaFileObject> files = new ArrayList<>();
        for (int chosen = 1; chosen < 1 << VOCABULARY.size(); chosen++) {
            List<Class<?>> imported = new ArrayList<>();
            for (int i = 0; i < VOCABULARY.size(); i++) {
                if ((chosen & 1 << i) != 0) {
                    imported.add(VOCABULARY.get(i));
                }
            }
            files.add(file("Combination" + chosen, stars(imported), callsUnder(imported)));
        }
        assertThat(files).hasSize(127);
        assertThat(compile(files, null)).isEmpty();
    }

    /**
     * For each method, and each class that it can be imported from: a file with that import alone, and the calls of the
     * method.
     */
    @Test
    void singleImportsAsAnIdeWritesThem() {
        List<JavaFileObject> files = new ArrayList<>();
        for (Class<?> from : VOCABULARY) {
            Set<String> names =
                    methods(from).stream().map(Method::getName).collect(Collectors.toCollection(TreeSet::new));
            for (String name : names) {
                // a name may stand inside the block of another, whose import the IDE then adds, too
                String calls = callsUnder(List.of(from))
                        .lines()
                        .filter(line -> line.matches(".*(?<![.\\w])" + name + "\\(.*"))
                        .collect(Collectors.joining("\n"));
                String imports = names.stream()
                        .filter(other -> calls.matches("(?s).*(?<![.\\w])" + other + "\\(.*"))
                        .map(other -> "import static " + from.getName() + "." + other + ";")
                        .collect(Collectors.joining("\n", "import " + from.getName() + ";\n", "\n"));
                files.add(file("Single" + from.getSimpleName() + "_" + name, imports, calls));
            }
        }
        assertThat(files).hasSizeGreaterThan(100);
        assertThat(compile(files, null)).isEmpty();
    }

    /** Nothing is public and missing from the calls above. */
    @Test
    void everyMethodIsCalled() {
        Set<String> called = new TreeSet<>();
        assertThat(compile(List.of(file("All", stars(VOCABULARY), callsUnder(VOCABULARY))), called))
                .isEmpty();
        for (Class<?> type : VOCABULARY) {
            List<String> missing = methods(type).stream()
                    .map(VocabularyTest::signature)
                    .filter(signature -> !called.contains(signature))
                    .toList();
            assertThat(missing)
                    .as("methods of %s without a call in this test", type)
                    .isEmpty();
        }
    }

    /** The canary: a class whose words collide is noticed, by type and by lambda. */
    @Test
    void aCollisionIsNoticed() {
        JavaFileObject clash = source("vocabulary/Clash", """
                package vocabulary;
                public class Clash {
                    public static <T> pollux.future.Future<T> first(org.reactivestreams.Publisher<? extends T> p) { return null; }
                    public static <T> pollux.stream.AsyncStream<T> stream(org.reactivestreams.Publisher<? extends T> p) { return null; }
                }
                """);
        List<String> errors = compile(
                List.of(
                        clash,
                        file(
                                "Clashing",
                                stars(VOCABULARY) + "import static vocabulary.Clash.*;\n",
                                callsUnder(VOCABULARY))),
                null);
        assertThat(errors)
                .anyMatch(error -> error.contains("first") && error.contains("ambiguous"))
                .anyMatch(error -> error.contains("stream") && error.contains("ambiguous"));
    }

    private static String stars(List<Class<?>> imported) {
        return imported.stream()
                .map(type -> "import " + type.getName() + ";\nimport static " + type.getName() + ".*;\n")
                .collect(Collectors.joining());
    }

    /** The calls of those classes and of what they inherit from. */
    private static String callsUnder(List<Class<?>> imported) {
        return CALLS.keySet().stream()
                .filter(owner -> imported.stream().anyMatch(owner::isAssignableFrom))
                .map(CALLS::get)
                .collect(Collectors.joining());
    }

    private static List<Method> methods(Class<?> type) {
        return Arrays.stream(type.getMethods())
                .filter(method -> Modifier.isStatic(method.getModifiers()))
                .toList();
    }

    private static String signature(Method method) {
        return method.getName()
                + Arrays.stream(method.getParameterTypes())
                        .map(Class::getCanonicalName)
                        .toList();
    }

    private static JavaFileObject file(String name, String imports, String calls) {
        return source(
                "vocabulary/" + name,
                "package vocabulary;\n" + imports + "class " + name + " extends Given {\n"
                        + "void calls() throws Exception {\n" + calls + "\n}\n}\n");
    }

    private static JavaFileObject source(String name, String text) {
        return new SimpleJavaFileObject(URI.create("string:///" + name + ".java"), JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                return text;
            }
        };
    }

    /** Compiles, awaits included, and notes which methods are called. */
    private List<String> compile(List<JavaFileObject> files, Set<String> called) {
        List<JavaFileObject> all = new ArrayList<>(files);
        all.add(source("vocabulary/Given", GIVEN));
        DiagnosticCollector<JavaFileObject> diagnostics = new DiagnosticCollector<>();
        List<String> options = List.of(
                "--release",
                "17",
                "-Xmaxerrs",
                "1000",
                "-processor",
                "pollux.compiler.AwaitProcessor",
                "-classpath",
                System.getProperty("java.class.path"),
                "-d",
                classes.toString());
        JavacTask task = (JavacTask) JAVAC.getTask(null, null, diagnostics, options, null, all);
        if (called != null) {
            task.addTaskListener(new CallNotes(task, called));
        }
        task.call();
        return diagnostics.getDiagnostics().stream()
                .filter(diagnostic -> diagnostic.getKind() == Diagnostic.Kind.ERROR)
                .map(error ->
                        (error.getSource() == null ? "" : error.getSource().getName()) + ":" + error.getLineNumber()
                                + ": " + error.getMessage(null))
                .toList();
    }

    /** Notes each method that javac has resolved a call to. */
    private record CallNotes(JavacTask task, Set<String> called) implements TaskListener {

        @Override
        public void finished(TaskEvent event) {
            if (event.getKind() != TaskEvent.Kind.ANALYZE) {
                return;
            }
            Trees trees = Trees.instance(task);
            new TreePathScanner<Void, Void>() {
                @Override
                public Void visitMethodInvocation(MethodInvocationTree call, Void nothing) {
                    if (trees.getElement(getCurrentPath()) instanceof ExecutableElement method) {
                        called.add(method.getSimpleName()
                                + method.getParameters().stream()
                                        .map(parameter -> task.getTypes()
                                                .erasure(parameter.asType())
                                                .toString())
                                        .toList()
                                        .toString());
                    }
                    return super.visitMethodInvocation(call, nothing);
                }
            }.scan(event.getCompilationUnit(), null);
        }
    }
}
