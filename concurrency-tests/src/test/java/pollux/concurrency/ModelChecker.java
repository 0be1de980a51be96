package pollux.concurrency;

import static org.assertj.core.api.Assertions.assertThat;

import org.jetbrains.lincheck.Lincheck;

/** Runs a race under Lincheck: again and again, each time with other switches between its threads. */
public final class ModelChecker {

    /** How many interleavings of a correct race are tried; more of them with {@code -Dpollux.interleavings=}. */
    private static final int INTERLEAVINGS = Integer.getInteger("pollux.interleavings", 250);

    /** How many are tried of a canary, which ends with the first that is bad. */
    private static final int CANARY_INTERLEAVINGS = 5_000;

    private ModelChecker() {}

    /** Fails, with the interleaving, if the race ends badly in any that was tried. */
    public static void holds(Race race) {
        Lincheck.runConcurrentTest(INTERLEAVINGS, race);
    }

    /**
     * Fails unless the race is seen to end badly, and in the way it should.
     *
     * @param canary what is broken in it
     * @param damage what the race has to complain of
     */
    public static void catches(String canary, Race broken, String damage) {
        Throwable caught = null;
        try {
            Lincheck.runConcurrentTest(CANARY_INTERLEAVINGS, broken);
        } catch (AssertionError expected) {
            caught = expected;
        }
        assertThat(caught).as("the canary must be caught: " + canary).isNotNull();
        assertThat(caught).hasStackTraceContaining(damage);
        System.out.println("canary caught by Lincheck: " + canary);
    }
}
