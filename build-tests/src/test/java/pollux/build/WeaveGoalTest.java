package pollux.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The goal {@code pollux:weave} behind compilers that run no annotation processors, in a project of its own. */
@Timeout(180)
class WeaveGoalTest {

    /** What compiles before it. */
    enum Compiler {
        JAVAC_WITHOUT_PROCESSORS("<configuration><proc>none</proc></configuration>"),
        ECJ("""
                <configuration><compilerId>eclipse</compilerId><proc>none</proc></configuration>
                <dependencies><dependency>
                  <groupId>org.codehaus.plexus</groupId>
                  <artifactId>plexus-compiler-eclipse</artifactId>
                  <version>%s</version>
                  <exclusions><exclusion>
                    <groupId>org.eclipse.jdt</groupId>
                    <artifactId>ecj</artifactId>
                  </exclusion></exclusions>
                </dependency><dependency>
                  <groupId>org.eclipse.jdt</groupId>
                  <artifactId>ecj</artifactId>
                  <version>%s</version>
                </dependency></dependencies>
                """.formatted(version("plexus-compiler-eclipse"), version("ecj")));

        private final String configuration;

        Compiler(String configuration) {
            this.configuration = configuration;
        }
    }

    @TempDir
    Path home;

    private static String version(String artifact) {
        return Jars.named(artifact).getFileName().toString().replaceAll(artifact + "-(.*)\\.jar", "$1");
    }

    private static Map<String, FileTime> times(MavenProject project) throws IOException {
        Map<String, FileTime> times = new TreeMap<>();
        for (String file : Projects.files(project.directory.resolve("target"), ".class")) {
            times.put(file, Files.getLastModifiedTime(Path.of(file)));
        }
        return times;
    }

    @ParameterizedTest
    @EnumSource
    void it_compiles_awaits_again_only_where_something_changed_and_refuses_with_a_line(Compiler compiler)
            throws Exception {
        MavenProject project = MavenProject.woven(home, compiler.configuration);
        Projects.Said first = project.tryBuild();
        assertThat(first.status()).as(first.text()).isZero();
        assertThat(first.text()).contains("Pollux wove 1 class");
        assertThat(project.run("fresh.Greeting")).isEqualTo("hello, world");
        assertThat(project.run("fresh.GreetingCheck")).isEqualTo("hello, ahello, b");

        Map<String, FileTime> before = times(project);
        Projects.Said second = project.tryBuild();
        assertThat(second.text()).contains("Pollux wove 0 classes").doesNotContain("wove 1");
        assertThat(times(project)).isEqualTo(before);

        Path source = project.directory.resolve("src/main/java/fresh/Greeting.java");
        String code = Files.readString(source);
        Files.writeString(source, code.replace("\"hello, \"", "\"good day, \""));
        project.build();
        assertThat(project.run("fresh.Greeting")).isEqualTo("good day, world");

        // an await in a lock, which no state machine can hold
        Files.writeString(
                source,
                code.replace(
                        "async(() -> \"hello, \" + await(name))",
                        "async(() -> { synchronized (name) { return \"hello, \" + await(name); } })"));
        Projects.Said refused = project.tryBuild();
        assertThat(refused.status()).isNotZero();
        assertThat(refused.text()).contains("fresh/Greeting.class:", "awaits could not be compiled");

        Files.writeString(source, code);
        project.build();
        assertThat(project.run("fresh.Greeting")).isEqualTo("hello, world");
    }

    private static final String WAITING = """
            package fresh;
            import static pollux.reactor.ReactorAdapter.await;
            import reactor.core.publisher.Mono;
            final class Waiting {
                static class Inner {
                    String greet(Mono<String> name) {
                        return "hello, " + await(name);
                    }
                }
            }
            """;

    @Test
    void it_leaves_the_classes_that_it_is_told_to_leave() throws Exception {
        MavenProject project = MavenProject.woven(home, Compiler.JAVAC_WITHOUT_PROCESSORS.configuration);
        Files.writeString(project.directory.resolve("src/main/java/fresh/Waiting.java"), WAITING);
        Projects.Said refused = project.tryBuild();
        assertThat(refused.status()).isNotZero();
        assertThat(refused.text()).contains("Inner.class:7:", "or <leave> of the goal");

        Path pom = project.directory.resolve("pom.xml");
        String without = Files.readString(pom);
        String leave = "<configuration><leave><class>%s</class><class>fresh.Waiting</class></leave></configuration>";
        Files.writeString(pom, without.replace("<executions>", leave.formatted("fresh.Other") + "<executions>"));
        project.build();
        assertThat(project.directory.resolve("target/classes/fresh/Waiting$Inner.class"))
                .exists();
        assertThat(project.run("fresh.Greeting")).isEqualTo("hello, world"); // the others are woven all the same

        Files.writeString(pom, without);
        Projects.Said again = project.tryBuild("-Dpollux.weave.leave=fresh.Other,fresh.Waiting");
        assertThat(again.status()).as(again.text()).isZero();
        assertThat(project.tryBuild("-Dpollux.weave.leave=fresh.Other").status())
                .isNotZero();
    }
}
