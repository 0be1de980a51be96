package pollux.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A published module, whose parent is ours, is compiled with NullAway and Error Prone; a mistake fails its build. */
@Timeout(180)
class NullnessTest {

    @TempDir
    Path home;

    @Test
    void a_module_in_order_passes_and_a_mistake_fails_its_build() throws Exception {
        MavenProject project = MavenProject.child(home);
        Files.createFile(project.directory.resolve(".published"));
        write(project, "module-info.java", """
                /** A module that is checked. */
                @org.jspecify.annotations.NullMarked
                module fresh {
                    requires static transitive org.jspecify;

                    exports fresh;
                }
                """);
        write(project, "fresh/Name.java", """
                package fresh;

                import org.jspecify.annotations.Nullable;

                /** A name that may be absent. */
                public record Name(@Nullable String text) {
                    /** Returns its length. */
                    public int length() {
                        return text == null ? 0 : text.length();
                    }
                }
                """);
        project.build();

        // the canary: what passed above passed because it was looked at
        write(project, "fresh/Broken.java", """
                package fresh;

                /** A mistake of each kind. */
                final class Broken {
                    private Broken() {}

                    static int length(Name name) {
                        return name.text().length();
                    }

                    static void lost(int length) {
                        if (length < 0) {
                            new IllegalStateException("nothing throws it");
                        }
                    }
                }
                """);
        Projects.Said said = project.tryBuild();
        assertThat(said.status()).as(said.text()).isEqualTo(1);
        assertThat(said.text())
                .contains("Broken.java:[8,27] [NullAway] dereferenced expression")
                .contains("Broken.java:[13,13] [DeadException]");
    }

    private static void write(MavenProject project, String name, String source) throws Exception {
        Path file = project.directory.resolve("src/main/java").resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, source);
    }
}
