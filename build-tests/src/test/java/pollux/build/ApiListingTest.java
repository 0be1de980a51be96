package pollux.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The files of {@code api/}: the public API of each published jar, so that a review sees each change of it. {@code
 * -Dapi.update} writes them.
 */
class ApiListingTest {

    private static final String HOW = "The public API of %s has changed. If that is intended, write the listing anew:%n"
            + "    mvn verify -pl build-tests -am -Dtest=ApiListingTest -Dsurefire.failIfNoSpecifiedTests=false"
            + " -Dapi.update%n"
            + "and commit it together with the change and its line in CHANGELOG.md.%n%s";

    /** What the BOM names is what is published. */
    static List<String> published() throws Exception {
        return MavenProject.published();
    }

    @ParameterizedTest
    @MethodSource("published")
    void theListingIsTheApi(String artifact) throws Exception {
        Path listing = Jars.root().resolve("api").resolve(artifact + ".txt");
        String api = Api.of(Jars.named(artifact));
        assertThat(api).as("a jar without types").contains("public ");
        if (System.getProperty("api.update") != null) {
            Files.createDirectories(listing.getParent());
            Files.writeString(listing, api);
        }
        String committed = Files.exists(listing) ? Files.readString(listing).replace("\r", "") : "";
        assertThat(api.equals(committed))
                .as(HOW, artifact, difference(committed, api))
                .isTrue();
    }

    @Test
    void thereIsAListingForEachPublishedArtifactOnly() throws Exception {
        assertThat(Projects.files(Jars.root().resolve("api"), ".txt"))
                .extracting(file -> Path.of(file).getFileName().toString().replace(".txt", ""))
                .containsExactlyElementsOf(new TreeSet<>(published()));
    }

    /** Canary: each kind of change shows in the listing, and what is not API does not. */
    @Test
    void changesShow(@TempDir Path directory) throws Exception {
        String before = "package a; public class T<X> { public void m() {} protected int f; void hidden() {}"
                + " static class Inner { public static class Deep {} } public interface Open { } }";
        String listing = listing(directory, "before", before);
        assertThat(listing)
                .contains("public class a.T<X>", "public void m();", "protected int f;", "interface a.T$Open")
                .doesNotContain("hidden", "Inner", "Deep");
        for (String[] change : new String[][] {
            {"public void m() {}", ""},
            {"public void m() {}", "public void m(int x) {}"},
            {"public void m() {}", "public void m() throws java.io.IOException {}"},
            {"public void m() {}", "public int m() { return 1; }"},
            {"public void m() {}", "public final void m() {}"},
            {"public void m() {}", "public static void m() {}"},
            {"protected int f", "protected long f"},
            {"protected int f", "protected final int f = 1"},
            {"T<X>", "T<X extends Number>"},
            {"T<X>", "T<X> implements java.io.Closeable"},
            {"static class Inner", "public static class Inner"},
        }) {
            String after =
                    before.replace(change[0], change[1]).replace("Closeable {", "Closeable { public void close() {}");
            assertThat(listing(directory, "after", after)).as(after).isNotEqualTo(listing);
        }
        assertThat(listing(directory, "same", before.replace("void hidden() {}", "int hidden2() { return 2; }")))
                .isEqualTo(listing);
    }

    private static String listing(Path directory, String name, String source) throws Exception {
        Path home = Files.createTempDirectory(directory, name);
        Path file = Files.writeString(home.resolve("T.java"), source);
        Path module = Files.writeString(home.resolve("module-info.java"), "module a { exports a; }");
        Path classes = Projects.compiled(
                List.of(file.toString(), module.toString()),
                Files.createDirectory(home.resolve("classes")),
                "-proc:none");
        Path jar = home.resolve("t.jar");
        Projects.Said said = Projects.fork(
                home, List.of(Projects.tool("jar"), "-cf", jar.toString(), "-C", classes.toString(), "."));
        assertThat(said.status()).as(said.text()).isZero();
        return Api.of(jar);
    }

    private static String difference(String before, String after) {
        List<String> old = Arrays.asList(before.split("\n"));
        List<String> now = Arrays.asList(after.split("\n"));
        StringBuilder text = new StringBuilder();
        old.stream()
                .filter(line -> !now.contains(line))
                .forEach(line -> text.append("- ").append(line).append('\n'));
        now.stream()
                .filter(line -> !old.contains(line))
                .forEach(line -> text.append("+ ").append(line).append('\n'));
        return text.toString();
    }
}
