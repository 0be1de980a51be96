package pollux.compiler.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import pollux.compiler.conformance.QuietReports;

/**
 * Random programs do the same compiled as uncompiled: with futures that are ready, pending once and pending twice, with
 * one of them failing, and cancelled at one of them.
 *
 * <p>System properties: {@code pollux.fuzz.programs} is how many, {@code pollux.fuzz.from} the first seed, and {@code
 * pollux.fuzz.seed} the only one. The Maven profile {@code nightly} runs 20,000, other ones each day.
 */
@Timeout(value = 60, unit = TimeUnit.MINUTES)
@ExtendWith(QuietReports.class)
class FuzzTest {

    private static final int BATCH = 20;
    private static final int ENOUGH = 9;

    @TempDir
    static Path directory;

    private static List<Program> programs(long from, long count) {
        return LongStream.range(from, from + count).mapToObj(Program::of).toList();
    }

    @Test
    void random_programs_do_the_same_compiled() throws IOException {
        Long only = Long.getLong("pollux.fuzz.seed");
        long from = only != null ? only : Long.getLong("pollux.fuzz.from", 0);
        long end = from + (only != null ? 1 : Long.getLong("pollux.fuzz.programs", 500));
        Comparison comparison = new Comparison(directory);
        List<String> failures = new ArrayList<>();
        long begin = System.nanoTime();
        long seed = from;
        while (seed < end && failures.size() < ENOUGH) {
            long next = Math.min(end, (Math.floorDiv(seed, BATCH) + 1) * BATCH);
            failures.addAll(comparison.failures(programs(seed, next - seed)));
            seed = next;
        }
        System.out.printf(
                "fuzz: %d programs from seed %d, %d runs (%d with a value, %d cancelled), %d awaits, %d plans beyond the uncompiled run, %d programs beyond javac, %d too large, %.1f s%n",
                seed - from,
                from,
                comparison.runs,
                comparison.values,
                comparison.cancelled,
                comparison.awaits,
                comparison.beyond,
                comparison.crashes,
                comparison.tooLarge,
                (System.nanoTime() - begin) / 1e9);
        assertThat(failures)
                .withFailMessage(() -> String.join("\n", failures.subList(0, Math.min(failures.size(), ENOUGH))))
                .isEmpty();
        assertThat(comparison.tooLarge)
                .as("programs too large for a class file")
                .isLessThanOrEqualTo((int) ((seed - from) / 500 + 1));
    }

    /** Programs that a version of the weaver failed on. */
    @ParameterizedTest
    @CsvSource({
        "26112345996, long jumps in 56 kB that ASM 9.11.1 could not read back",
        "940226, a number out of its box right before two ways meet, in a loop",
        "940070, an object that is not initialized yet below a call that takes turns",
        "26112911898, a number out of its box where the range of a variable ends",
    })
    void a_program_that_failed_once(long seed, String why) throws IOException {
        Comparison comparison = new Comparison(Files.createDirectory(directory.resolve(Long.toString(seed))));
        assertThat(comparison.failures(programs(seed, 1))).isEmpty();
        assertThat(comparison.runs).isGreaterThan(1);
    }

    /** The same comparison finds what it is there for, in many programs. */
    @ParameterizedTest
    @CsvSource({
        "a wrong entry of the log, 'e.log(\"begin\");', 'e.log(\"wrong\");'",
        "a wrong value, 'int first = await(e.later(', 'int first = 77 + await(e.later('",
        "an await too many, 'int first =', 'await(e.later(0)); int first ='",
    })
    void canary(String what, String right, String wrong) throws IOException {
        List<Program> programs = programs(0, 20);
        List<Program> altered = programs.stream()
                .map(p -> new Program(p.seed(), p.source().replace(right, wrong)))
                .toList();
        List<String> failures = new Comparison(Files.createDirectory(directory.resolve(what.replace(' ', '-'))))
                .failures(altered, programs.stream().map(Program::uncompiled).toList());
        assertThat(failures)
                .hasSizeGreaterThan(10)
                .allSatisfy(text -> assertThat(text)
                        .startsWith("seed ")
                        .contains("-Dpollux.fuzz.seed=", "compiled ", "uncompiled ", wrong));
    }

    /** It finds generators that go on in the wrong place, and those that do not hear that their loop was left. */
    @ParameterizedTest
    @CsvSource({
        "8, a wrong entry, 'e.log(\"emitted\");', 'e.log(\"wrong\");'",
        "2, a cancellation that is lost, 'Async.stream(', 'leaky('",
    })
    void canary_of_generators(int atLeast, String what, String right, String wrong) throws IOException {
        List<Program> programs =
                programs(40, 40).stream().filter(p -> p.seed() % 4 == 1).toList();
        List<Program> altered = programs.stream()
                .map(p -> new Program(p.seed(), p.source().replace(right, wrong)))
                .toList();
        assertThat(new Comparison(Files.createDirectory(directory.resolve(what.replace(' ', '-'))))
                        .failures(
                                altered,
                                programs.stream().map(Program::uncompiled).toList()))
                .hasSizeGreaterThanOrEqualTo(atLeast)
                .allSatisfy(text -> assertThat(text).contains("compiled ", "uncompiled ", wrong));
    }
}
