package pollux.testing;

/** A simulated run that failed: what went wrong, and the line that replays it. */
public final class SimulationFailure extends AssertionError {

    private static final long serialVersionUID = 1;

    /** The seed that failed. */
    private final long seed;

    /** The simplest choices found. */
    private final String schedule;

    /** What happened. */
    private final String trace;

    SimulationFailure(String message, long seed, String schedule, String trace, Throwable cause) {
        super(message, cause);
        this.seed = seed;
        this.schedule = schedule;
        this.trace = trace;
    }

    /**
     * Returns the seed whose run failed.
     *
     * @return the seed for {@link Simulation#run}; 0 if the run was given as a schedule
     */
    public long seed() {
        return seed;
    }

    /**
     * Returns the simplest choices found that fail: those places at which something else happens than the plain next
     * step.
     *
     * @return the line for {@link Simulation#replay}
     */
    public String schedule() {
        return schedule;
    }

    /**
     * Tells step by step what happened in the run of {@link #schedule()}.
     *
     * @return the steps, one a line
     */
    public String trace() {
        return trace;
    }

    /** The message, the annotation that replays the run under JUnit, and the trace: what a test report prints. */
    @Override
    @SuppressWarnings("OverrideThrowableToString") // the message stays one line
    public String toString() {
        return super.toString() + "\nReplay it: @Seed(" + seed + ") beside @AsyncTest, or Simulation.run(" + seed
                + ", scenario). What happened:\n" + trace;
    }
}
