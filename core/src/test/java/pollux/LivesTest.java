package pollux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Walks the tables of docs/architecture.md that tell a life call by call: each member exists and calls the next. */
class LivesTest {

    private static final Pattern STEP = Pattern.compile("\\| (\\d+) \\| `(\\w+)\\.(\\w+)` \\|.*");

    private record Member(String type, String name) {}

    private final Map<String, String> sources = new HashMap<>();

    @Test
    void eachMemberExistsAndCallsTheNext() throws IOException {
        List<List<Member>> lives = lives(Files.readString(Path.of("../docs/architecture.md")));
        assertThat(lives).hasSizeGreaterThanOrEqualTo(10);
        List<String> wrong = new ArrayList<>();
        lives.forEach(life -> wrong.addAll(faults(life)));
        assertThat(wrong).isEmpty();
    }

    /** The canaries: a member that is gone, and a call that is not made. */
    @Test
    void whatIsNotSoIsFound() {
        assertThat(faults(List.of(new Member("Task", "wake"), new Member("Workers", "enqueue"))))
                .isEmpty();
        assertThat(faults(List.of(new Member("Task", "awake")))).containsExactly("there is no Task.awake");
        assertThat(faults(List.of(new Member("Task", "wake"), new Member("Worker", "push"))))
                .containsExactly("Task.wake does not call push");
        assertThat(faults(List.of(new Member("Tusk", "wake")))).containsExactly("there is no Tusk.wake");
    }

    private static List<List<Member>> lives(String page) {
        List<List<Member>> lives = new ArrayList<>();
        for (String line : page.split("\n")) {
            Matcher step = STEP.matcher(line);
            if (step.matches()) {
                if (step.group(1).equals("1")) {
                    lives.add(new ArrayList<>());
                }
                List<Member> life = lives.get(lives.size() - 1);
                life.add(new Member(step.group(2), step.group(3)));
                assertThat(life).as("the steps of a life are numbered").hasSize(Integer.parseInt(step.group(1)));
            }
        }
        return lives;
    }

    private List<String> faults(List<Member> life) {
        List<String> wrong = new ArrayList<>();
        for (int i = 0; i < life.size(); i++) {
            Member here = life.get(i);
            String code = code(here);
            if (code.isEmpty()) {
                wrong.add("there is no " + here.type + "." + here.name);
            } else if (i + 1 < life.size()) {
                String next = life.get(i + 1).name;
                if (!Pattern.compile("(?:\\b|::)" + next + "\\(|::" + next + "\\b")
                        .matcher(code)
                        .find()) {
                    wrong.add(here.type + "." + here.name + " does not call " + next);
                }
            }
        }
        return wrong;
    }

    /** Returns the bodies of all methods of that name in the file of the type. */
    private String code(Member member) {
        String text = sources().getOrDefault(member.type, "");
        Matcher declared = Pattern.compile(
                        "(?m)^ +(?:[\\w@?.,<>\\[\\]]+ )+" + member.name + "\\((?:[^;{}])*?\\)[\\w ,]*\\{")
                .matcher(text);
        StringBuilder bodies = new StringBuilder();
        while (declared.find()) {
            int end = declared.end();
            for (int depth = 1; depth > 0 && end < text.length(); end++) {
                depth += text.charAt(end) == '{' ? 1 : text.charAt(end) == '}' ? -1 : 0;
            }
            bodies.append(text, declared.end(), end);
        }
        return bodies.toString();
    }

    private Map<String, String> sources() {
        if (sources.isEmpty()) {
            for (String module : List.of("core", "async-compiler")) {
                try (Stream<Path> files = Files.walk(Path.of("..", module, "src/main/java"))) {
                    for (Path file : (Iterable<Path>) files::iterator) {
                        String name = file.getFileName().toString();
                        if (name.endsWith(".java")) {
                            sources.put(name.replace(".java", ""), bare(Files.readString(file)));
                        }
                    }
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }
        return sources;
    }

    private static String bare(String text) {
        return text.replaceAll("(?s)/\\*.*?\\*/", " ")
                .replaceAll("\"(?:\\\\.|[^\"\\\\])*\"", "\"\"")
                .replaceAll("'[{}]'", "' '")
                .replaceAll("//.*", " ");
    }
}
