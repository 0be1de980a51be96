package pollux.compiler;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;

/**
 * The command line: weaves directories of class files, for compilers that run no annotation processors.
 *
 * <pre>java -jar pollux-async-compiler.jar [-cp path] [-debug] [-leave class,…] directory…</pre>
 *
 * <p>The class path has to hold {@code pollux-core} and everything else that declares await points; an element
 * {@code dir/*} stands for all jars of a directory. Classes that do not await, or were woven before, are left alone.
 *
 * <p>A class that cannot be woven is renamed to {@code X.class.refused}, so that no program runs it as it is. The next
 * run tries it again, and fails again, unless the compiler has written {@code X.class} anew. The exit status is 1 then,
 * and also if a class calls one of Pollux that is not on the class path: its awaits could not be seen.
 *
 * <p>{@code @SuppressWarnings("await")} is in the source only. A class that has code for virtual threads, and those
 * inside of it, are named with {@code -leave} instead: what cannot be woven in them is left as it is.
 */
public final class WeaverCli {

    /** What the name of a class file ends with that could not be woven. */
    private static final String REFUSED = ".class.refused";

    private final PrintStream out;
    private final List<Path> classPath = new ArrayList<>();
    private final List<JarFile> jars = new ArrayList<>();
    private final MarkedMethods points = new MarkedMethods(this::open);
    private int woven;
    private int failed;

    private WeaverCli(PrintStream out) {
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
     * @return the exit status: 0 all is well, 1 a class cannot be woven or Pollux is not on the class path, 2 wrong
     *     arguments
     * @throws IOException if a directory cannot be read or written
     */
    public static int run(PrintStream out, String... arguments) throws IOException {
        WeaverCli weave = new WeaverCli(out);
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
        List<String> elements = new ArrayList<>();
        boolean keepAll = false;
        for (int i = 0; i < arguments.size(); i++) {
            String argument = arguments.get(i);
            if (argument.equals("-cp") && i + 1 < arguments.size()) {
                elements.addAll(List.of(arguments.get(++i).split(File.pathSeparator)));
            } else if (argument.equals("-leave") && i + 1 < arguments.size()) {
                points.leave(List.of(arguments.get(++i).split(",")));
            } else if (argument.equals("-debug")) {
                keepAll = true;
            } else if (argument.startsWith("-")) {
                directories.clear();
                break;
            } else if (!Files.isDirectory(Path.of(argument))) {
                out.println("error: " + argument + " is not a directory");
                return 2;
            } else {
                directories.add(Path.of(argument));
            }
        }
        if (directories.isEmpty()) {
            out.println("usage: java -jar pollux-async-compiler.jar [-cp path] [-debug] [-leave class,…] directory…");
            return 2;
        }
        classPath.addAll(directories);
        for (String element : elements) {
            addToClassPath(element);
        }
        for (Path element : classPath) {
            if (Files.isRegularFile(element)) {
                jars.add(new JarFile(element.toFile()));
            }
        }
        Weaver weaver = new Weaver(points, keepAll, (text, line) -> out.println("warning: " + text));
        for (Path directory : directories) {
            List<Path> classes;
            try (Stream<Path> files = Files.walk(directory)) {
                classes = files.filter(file -> file.toString().endsWith(".class")
                                || file.toString().endsWith(REFUSED))
                        .sorted()
                        .toList();
            }
            for (Path file : classes) {
                weave(weaver, directory, file);
            }
            if (classes.isEmpty()) {
                out.println("warning: there is no class file in " + directory);
            }
        }
        reportMissing();
        out.println("Pollux wove " + woven + (woven == 1 ? " class" : " classes"));
        return failed == 0 ? 0 : 1;
    }

    private void addToClassPath(String element) throws IOException {
        if (element.equals("*") || element.endsWith("/*") || element.endsWith(File.separator + "*")) {
            Path directory = Path.of(element.substring(0, element.length() - 1));
            try (Stream<Path> files = Files.list(directory)) {
                files.filter(file -> file.toString().toLowerCase(Locale.ROOT).endsWith(".jar"))
                        .sorted()
                        .forEach(classPath::add);
            }
        } else if (Files.exists(Path.of(element))) {
            classPath.add(Path.of(element));
        } else {
            out.println("warning: the class path element " + element + " does not exist");
        }
    }

    /** What was called and not found may have been an await point. */
    private void reportMissing() {
        List<String> ours = new ArrayList<>();
        List<String> others = new ArrayList<>();
        for (String type : points.missing()) {
            (type.startsWith("pollux/") ? ours : others).add(type.replace('/', '.'));
        }
        if (!ours.isEmpty()) {
            failed++;
            out.println("error: " + ours.get(0) + " is called and is not on the class path, so awaits cannot be seen."
                    + " Name pollux-core, and the adapters that are used, with -cp");
        }
        if (!others.isEmpty()) {
            out.println("warning: " + others.get(0) + (others.size() > 1 ? " and " + (others.size() - 1) + " more" : "")
                    + " are called and are not on the class path; awaits that they declare are not seen");
        }
    }

    private void weave(Weaver weaver, Path directory, Path file) throws IOException {
        boolean again = file.toString().endsWith(REFUSED);
        String path = directory.relativize(file).toString();
        if (again) {
            path = path.substring(0, path.length() - REFUSED.length() + ".class".length());
            if (Files.exists(directory.resolve(path))) {
                Files.delete(file); // compiled anew
                return;
            }
        }
        byte[] unwoven = Files.readAllBytes(file);
        Map<String, byte[]> classes;
        String name = path.substring(0, path.length() - ".class".length()).replace(File.separatorChar, '/');
        String internalName = internalName(unwoven, name);
        try {
            classes = weaver.weave(name.replace('/', '.'), unwoven, points.isSerializable(internalName));
        } catch (WeaveException e) {
            failed++;
            out.println("error: " + path + (e.line() > 0 ? ":" + e.line() : "") + ": " + e.getMessage()
                    + (Texts.isLiftedByMark(e.getMessage()) && !points.leavesSome(internalName)
                            ? Texts.leave(internalName)
                            : ""));
            if (!again) {
                String refused = path.substring(0, path.length() - ".class".length()) + REFUSED;
                Files.move(file, directory.resolve(refused), StandardCopyOption.REPLACE_EXISTING);
            }
            return;
        }
        if (again) {
            Files.delete(file);
            Files.write(directory.resolve(path), unwoven);
        }
        if (!classes.isEmpty()) {
            woven++;
        }
        Path root = directory.resolve(name.substring(0, name.length() - internalName.length()));
        for (Map.Entry<String, byte[]> written : classes.entrySet()) {
            Files.write(root.resolve(written.getKey() + ".class"), written.getValue());
        }
    }

    /**
     * Returns what a class is called in its file: less than its path says under {@code META-INF/versions/21} or {@code
     * BOOT-INF/classes}.
     */
    private static String internalName(byte[] classFile, String path) {
        try {
            String name = new ClassReader(classFile).getClassName();
            return path.endsWith("/" + name) ? name : path;
        } catch (RuntimeException unreadable) {
            return path; // the weaver says what is wrong with it
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
