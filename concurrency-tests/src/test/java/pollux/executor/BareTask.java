package pollux.executor;

import pollux.debug.TaskTree;

/** The state word of core and nothing else: no thread of an executor ever sees it. */
abstract class BareTask extends TaskState {

    @Override
    final boolean runHere(Runner runner, boolean isLast) {
        throw new AssertionError("a race runs its entries itself");
    }

    @Override
    final TaskTree look(long number) {
        throw new AssertionError("no dump sees it");
    }
}
