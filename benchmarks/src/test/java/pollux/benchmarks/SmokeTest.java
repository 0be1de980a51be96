package pollux.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.lang.annotation.Annotation;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.BenchmarkListEntry;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Calls every benchmark once, at a hundredth of its size and without a fork: each must bring its expected sum. */
@Timeout(120)
class SmokeTest {

    @TestFactory
    Stream<DynamicTest> everyBenchmarkBringsItsSum() {
        return benchmarks().stream()
                .map(BenchmarkListEntry::getUsername)
                .filter(name -> Virtual.available() || !name.endsWith(".virtualThreads"))
                .filter(name -> Continuations.available() || !name.endsWith(".continuation"))
                .flatMap(SmokeTest::tests);
    }

    @TestFactory
    Stream<DynamicTest> everyOtherRowIsMeasured() {
        return Rows.list().entrySet().stream()
                .flatMap(row -> row.getValue().stream()
                        .map(peer -> dynamicTest(
                                row.getKey() + " " + peer,
                                () -> assertThat(Rows.measure(row.getKey(), peer))
                                        .isNotEmpty()
                                        .allSatisfy((name, figures) ->
                                                assertThat(figures).isNotEmpty()))));
    }

    @Test
    void theListOfBenchmarksIsThere() {
        assertThat(benchmarks()).hasSizeGreaterThan(80);
    }

    @Test
    void aWrongSumIsSeen() {
        Tally tally = new Tally(10);
        tally.end(9);
        assertThatIllegalStateException().isThrownBy(tally::await).withMessageStartingWith("wrong result");
    }

    private static Collection<BenchmarkListEntry> benchmarks() {
        return BenchmarkList.defaultList()
                .getAll(OutputFormatFactory.createFormatInstance(System.out, VerboseMode.SILENT), List.of());
    }

    private static Stream<DynamicTest> tests(String name) {
        int dot = name.lastIndexOf('.');
        Class<?> type = load(name.substring(0, dot));
        String method = name.substring(dot + 1);
        String shown = type.getSimpleName() + "." + method;
        Optional<Field> param = Stream.of(type.getFields())
                .filter(field -> field.isAnnotationPresent(Param.class))
                .findFirst();
        if (param.isEmpty()) {
            return Stream.of(dynamicTest(shown, () -> call(type, method, null, "")));
        }
        return Stream.of(param.get().getAnnotation(Param.class).value())
                .map(value -> dynamicTest(shown + " " + value, () -> call(type, method, param.get(), value)));
    }

    private static void call(Class<?> type, String method, @Nullable Field param, String value) throws Exception {
        Object workload = type.getConstructor().newInstance();
        if (param != null) {
            param.set(workload, param.getType() == int.class ? (Object) Integer.valueOf(value) : value);
        }
        callAnnotated(workload, Setup.class);
        try {
            type.getMethod(method).invoke(workload);
        } finally {
            callAnnotated(workload, TearDown.class);
        }
    }

    private static void callAnnotated(Object workload, Class<? extends Annotation> kind) throws Exception {
        for (Method method : workload.getClass().getMethods()) {
            if (method.isAnnotationPresent(kind)) {
                method.invoke(workload);
            }
        }
    }

    private static Class<?> load(String name) {
        try {
            return Class.forName(name);
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException("listed, but not there: " + name, e);
        }
    }
}
