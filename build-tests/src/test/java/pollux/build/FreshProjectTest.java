package pollux.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A Maven project made of README's lines: its first build, and those that follow. */
@Timeout(120)
class FreshProjectTest {

    @TempDir
    static Path home;

    private static MavenProject project;

    @BeforeAll
    static void build() throws Exception {
        project = new MavenProject(home);
        project.build();
    }

    /** When each file of the output was written; any rewriting shows, even of the same bytes. */
    private static Map<String, FileTime> times() throws IOException {
        Map<String, FileTime> times = new TreeMap<>();
        for (String file : Projects.files(project.directory.resolve("target"), ".class")) {
            times.put(file, Files.getLastModifiedTime(Path.of(file)));
        }
        return times;
    }

    @Test
    void it_runs() throws Exception {
        assertThat(project.run("fresh.Greeting")).isEqualTo("hello, world");
        assertThat(Projects.contents(project.directory.resolve("target/classes")))
                .containsKey("fresh/Greeting$greet-async1.class");
    }

    @Test
    void its_tests_await_too() throws Exception {
        assertThat(project.run("fresh.GreetingCheck")).isEqualTo("hello, ahello, b");
    }

    @Test
    void a_build_with_nothing_changed_touches_no_class() throws Exception {
        Map<String, FileTime> before = times();
        assertThat(before).hasSize(5);
        project.build();
        assertThat(times()).isEqualTo(before);
    }

    @Test
    void a_build_with_one_class_changed_leaves_nothing_stale_and_nothing_woven_twice() throws Exception {
        Path source = project.directory.resolve("src/main/java/fresh/Greeting.java");
        String code = Files.readString(source);
        Map<String, byte[]> before = Projects.contents(project.directory.resolve("target/classes"));
        try {
            Files.writeString(
                    source,
                    code.replace("async(() -> \"hello, \" + await(name))", "future(name)")
                            .replace(".await;", ".future;"));
            project.build();
            assertThat(project.run("fresh.Greeting")).isEqualTo("world");
            assertThat(Projects.contents(project.directory.resolve("target/classes"))
                            .keySet())
                    .contains("fresh/Greeting.class")
                    .noneMatch(name -> name.contains("async"));
        } finally {
            Files.writeString(source, code);
            project.build();
        }
        Map<String, byte[]> after = Projects.contents(project.directory.resolve("target/classes"));
        assertThat(after.keySet()).isEqualTo(before.keySet());
        before.forEach((name, bytes) -> assertThat(after.get(name)).as(name).isEqualTo(bytes));
    }
}
