package pollux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The rules of the house that a look at the sources can check. */
class HouseRulesTest {

    /** Ground floor first: a package imports only packages named before it. */
    private static final List<String> FLOORS = List.of(
            "pollux.internal.checks",
            "pollux.internal.bean",
            "pollux.internal.memory",
            "pollux.internal.thread",
            "pollux.internal.queue",
            "pollux.internal.trace",
            "pollux.future",
            "pollux.internal.timer",
            "pollux.sync",
            "pollux.time",
            "pollux.stream",
            "pollux.debug",
            "pollux.executor",
            "pollux.scope",
            "pollux.io",
            "pollux.reactive.spi",
            "pollux.reactive",
            "pollux.async",
            "pollux");

    /**
     * What users give to a bridge and get from it. These types stand in the users' package and name nothing of it or
     * of the one below, so that the package below may name them.
     */
    private static final Set<String> WORDS_OF_BRIDGES =
            Set.of("pollux.reactive.CancelPolicy", "pollux.reactive.Prefetch", "pollux.reactive.ProtocolViolation");

    private static final Path MAIN = Path.of("src/main/java");
    private static final Pattern NAMED = Pattern.compile("\\b(pollux(?:\\.[a-z]+)*)\\.[A-Z]\\w*");

    @Test
    void packagesDependOnlyOnLowerFloors() {
        List<String> wrong = new ArrayList<>();
        sources().forEach((file, text) -> {
            String own = packageOf(file);
            boolean word = WORDS_OF_BRIDGES.contains(
                    own + "." + file.getFileName().toString().replace(".java", ""));
            assertThat(FLOORS).as("the floor of " + own).contains(own);
            Matcher named = NAMED.matcher(withoutComments(text));
            while (named.find()) {
                boolean upwards = FLOORS.indexOf(named.group(1)) > FLOORS.indexOf(own);
                boolean aside = word && named.group(1).startsWith("pollux.reactive");
                boolean allowed = own.equals("pollux.reactive.spi") && WORDS_OF_BRIDGES.contains(named.group());
                if (upwards && !allowed || aside) {
                    wrong.add(file + " names " + named.group());
                }
            }
        });
        assertThat(wrong).isEmpty();
    }

    @Test
    void theArchitecturePageNamesTheFloorsInOrder() throws IOException {
        Matcher row = Pattern.compile("(?m)^\\| `(pollux[a-z.]*)` \\|")
                .matcher(Files.readString(Path.of("../docs/architecture.md")));
        assertThat(row.results().map(found -> found.group(1))).containsExactlyElementsOf(FLOORS);
    }

    @ParameterizedTest
    @CsvSource({
        "java.util.concurrent.Future;, Pollux has a Future of its own; the two must never meet in a file",
        "sun.misc, no access around the language",
        "setAccessible, no access around the language",
        "Class.forName, no class loading by name",
        "System.exit, a library does not end the process",
        "Runtime.getRuntime().addShutdownHook, a library installs no hooks",
        "ObjectInputStream, no serialisation",
        "finalize(), no finalisers",
        "printStackTrace, failures go to the logger",
        "System.out, a library does not print",
        "System.err, a library does not print",
    })
    void sourcesNeverName(String forbidden, String reason) {
        List<Path> wrong = new ArrayList<>();
        sources().forEach((file, text) -> {
            if (withoutComments(text).contains(forbidden)) {
                wrong.add(file);
            }
        });
        assertThat(wrong).as(reason).isEmpty();
    }

    /** Adversarial case 92. Elsewhere a wall clock is told to those who ask for one. */
    @Test
    void timersKnowNoWallClock() {
        List<Path> wrong = new ArrayList<>();
        sources().forEach((file, text) -> {
            boolean measures = packageOf(file).matches("pollux\\.(future|time|sync|executor|scope|internal\\..*)");
            if (measures && text.matches("(?s).*(currentTimeMillis|Instant\\.|Clock\\.system).*")) {
                wrong.add(file);
            }
        });
        assertThat(wrong).isEmpty();
    }

