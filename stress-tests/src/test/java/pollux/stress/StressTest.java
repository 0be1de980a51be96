package pollux.stress;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Runs jcstress over the cores, then over the canaries, each of which has to fail. {@code -Dpollux.stress=} says how
 * long, in the options of jcstress; a canary that has not failed by then gets one longer run.
 */
class StressTest {

    /** Each core, the class that races over it, and what is broken in the canary beside it. */
    private static final List<Core> CORES = List.of(
            new Core("waker slot", "pollux.stress.WakerSlotStress.Slot", "WithoutFenceCanary"),
            new Core("task word", "pollux.executor.TaskWordStress.Word", "NotWrittenCanary"),
            new Core("lock kept in a queue", "pollux.executor.TaskWordStress.KeptLock", "ClearedAfterPollCanary"),
            new Core("park and unpark", "pollux.executor.ParkStress.Handshake", "WithoutFenceCanary"),
            new Core("inject queue", "pollux.executor.InjectQueueStress.Queue", "UnownedCanary"),
            new Core("room in a channel", "pollux.stress.RoomStress.Room", "WithoutFenceCanary"),
            new Core("room behind a batch", "pollux.sync.BatchStress.Batch", "WithoutFenceCanary"),
            new Core("one party leaves", "pollux.sync.OnePartyStress.Leaving", "LeavesFirstCanary"),
            new Core("a promise ends", "pollux.sync.PromiseStress.Ended", "EndedInTwoStepsCanary"),
            new Core("an inline run begins", "pollux.executor.InlineBeginStress.Expected", "NotExpectedCanary"),
            new Core("an inline run is found", "pollux.executor.InlineBeginStress.FoundByRace", "ExpectedLateCanary"),
            new Core("demand", "pollux.stress.DemandStress.Amount", "NotAtomicCanary"),
            new Core("shutdown and submit", "pollux.executor.ShutdownStress.Registry", "LooksFirstCanary"),
            new Core("the last two ends", "pollux.executor.LastEndsStress.Ends", "WithoutFenceCanary"));

    @Test
    void theCoresHold() throws Exception {
        Run run = Run.of("Stress\\.(?!.*Canary)", "cores", MODE);
        assertThat(run.exit).as(run.log).isZero();
        // a test with more actors than the machine has processors is left out without a word
        assertThat(run.passed()).as(run.log).isEqualTo(CORES.size());
        System.out.println("jcstress: " + run.passed() + " cores hold");
    }

    @Test
    void theCanariesAreCaught() throws Exception {
        Run run = Run.of("Canary", "canaries", MODE);
        for (Core core : CORES) {
            boolean caught = run.hasFailed(core.canary());
            if (!caught) { // how often the order occurs that shows it depends on the machine
                System.out.println("sampled for longer: " + core.canary());
                String one = Pattern.quote(core.canary()) + "$";
                caught = Run.of(one, core.broken, LONGER).hasFailed(core.canary());
            }
            assertThat(caught).as("the canary must be caught: " + core.canary()).isTrue();
            System.out.println("canary caught by jcstress: " + core.name + ", " + core.broken);
        }
    }

    private record Core(String name, String test, String broken) {

        String canary() {
            return test.substring(0, test.lastIndexOf('.') + 1) + broken;
        }
    }

    private static final String MODE = System.getProperty("pollux.stress", "-m quick");

    /** For a canary that was not caught: more forks of more iterations. */
    private static final String LONGER = "-m default";

    private static final Pattern PASSED = Pattern.compile("All remaining tests: (\\d+) matching test results");

    /** One run of jcstress, in a JVM of its own with the class path of this one. */
    private record Run(int exit, String log) {

        static Run of(String tests, String name, String options) throws IOException, InterruptedException {
            Path results =
                    Files.createDirectories(Path.of("target", "jcstress", name)).toAbsolutePath();
            Path log = results.resolve("log.txt");
            List<String> command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-cp",
                    System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                    "org.openjdk.jcstress.Main",
                    "-t",
                    tests,
                    "-r",
                    results.toString()));
            command.addAll(List.of(options.split(" +")));
            Process process = new ProcessBuilder(command)
                    .directory(results.toFile()) // it writes its samples there
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            int exit = process.waitFor();
            return new Run(exit, Files.readString(log, StandardCharsets.UTF_8));
        }

        boolean hasFailed(String test) {
            return log.lines()
                    .anyMatch(line -> line.startsWith(test + " ") && line.contains("Observed forbidden state"));
        }

        /** How many tests are neither interesting nor failed nor broken. */
        int passed() {
            Matcher matcher = PASSED.matcher(log);
            return matcher.find() ? Integer.parseInt(matcher.group(1)) : 0;
        }
    }
}
