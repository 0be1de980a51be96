package pollux.testing.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import pollux.testing.Faults;
import pollux.testing.Scenario;
import pollux.testing.Simulation;
import pollux.testing.SimulationFailure;
import reactor.core.publisher.Hooks;

/**
 * Runs everything that waits in Pollux in many orders, in rough worlds, and with a fault in every poll; and shows that
 * this finds what is broken. {@code -Dpollux.schedules=} says in how many orders altogether, {@code -Dpollux.seed=}
 * where to begin. The faults come on top of that.
 */
@Timeout(value = 600)
class ScenariosTest {

    private static final long SCHEDULES = Long.getLong("pollux.schedules", 100_000);
    private static final long FIRST_SEED = Long.getLong("pollux.seed", 0);

    /** Orders of each scenario that have a fault put into every poll. */
    private static final int INJECTED_ORDERS = 10;

    private static final List<Named<Scenario>> SCENARIOS = Stream.of(
                    Combinators.ALL,
                    Channels.ALL,
                    Locks.ALL,
                    Clocks.ALL,
                    Scopes.ALL,
                    Bridges.ALL,
                    Signals.ALL,
                    Awaits.ALL,
                    Loops.ALL,
                    Endings.ALL,
                    List.of(Endings.CAREFUL))
            .flatMap(List::stream)
            .toList();

    /** Held, so that the level stays as long as the class is used. */
    private static final Logger REPORTS = Logger.getLogger("pollux");

    private static long schedules;
    private static long nanos;

    static List<Named<Scenario>> scenarios() {
        return SCENARIOS;
    }

    static Stream<Arguments> canaries() {
        return Stream.concat(
                        Endings.CANARIES.stream(),
                        Stream.of(
                                Combinators.CANARY,
                                Channels.CANARY,
                                Locks.CANARY,
                                Clocks.CANARY,
                                Scopes.CANARY,
                                Bridges.CANARY,
                                Signals.CANARY,
                                Awaits.CANARY,
                                Loops.CANARY))
                .map(canary -> Arguments.of(canary.getName(), canary.getPayload()));
    }

    /** Failures that no code can receive are expected here, and logged a thousand times. */
    @BeforeAll
    static void silence() {
        REPORTS.setLevel(Level.OFF);
    }

    @AfterAll
    static void tell() {
        REPORTS.setLevel(null);
        Hooks.resetOnErrorDropped();
        System.out.printf(
                "simulated: %,d schedules of %d scenarios in %.1f s%n", schedules, SCENARIOS.size(), nanos / 1e9);
    }

    @ParameterizedTest
    @MethodSource("scenarios")
    void holds(Scenario scenario) {
        long begin = System.nanoTime();
        schedules += search(scenario, (SCHEDULES + SCENARIOS.size() - 1) / SCENARIOS.size());
        nanos += System.nanoTime() - begin;
    }

    @ParameterizedTest
    @MethodSource("canaries")
    void isFound(String canary, Scenario broken) {
        SimulationFailure found = catchThrowableOfType(SimulationFailure.class, () -> search(broken, 1_000));
        assertThat(found).as("the canary must be found: " + canary).isNotNull();
        System.out.println("canary found by the simulator: " + canary);
    }

    private static long search(Scenario scenario, long runs) {
        Simulation.explore(FIRST_SEED, runs / 2, Faults.NONE, scenario);
        Simulation.explore(FIRST_SEED, runs - runs / 2, Faults.SOME, scenario);
        long done = runs;
        for (int order = 0; order < INJECTED_ORDERS; order++) {
            done += Simulation.injectEverywhere(FIRST_SEED + order, scenario);
        }
        return done;
    }
}
