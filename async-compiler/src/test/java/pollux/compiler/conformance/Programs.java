package pollux.compiler.conformance;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.eclipse.jdt.core.compiler.batch.BatchCompiler;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.commons.ClassRemapper;
import org.objectweb.asm.commons.SimpleRemapper;
import pollux.compiler.AwaitProcessor;
import pollux.compiler.WeaverCli;

/** The conformance programs: compiled in the ways they can be, and loaded. */
public final class Programs {

    static final String CLASS_PATH = System.getProperty("java.class.path");

    /** How the classes come to be. */
    public enum Way {
        /** By javac with the processor. */
        PROCESSOR,
        /** By javac alone, then the command line. */
        COMMAND,
        /** By the compiler of Eclipse, then the command line. */
        ECJ,
        /** By javac alone. */
        NONE
    }

    private Programs() {}

    static List<Path> sources() throws IOException {
        int feature = Runtime.version().feature();
        try (Stream<Path> files = Files.walk(Path.of("src/test/programs"))) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> !file.toString().endsWith("21.java") || feature >= 21)
                    .filter(file -> !file.toString().endsWith("25.java") || feature >= 25)
                    .sorted()
                    .toList();
        }
    }

    /** Compiles sources into a directory; returns what the compilers said. */
    public static String compile(Way path, Path classes, List<Path> sources, String... options) throws IOException {
        StringWriter said = new StringWriter();
        if (path == Way.ECJ) {
            compileByEclipse(classes, sources, options);
        } else {
            compileByJavac(path, classes, sources, said, options);
        }
        if (path == Way.COMMAND || path == Way.ECJ) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            if (WeaverCli.run(new PrintStream(out, true, StandardCharsets.UTF_8), "-cp", CLASS_PATH, classes.toString())
                    != 0) {
                throw new IllegalStateException("cannot be woven:\n" + out.toString(StandardCharsets.UTF_8));
            }
        }
        return said.toString();
    }

    private static void compileByEclipse(Path classes, List<Path> sources, String... options) {
        List<String> arguments =
                new ArrayList<>(List.of("-17", "-proc:none", "-nowarn", "-d", classes.toString(), "-cp", CLASS_PATH));
        arguments.addAll(List.of(options));
        sources.forEach(source -> arguments.add(source.toString()));
        StringWriter said = new StringWriter();
        PrintWriter out = new PrintWriter(said);
        if (!BatchCompiler.compile(arguments.toArray(String[]::new), out, out, null)) {
            throw new IllegalStateException("does not compile:\n" + said);
        }
    }

    private static void compileByJavac(Way path, Path classes, List<Path> sources, StringWriter said, String... options)
            throws IOException {
        JavaCompiler javac = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager files = javac.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
            List<String> arguments = new ArrayList<>(List.of("-d", classes.toString(), "-cp", CLASS_PATH));
            arguments.addAll(List.of(options));
            if (path != Way.PROCESSOR) {
                arguments.add("-proc:none");
                System.setProperty("pollux.guard", "off"); // woven afterwards, or not at all
            }
            JavaCompiler.CompilationTask task =
                    javac.getTask(said, files, null, arguments, null, files.getJavaFileObjectsFromPaths(sources));
            if (path == Way.PROCESSOR) {
                task.setProcessors(List.of(new AwaitProcessor()));
            }
            if (!task.call()) {
                throw new IllegalStateException("does not compile:\n" + said);
            }
        } finally {
            System.clearProperty("pollux.guard");
        }
    }

    /** Loads classes as they are. */
    public static ClassLoader load(Path classes) throws IOException {
        return new URLClassLoader(new URL[] {classes.toUri().toURL()}, Programs.class.getClassLoader());
    }

    /** Loads classes with their awaits replaced by {@link Blocking}. */
    public static ClassLoader loadBlocking(Path classes) {
        SimpleRemapper remapper = new SimpleRemapper(
                org.objectweb.asm.Opcodes.ASM9, "pollux/async/Async", "pollux/compiler/conformance/Blocking");
        return new ClassLoader(Programs.class.getClassLoader()) {
            @Override
            protected Class<?> findClass(String name) throws ClassNotFoundException {
                try {
                    byte[] bytes = Files.readAllBytes(classes.resolve(name.replace('.', '/') + ".class"));
                    ClassWriter writer = new ClassWriter(0);
                    new ClassReader(bytes).accept(new ClassRemapper(writer, remapper), 0);
                    byte[] mapped = writer.toByteArray();
                    return defineClass(name, mapped, 0, mapped.length);
                } catch (IOException e) {
                    throw new ClassNotFoundException(name, e);
                }
            }
        };
    }

    static List<String> classNames(Path classes) throws IOException {
        try (Stream<Path> files = Files.walk(classes)) {
            return files.map(file -> classes.relativize(file).toString())
                    .filter(name -> name.endsWith(".class") && !name.equals("module-info.class"))
                    .map(name -> name.substring(0, name.length() - ".class".length())
                            .replace('/', '.')
                            .replace('\\', '.'))
                    .sorted()
                    .toList();
        }
    }
}
