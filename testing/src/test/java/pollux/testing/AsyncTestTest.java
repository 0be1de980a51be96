package pollux.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;
import static pollux.async.Async.await;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;
import pollux.sync.Promise;
import pollux.time.Timers;

/** Tests marked {@link AsyncTest}. */
class AsyncTestTest {

    private static final AtomicInteger RUNS = new AtomicInteger();
    private static final Set<Integer> DRAWN = new HashSet<>();

    /** Tests for the tests below; none of their own, since surefire skips nested classes that are not marked. */
    static class Marked {

        @AsyncTest
        void passes(World world) {
            world.run(() -> {
                await(Timers.sleep(Duration.ofDays(1)));
                RUNS.incrementAndGet();
                return null;
            });
        }

        @AsyncTest
        @Seeds(100)
        void many(World world) {
            RUNS.incrementAndGet();
            DRAWN.add(world.random(10));
        }

        @AsyncTest
        @Seeds(100)
        @Seed(42)
        void one(World world) {
            RUNS.incrementAndGet();
        }

        @AsyncTest
        @Seeds(value = 1_000, first = 5)
        void failsNowAndThen(World world) {
            int drawn = world.random(100);
            world.atEnd(() -> assertThat(drawn).isNotEqualTo(99));
        }

        @AsyncTest
        void waitsForEver(World world) {
            Promise<String> never = new Promise<>();
            world.run(() -> await(never.future()));
        }
    }

    private static EngineExecutionResults run(String method) {
        RUNS.set(0);
        return EngineTestKit.engine("junit-jupiter")
                .selectors(selectMethod(Marked.class, method, World.class))
                .execute();
    }

    private static String failureOf(String method) {
        return run(method).testEvents().failed().stream()
                .map(event -> event.getRequiredPayload(org.junit.platform.engine.TestExecutionResult.class)
                        .getThrowable()
                        .orElseThrow()
                        .getMessage())
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aBlockRunsToItsEnd() {
        run("passes").testEvents().assertStatistics(stats -> stats.succeeded(1).failed(0));
        assertThat(RUNS).hasValue(1);
    }

    @Test
    void oneTestRunsUnderManySeeds() {
        run("many").testEvents().assertStatistics(stats -> stats.succeeded(1).failed(0));
        assertThat(RUNS).hasValue(100);
        assertThat(DRAWN).hasSize(10);
    }

    @Test
    void oneSeedGoesBeforeMany() {
        run("one").testEvents().assertStatistics(stats -> stats.succeeded(1));
        assertThat(RUNS).hasValue(1);
    }

    @Test
    void aFailureNamesItsSeed() {
        assertThat(failureOf("failsNowAndThen")).startsWith("seed=").contains("schedule=\"");
    }

    @Test
    void aTestThatHangsSaysWhere() {
        assertThat(failureOf("waitsForEver"))
                .contains("nothing will ever happen again")
                .contains("AsyncTestTest.java:");
    }
}
