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
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import pollux.future.Future;
import pollux.stream.AsyncStream;

/**
 * Every program of {@code src/test/programs} does the same compiled as it does uncompiled on a thread of its own: with each
 * awaited future ready at once, after one poll and after two; with each of them failing; and cancelled at each of them.
 *
 * <p>The uncompiled run is on a virtual thread where the JDK has them, else on this thread with awaits that hold it up.
 */
@Timeout(120)
class ConformanceTest {

    @TempDir
    static Path classes;

    private static final Map<String, ClassLoader> COMPILED = new TreeMap<>();
    private static ClassLoader uncompiled;
    private static ClassLoader blocking;
    private static List<String> names;
    private static final boolean VIRTUAL = Runtime.version().feature() >= 21;

    @BeforeAll
    static void compile() throws IOException {
        List<Path> sources = Programs.sources();
        compiled(Programs.Way.PROCESSOR, sources, "-g");
        compiled(Programs.Way.PROCESSOR, sources, "-g:none", "-Apollux.debug=true");
        compiled(Programs.Way.COMMAND, sources, "-g:none");
        compiled(
                Programs.Way.ECJ,
                sources.stream()
                        .filter(source -> !isBeyondEcj(source.toString()))
                        .toList(),
                "-g");
        Path out = Files.createDirectory(classes.resolve("uncompiled"));
        Programs.compile(Programs.Way.NONE, out, sources);
        uncompiled = VIRTUAL ? Programs.load(out) : Programs.loadBlocking(out);
        blocking = Programs.loadBlocking(out);
        names = Programs.classNames(out);
    }

    private static void compiled(Programs.Way way, List<Path> sources, String... options) throws IOException {
        Path out = Files.createDirectory(classes.resolve("compiled" + COMPILED.size()));
        Programs.compile(way, out, sources, options);
        COMPILED.put(way + " " + String.join(" ", options), Programs.load(out));
    }

    /** Newer than the level that ecj compiles for, or, Switches, a class of ecj's that fails the verifier before it is woven. */
    private static boolean isBeyondEcj(String name) {
        return name.matches(".*(\\d\\d|Switches)(\\.java)?");
    }

    private static List<Method> programs(ClassLoader loader, String prefix) throws ClassNotFoundException {
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

    @TestFactory
    Stream<DynamicTest> every_program() throws ClassNotFoundException {
        // loops over streams and generators have no uncompiled form on virtual threads that sees its early exits
        return Stream.concat(programs(uncompiled, "programs.").stream(), programs(blocking, "streams.").stream())
                .map(program -> {
                    String name = program.getDeclaringClass().getName() + "." + program.getName();
                    return DynamicTest.dynamicTest(name, () -> check(program));
                });
    }

    private static void check(Method oracle) throws Exception {
        List<Env.Plan> plans = plans(oracle);
        assertThat(plans).as("the program awaits").hasSizeGreaterThan(3);
        String type = oracle.getDeclaringClass().getName();
        for (Map.Entry<String, ClassLoader> way : COMPILED.entrySet()) {
            if (way.getKey().startsWith("ECJ") && isBeyondEcj(type)) {
                continue;
            }
            Method program = Class.forName(type, true, way.getValue()).getMethod(oracle.getName(), Env.class);
            for (Env.Plan plan : plans) {
                Run expected = uncompiled(oracle, plan);
                Run actual = Run.polled(program, plan).withoutSources();
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
