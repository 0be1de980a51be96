package pollux.compiler;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.annotation.processing.Processor;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** Compiles small sources, and keeps what javac says about them. */
final class Sources {

    /** What every snippet may use. */
    static final String IMPORTS =
            "import static pollux.async.Async.*; import static pollux.future.Futures.ready; import pollux.async.*;"
                    + " import pollux.future.*; import pollux.stream.*; import java.util.function.*; import java.util.*;";

    private Sources() {}

    /** A source in memory. */
    static JavaFileObject source(String name, String code) {
        return new SimpleJavaFileObject(
                URI.create("mem:///" + name.replace('.', '/') + ".java"), JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                return code;
            }
        };
    }

    /** Types of the libraries that the adapters connect, as far as messages depend on them. */
    static List<JavaFileObject> libraries() {
        String reactor = "package reactor.core.publisher; import org.reactivestreams.*; import java.util.function.*;"
                + " public abstract class ";
        String rx = "package io.reactivex.rxjava3.core; import org.reactivestreams.*; public ";
        return List.of(
                source(
                        "reactor.core.publisher.Mono",
                        reactor + "Mono<T> implements Publisher<T> {"
                                + " public static <T> Mono<T> just(T t) { return null; }"
                                + " public abstract <R> Mono<R> map(Function<? super T, ? extends R> f);"
                                + " public abstract <R> Mono<R> flatMap(Function<? super T, ? extends Mono<? extends R>> f);"
                                + " }"),
                source(
                        "reactor.core.publisher.Flux",
                        reactor + "Flux<T> implements Publisher<T> {"
                                + " public static <T> Flux<T> just(T t) { return null; } }"),
                source(
                        "org.mockito.Mockito",
                        "package org.mockito; public class Mockito { public static <T> T verify(T mock) { return mock; } }"),
                source("io.reactivex.rxjava3.core.SingleSource", rx + "interface SingleSource<T> {}"),
                source("io.reactivex.rxjava3.core.MaybeSource", rx + "interface MaybeSource<T> {}"),
                source("io.reactivex.rxjava3.core.CompletableSource", rx + "interface CompletableSource {}"),
                source("io.reactivex.rxjava3.core.ObservableSource", rx + "interface ObservableSource<T> {}"),
                source("io.reactivex.rxjava3.core.Single", rx + "class Single<T> implements SingleSource<T> {}"),
                source("io.reactivex.rxjava3.core.Maybe", rx + "class Maybe<T> implements MaybeSource<T> {}"),
                source(
                        "io.reactivex.rxjava3.core.Completable",
                        rx + "class Completable implements CompletableSource {}"),
                source(
                        "io.reactivex.rxjava3.core.Observable",
                        rx + "class Observable<T> implements ObservableSource<T> {}"),
                source(
                        "io.reactivex.rxjava3.core.Flowable",
                        rx + "abstract class Flowable<T> implements Publisher<T> {}"));
    }

    /** Compiles a class body called {@code Snippet} beside {@link #libraries}. */
    static List<String> compileWithLibraries(Path classes, String body, String... options) throws IOException {
        List<JavaFileObject> sources = new ArrayList<>(libraries());
        sources.add(source(
                "Snippet",
                IMPORTS + " import reactor.core.publisher.*; import io.reactivex.rxjava3.core.*;\nclass Snippet {\n"
                        + body + "\n}\n"));
        return compile(classes, sources, List.of(new AwaitProcessor()), options);
    }

    /** Compiles a class body called {@code Snippet}; returns errors and warnings as {@code line:column message}. */
    static List<String> compile(Path classes, String code, String... options) throws IOException {
        return compile(classes, List.of(source("Snippet", code)), List.of(new AwaitProcessor()), options);
    }

    /** Compiles as a build does that weaves its classes afterwards: no processor, and the guard turned off. */
    static List<String> compileUnguarded(Path classes, List<JavaFileObject> sources) throws IOException {
        System.setProperty("pollux.guard", "off");
        try {
            return compile(classes, sources, List.of(), "-proc:none");
        } finally {
            System.clearProperty("pollux.guard");
        }
    }

    static List<String> compile(
            Path classes, List<JavaFileObject> sources, List<Processor> processors, String... options)
            throws IOException {
        JavaCompiler javac = ToolProvider.getSystemJavaCompiler();
        DiagnosticCollector<JavaFileObject> diagnostics = new DiagnosticCollector<>();
        try (StandardJavaFileManager files = javac.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
            List<String> arguments =
                    new ArrayList<>(List.of("-d", classes.toString(), "-cp", System.getProperty("java.class.path")));
            arguments.addAll(List.of(options));
            JavaCompiler.CompilationTask task = javac.getTask(null, files, diagnostics, arguments, null, sources);
            if (!processors.isEmpty()) {
                task.setProcessors(processors);
            }
            task.call();
        }
        return diagnostics.getDiagnostics().stream()
                .filter(d -> d.getKind() != Diagnostic.Kind.NOTE)
                .map(d -> d.getLineNumber() + ":" + d.getColumnNumber() + " " + d.getMessage(null))
                .toList();
    }
}
