package pollux.compiler.fuzz;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import pollux.compiler.conformance.Env;
import pollux.compiler.conformance.Programs;
import pollux.compiler.conformance.Run;

/** Compares what programs do compiled with what they do uncompiled; a whole batch goes through javac at once. */
final class Comparison {

    private static final boolean VIRTUAL = Runtime.version().feature() >= 21;

    private final Path directory;

    /** How often a program ran compiled, how many futures those runs awaited, and how they ended. */
    int runs;

    long awaits;
    int values;
    int cancelled;

    /** How many plans an uncompiled run cannot follow. */
    int beyond;

    /** How many programs javac itself cannot compile, or not to a class that a JVM accepts. */
    int crashes;

    /** How many programs are refused, because a method of theirs would be larger than a class file can hold. */
    int tooLarge;

    private int batches;

    Comparison(Path directory) {
        this.directory = directory;
    }

    /**
     * Returns what is wrong with the programs: nothing, or a text for each that says what, its seed, and its source.
     */
    List<String> failures(List<Program> programs) throws IOException {
        return failures(programs, programs.stream().map(Program::uncompiled).toList());
    }

    /** As the other, with the uncompiled runs taken from other programs of the same names. */
    List<String> failures(List<Program> compiled, List<Program> uncompiled) throws IOException {
        Path root = Files.createDirectory(directory.resolve("batch" + batches++));
        String debug = Math.floorDiv(compiled.get(0).seed(), 100L) % 2 == 0 ? "-g" : "-g:none";
        try {
            Path plain = compile(root, "plain", Programs.Way.NONE, uncompiled, debug);
            // in every other batch all methods share code between their awaits, not only the large ones
            System.setProperty("pollux.share", Math.floorDiv(compiled.get(0).seed(), 20L) % 2 == 0 ? "0" : "1000");
            // in every other two all are resumed through their loops, not only those that call async methods there
            System.setProperty(
                    "pollux.loops",
                    Boolean.toString(Math.floorDiv(compiled.get(0).seed(), 40L) % 2 == 0));
            ClassLoader woven = Programs.load(compile(root, "woven", Programs.Way.PROCESSOR, compiled, debug));
            System.clearProperty("pollux.share");
            System.clearProperty("pollux.loops");
            ClassLoader oracle = VIRTUAL ? Programs.load(plain) : Programs.loadBlocking(plain);
            verify(oracle);
            List<String> failures = new ArrayList<>();
            for (Program program : compiled) {
                String difference = difference(program, method(woven, program), method(oracle, program));
                if (difference != null) {
                    failures.add(report(program, difference));
                }
            }
            return failures;
        } catch (Exception | LinkageError e) {
            if (compiled.size() > 1) {
                return halves(compiled, uncompiled, e);
            }
            if (String.valueOf(e.getMessage())
                    .matches("(?s).*(Please file a bug against the Java|a class of it that no JVM accepts).*")) {
                crashes++;
                return List.of();
            }
            if (String.valueOf(e.getMessage())
                    .contains(
                            "bytes of bytecode once it is compiled around its awaits; a class file holds methods of up to")) {
                tooLarge++;
                return List.of();
            }
            return List.of(report(compiled.get(0), trace(e)));
        } finally {
            delete(root);
        }
    }

    /** Sees to it that the JVM accepts what javac alone has made of the programs. */
    private static void verify(ClassLoader plain) throws ClassNotFoundException {
        try {
            Class.forName("fuzzed.Fuzzed", true, plain);
        } catch (VerifyError e) {
            throw new IllegalStateException("javac wrote a class of it that no JVM accepts", e);
        }
    }

    /** Which programs of a batch it is that make it fail as a whole. */
    private List<String> halves(List<Program> compiled, List<Program> uncompiled, Throwable whole) throws IOException {
        int before = crashes + tooLarge;
        int half = compiled.size() / 2;
        List<String> failures = new ArrayList<>(failures(compiled.subList(0, half), uncompiled.subList(0, half)));
        failures.addAll(failures(compiled.subList(half, compiled.size()), uncompiled.subList(half, compiled.size())));
        if (failures.isEmpty() && crashes + tooLarge == before) {
            failures.add(report(compiled.get(0), "its batch fails, although each half of it passes: " + trace(whole)));
        }
        return failures;
    }

    private static String trace(Throwable thrown) {
        StringWriter text = new StringWriter();
        thrown.printStackTrace(new PrintWriter(text));
        return text.toString();
    }

    private static String report(Program program, String what) {
        return "seed " + program.seed() + " (again: -Dpollux.fuzz.seed=" + program.seed() + "): " + what + "\n"
                + program.source();
    }

    private static Path compile(Path root, String name, Programs.Way way, List<Program> programs, String... options)
            throws IOException {
        Path classes = Files.createDirectory(root.resolve(name));
        StringBuilder source = new StringBuilder("package fuzzed;\n\n" + Program.IMPORTS + "public class Fuzzed {\n");
        programs.forEach(program -> source.append(program.source()).append('\n'));
        Path file = Files.writeString(
                Files.createDirectory(root.resolve(name + "-source")).resolve("Fuzzed.java"),
                source.append(Program.CALLEES).append("}\n"));
        Programs.compile(way, classes, List.of(file), options);
        return classes;
    }

    private static Method method(ClassLoader loader, Program program) throws ReflectiveOperationException {
        return Class.forName("fuzzed.Fuzzed", true, loader).getMethod(program.name(), Env.class);
    }

    private String difference(Program program, Method compiled, Method uncompiled) throws Exception {
        SplittableRandom random = new SplittableRandom(~program.seed());
        int futures = 0;
        for (int pending = 0; pending <= 2; pending++) {
            Env.Plan plan = new Env.Plan(pending, 0, 0, false);
            Run expected = Run.uncompiled(uncompiled, plan, VIRTUAL);
            futures = expected.futures();
            String difference = difference(compiled, expected, plan);
            if (difference != null) {
                return difference;
            }
        }
        List<Env.Plan> plans = new ArrayList<>();
        plans.add(new Env.Plan(random.nextInt(3), 1 + random.nextInt(futures), 0, false));
        plans.add(new Env.Plan(1 + random.nextInt(2), 0, 1 + random.nextInt(futures), random.nextBoolean()));
        for (Env.Plan plan : plans) {
            String difference = difference(compiled, Run.uncompiled(uncompiled, plan, VIRTUAL), plan);
            if (difference != null) {
                return difference;
            }
        }
        return null;
    }

    private String difference(Method compiled, Run expected, Env.Plan plan) throws Exception {
        if (expected.outcome().equals(Run.BEYOND)) {
            beyond++;
            return null;
        }
        Run actual = Run.polled(compiled, plan);
        runs++;
        awaits += actual.futures();
        values += actual.outcome().startsWith("value") ? 1 : 0;
        cancelled += actual.outcome().equals("cancelled") ? 1 : 0;
        return actual.equals(expected) ? null : plan + "\ncompiled   " + actual + "\nuncompiled " + expected;
    }

    private static void delete(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.delete(file);
            }
        }
    }
}
