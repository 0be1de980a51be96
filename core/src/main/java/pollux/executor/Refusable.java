package pollux.executor;

import pollux.future.Future;

/**
 * A future that passes its outcome on by other ways than the handle of its task, and so has to hear why its task ends
 * when the executor behind {@link Spawner#on} refuses to run it: at the start, after a wake, or when a timer goes off.
 * For bridges.
 */
public interface Refusable {

    /**
     * Gives this future up, in place of {@link Future#cancel()}, because an executor refused to run its task. Called at
     * most once, by the holder of the poll right.
     *
     * @param refusal what the executor threw
     * @return true if everything is released; false if this future has to be polled on
     */
    boolean refuse(Throwable refusal);

    /**
     * Gives any future up.
     *
     * @param future the future
     * @param refusal what the executor threw
     * @return true if everything is released; false if the future has to be polled on
     */
    static boolean refuse(Future<?> future, Throwable refusal) {
        return future instanceof Refusable refusable ? refusable.refuse(refusal) : future.cancel();
    }
}
