package pollux.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The BOM: complete, alone, and imported by a project outside of the tree. */
class BomTest {

    private static String flattened() throws Exception {
        return Files.readString(Jars.root().resolve("bom/target/flattened-pom.xml"));
    }

    /** A module is published unless its pom says that it is not deployed; those that are have the file that says so. */
    @Test
    void it_names_each_published_module_and_no_other() throws Exception {
        String parent = Files.readString(Jars.root().resolve("pom.xml"));
        List<String> modules = Pattern.compile("<module>(.*?)</module>")
                .matcher(parent)
                .results()
                .map(found -> found.group(1))
                .filter(module -> !module.equals("bom"))
                .toList();
        assertThat(modules).contains("core", "examples");
        for (String module : modules) {
            String pom = Files.readString(Jars.root().resolve(module).resolve("pom.xml"));
            String artifact = pom.split("</parent>")[1].replaceAll("(?s).*?<artifactId>(.*?)</artifactId>.*", "$1");
            boolean deployed = !pom.contains("<maven.deploy.skip>true</maven.deploy.skip>");
            assertThat(MavenProject.published().contains(artifact)).as(artifact).isEqualTo(deployed);
            assertThat(Files.exists(Jars.root().resolve(module).resolve(".published")))
                    .as("the file .published of " + module)
                    .isEqualTo(deployed);
        }
    }

    @Test
    void as_published_it_has_no_parent_and_manages_nothing_else() throws Exception {
        assertThat(flattened().replace("${project.version}", ""))
                .doesNotContain("<parent>", "${", "org.junit", "reactor-core");
        for (String artifact : MavenProject.published()) {
            assertThat(flattened()).contains("<artifactId>" + artifact + "</artifactId>");
        }
    }

    @Test
    @Timeout(120)
    void a_project_imports_it_and_names_no_version(@TempDir Path home) throws Exception {
        MavenProject project = new MavenProject(home, true);
        project.build();
        assertThat(project.run("fresh.Greeting")).isEqualTo("hello, world");
    }
}
