package pollux.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;
import static pollux.async.Async.await;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;
import pollux.future.Future;
import pollux.future.Futures;
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
        @Seeds(1_000)
        void losesAnUpdate(World world) {
            int[] count = {0};
            for (int i = 0; i < 2; i++) {
                world.run(() -> {
                    int seen = count[0];
                    await(Timers.sleep(Duration.ofMillis(5)));
                    count[0] = seen + 1;
                    return null;
                });
            }
            world.spawn(throwsOnce(world)).join();
            world.atEnd(() -> assertThat(count[0]).isEqualTo(2));
        }

        private static Future<Integer> throwsOnce(World world) {
            await(Timers.sleep(Duration.ofMillis(7)));
            if (world.random(1) == 0) {
                throw new IllegalStateException("planted");
            }
            return Futures.ready(1);
        }

        @AsyncTest
        void waitsForAThreadOfReactor(World world) {
            world.run(() -> await(Futures.from(
                    reactor.core.publisher.Mono.delay(Duration.ofHours(1)).toFuture())));
        }

        @AsyncTest
        void assumes(World world) {
            Assumptions.assumeTrue(RUNS.incrementAndGet() < 0, "no such machine");
        }

        @AsyncTest
        void assumesInATask(World world) {
            world.run(() -> {
                await(Timers.sleep(Duration.ofDays(1)));
                Assumptions.assumeTrue(RUNS.incrementAndGet() < 0, "no such machine");
                return null;
            });
        }

        @AsyncTest
        void waitsForEver(World world) {
            Promise<String> never = new Promise<>();
            world.run(() -> await(never.future()));
        }
    }

    /** For classes that say by themselves how often they run what they inherit. */
    abstract static class Inherited {

        @AsyncTest
        void counts(World world) {
            RUNS.incrementAndGet();
        }
    }

    @Seeds(20)
    static class Inherits extends Inherited {

        @Nested
        class Inside {

            @AsyncTest
            void counts(World world) {
                RUNS.incrementAndGet();
            }

            @AsyncTest
            @Seed(7)
            void countsOnce(World world) {
                RUNS.incrementAndGet();
            }
        }
    }

    private static EngineExecutionResults run(String method) {
        return run(Marked.class, method);
    }

    private static EngineExecutionResults run(Class<?> type, String method) {
        RUNS.set(0);
        return EngineTestKit.engine("junit-jupiter")
                .selectors(selectMethod(type, method, World.class))
                .execute();
    }

    private static String failureOf(String method) {
        return String.valueOf(thrownBy(method).getMessage());
    }

    private static Throwable thrownBy(String method) {
        return run(method).testEvents().failed().stream()
                .map(event -> event.getRequiredPayload(org.junit.platform.engine.TestExecutionResult.class)
                        .getThrowable()
                        .orElseThrow())
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
    void seedsOfTheClassThatRunsAndOfThoseAroundItCount() {
        run(Inherits.class, "counts").testEvents().assertStatistics(stats -> stats.succeeded(1));
        assertThat(RUNS).hasValue(20);
        run(Inherits.Inside.class, "counts").testEvents().assertStatistics(stats -> stats.succeeded(1));
        assertThat(RUNS).hasValue(20);
        run(Inherits.Inside.class, "countsOnce").testEvents().assertStatistics(stats -> stats.succeeded(1));
        assertThat(RUNS).hasValue(1);
    }

    @Test
    void anAssumptionThatDoesNotHoldSkipsTheTest() {
        run("assumes").testEvents().assertStatistics(stats -> stats.aborted(1).failed(0));
        run("assumesInATask")
                .testEvents()
                .assertStatistics(stats -> stats.aborted(1).failed(0));
    }

    @Test
    void aFailureNamesItsSeed() {
        assertThat(failureOf("failsNowAndThen")).startsWith("seed=").contains("schedule=\"");
    }

    /** What JUnit, surefire and IDEs print of a failure is its toString(). */
    @Test
    void aFailurePrintsTheAnnotationThatReplaysItAndItsTrace() {
        Throwable failure = thrownBy("losesAnUpdate");
        assertThat(failure.toString())
                .contains("Replay it: @Seed(0) beside @AsyncTest, or Simulation.run(0, scenario)")
                .containsPattern(
                        "PT0S task 1 pending at \\S+Marked\\.losesAnUpdate\\(AsyncTestTest\\.java:\\d+\\) waits for Sleep")
                .containsPattern("PT0\\.005S task 2 \\S*Marked\\.losesAnUpdate ready")
                .containsPattern(
                        "PT0\\.007S task 3 \\S*Marked\\.throwsOnce failed: java\\.lang\\.IllegalStateException");
    }

    @Test
    void aTestThatWaitsForAThreadOutsideOfItsWorldIsToldSo() {
        assertThat(failureOf("waitsForAThreadOfReactor"))
                .contains("outside of this world")
                .contains("world.admit(new ReactorSchedulers())")
                .contains("world.admit(new RxJavaSchedulers())");
    }

    @Test
    void aTestThatHangsSaysWhere() {
        assertThat(failureOf("waitsForEver"))
                .contains("nothing will ever happen again")
                .contains("AsyncTestTest.java:");
    }
}
