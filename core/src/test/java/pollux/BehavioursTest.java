package pollux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What docs/behaviours.md promises is shown by tests that cite its numbers, and they cite no others. */
class BehavioursTest {

    private static final Pattern ROW = Pattern.compile("(?m)^\\| (\\d+) \\|");

    @ParameterizedTest
    @CsvSource({"## Behaviours, behaviours?, 31", "## Adversarial cases, adversarial cases?, 33"})
    void everyNumberOfThePageIsCitedByATest(String heading, String word, int count) throws IOException {
        String page = Files.readString(Path.of("..", "docs", "behaviours.md"));
        int start = page.indexOf('\n' + heading + '\n') + 1;
        int end = page.indexOf("\n## ", start);
        Set<Integer> promised = numbers(ROW, end < 0 ? page.substring(start) : page.substring(start, end));
        assertThat(promised).hasSize(count);
        Set<Integer> cited = new TreeSet<>();
        comments().values().forEach(comment -> {
            Matcher list = Pattern.compile("(?i)\\b" + word + " (\\d+(?:(?:, | and )\\d+)*)")
                    .matcher(comment);
            while (list.find()) {
                cited.addAll(numbers(Pattern.compile("(\\d+)"), list.group(1)));
            }
        });
        assertThat(cited).as("cited in comments of tests").isEqualTo(promised);
    }

    private static Set<Integer> numbers(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .map(result -> Integer.valueOf(result.group(1)))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The comments of each test, because a number in code is just a number. */
    private static Map<Path, String> comments() throws IOException {
        Pattern comment = Pattern.compile("(?s)/\\*.*?\\*/|//[^\\n]*");
        Map<Path, String> comments = new TreeMap<>();
        try (Stream<Path> files = Files.walk(Path.of("src/test/java"))) {
            files.filter(file -> file.toString().endsWith("Test.java")).forEach(file -> {
                try {
                    comments.put(
                            file,
                            comment.matcher(Files.readString(file))
                                    .results()
                                    .map(result -> result.group().replaceAll("\\s*\\n\\s*\\*?\\s*", " "))
                                    .collect(Collectors.joining("\n")));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
        assertThat(comments).isNotEmpty();
        return comments;
    }
}
