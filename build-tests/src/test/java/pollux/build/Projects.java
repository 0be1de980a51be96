package pollux.build;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

/** The small projects of {@code src/test/projects}: compiled with command lines of javac, and run. */
final class Projects {

    private Projects() {}

    /** What a tool returned and said. */
    record Said(int status, String text) {}

    /** The sources of a project. */
    static List<String> sources(String project) {
        return files(Path.of("src/test/projects", project).toAbsolutePath(), ".java");
    }

    /** Runs javac in this JVM: options, then the sources. */
    static Said javac(List<String> sources, Path classes, String... options) {
        List<String> arguments = new ArrayList<>(List.of("-d", classes.toString()));
        arguments.addAll(List.of(options));
        arguments.addAll(sources);
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        int status = ToolProvider.getSystemJavaCompiler().run(null, said, said, arguments.toArray(new String[0]));
        return new Said(status, said.toString(StandardCharsets.UTF_8));
    }

    /** Compiles a project that is in order, without a word. */
    static Path compiled(List<String> sources, Path classes, String... options) {
        Said said = javac(sources, classes, options);
        if (said.status != 0 || !said.text.isEmpty()) {
            throw new AssertionError("javac " + String.join(" ", options) + "\n" + said.text);
        }
        return classes;
    }

    /** Calls {@code static String run()} of a class that sees the classes and jars, and nothing of this test. */
    static String run(String type, String classPath) throws Exception {
        try (URLClassLoader loader = new URLClassLoader(urls(classPath), ClassLoader.getPlatformClassLoader())) {
            return run(type, loader);
        }
    }

    /** Calls {@code static String run()} of a class; it throws what that throws. */
    static String run(String type, ClassLoader loader) throws Exception {
        try {
            return (String) Class.forName(type, true, loader).getMethod("run").invoke(null);
        } catch (InvocationTargetException e) {
            throw e.getCause() instanceof Exception failure ? failure : e;
        }
    }

    /** The elements of a class path, for a loader. */
    static URL[] urls(String classPath) throws IOException {
        List<URL> urls = new ArrayList<>();
        for (String element : classPath.split(File.pathSeparator)) {
            urls.add(Path.of(element).toUri().toURL());
        }
        return urls.toArray(new URL[0]);
    }

    /** Runs a program of the JDK that runs this test, or one of its own, and waits for it. */
    static Said fork(Path directory, List<String> command) throws IOException, InterruptedException {
        Process process = builder(directory, command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Said(process.waitFor(), said.replace("\r", ""));
    }

    /** Runs a program, successfully, and returns its standard output: the warnings of a slow machine are not in it. */
    static String output(Path directory, List<String> command) throws IOException, InterruptedException {
        Path errors = Files.createTempFile(directory, "errors", ".txt");
        Process process =
                builder(directory, command).redirectError(errors.toFile()).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new AssertionError(String.join(" ", command) + "\n" + said + Files.readString(errors));
        }
        return said.replace("\r", "");
    }

    private static ProcessBuilder builder(Path directory, List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "MAVEN_ARGS"));
        builder.environment().put("MAVEN_OPTS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"); // it lives for a second
        return builder;
    }

    /** The path of a program of the JDK. */
    static String tool(String name) {
        return Path.of(System.getProperty("java.home"), "bin", name).toString();
    }

    /** All files under a directory, by relative name. */
    static Map<String, byte[]> contents(Path directory) throws IOException {
        Map<String, byte[]> contents = new TreeMap<>();
        for (String file : files(directory, "")) {
            contents.put(
                    directory.relativize(Path.of(file)).toString().replace('\\', '/'),
                    Files.readAllBytes(Path.of(file)));
        }
        return contents;
    }

    static List<String> files(Path directory, String ending) {
        try (Stream<Path> found = Files.walk(directory)) {
            return found.filter(Files::isRegularFile)
                    .map(Path::toString)
                    .filter(name -> name.endsWith(ending))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
