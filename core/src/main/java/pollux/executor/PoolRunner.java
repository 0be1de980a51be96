package pollux.executor;

import pollux.future.Waker;
import pollux.internal.queue.HandoverStack;
import pollux.internal.queue.QueueNode;

/**
 * A runner with a pool behind it: it knows the pool's tasks, and keeps those that yield until the others have had a
 * turn.
 */
abstract class PoolRunner extends Runner {

    private final OwnedTasks registry;
    private final OwnedTasksShard ledger;

    /**
     * What has yielded, in order: tasks, which count as queued, so no other thread queues them; and parts of tasks,
     * whose tasks wait and may be woken by others meanwhile. Filled by this runner; another one may take it all while
     * this one is stuck in a poll.
     */
    private final HandoverStack<QueueNode> yielded = new HandoverStack<>();

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
        if (!(yielded.last() instanceof Part last && last.waker == part)) {
            yielded.add(new Part(part));
        }
    }

    /** Tells whether something has yielded since {@link #releaseYielded}. Any thread. */
    final boolean hasYielding() {
        return !yielded.isEmpty();
    }

    /** Queues what has yielded; whatever yields in the meantime waits for the next time. */
    final void releaseYielded() {
        takeYieldedOf(this);
    }

    /** Queues here what has yielded on a runner: on this one, or on one that is stuck in a poll. */
    final void takeYieldedOf(PoolRunner runner) {
        QueueNode next;
        for (QueueNode node = runner.yielded.takeAll(); node != null; node = next) {
            next = runner.yielded.next(node);
            if (node instanceof Task<?> task) {
                queueAtBack(task);
            } else {
                ((Part) node).waker.wake();
            }
        }
    }

    /** A part of a task that has yielded. */
    private static final class Part extends QueueNode {

        private final Waker waker;

        Part(Waker waker) {
            this.waker = waker;
        }
    }
}
