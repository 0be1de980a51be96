package pollux.internal.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A catch block for the end of the stack works at the first time only if its class has looked the names up before. */
class MachineErrorsTest {

    private static final Pattern CATCH = Pattern.compile("catch \\(StackOverflowError( \\| OutOfMemoryError)? ");

    private static boolean isForgotten(String source) {
        var caught = CATCH.matcher(source);
        if (!caught.find()) {
            return false;
        }
        String needed = "MachineErrors.lookedUp(StackOverflowError.class"
                + (caught.group(1) == null ? ")" : ", OutOfMemoryError.class)");
        return !source.contains(needed);
    }

    @Test
    void eachClassThatCatchesThemLooksThemUp() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            List<Path> forgotten = files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> isForgotten(read(file)))
                    .toList();
            assertThat(forgotten).isEmpty();
        }
    }

    @Test
    void canary() {
        assertThat(isForgotten("try { } catch (StackOverflowError | OutOfMemoryError cut) { }"))
                .isTrue();
        assertThat(isForgotten("lookedUp(StackOverflowError.class) catch (StackOverflowError cut) { }"))
                .isTrue();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
