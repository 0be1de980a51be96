package pollux.compiler.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.commons.CodeSizeEvaluator;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.MethodNode;
import pollux.future.Future;
import pollux.stream.AsyncStream;

/**
 * Every program of {@code src/test/programs} does the same compiled as it does uncompiled on a thread of its own: with
 * each awaited future ready at once, after one poll and after two; with each of them failing; and cancelled at each of
 * them.
 *
 * <p>The uncompiled run is on a virtual thread where the JDK has them, else on this thread with awaits that hold it up.
 */
@Timeout(120)
@ExtendWith(QuietReports.class)
class ConformanceTest {

    @TempDir
    static Path classes;

    private static final Map<String, Path> COMPILED = new TreeMap<>();
    private static Path uncompiled;
    private static List<String> names;
    private static final boolean VIRTUAL = Runtime.version().feature() >= 21;

    @BeforeAll
    static void compile() throws IOException {
        List<Path> sources = new ArrayList<>(Programs.sources());
        sources.add(WideJumps.write(classes));
        compiled(Programs.Way.PROCESSOR, sources, "-g");
        compiled(Programs.Way.PROCESSOR, sources, "-g:none", "-Apollux.debug=true");
        compiled(Programs.Way.COMMAND, sources, "-g:none");
        System.setProperty("pollux.share", "0");
        try {
            compiled(Programs.Way.PROCESSOR, sources, "-g", "-Xlint:none");
            compiled(Programs.Way.PROCESSOR, sources, "-Xlint:none", "-Apollux.debug=true");
        } finally {
            System.clearProperty("pollux.share");
        }
        List<Path> forEcj = sources.stream()
                .filter(source -> !isBeyondEcj(source.toString()))
                .toList();
        compiled(Programs.Way.ECJ, forEcj, "-g");
        System.setProperty("pollux.loops", "true");
        try {
            compiled(Programs.Way.PROCESSOR, sources, "-g", "-nowarn");
            compiled(Programs.Way.ECJ, forEcj, "-g:none");
        } finally {
            System.clearProperty("pollux.loops");
        }
        uncompiled = Files.createDirectory(classes.resolve("uncompiled"));
        Programs.compile(Programs.Way.NONE, uncompiled, sources);
        names = Programs.classNames(uncompiled);
    }

    private static void compiled(Programs.Way way, List<Path> sources, String... options) throws IOException {
        Path out = Files.createDirectory(classes.resolve("compiled" + COMPILED.size()));
        Programs.compile(way, out, sources, options);
        COMPILED.put(way + " " + String.join(" ", options), out);
    }

    /**
     * Newer than the level that ecj compiles for, or, Switches, a class of ecj's that fails the verifier before it is
     * woven.
     */
    private static boolean isBeyondEcj(String name) {
        return name.matches(".*(\\d\\d|Switches)(\\.java)?");
    }

    /** Loads the uncompiled programs of a package. */
    private static List<Method> oracles(String prefix, boolean assertions) throws Exception {
        // loops over streams and generators have no uncompiled form on virtual threads that sees its early exits
        boolean asTheyAre = VIRTUAL && !prefix.startsWith("streams.");
        ClassLoader loader = asTheyAre ? Programs.load(uncompiled) : Programs.loadBlocking(uncompiled);
        loader.setDefaultAssertionStatus(assertions);
        List<Method> programs = new ArrayList<>();
        for (String name : names) {
            Class<?> type = Class.forName(name, true, loader);
            if (name.startsWith(prefix) && Modifier.isPublic(type.getModifiers())) {
                Arrays.stream(type.getDeclaredMethods())
                        .filter(m -> Modifier.isStatic(m.getModifiers()) && Modifier.isPublic(m.getModifiers()))
                        .filter(m -> m.getReturnType() == Future.class || m.getReturnType() == AsyncStream.class)
                        .filter(m -> Arrays.equals(m.getParameterTypes(), new Class<?>[] {Env.class}))
                        .sorted(Comparator.comparing(Method::getName))
                        .forEach(programs::add);
            }
        }
        return programs;
    }

    /** How a compiled program is run. */
    @FunctionalInterface
    private interface Runner {
        Run run(Method program, Env.Plan plan) throws Exception;
    }

