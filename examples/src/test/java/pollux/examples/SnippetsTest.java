package pollux.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every Java sample that README.md and docs/ show is compiled by the build, and run where it says so.
 *
 * <p><b>The convention</b>, for the author of a page:
 *
 * <ul>
 *   <li>Each block fenced as <code>```java</code> is compiled. Java that is not meant to compile is fenced as
 *       <code>```text</code>.
 *   <li>A block fenced as <code>```java run</code> is also run. If it holds comments of the form {@code // prints:
 *   hello},
 *       what it prints must be those lines, all of them, in that order.
 *   <li>A block is statements, which may throw anything, or the members of a class (fields, methods, nested types);
 *   whichever
 *       it parses as. Members that are run have a {@code static void main(String[] args)} among them.
 *   <li>Imports may stand at the top of any block, and a block fenced as <code>```java imports</code> has the imports
 *   of all later
 *       blocks of the page. The packages of Pollux and what {@link Snippet#IMPORTS} names are imported already;
 *       docs/imports.md tells the
 *       reader. A block that starts with {@code package} is compiled as it stands.
 *   <li>Members that a block needs and a reader does not want to see go into an HTML comment before it: the lines
 *   between {@code
 *       <!-- java} and {@code -->}, each alone on its line, are added to all later blocks of the page. Imports are
 *       never hidden.
 * </ul>
 *
 * <p>Errors name the line of the page.
 */
class SnippetsTest {

    @TempDir
    Path classes;

    private static final Duration HANG = Duration.ofSeconds(120);

    @TestFactory
    Stream<DynamicTest> pages() throws IOException {
        Path root = Path.of("").toAbsolutePath();
        root = Files.exists(root.resolve("core")) ? root : root.getParent();
        List<Path> pages = new ArrayList<>();
        for (String place : List.of("README.md", "docs", "examples/README.md")) {
            Path path = root.resolve(place);
            if (Files.exists(path)) {
                try (Stream<Path> found = Files.walk(path)) {
                    found.filter(file -> file.toString().endsWith(".md"))
                            .filter(file ->
                                    !file.endsWith("spring.md")) // examples/spring-orders compiles what it shows
                            .sorted()
                            .forEach(pages::add);
                }
            }
        }
        List<DynamicTest> tests = new ArrayList<>();
        for (Path page : pages) {
            String name = root.relativize(page).toString();
            for (Snippet snippet : Snippet.of(name, Files.readString(page))) {
                tests.add(DynamicTest.dynamicTest(snippet.place(), page.toUri(), () -> check(snippet)));
            }
        }
        return tests.stream();
    }

    private void check(Snippet snippet) throws IOException {
        SnippetCompiler.Program program =
                SnippetCompiler.compile(snippet, Files.createTempDirectory(classes, "snippet"));
        assertThat(program.errors()).as("errors of the compiler").isEmpty();
        if (snippet.run()) {
            List<String> printed = assertTimeoutPreemptively(HANG, program::run);
            if (!snippet.prints().isEmpty()) {
                assertThat(printed).as("what %s prints", snippet.place()).isEqualTo(snippet.prints());
            }
        }
    }

    // ------------------------------------------------------------------ the convention itself

    @Test
    void statementsAndMembersAreToldApart() throws IOException {
        String page = """
                ```java run
                int x = 20 + 22;
                System.out.println(x); // prints: 42
                ```
                ```java run
                static int twice(int x) {
                    return 2 * x;
                }
                public static void main(String[] args) {
                    System.out.println(twice(21)); // prints: 42
                }
                ```
                ```java run
                import java.util.Set;
                record Point(int x) {
                    public static void main(String[] args) {
                        System.out.println(Set.of(new Point(42))); // prints: [Point[x=42]]
                    }
                }
                ```
                ```text
                not looked at
                ```
                """;
        List<Snippet> snippets = Snippet.of("page.md", page);
        assertThat(snippets).extracting(Snippet::place).containsExactly("page.md:1", "page.md:5", "page.md:13");
        for (Snippet snippet : snippets) {
            check(snippet);
        }
    }

    @Test
    void hiddenMembersAreSeenByLaterBlocks() throws IOException {
        String page = """
                ```java imports
                import java.util.LinkedList;
                ```
                <!-- java
                final LinkedList<Integer> given = new LinkedList<>(List.of(1));
                -->
                ```java run
                System.out.println(given); // prints: [1]
                ```
                ```java run
                System.out.println(given.size()); // prints: 1
                ```
                """;
        for (Snippet snippet : Snippet.of("page.md", page)) {
            check(snippet);
        }
    }

    @Test
    void importsAreNeverHidden() {
        String page = """
                <!-- java
                import java.util.LinkedList;
                -->
                """;
        assertThatThrownBy(() -> Snippet.of("page.md", page)).hasMessageContaining("page.md:1");
    }

    @Test
    void thePageOnImportsNamesWhatIsImported() throws IOException {
        Path root = Path.of("").toAbsolutePath();
        root = Files.exists(root.resolve("core")) ? root : root.getParent();
        String page = Files.readString(root.resolve("docs/imports.md"));
        for (String name : Snippet.IMPORTS) {
            assertThat(page).contains("import " + name + ";");
        }
    }

    @Test
    void awaitIsCompiled() throws IOException {
        String page = """
                ```java run
                import static pollux.async.Async.async;
                import static pollux.async.Async.await;

                Future<Integer> sum = async(() -> await(Futures.ready(40)) + await(Futures.ready(2)));
                System.out.println(Pollux.blockOn(sum)); // prints: 42
                ```
                """;
        check(Snippet.of("page.md", page).get(0));
    }

    @Test
    void anErrorNamesTheLineOfThePage() {
        String page = """
                text
                ```java
                import java.util.Set;

                int fine = 1;
                int wrong = "one";
                ```
                """;
        List<String> errors = SnippetCompiler.compile(
                        Snippet.of("page.md", page).get(0), classes)
                .errors();
        assertThat(errors).singleElement().asString().startsWith("page.md:6: ").contains("incompatible types");
    }

    @Test
    void whatDoesNotParseIsReportedAsStatements() {
        String page = """
                ```java
                int wrong = ;
                ```
                """;
        List<String> errors = SnippetCompiler.compile(
                        Snippet.of("page.md", page).get(0), classes)
                .errors();
        assertThat(errors).first().asString().startsWith("page.md:2: ").contains("illegal start of expression");
    }
}
