package pollux.examples;

import com.sun.source.util.JavacTask;
import java.io.File;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/**
 * Compiles a snippet, await included, against the class path of the test.
 *
 * <p>One line of imports and wrapper comes before the block and everything else after it, so that line n of the block
 * is line
 * n + 1 of the source, and an error can name the line of the page. Errors in hidden members have a line behind the
 * block.
 */
final class SnippetCompiler {

    private static final JavaCompiler JAVAC = ToolProvider.getSystemJavaCompiler();
    private static final List<String> OPTIONS = List.of(
            "--release",
            "17",
            "-processor",
            "pollux.compiler.AwaitProcessor",
            "-classpath",
            System.getProperty("java.class.path"));

    private SnippetCompiler() {}

    /**
     * A compiled snippet.
     *
     * @param snippet the snippet
     * @param errors what the compiler had to say; empty if it compiled
     * @param classes the directory of the class files
     */
    record Program(Snippet snippet, List<String> errors, Path classes) {

        /** Runs it and returns the lines that it printed. */
        List<String> run() throws Throwable {
            URL[] urls = {classes.toUri().toURL()};
            try (URLClassLoader loader = new URLClassLoader(urls, getClass().getClassLoader());
                    Stream<Path> files = Files.walk(classes)) {
                for (Path file :
                        files.filter(path -> path.toString().endsWith(".class")).toList()) {
                    String path = classes.relativize(file).toString().replace(File.separatorChar, '.');
                    Class<?> type = loader.loadClass(path.substring(0, path.length() - ".class".length()));
                    Optional<Method> main = Arrays.stream(type.getDeclaredMethods())
                            .filter(method ->
                                    method.getName().equals("main") && Modifier.isStatic(method.getModifiers()))
                            .findFirst();
                    if (main.isPresent()) {
                        return Printed.by(main.get());
                    }
                }
            }
            throw new AssertionError(snippet.place() + " is to be run, but has no static void main(String[] args)");
        }
    }

    /** Compiles a snippet in the first shape that it parses as. */
    static Program compile(Snippet snippet, Path directory) {
        List<String> shapes = shapes(snippet);
        for (String source : shapes) {
            if (parse(source)) {
                return compile(snippet, source, directory);
            }
        }
        return compile(snippet, shapes.get(0), directory);
    }

    private static List<String> shapes(Snippet snippet) {
        String code = String.join("\n", snippet.code());
        if (code.stripLeading().startsWith("package ")) {
            return List.of("\n" + code);
        }
        StringBuilder imports = new StringBuilder();
        Snippet.IMPORTS.forEach(name -> imports.append("import ").append(name).append("; "));
        String body = extractImports(snippet.code(), imports);
        String hidden = extractImports(snippet.hidden(), imports);
        String main = "public static void main(String[] args) throws Throwable { new Snippet().run(); }\n";
        String statements =
                imports + "class Snippet { void run() throws Throwable {\n" + body + "\n}\n" + main + hidden + "\n}";
        String members = imports + "class Snippet {\n" + body + "\n" + hidden + "\n}";
        return code.contains("static void main(") ? List.of(members, statements) : List.of(statements, members);
    }

    /** Moves the imports out of some lines; an empty line stays where each was. */
    private static String extractImports(List<String> lines, StringBuilder imports) {
        List<String> rest = new ArrayList<>();
        for (String line : lines) {
            boolean isImport = line.strip().startsWith("import ");
            if (isImport) {
                imports.append(line.strip()).append(' ');
            }
            rest.add(isImport ? "" : line);
        }
        return String.join("\n", rest);
    }

    private static boolean parse(String source) {
        DiagnosticCollector<JavaFileObject> diagnostics = new DiagnosticCollector<>();
        JavacTask task =
                (JavacTask) JAVAC.getTask(null, null, diagnostics, List.of("-proc:none"), null, List.of(file(source)));
        try {
            task.parse();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return diagnostics.getDiagnostics().stream().noneMatch(SnippetCompiler::isError);
    }

    private static Program compile(Snippet snippet, String source, Path directory) {
        DiagnosticCollector<JavaFileObject> diagnostics = new DiagnosticCollector<>();
        List<String> options = new ArrayList<>(OPTIONS);
        options.addAll(List.of("-d", directory.toString()));
        JAVAC.getTask(null, null, diagnostics, options, null, List.of(file(source)))
                .call();
        List<String> errors = diagnostics.getDiagnostics().stream()
                .filter(SnippetCompiler::isError)
                .map(error -> snippet.page() + ":" + (snippet.line() + error.getLineNumber() - 1) + ": "
                        + error.getMessage(null))
                .toList();
        return new Program(snippet, errors, directory);
    }

    private static boolean isError(Diagnostic<?> message) {
        return message.getKind() == Diagnostic.Kind.ERROR;
    }

    private static JavaFileObject file(String source) {
        return new SimpleJavaFileObject(URI.create("string:///Snippet.java"), JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                return source;
            }
        };
    }
}
