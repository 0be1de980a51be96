package pollux.compiler;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.jspecify.annotations.Nullable;

/**
 * The command line: weaves directories of class files, for compilers that run no annotation processors.
 *
 * <pre>java -jar pollux-async-compiler.jar [-cp path] [-debug] directory…</pre>
 *
 * <p>The class path has to hold {@code pollux-core} and everything else that declares await points. Classes that do not
 * await, or were woven before, are left alone. The exit status is 1 if a class cannot be woven; then nothing is written for
 * it.
 */
public final class Weave {

    private final PrintStream out;
    private final List<Path> classPath = new ArrayList<>();
    private final List<JarFile> jars = new ArrayList<>();
    private int woven;
    private int failed;

    private Weave(PrintStream out) {
        this.out = out;
    }

    /**
     * Runs the command and exits.
     *
     * @param arguments see above
     * @throws IOException if a directory cannot be read or written
     */
    public static void main(String[] arguments) throws IOException {
        System.exit(run(System.err, arguments));
    }

    /**
     * Runs the command.
     *
     * @param out where errors, warnings and the summary go
     * @param arguments see above
     * @return the exit status: 0 all is well, 1 a class cannot be woven, 2 wrong arguments
     * @throws IOException if a directory cannot be read or written
     */
    public static int run(PrintStream out, String... arguments) throws IOException {
        Weave weave = new Weave(out);
        try {
            return weave.run(List.of(arguments));
        } finally {
            for (JarFile jar : weave.jars) {
                jar.close();
            }
        }
    }

    private int run(List<String> arguments) throws IOException {
        List<Path> directories = new ArrayList<>();
        boolean keepAll = false;
        for (int i = 0; i < arguments.size(); i++) {
            String argument = arguments.get(i);
            if (argument.equals("-cp") && i + 1 < arguments.size()) {
                for (String element : arguments.get(++i).split(File.pathSeparator)) {
                    classPath.add(Path.of(element));
                }
            } else if (argument.equals("-debug")) {
                keepAll = true;
            } else if (argument.startsWith("-") || !Files.isDirectory(Path.of(argument))) {
                directories.clear();
                break;
            } else {
                directories.add(Path.of(argument));
            }
        }
        if (directories.isEmpty()) {
            out.println("usage: java -jar pollux-async-compiler.jar [-cp path] [-debug] directory…");
            return 2;
        }
        classPath.addAll(0, directories);
        for (Path element : classPath) {
            if (Files.isRegularFile(element)) {
                jars.add(new JarFile(element.toFile()));
            }
        }
        Weaver weaver =
                new Weaver(new MarkedMethods(this::open), keepAll, (text, line) -> out.println("warning: " + text));
        for (Path directory : directories) {
            List<Path> classes;
            try (Stream<Path> files = Files.walk(directory)) {
                classes = files.filter(file -> file.toString().endsWith(".class"))
                        .sorted()
                        .toList();
            }
            for (Path file : classes) {
                weave(weaver, directory, file);
            }
        }
        out.println("Pollux wove " + woven + (woven == 1 ? " class" : " classes"));
        return failed == 0 ? 0 : 1;
    }

    private void weave(Weaver weaver, Path directory, Path file) throws IOException {
        Map<String, byte[]> classes;
        try {
            String name = directory.relativize(file).toString().replace(File.separatorChar, '.');
            classes = weaver.weave(name.substring(0, name.length() - ".class".length()), Files.readAllBytes(file));
        } catch (WeaveException e) {
            failed++;
            out.println("error: " + directory.relativize(file) + (e.line() > 0 ? ":" + e.line() : "") + ": "
                    + e.getMessage());
            return;
        }
        if (!classes.isEmpty()) {
            woven++;
        }
        for (Map.Entry<String, byte[]> written : classes.entrySet()) {
            Files.write(directory.resolve(written.getKey() + ".class"), written.getValue());
        }
    }

    private @Nullable InputStream open(String internalName) throws IOException {
        String name = internalName + ".class";
        for (Path element : classPath) {
            Path file = element.resolve(name);
            if (Files.isRegularFile(file)) {
                return Files.newInputStream(file);
            }
        }
        for (JarFile jar : jars) {
            ZipEntry entry = jar.getEntry(name);
            if (entry != null) {
                return jar.getInputStream(entry);
            }
        }
        return null;
    }
}
