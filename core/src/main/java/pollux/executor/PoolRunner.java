package pollux.executor;

import java.util.ArrayDeque;
import pollux.future.Waker;

/** A runner with a pool behind it: it knows the pool's tasks, and keeps those that yield until the others have had a turn. */
abstract class PoolRunner extends Runner {

    private final TaskRegistry registry;
    private final Ledger ledger;

    /** Tasks that have yielded. They count as queued, so nobody else queues them. */
    private final ArrayDeque<Task<?>> yielded = new ArrayDeque<>();

    /** Parts of tasks that have yielded. Their tasks wait, and may be woken by others meanwhile. */
    private final ArrayDeque<Waker> parts = new ArrayDeque<>();

    PoolRunner(TaskRegistry registry, int index) {
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
            task.cancel();
        }
    }

    @Override
    final void keep(Task<?> task) {
        ledger.keep(task);
        cancelIfClosed(task); // kept, then looks ↔ close() does it the other way round
    }

    @Override
    void leave(Task<?> task) {
        ledger.leave(task);
    }

    @Override
    final void queueBehindTimers(Task<?> task) {
        yielded.add(task);
    }

    @Override
    final void defer(Waker part) {
        if (parts.peekLast() != part) {
            parts.add(part);
        }
    }

    /** Tells whether something has yielded since {@link #releaseYielded}. */
    final boolean hasYielding() {
        return !yielded.isEmpty() || !parts.isEmpty();
    }

    /** Queues what has yielded; whatever yields in the meantime waits for the next time. */
    final void releaseYielded() {
        for (int left = yielded.size(); left > 0; left--) {
            queueAtBack(yielded.remove());
        }
        for (int left = parts.size(); left > 0; left--) {
            parts.remove().wake();
        }
    }
}
