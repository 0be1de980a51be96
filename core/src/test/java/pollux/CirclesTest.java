package pollux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Circles between the files of a package, in all published modules: files that can only be understood together. At
 * most three of them may be in one, but for the circles that are known below; none of those may grow.
 *
 * <p>A file depends on another of its package if its code names it. A type that names its own subtypes, in a factory or
 * in a fluent method, does not depend on them in this sense: {@code Future.map} makes a {@code MapFuture}, and a reader
 * of {@code Future} need not read it. ADR 63 has the figures of both counts.
 */
class CirclesTest {

    private static final int MOST = 3;

    /** Known circles that are larger: the package, and the files, each circle a line. */
    private static final List<String> KNOWN = List.of(
            "pollux.executor: InlineRunnable Joinable Joiner Joiners"
                    + " Runner Task TaskCompletableFuture TaskHost TaskState TaskTrace",
            "pollux.future: AwaitTree Context Future Inspectable RawFuture Shared",
            "pollux.io: Connect ConnectByName TcpReader TcpStream TcpWriter",
            "pollux.io: Direction DriverThread SelectorDriver Socket",
            "pollux.io: AsyncFile FileOperation FileRead FileWrite",
            "pollux.reactive: Referee RefereedPublisher RefereedSubscriber RefereedSubscription",
            "pollux.reactive.spi: BridgeHooks ErrorSubscription StreamSubscription TaskSubscription",
            "pollux.stream: AsyncStream FoldFuture NextFuture OwnedStream RawStream SendAllFuture StreamCancellation",
            "pollux.sync: ChannelTrace MpscCore Permit Sender",
            "pollux.compiler: AsyncMethod Body Lambdas LocalVariableRanges Plan ResumeMethod Weaver",
            "pollux.reactor: ContextBridge ContextFuture ThreadLocalSpawner ThreadLocals",
            "pollux.testing: ForeignThread Library Scenario SimHandle SimTask SimWaker World");

    @Test
    void noCircleIsLargerThanThreeFilesButForTheKnownOnes() {
        List<String> grown = new ArrayList<>();
        for (String circle : circlesOfAllModules()) {
            if (KNOWN.stream().noneMatch(known -> contains(known, circle))) {
                grown.add(circle);
            }
        }
        assertThat(grown).as("circles of more than " + MOST + " files").isEmpty();
    }

    /** So that a circle that was broken cannot close again. */
    @Test
    void theListOfKnownCirclesHasNothingThatIsGone() {
        List<String> found = circlesOfAllModules();
        assertThat(KNOWN).allSatisfy(known -> assertThat(found).contains(known));
    }

    /** The canary: what is looked for is found. */
    @Test
    void aCircleIsFoundAndAFactoryOfSubtypesIsNone() {
        Map<String, String> four = Map.of(
                "A", "class A { B b; }",
                "B", "class B { /* D */ C c; }",
                "C", "class C { D d; }",
                "D", "class D { A a; \"B\"; }",
                "E", "class E { A a; }");
        assertThat(circles("p", four)).containsExactly("p: A B C D");
        Map<String, String> nouns = Map.of(
                "Noun", "interface Noun<T extends Noun<T>> { default Noun map() { return new Mapped(this); } }",
                "Mapped", "final class Mapped extends Base<Noun> { Other other; }",
                "Base", "abstract class Base<T> implements Noun<T> { }",
                "Other", "class Other { Base base; }");
        assertThat(circles("p", nouns)).isEmpty();
    }

    private static boolean contains(String known, String circle) {
        int colon = circle.indexOf(':');
        return known.startsWith(circle.substring(0, colon + 1))
                && Set.of(known.substring(colon + 2).split(" "))
                        .containsAll(List.of(circle.substring(colon + 2).split(" ")));
    }

    private static List<String> circlesOfAllModules() {
        List<String> all = new ArrayList<>();
        for (String module : Modules.published()) {
            Path main = Modules.main(module);
            Map<String, Map<String, String>> packages = new TreeMap<>();
            try (Stream<Path> files = Files.walk(main)) {
                for (Path file : (Iterable<Path>) files::iterator) {
                    String name = file.getFileName().toString();
                    if (name.endsWith(".java") && !name.endsWith("-info.java")) {
                        String folder = main.relativize(file.getParent()).toString();
                        packages.computeIfAbsent(folder.replace('\\', '/').replace('/', '.'), key -> new TreeMap<>())
                                .put(name.replace(".java", ""), Files.readString(file));
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            assertThat(packages).isNotEmpty();
            packages.forEach((name, texts) -> all.addAll(circles(name, texts)));
        }
        return all;
    }

    /** Returns the circles of a package that are larger than {@link #MOST}; {@code texts} has its files by name. */
    private static List<String> circles(String name, Map<String, String> texts) {
        Map<String, String> code = new TreeMap<>();
        texts.forEach((file, text) -> code.put(file, bare(text)));
        Map<String, Set<String>> above = new TreeMap<>();
        code.forEach((file, text) -> above.put(file, supertypes(file, text, code.keySet())));
        Map<String, Set<String>> arrows = new TreeMap<>();
        code.forEach((file, text) -> {
            Set<String> named = words(text, code.keySet());
            named.remove(file);
            named.removeIf(other -> reach(other, above).contains(file));
            named.removeIf(other -> Pattern.compile("\\b(?:class|interface|record|enum) " + other + "\\b")
                    .matcher(text)
                    .find());
            arrows.put(file, named);
        });
        Set<String> circles = new TreeSet<>();
        for (String file : arrows.keySet()) {
            Set<String> circle = reach(file, arrows).stream()
                    .filter(other -> reach(other, arrows).contains(file))
                    .collect(Collectors.toCollection(TreeSet::new));
            if (circle.size() > MOST) {
                circles.add(name + ": " + String.join(" ", circle));
            }
        }
        return List.copyOf(circles);
    }

    private static Set<String> supertypes(String type, String text, Set<String> files) {
        Matcher head = Pattern.compile("(?s)\\b(?:class|interface|record|enum)\\s+" + type + "\\b(.*?)\\{")
                .matcher(text);
        if (!head.find()) {
            return Set.of();
        }
        String plain = head.group(1);
        for (String before = ""; !before.equals(plain); ) {
            before = plain;
            plain = plain.replaceAll("<[^<>]*>", "");
        }
        Matcher clause = Pattern.compile("(?s)\\b(?:extends|implements)\\b(.*)")
                .matcher(plain.replaceAll("(?s)\\(.*\\)", "").replaceAll("(?s)\\bpermits\\b.*", ""));
        return clause.find() ? words(clause.group(1), files) : Set.of();
    }

    private static Set<String> words(String text, Set<String> files) {
        return Pattern.compile("(?<![\\w.])[A-Z]\\w*")
                .matcher(text)
                .results()
                .map(found -> found.group())
                .filter(files::contains)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> reach(String from, Map<String, Set<String>> arrows) {
        Set<String> reached = new HashSet<>();
        Deque<String> next = new ArrayDeque<>(List.of(from));
        while (!next.isEmpty()) {
            for (String to : arrows.get(next.pop())) {
                if (reached.add(to)) {
                    next.push(to);
                }
            }
        }
        return reached;
    }

    private static String bare(String text) {
        return text.replaceAll("(?s)/\\*.*?\\*/", " ")
                .replaceAll("\"(?:\\\\.|[^\"\\\\])*\"", "\"\"")
                .replaceAll("//.*", " ")
                .replaceAll("(?m)^(?:import|package) .*$", "");
    }
}
