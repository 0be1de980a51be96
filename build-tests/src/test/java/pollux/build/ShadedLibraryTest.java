package pollux.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A library that has Pollux inside its jar, put there by maven-shade-plugin: it runs, and javac compiles what uses it,
 * whether or not the compiler of awaits is on a path. In profile it.
 */
@Timeout(300)
@EnabledIfSystemProperty(named = "pollux.shrinker", matches = "true")
class ShadedLibraryTest {

    private static final String RELOCATION = """
            <relocations><relocation>
              <pattern>pollux</pattern>
              <shadedPattern>fresh.inside.pollux</shadedPattern>
            </relocation></relocations>
            """;

    /** How it is shaded. */
    enum Shading {
        RELOCATED(RELOCATION + """
                <transformers>
                  <transformer implementation="org.apache.maven.plugins.shade.resource.ServicesResourceTransformer"/>
                </transformers>
                """),
        /** Service files keep the names that their classes had: a line in the log says what to do. */
        RELOCATED_WITHOUT_SERVICES(RELOCATION),
        MINIMIZED("<minimizeJar>true</minimizeJar>"),
        RELOCATED_AND_MINIMIZED(RELOCATION + "<minimizeJar>true</minimizeJar>");

        private final String configuration;

        Shading(String configuration) {
            this.configuration = configuration;
        }

        boolean losesServices() {
            return isRelocated() && !configuration.contains("ServicesResourceTransformer");
        }

        boolean isRelocated() {
            return configuration.contains(RELOCATION);
        }
    }

    @TempDir
    Path home;

    private static String others() {
        return Jars.path(Jars.named("reactor-core"), Jars.named("reactive-streams"), Jars.named("jspecify"));
    }

    private Projects.Said compile(Path classes, boolean awaits, String classPath, String... options) throws Exception {
        List<String> javac = new ArrayList<>(List.of(Projects.tool("javac"), "-d", classes.toString()));
        javac.addAll(List.of("-cp", classPath));
        javac.addAll(List.of(options));
        for (String source : Projects.sources("client")) {
            if (awaits || !source.endsWith("AwaitingClient.java")) {
                javac.add(source);
            }
        }
        return Projects.fork(home, javac);
    }

    private void runs(Shading shading, String type, String classPath, String expected) throws Exception {
        Projects.Said said = Projects.fork(home, List.of(Projects.tool("java"), "-cp", classPath, type));
        assertThat(said.status()).as(said.text()).isZero();
        if (shading.losesServices()) {
            assertThat(said.text())
                    .contains("merge the META-INF/services files")
                    .endsWith(expected);
        } else {
            assertThat(said.text()).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @EnumSource
    void it_runs_and_can_be_compiled_against(Shading shading) throws Exception {
        MavenProject library = MavenProject.shaded(home, shading.configuration);
        Projects.Said built = library.tryBuild("jar:jar", "shade:shade");
        assertThat(built.status()).as(built.text()).isZero();
        Path jar = library.directory.resolve("target/fresh-1.jar");
        try (ZipFile file = new ZipFile(jar.toFile())) {
            String directory = shading.isRelocated() ? "fresh/inside/pollux/" : "pollux/";
            assertThat(file.getEntry(directory + "Pollux.class"))
                    .as("core is in it")
                    .isNotNull();
        }
        String classPath = Jars.path(jar, others());
        runs(shading, "fresh.Greeting", classPath, "hello, world\n");

        Path classes = home.resolve("classes");
        String compiler = Jars.COMPILER.toString();
        assertThat(compile(classes, false, classPath)).isEqualTo(new Projects.Said(0, ""));
        runs(shading, "client.Client", Jars.path(classes, classPath), "hello, world\nnamed\n");
        Projects.Said onClassPath = compile(classes, false, Jars.path(classPath, compiler));
        assertThat(onClassPath.status()).as(onClassPath.text()).isZero();
        Projects.Said onProcessorPath = compile(classes, false, classPath, "--processor-path", compiler);
        assertThat(onProcessorPath).isEqualTo(new Projects.Said(0, ""));
        runs(shading, "client.Client", Jars.path(classes, classPath), "hello, world\nnamed\n");

        if (shading.isRelocated()) {
            String both = Jars.path(classPath, Jars.CORE);
            assertThat(compile(classes, true, both, "--processor-path", compiler))
                    .isEqualTo(new Projects.Said(0, ""));
            runs(shading, "client.AwaitingClient", Jars.path(classes, both), "hello, world\nnamed\n");
        }
    }

    /** A plugin of javac that a service file names and that is not there stops javac: so the compilations above tell. */
    @Test
    void canary_a_plugin_that_is_missing_stops_javac() throws Exception {
        Path broken = home.resolve("broken.jar");
        try (OutputStream out = Files.newOutputStream(broken);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            zip.putNextEntry(new ZipEntry("META-INF/services/com.sun.source.util.Plugin"));
            zip.write("pollux.compiler.Missing\n".getBytes(StandardCharsets.UTF_8));
            zip.closeEntry();
        }
        Projects.Said said = compile(home.resolve("nothing"), false, Jars.path(others(), broken));
        assertThat(said.status()).isNotZero();
        assertThat(said.text()).contains("pollux.compiler.Missing not found");
    }
}
