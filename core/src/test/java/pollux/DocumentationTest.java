package pollux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the pages cite exists: pages and headings by their links, error messages, and members of public types. */
class DocumentationTest {

    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
    /** Methods of Reactor that pages name. */
    private static final Set<String> FOREIGN = Set.of("retryWhen");

    private static final Pattern MEMBER = Pattern.compile("`([A-Z]\\w+)\\.([a-z]\\w*)(?:\\(.*?\\))?`");

    @Test
    void everyRelativeLinkLeadsToAPageAndAHeading() {
        List<String> broken = new ArrayList<>();
        for (Path page : pages()) {
            broken.addAll(brokenLinks(page, read(page)));
        }
        assertThat(broken).isEmpty();
    }

    @Test
    void aBrokenLinkIsFound() {
        Path page = ROOT.resolve("docs/canary.md");
        String text =
                "# One heading\n[a](nowhere.md) [b](#one-heading) [c](#another) [d](await.md#no-such) [e](await.md)"
                        + "\n```\n# no heading\n[f](in-code.md)\n```\n[g](#no-heading) [h](https://example.org/x.md)";
        assertThat(brokenLinks(page, text))
                .extracting(line -> line.substring(line.indexOf(' ') + 1))
                .containsExactly("nowhere.md", "#another", "await.md#no-such", "#no-heading");
    }

    /** The shelf has every page. */
    @Test
    void theIndexNamesEveryPage() throws IOException {
        String index = read(ROOT.resolve("docs/README.md"));
        try (Stream<Path> files = Files.list(ROOT.resolve("docs"))) {
            assertThat(files.map(file -> file.getFileName().toString())
                            .filter(name -> name.endsWith(".md") && !name.equals("README.md"))
                            .filter(name -> !index.contains("(" + name)))
                    .isEmpty();
        }
    }

    /** A reader searches the page for the text of an error, so it stands there as the sources have it. */
    @Test
    void troubleshootingCitesMessagesAsTheyAre() {
        String sources = literals();
        List<String> wrong = new ArrayList<>();
        int cited = 0;
        for (String line : read(ROOT.resolve("docs/troubleshooting.md")).lines().toList()) {
            if (line.startsWith("| *")) {
                Matcher text = Pattern.compile("\\*([^*]+)\\*").matcher(line.split("\\|")[1]);
                while (text.find()) {
                    cited++;
                    if (!sources.contains(text.group(1))) {
                        wrong.add(text.group(1));
                    }
                }
            }
        }
        assertThat(cited).isGreaterThan(10);
        assertThat(wrong).isEmpty();
    }

    /** {@code `Type.member`} on any page, also in tables, which no compiler reads, names a member of a type of ours. */
    @Test
    void membersThatPagesNameExist() {
        Map<String, String> types = types();
        List<String> wrong = new ArrayList<>();
        int named = 0;
        for (Path page : pages()) {
            if (page.endsWith("CHANGELOG.md") || page.toString().contains("adr")) {
                continue; // they tell what was
            }
            Matcher member = MEMBER.matcher(withoutCode(read(page)));
            while (member.find()) {
                String type = types.get(member.group(1));
                if (type != null) {
                    named++;
                    if (!Pattern.compile("\\b" + member.group(2) + "\\b")
                            .matcher(type)
                            .find()) {
                        wrong.add(ROOT.relativize(page) + ": " + member.group());
                    }
                }
            }
        }
        assertThat(named).isGreaterThan(50);
        assertThat(wrong).isEmpty();
    }

