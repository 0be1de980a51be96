package pollux.executor;

import pollux.future.Waker;

/** A runner on a thread of others, without queues of its own: what yields asks its host for one more turn. */
final class Guest extends Runner {

    @Override
    void queueAtBack(Task<?> task) {
        task.queueAtHost();
    }

    @Override
    void queueBehindTimers(Task<?> task) {
        task.queueAtHost();
    }

    @Override
    void defer(Waker part) {
        part.wake();
    }

    @Override
    void keep(Task<?> task) {}

    @Override
    void leave(Task<?> task) {}
}
