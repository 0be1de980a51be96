package pollux.examples;

import com.sun.source.util.JavacTask;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.reflect.Method;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/**
 * Compiles a snippet in memory, against the class path of the test.
 *
 * <p>One line of imports and wrapper comes before the block and everything else after it, so that line n of the block is line
 * n + 1 of the source, and an error can name the line of the page. Errors in hidden members have a line behind the block.
 */
final class SnippetCompiler {

    private static final JavaCompiler JAVAC = ToolProvider.getSystemJavaCompiler();
    private static final List<String> OPTIONS =
            List.of("--release", "17", "-proc:none", "-classpath", System.getProperty("java.class.path"));

    private SnippetCompiler() {}

    /**
     * A compiled snippet.
     *
     * @param snippet the snippet
     * @param errors what the compiler had to say; empty if it compiled
     * @param classes the class files by binary name
     */
    record Program(Snippet snippet, List<String> errors, Map<String, ByteArrayOutputStream> classes) {

        /** Runs it and returns the lines that it printed. */
        List<String> run() throws Throwable {
            return Printed.by(main());
        }

        private Method main() throws ClassNotFoundException {
            ClassLoader loader = new ClassLoader(getClass().getClassLoader()) {
                @Override
                protected Class<?> findClass(String name) throws ClassNotFoundException {
                    ByteArrayOutputStream file = classes.get(name);
                    if (file == null) {
                        throw new ClassNotFoundException(name);
                    }
                    return defineClass(name, file.toByteArray(), 0, file.size());
                }
            };
            for (String name : classes.keySet()) {
                try {
                    return loader.loadClass(name).getDeclaredMethod("main", String[].class);
                } catch (NoSuchMethodException e) {
                    continue; // in another class of the snippet
                }
            }
            throw new AssertionError(snippet.place() + " is to be run, but has no static void main(String[] args)");
        }
    }

    /** Compiles a snippet in the first shape that it parses as. */
    static Program compile(Snippet snippet) {
        List<String> shapes = shapes(snippet);
        for (String source : shapes) {
            if (parse(source)) {
                return compile(snippet, source);
            }
        }
        return compile(snippet, shapes.get(0));
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
        JavacTask task = (JavacTask) JAVAC.getTask(null, null, diagnostics, OPTIONS, null, List.of(file(source)));
        try {
            task.parse();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return diagnostics.getDiagnostics().stream().noneMatch(SnippetCompiler::isError);
    }

    private static Program compile(Snippet snippet, String source) {
        DiagnosticCollector<JavaFileObject> diagnostics = new DiagnosticCollector<>();
        Map<String, ByteArrayOutputStream> classes = new HashMap<>();
        try (JavaFileManager files = inMemory(classes)) {
            JAVAC.getTask(null, files, diagnostics, OPTIONS, null, List.of(file(source)))
                    .call();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        List<String> errors = diagnostics.getDiagnostics().stream()
                .filter(SnippetCompiler::isError)
                .map(error -> snippet.page() + ":" + (snippet.line() + error.getLineNumber() - 1) + ": "
                        + error.getMessage(null))
                .toList();
        return new Program(snippet, errors, classes);
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

    private static JavaFileManager inMemory(Map<String, ByteArrayOutputStream> classes) {
        return new ForwardingJavaFileManager<JavaFileManager>(JAVAC.getStandardFileManager(null, null, null)) {
            @Override
            public JavaFileObject getJavaFileForOutput(
                    Location location, String name, JavaFileObject.Kind kind, FileObject sibling) {
                return new SimpleJavaFileObject(URI.create("memory:///" + name), kind) {
                    @Override
                    public OutputStream openOutputStream() {
                        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                        classes.put(name, bytes);
                        return bytes;
                    }
                };
            }
        };
    }
}
