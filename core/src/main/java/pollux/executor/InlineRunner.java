package pollux.executor;

import pollux.future.Waker;

/** A runner on a thread of others, without queues of its own: what yields asks its host for one more turn, and
 * inline runs, which have none, continue on the shared pool. */
final class InlineRunner extends Runner {

    @Override
    void queueAtBack(Task<?> task) {
        task.queueAtHost();
    }

    @Override
    void queueBehindTimers(Task<?> task) {
        task.yieldAtHost();
    }

    @Override
    void defer(Waker part) {
        partYielded = true;
        part.wake();
    }

    @Override
    void keep(Task<?> task) {
        task.home = Task.NO_POOL;
        InlineRuns.add(task);
    }

    @Override
    void leave(Task<?> task) {}
}
