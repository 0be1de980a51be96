package pollux.testing;

import java.util.Objects;

/**
 * Runs scenarios in simulated worlds: on the calling thread, with a virtual clock, and with every choice taken from one
 * seed.
 *
 * <p>The same seed gives the same steps on every JVM. A failure is a {@link SimulationFailure} that prints its seed and
 * the simplest schedule found that fails too; either replays it. Deterministic simulation as in FoundationDB, for async
 * tasks as in Rust's Shuttle.
 *
 * <p>A run fails if the scenario's future fails, if a check does not hold, if a task fails and no task joins it, if
 * tasks are left that nothing will ever wake, or if it does not end.
 */
public final class Simulation {

    /*
     * A run is a pure function of scenario, faults and decisions. So searching is running many seeds, replaying is
     * running the same decisions, shrinking is running simpler ones, and a trace costs nothing until a failed run is
     * repeated for it.
     */

    private Simulation() {}

    /**
     * Runs a scenario once.
     *
     * @param seed decides everything
     * @param scenario what to run
     * @throws SimulationFailure if the run fails
     */
    public static void run(long seed, Scenario scenario) {
        explore(seed, 1, Faults.NONE, scenario);
    }

    /**
     * Runs a scenario under the seeds from 0 on, until one fails.
     *
     * @param runs how many seeds
     * @param scenario what to run
     * @throws SimulationFailure if a run fails
     */
    public static void explore(long runs, Scenario scenario) {
        explore(0, runs, Faults.NONE, scenario);
    }

    /**
     * Runs a scenario in a rough world under many seeds, until one fails.
     *
     * @param firstSeed the first seed
     * @param runs how many seeds
     * @param faults what the world does to the tasks
     * @param scenario what to run
     * @throws SimulationFailure if a run fails
     */
    public static void explore(long firstSeed, long runs, Faults faults, Scenario scenario) {
        Objects.requireNonNull(scenario, "scenario");
        try (Stage stage = new Stage()) {
            for (long seed = firstSeed; seed - firstSeed < runs; seed++) {
                World world = new World(stage, Decisions.drawn(seed), faults, false);
                Throwable failure = world.execute(scenario);
                if (failure != null) {
                    throw shrunk(stage, seed, world.choices(), faults, scenario, failure);
                }
            }
        }
    }

    /**
     * Runs a scenario once, with the choices that a failed run has printed.
     *
     * @param schedule the line, as of {@link SimulationFailure#schedule()}
     * @param faults the faults of the failed run
     * @param scenario the scenario of the failed run
     * @throws SimulationFailure if it fails again
     */
    public static void replay(String schedule, Faults faults, Scenario scenario) {
        int[] choices = Schedule.parse(schedule);
        try (Stage stage = new Stage()) {
            World world = new World(stage, Decisions.given(choices), faults, true);
            Throwable failure = world.execute(scenario);
            if (failure != null) {
                throw failure("schedule=\"" + schedule + "\"", 0, schedule, world, failure);
            }
        }
    }

    /**
     * Tells step by step what happens under a seed.
     *
     * @param seed decides everything
     * @param faults what the world does to the tasks
     * @param scenario what to run
     * @return the steps, one a line, whether the run fails or not
     */
    public static String trace(long seed, Faults faults, Scenario scenario) {
        try (Stage stage = new Stage()) {
            World world = new World(stage, Decisions.drawn(seed), faults, true);
            Throwable failure = world.execute(scenario);
            return failure == null ? world.trace() : world.trace() + failure + "\n";
        }
    }

    /**
     * Puts every kind of fault into every poll of a scenario, one at a time: a cancellation, an exception, an {@code
     * OutOfMemoryError}, a spurious wake. Each run has to come to its end, and its checks to hold. That the scenario's
     * future then fails, or is cancelled, is no failure of the run.
     *
     * @param seed decides the order of the tasks in all runs
     * @param scenario what to run
     * @return how many runs that took
     * @throws SimulationFailure if a run fails
     */
    public static int injectEverywhere(long seed, Scenario scenario) {
        try (Stage stage = new Stage()) {
            World undisturbed = new World(stage, Decisions.drawn(seed), Faults.NONE, false);
            Throwable plain = undisturbed.execute(scenario);
            if (plain != null) {
                throw shrunk(stage, seed, undisturbed.choices(), Faults.NONE, scenario, plain);
            }
            int runs = 1;
            for (int poll = 1; poll <= undisturbed.polls(); poll++) {
                for (Injection injection : Injection.values()) {
                    runs++;
                    if (injected(stage, seed, injection, poll, false).execute(scenario) != null) {
                        throw failureOf(stage, seed, injection, poll, scenario);
                    }
                }
            }
            return runs;
        }
    }

    private static World injected(Stage stage, long seed, Injection injection, int poll, boolean traced) {
        World world = new World(stage, Decisions.drawn(seed), Faults.NONE, traced);
        world.inject(injection, poll);
        return world;
    }

    /** Runs it once more, for the trace. */
    private static SimulationFailure failureOf(
            Stage stage, long seed, Injection injection, int poll, Scenario scenario) {
        World world = injected(stage, seed, injection, poll, true);
        Throwable failure = Objects.requireNonNull(world.execute(scenario), "the same run does not fail again");
        String line = "seed=" + seed + " with " + injection + " at poll " + poll;
        return failure(line, seed, Schedule.format(world.choices()), world, failure);
    }

    private static SimulationFailure shrunk(
            Stage stage, long seed, int[] choices, Faults faults, Scenario scenario, Throwable failure) {
        int[] simplest = Schedule.shrink(choices, simpler -> {
            Throwable other = new World(stage, Decisions.given(simpler), faults, false).execute(scenario);
            return other != null && other.getClass() == failure.getClass();
        });
        World world = new World(stage, Decisions.given(simplest), faults, true);
        Throwable again = world.execute(scenario);
        String schedule = Schedule.format(simplest);
        if (again == null) {
            schedule = Schedule.format(choices);
            again = failure;
        }
        return failure("seed=" + seed + " schedule=\"" + schedule + "\"", seed, schedule, world, again);
    }

    private static SimulationFailure failure(String line, long seed, String schedule, World world, Throwable failure) {
        return new SimulationFailure(line + ": " + failure, seed, schedule, world.trace(), failure);
    }
}
