package pollux.executor;

import pollux.future.Waker;
import pollux.internal.queue.QueueNode;

/** A runner with a pool behind it: it knows the pool's tasks. */
abstract class PoolRunner extends Runner {

    private final OwnedTasks registry;
    private final OwnedTasksShard ledger;

    PoolRunner(OwnedTasks registry, int index) {
        this.registry = registry;
        this.ledger = registry.ledger(index);
    }

    /** Counts a task that is spawned by a task which runs here. */
    final void countSpawned() {
        ledger.countSpawned();
    }

    /** Before a task is polled: a closed pool polls it for its clean-up only. */
    final void cancelIfClosed(Task<?> task) {
        if (registry.isClosed()) {
            task.cancelByClosing();
        }
    }

    @Override
    final void keep(Task<?> task) {
        ledger.keep(task);
        cancelIfClosed(task); // kept, then looks ↔ close() does it the other way round
    }

    @Override
    void leave(Task<?> task) {
        registry.leave(task, ledger);
    }

    /** A part of a task that has yielded: its task waits, and may be woken by others meanwhile. */
    static final class Part extends QueueNode {

        final Waker waker;

        Part(Waker waker) {
            this.waker = waker;
        }

        /** Wakes it. A waker of a user's own that throws must not keep others from their turn. */
        void wake() {
            Joiners.wake(waker);
        }
    }
}
