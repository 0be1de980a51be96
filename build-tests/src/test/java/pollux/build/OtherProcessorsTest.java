package pollux.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lombok, MapStruct and the processor of JMH in one compilation with ours, in both orders. */
@Timeout(180)
class OtherProcessorsTest {

    private static final String LIBRARIES =
            Jars.path(Jars.RUNTIME, Jars.named("lombok"), Jars.named("mapstruct"), Jars.named("jmh-core"));

    @TempDir
    Path classes;

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void their_code_awaits(boolean oursFirst) throws Exception {
        compile(oursFirst);
        assertThat(Projects.run("shop.Checkout", Jars.path(classes, LIBRARIES))).isEqualTo("7 tea 42 1");
        assertThat(Projects.contents(classes).keySet())
                .contains("shop/Checkout$newOrder-async1.class", "shop/ReceiptsImpl.class", "META-INF/BenchmarkList");
        assertThat(benchmarks()).contains("CheckoutBenchmark.block ", "CheckoutBenchmark.method ");
    }

    private void compile(boolean oursFirst) {
        List<Object> processors = new ArrayList<>(List.of(
                Jars.COMPILER,
                Jars.named("lombok"),
                Jars.named("lombok-mapstruct-binding"),
                Jars.named("mapstruct-processor"),
                Jars.path(Jars.named("jmh-generator-annprocess"), Jars.named("jmh-core"))));
        if (!oursFirst) {
            Collections.reverse(processors);
        }
        Projects.Said said = Projects.javac(
                Projects.sources("shop"),
                classes,
                "-cp",
                LIBRARIES,
                "--processor-path",
                Jars.path(processors.toArray()));
        assertThat(said.status()).as(said.text()).isZero();
    }

    /** Calls each benchmark once, through the stubs that JMH generated. */
    private String benchmarks() throws Exception {
        Projects.Said said = Projects.fork(
                classes,
                List.of(
                        Projects.tool("java"),
                        "-Djmh.ignoreLock=true",
                        "-cp",
                        Jars.path(classes, LIBRARIES, Jars.named("jopt-simple"), Jars.named("commons-math3")),
                        "org.openjdk.jmh.Main",
                        "-f",
                        "0",
                        "-bm",
                        "ss",
                        "-wi",
                        "0",
                        "-i",
                        "1",
                        "-foe",
                        "true"));
        assertThat(said.status()).as(said.text()).isZero();
        return said.text();
    }
}
