package pollux.executor;

import org.jspecify.annotations.Nullable;
import pollux.debug.TaskTree;
import pollux.internal.queue.QueueNode;

/** What a thread that belongs to others can run: a task of {@code InlineSpawner}, or an {@code InlinePoll}. */
abstract class InlineRunnable extends QueueNode {

    /**
     * Polls once. Never throws.
     *
     * @param runner the runner of the current thread
     * @param isLast whether this run has to continue elsewhere if it could go on at once
     * @return true if it could go on at once, and has not been passed on
     */
    abstract boolean runHere(Runner runner, boolean isLast);

    /** Tells whether this run has ended. */
    abstract boolean isOver();

    /**
     * Shows this run for a dump.
     *
     * @param number what stands for its number if it is no task
     */
    abstract TaskTree look(long number);

    /**
     * Returns the executor that this belongs to.
     *
     * @param around the one that the current thread polls for, null if there is none
     * @return the same, unless this has one of its own
     */
    @Nullable
    Spawner executor(@Nullable Spawner around) {
        return around;
    }
}
