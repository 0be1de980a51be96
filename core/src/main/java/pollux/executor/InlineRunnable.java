package pollux.executor;

import org.jspecify.annotations.Nullable;
import pollux.internal.queue.QueueNode;

/** What a thread that belongs to others can run: a task of {@link InlineSpawner}, or an {@link InlinePoll}. */
abstract class InlineRunnable extends QueueNode {

    /**
     * Runs until it has to wait or is over. Never throws.
     *
     * @param thread the current thread
     * @param guest who runs it there
     */
    abstract void runHere(Trampoline thread, InlineRunner guest);

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
