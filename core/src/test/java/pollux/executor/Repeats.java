package pollux.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.ClassNameFilter.excludeClassNamePatterns;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectPackage;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * Runs the tests of tasks, channels, timers and sockets again and again, to see a flake. For the nightly profile, which
 * names it.
 */
class Repeats {

    private static final int REPEATS = Integer.getInteger("pollux.repeats", 50);

    @Test
    void noTestFailsNowAndThen() {
        LauncherDiscoveryRequest tests = LauncherDiscoveryRequestBuilder.request()
                .selectors(
                        selectPackage("pollux.executor"),
                        selectPackage("pollux.sync"),
                        selectPackage("pollux.time"),
                        selectPackage("pollux.io"))
                // long ones, whose length does for repeats
                .filters(excludeClassNamePatterns(".*(SoakTest|MillionTasksTest|Repeats)"))
                .build();
        Launcher launcher = LauncherFactory.create();
        List<String> failures = new ArrayList<>();
        long[] passed = {0};
        for (int repeat = 1; repeat <= REPEATS; repeat++) {
            int round = repeat;
            launcher.execute(tests, new TestExecutionListener() {
                @Override
                public void executionFinished(TestIdentifier test, TestExecutionResult result) {
                    if (result.getStatus() != TestExecutionResult.Status.SUCCESSFUL) {
                        failures.add("repeat " + round + ": " + test.getUniqueId() + ": " + result.getThrowable());
                    } else if (test.isTest()) {
                        passed[0]++;
                    }
                }
            });
        }
        System.out.println(REPEATS + " repeats, " + passed[0] + " tests passed, " + failures.size() + " failed");
        failures.forEach(System.out::println);
        assertThat(failures).isEmpty();
        assertThat(passed[0]).isGreaterThan(100L * REPEATS);
    }
}
