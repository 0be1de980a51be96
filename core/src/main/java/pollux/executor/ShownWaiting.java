package pollux.executor;

import java.util.function.BooleanSupplier;
import pollux.debug.TaskTree;
import pollux.future.AwaitTree;
import pollux.future.Inspectable;

/** Shows dumps something that waits and is no run; see {@link InlinePoll#show}. */
final class ShownWaiting extends InlineRunnable {

    private final Inspectable waiting;
    private final BooleanSupplier ended;

    ShownWaiting(Inspectable waiting, BooleanSupplier ended) {
        this.waiting = waiting;
        this.ended = ended;
    }

    @Override
    boolean runHere(Runner runner, boolean isLast) {
        return false; // is in no queue
    }

    @Override
    boolean isOver() {
        return ended.getAsBoolean();
    }

    @Override
    TaskTree look(long number) {
        return new TaskTree(number, true, AwaitTree.of(waiting));
    }
}