    /** What docs/scheduler.md calls Type.member is there. */
    @Test
    void pageOnTheSchedulerNamesWhatExists() throws IOException {
        Matcher named = Pattern.compile("`([A-Z]\\w+)(?:\\.([a-z]\\w+|[A-Z]+))?(?:\\(\\))?`")
                .matcher(Files.readString(Path.of("..", "docs", "scheduler.md")));
        Map<String, String> types = new TreeMap<>();
        sources()
                .forEach((file, text) -> types.put(file.getFileName().toString().replace(".java", ""), text));
        List<String> wrong = new ArrayList<>();
        int found = 0;
        while (named.find()) {
            String type = types.get(named.group(1));
            boolean exists = named.group(1).endsWith("Test")
                    || named.group(1).equals("Thread")
                    || type != null && (named.group(2) == null || type.contains(" " + named.group(2)));
            if (exists) {
                found++;
            } else {
                wrong.add(named.group());
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(found).isGreaterThan(30);
    }

    @Test
    void everyPackageSaysWhatItIs() {
        List<Path> wrong = new ArrayList<>();
        sources().keySet().stream()
                .map(Path::getParent)
                .distinct()
                .filter(folder -> !folder.equals(MAIN))
                .filter(folder -> !Files.exists(folder.resolve("package-info.java")))
                .forEach(wrong::add);
        assertThat(wrong).isEmpty();
    }

    /** DESIGN, the house: each package page is a reading list. The canary is the page of a package without one. */
    @Test
    void everyPackageNamesItsPublicTypes() {
        Pattern isPublic = Pattern.compile(
                "(?m)^public (?:abstract |final |sealed |non-sealed )*(?:class|interface|enum|record|@interface) ");
        List<String> missing = new ArrayList<>();
        modules(Modules.published()).forEach((file, text) -> {
            String type = file.getFileName().toString().replace(".java", "");
            if (isPublic.matcher(text).find()) {
                String page = read(file.resolveSibling("package-info.java"));
                if (!isNamed(type, page)) {
                    missing.add(file.getParent() + ": " + type);
                }
            }
        });
        assertThat(missing).isEmpty();
        assertThat(isNamed("Futures", "/** Only {@link pollux.future.Future} and FuturesOther. */"))
                .isFalse();
    }

    private static boolean isNamed(String type, String page) {
        return Pattern.compile("\\b" + type + "\\b").matcher(page).find();
    }

    /** What each module may name of Pollux, besides itself. Only core names {@code pollux.internal}. */
    @ParameterizedTest
    @CsvSource({
        "async-compiler, compiler",
        "maven-plugin, maven|compiler",
        "reactor-adapter, reactor|CORE|async|reactive|reactive.spi",
        "rxjava-adapter, rxjava|CORE|async|reactive|reactive.spi",
        "observability, observability|CORE",
        "spring, spring|CORE|async|reactor",
        "testing, testing|CORE|async|reactor|rxjava",
    })
    void modulesNameOnlyWhatIsBelowThem(String module, String allowed) {
        String packages = allowed.replace("CORE", "future|sync|time|stream|debug|executor|scope|io")
                .replace(".", "\\.");
        List<String> wrong = new ArrayList<>();
        sources(Modules.main(module)).forEach((file, text) -> {
            Matcher named = Pattern.compile("(?m)^import (?:static )?(pollux(?:\\.[a-z]+)*)\\.[A-Z]")
                    .matcher(text);
            while (named.find()) {
                if (!named.group(1).matches("pollux(\\.(" + packages + "))?")) {
                    wrong.add(file + " imports " + named.group(1));
                }
            }
        });
        assertThat(wrong).isEmpty();
    }

    @Test
    void everyTypeSaysWhatItIs() {
        Pattern undocumented = Pattern.compile(
                "(?m)(?<!\\*/\\n)(?<!\\)\\n)^(?:public )?(?:abstract |final |sealed )*(?:class|interface|enum|record) ");
        List<Path> wrong = new ArrayList<>();
        sources().forEach((file, text) -> {
            String unannotated = text.replaceAll("(?m)^@\\w+(\\([^)]*\\))?( //.*)?\\n", "");
            if (undocumented.matcher(unannotated).find()) {
                wrong.add(file);
            }
        });
        assertThat(wrong).isEmpty();
    }

    /**
     * DESIGN, how we write: for the main sources of all modules. Rows of tables and texts that stay whole may be a
     * little longer.
     */
    @Test
    void linesOfAllModulesWrap() {
        List<String> wrong = new ArrayList<>();
        modules(Modules.all()).forEach((file, text) -> {
            String[] lines = text.split("\n");
            for (int i = 0; i < lines.length; i++) {
                String line = lines[i].strip();
                boolean whole = line.matches("(\\*.*\\S {3,}\\S.*|[^\"]*\".*\"[;),]*.*|\\* +\\S.*[─↔▶].*)");
                if (lines[i].length() > (whole ? 140 : 120)) {
                    wrong.add(file + ":" + (i + 1));
                }
            }
        });
        assertThat(wrong).isEmpty();
    }

    /** DESIGN, how we write: for sources, tests and pages alike. The canary is a sentence that does not say it. */
    @Test
    void sourcesTestsAndPagesSayWhoIsMeant() throws IOException {
        Pattern vague = Pattern.compile("\\b(?:[Ww]hoever|[Nn]obody|[Ss]omebody|[Aa]nybody|[Ee]verybody)\\b");
        List<String> wrong = new ArrayList<>();
        texts().forEach((file, text) ->
                vague.matcher(text).results().forEach(found -> wrong.add(file + ": " + found.group())));
        assertThat(wrong).isEmpty();
        assertThat(vague.matcher("and no" + "body waits").find()).isTrue();
    }

    /** All sources, tests and pages of this repository. */
    private static Map<Path, String> texts() throws IOException {
        Map<Path, String> texts = new TreeMap<>();
        Path root = Path.of("..");
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                String name = folder.getFileName().toString();
                boolean ours = folder.equals(root) || !name.startsWith(".") && !name.equals("target");
                return ours ? FileVisitResult.CONTINUE : FileVisitResult.SKIP_SUBTREE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                String path = file.toString().replace('\\', '/');
                if (path.endsWith(".md") || path.contains("/src/") && path.matches(".*\\.(java|kt|js|html)")) {
                    texts.put(file, Files.readString(file));
                }
                return FileVisitResult.CONTINUE;
            }
        });
        assertThat(texts).containsKeys(root.resolve("README.md"), root.resolve("docs/await.md"));
        return texts;
    }

    private static Map<Path, String> modules(List<String> modules) {
        Map<Path, String> texts = new TreeMap<>();
        modules.forEach(module -> texts.putAll(sources(Modules.main(module))));
        return texts;
    }

    private static Map<Path, String> sources() {
        return sources(MAIN);
    }

    private static Map<Path, String> sources(Path main) {
        Map<Path, String> texts = new TreeMap<>();
        try (Stream<Path> files = Files.walk(main)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                String name = file.getFileName().toString();
                if (name.endsWith(".java") && !name.equals("module-info.java")) {
                    texts.put(file, Files.readString(file));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        assertThat(texts).isNotEmpty();
        return texts;
    }

    private static String read(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String packageOf(Path file) {
        return MAIN.relativize(file.getParent()).toString().replace('/', '.').replace('\\', '.');
    }

    private static String withoutComments(String text) {
        return text.replaceAll("(?s)/\\*.*?\\*/", "").replaceAll("(?m)//.*$", "");
    }
}