    private static Stream<DynamicTest> tests(List<Method> oracles, Map<String, ClassLoader> compiled, Runner runner) {
        return oracles.stream()
                .map(oracle -> DynamicTest.dynamicTest(
                        oracle.getDeclaringClass().getName() + "." + oracle.getName(),
                        () -> check(oracle, compiled, runner)));
    }

    private static Map<String, ClassLoader> compiled(boolean assertions) throws IOException {
        Map<String, ClassLoader> loaders = new TreeMap<>();
        for (Map.Entry<String, Path> way : COMPILED.entrySet()) {
            ClassLoader loader = Programs.load(way.getValue());
            loader.setDefaultAssertionStatus(assertions);
            loaders.put(way.getKey(), loader);
        }
        return loaders;
    }

    @TestFactory
    Stream<DynamicTest> every_program() throws Exception {
        List<Method> oracles = new ArrayList<>(oracles("programs.", false));
        oracles.addAll(oracles("streams.", false));
        return tests(oracles, compiled(false), Run::polled);
    }

    @TestFactory
    Stream<DynamicTest> assertions_that_await_if_they_are_enabled() throws Exception {
        List<Method> oracles = oracles("programs.Asserts", true);
        assertThat(oracles).hasSizeGreaterThan(3);
        return tests(oracles, compiled(true), Run::polled);
    }

    @TestFactory
    Stream<DynamicTest> every_program_polled_by_two_threads_in_turn() throws Exception {
        String way = "PROCESSOR -g";
        return tests(
                oracles("programs.", false),
                Map.of(way, compiled(false).get(way)),
                (program, plan) ->
                        plan.pendingPolls() == 1 ? Run.polledInTurn(program, plan) : Run.polled(program, plan));
    }

    @Test
    void the_program_of_wide_jumps_needs_them_before_and_after() throws IOException {
        assertThat(longestMethod(uncompiled)).isGreaterThan(Short.MAX_VALUE);
        for (Path way : COMPILED.values()) {
            assertThat(longestMethod(way)).isGreaterThan(Short.MAX_VALUE);
        }
    }

    private static int longestMethod(Path way) throws IOException {
        ClassNode type = new ClassNode();
        new ClassReader(Files.readAllBytes(way.resolve(WideJumps.CLASS.replace('.', '/') + ".class"))).accept(type, 0);
        int longest = 0;
        for (MethodNode method : type.methods) {
            CodeSizeEvaluator size = new CodeSizeEvaluator(null);
            method.accept(size);
            longest = Math.max(longest, size.getMinSize());
        }
        return longest;
    }

    private static void check(Method oracle, Map<String, ClassLoader> compiled, Runner runner) throws Exception {
        List<Env.Plan> plans = plans(oracle);
        assertThat(plans).as("the program awaits").hasSizeGreaterThan(3);
        String type = oracle.getDeclaringClass().getName();
        for (Map.Entry<String, ClassLoader> way : compiled.entrySet()) {
            if (way.getKey().startsWith("ECJ") && isBeyondEcj(type)) {
                continue;
            }
            Method program = Class.forName(type, true, way.getValue()).getMethod(oracle.getName(), Env.class);
            for (Env.Plan plan : plans) {
                Run expected = uncompiled(oracle, plan);
                Run actual = runner.run(program, plan).withoutSources();
                assertThat(actual).as("%s, %s", way.getKey(), plan).isEqualTo(expected);
            }
        }
    }

    private static List<Env.Plan> plans(Method oracle) throws Exception {
        List<Env.Plan> plans = new ArrayList<>();
        for (int pending = 0; pending <= 2; pending++) {
            Env.Plan plain = new Env.Plan(pending, 0, 0, false);
            plans.add(plain);
            int futures = uncompiled(oracle, plain).futures();
            for (int at = 1; at <= Math.min(futures, 40); at++) {
                plans.add(new Env.Plan(pending, at, 0, false));
                if (pending > 0) {
                    plans.add(new Env.Plan(pending, 0, at, false));
                    plans.add(new Env.Plan(pending, 0, at, true));
                }
            }
        }
        return plans;
    }

    private static Run uncompiled(Method program, Env.Plan plan) throws Exception {
        boolean streams = program.getDeclaringClass().getName().startsWith("streams.");
        return Run.uncompiled(program, plan, VIRTUAL && !streams);
    }
}
