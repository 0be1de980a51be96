package pollux.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each sample is short, and prints what its comments say. */
class SamplesTest {

    private static final Path SOURCES = Path.of("src/main/java/pollux/examples");

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            classes = {
                Hello.class,
                SpawnJoinCancel.class,
                TimeoutSelect.class,
                TaskChannel.class,
                FluxAsStream.class,
                SingleInTask.class,
                StraightLine.class
            })
    void printsWhatItsCommentsSay(Class<?> sample) throws Exception {
        List<String> source = Files.readAllLines(SOURCES.resolve(sample.getSimpleName() + ".java"));
        Method main = sample.getDeclaredMethod("main", String[].class);
        List<String> printed = assertTimeoutPreemptively(Duration.ofSeconds(120), () -> Printed.by(main));
        assertThat(printed).isNotEmpty().isEqualTo(Printed.announcedIn(source));
        assertThat(source).hasSizeLessThan(60);
    }
}
