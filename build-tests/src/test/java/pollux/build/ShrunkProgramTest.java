package pollux.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** A program that was shrunk by ProGuard, with the rules that are in the jar of core, does what it did before. In profile it. */
@Timeout(600)
@EnabledIfSystemProperty(named = "pollux.shrinker", matches = "true")
class ShrunkProgramTest {

    private static final String RULES = "META-INF/proguard/pollux-core.pro";

    @TempDir
    Path directory;

    @Test
    void it_runs_as_before() throws Exception {
        Path classes = woven();
        Path shrunk = shrunk(classes, rules());
        Projects.Said before = run(Jars.path(classes, Jars.RUNTIME));
        assertThat(before.text()).contains("trace true");
        assertThat(run(shrunk.toString())).isEqualTo(before);
        assertThat(Files.size(shrunk)).as("something was left out").isLessThan(Files.size(Jars.CORE));
    }

    /** Without the names of our classes and fields the program does not start, so the test above looks at the rules. */
    @Test
    void canary_without_the_rules_it_does_not() throws Exception {
        String kept = rules().replaceAll("(?ms)^-keep.*?(?=^\\s*$|^#|^-)", "");
        assertThat(kept).doesNotContain("\n-keep").contains("-dontwarn");
        assertThat(run(shrunk(woven(), kept).toString()).status()).isNotZero();
    }

    private Path woven() throws Exception {
        Path classes = Files.createDirectories(directory.resolve("classes"));
        List<String> javac = new ArrayList<>(List.of(Projects.tool("javac"), "-d", classes.toString()));
        javac.addAll(List.of("-cp", Jars.RUNTIME, "--processor-path", Jars.COMPILER.toString()));
        javac.addAll(Projects.sources("shrunk"));
        assertThat(Projects.fork(directory, javac)).isEqualTo(new Projects.Said(0, ""));
        return classes;
    }

    private static String rules() throws Exception {
        try (ZipFile jar = new ZipFile(Jars.CORE.toFile())) {
            ZipEntry entry = jar.getEntry(RULES);
            return new String(jar.getInputStream(entry).readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private Path shrunk(Path classes, String rules) throws Exception {
        Path shrunk = directory.resolve("shrunk.jar");
        Path configuration = directory.resolve("program.pro");
        Files.writeString(
                configuration,
                "-injars '" + classes + "'\n"
                        + "-injars '" + Jars.CORE + "'(!META-INF/**,!module-info.class)\n"
                        + "-injars '" + Jars.named("reactive-streams") + "'(!META-INF/**)\n"
                        + "-outjars '" + shrunk + "'\n"
                        + "-libraryjars <java.home>/jmods/java.base.jmod(!**.jar;!module-info.class)\n"
                        + "-keep class shrunk.Everything { public static void main(java.lang.String[]); }\n"
                        + rules);
        Projects.Said said = Projects.fork(
                directory,
                List.of(
                        Projects.tool("java"),
                        "-cp",
                        Files.readString(Path.of("target/classpath")).strip(),
                        "proguard.ProGuard",
                        "@" + configuration));
        assertThat(said.status()).as(said.text()).isZero();
        assertThat(Pattern.compile("(?m)^Warning:.*").matcher(said.text()).find())
                .as(said.text())
                .isFalse();
        return shrunk;
    }

    private Projects.Said run(String classPath) throws Exception {
        Path quiet = directory.resolve("logging.properties");
        Files.writeString(quiet, "handlers=\n"); // the monitor may speak on a busy machine
        return Projects.fork(
                directory,
                List.of(
                        Projects.tool("java"),
                        "-Djava.util.logging.config.file=" + quiet,
                        "-cp",
                        classPath,
                        "shrunk.Everything"));
    }
}