    /** {@code `method(...)`} is a method of ours; pages that translate from another library have its names, too. */
    @Test
    void methodsThatPagesNameExist() {
        String sources = literals().replaceAll("(?s)/\\*.*?\\*/|//[^\n]*", "");
        Set<String> methods = new HashSet<>(FOREIGN);
        Matcher declared = Pattern.compile("\\b([a-z]\\w*)\\(").matcher(sources);
        while (declared.find()) {
            methods.add(declared.group(1));
        }
        List<String> wrong = new ArrayList<>();
        for (Path page : pages()) {
            boolean translates = page.getFileName().toString().startsWith("from-");
            if (translates || page.endsWith("CHANGELOG.md") || page.toString().contains("adr")) {
                continue;
            }
            Matcher code = Pattern.compile("`([^`\n]+)`").matcher(withoutCode(read(page)));
            while (code.find()) {
                Matcher method = Pattern.compile("(?<![\\w.])([a-z]\\w*)\\(").matcher(code.group(1));
                while (method.find()) {
                    if (!methods.contains(method.group(1))) {
                        wrong.add(ROOT.relativize(page) + ": " + code.group());
                    }
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    /** {@code `SomeTest.method`} on any page is a test. */
    @Test
    void testsThatPagesNameExist() {
        Map<String, String> tests = new HashMap<>();
        testSources()
                .forEach(file ->
                        tests.merge(file.getFileName().toString().replace(".java", ""), read(file), String::concat));
        List<String> wrong = new ArrayList<>();
        for (Path page : pages()) {
            missingTests(read(page), tests).forEach(test -> wrong.add(ROOT.relativize(page) + ": " + test));
        }
        assertThat(wrong).isEmpty();
        String canary = "`DocumentationTest.testsThatPagesNameExist` `DocumentationTest.another` `NoSuchTest.another`";
        assertThat(missingTests(canary, tests)).containsExactly("DocumentationTest.another", "NoSuchTest.another");
    }

    private static List<String> missingTests(String page, Map<String, String> tests) {
        Matcher named = Pattern.compile("`(\\w+(?:Test|IT))\\.(\\w+)`").matcher(page);
        List<String> missing = new ArrayList<>();
        while (named.find()) {
            String source = tests.getOrDefault(named.group(1), "");
            if (!Pattern.compile("@\\w*Test\\b[^;]*\\bvoid " + named.group(2) + "\\(")
                    .matcher(source)
                    .find()) {
                missing.add(named.group(1) + "." + named.group(2));
            }
        }
        return missing;
    }

    private static List<String> brokenLinks(Path page, String text) {
        List<String> broken = new ArrayList<>();
        Matcher link = LINK.matcher(withoutCode(text));
        while (link.find()) {
            if (link.group(1).matches("[a-z]+:.*")) {
                continue;
            }
            String[] parts = link.group(1).split("#", 2);
            Path target =
                    parts[0].isEmpty() ? page : page.resolveSibling(parts[0]).normalize();
            boolean itself = target.equals(page);
            boolean exists = itself || Files.exists(target);
            if (exists && parts.length == 2 && target.toString().endsWith(".md")) {
                exists = headings(itself ? text : read(target)).contains(parts[1]);
            }
            if (!exists) {
                broken.add(ROOT.relativize(page) + ": " + link.group(1));
            }
        }
        return broken;
    }

    /** The anchors of a page, as GitHub makes them: a repeated heading gets a number. */
    private static Set<String> headings(String text) {
        Map<String, Integer> times = new HashMap<>();
        Set<String> anchors = new HashSet<>();
        withoutCode(text).lines().filter(line -> line.matches("#+ .*")).forEach(line -> {
            String heading = line.replaceFirst("#+ ", "")
                    .replaceAll("\\[([^\\]]*)\\]\\([^)]*\\)", "$1")
                    .toLowerCase(Locale.ROOT)
                    .replaceAll("[^\\p{L}\\p{N}_\\- ]", "")
                    .strip()
                    .replace(' ', '-');
            int before = times.merge(heading, 1, Integer::sum) - 1;
            anchors.add(before == 0 ? heading : heading + "-" + before);
        });
        Matcher named = Pattern.compile("<a (?:id|name)=\"([^\"]+)\"").matcher(text);
        while (named.find()) {
            anchors.add(named.group(1));
        }
        return anchors;
    }

    private static String withoutCode(String text) {
        return text.replaceAll("(?ms)^\\s*```.*?^\\s*```", "");
    }

    private static List<Path> pages() {
        List<Path> pages = new ArrayList<>();
        for (String place : List.of("", "docs", "docs/adr", "docs/evidence", "examples", "benchmarks", "build-tests")) {
            Path directory = ROOT.resolve(place);
            if (Files.isDirectory(directory)) {
                try (Stream<Path> files = Files.list(directory)) {
                    files.filter(file -> file.toString().endsWith(".md"))
                            .sorted()
                            .forEach(pages::add);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }
        return pages;
    }

    /** All sources of what is published, with literals in one piece. */
    private static String literals() {
        StringBuilder all = new StringBuilder();
        sources().forEach(file -> all.append(read(file)));
        return all.toString().replaceAll("\"\\s*\\+\\s*\"", "");
    }

    /** The sources by the simple name of their types, nested ones with the file that they are in. */
    private static Map<String, String> types() {
        Map<String, String> types = new HashMap<>();
        Pattern nested = Pattern.compile("(?:class|interface|enum|record) ([A-Z]\\w+)");
        sources().forEach(file -> {
            String text = read(file);
            Matcher type = nested.matcher(text);
            while (type.find()) {
                types.merge(type.group(1), text, String::concat);
            }
        });
        // inherited members: what a type extends is part of it
        Map<String, String> whole = new HashMap<>();
        types.forEach((name, text) -> {
            StringBuilder all = new StringBuilder(text);
            Matcher parent =
                    Pattern.compile("(?:extends|implements|,) ([A-Z]\\w+)").matcher(text);
            while (parent.find()) {
                all.append(types.getOrDefault(parent.group(1), ""));
            }
            whole.put(name, all.toString());
        });
        return whole;
    }

    private static List<Path> sources() {
        return sources(ROOT, "src/main/java");
    }

    /** Those of the examples, too, which are modules inside a module. */
    private static List<Path> testSources() {
        List<Path> found = sources(ROOT, "src/test/java");
        found.addAll(sources(ROOT.resolve("examples"), "src/test/java"));
        return found;
    }

    private static List<Path> sources(Path parent, String place) {
        try (Stream<Path> modules = Files.list(parent)) {
            List<Path> found = new ArrayList<>();
            for (Path directory : modules.map(module -> module.resolve(place))
                    .filter(Files::isDirectory)
                    .sorted()
                    .toList()) {
                try (Stream<Path> files = Files.walk(directory)) {
                    files.filter(file -> file.toString().endsWith(".java")).forEach(found::add);
                }
            }
            return found;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
