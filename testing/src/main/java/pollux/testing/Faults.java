package pollux.testing;

/**
 * How rough a simulated world is: how often, in 1,000 cases, it does what a correct program has to bear.
 *
 * @param spuriousWakes polls after which the task is woken without a reason
 * @param secondWakes wakes that are followed by another one, at any later moment
 * @param lateWakes wakes that arrive at any later moment, as if sent by another thread
 * @param timeJumps steps at which time passes although tasks are runnable, as if they were slow
 */
public record Faults(int spuriousWakes, int secondWakes, int lateWakes, int timeJumps) {

    /** No faults: only the order of the tasks varies. */
    public static final Faults NONE = new Faults(0, 0, 0, 0);

    /** A bit of everything. */
    public static final Faults SOME = new Faults(50, 50, 100, 20);

    /**
     * Checks the figures.
     *
     * @param spuriousWakes polls after which the task is woken without a reason
     * @param secondWakes wakes that are followed by another one
     * @param lateWakes wakes that arrive at any later moment
     * @param timeJumps steps at which time passes although tasks are runnable
     * @throws IllegalArgumentException unless each is from 0 to 1,000
     */
    public Faults {
        for (int perMille : new int[] {spuriousWakes, secondWakes, lateWakes, timeJumps}) {
            if (perMille < 0 || perMille > 1000) {
                throw new IllegalArgumentException("a fault happens in 0 to 1,000 of 1,000 cases, not in " + perMille);
            }
        }
    }

    boolean anyOnWakes() {
        return secondWakes > 0 || lateWakes > 0;
    }
}
