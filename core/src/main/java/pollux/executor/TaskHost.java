package pollux.executor;

import org.jspecify.annotations.Nullable;
import pollux.internal.queue.QueueNode;

/** What a task needs of its executor, from any thread: queues for hops 4 and 5, and a receiver of failures. */
abstract class TaskHost {

    /*
     * Errors of the machine. A caller of wake() or spawn() may run out of stack, or of memory, at any call in here. Up
     * to the change of the task's state nothing has happened, and the caller gets the error. From then on a queue entry
     * is owed, so the error is caught, and the catch block, which must not call anything, leaves the task on the list
     * below:
     *
     *     step                                    what a cut leaves                mended by
     *     1 NOTIFIED is set, or a spawn counted   a task without its entry         the list `cutOff`
     *     2 it is put into a queue                nothing, or a complete entry     MpscQueue, StealQueue, the slot
     *     3 IdleSet counts a searcher, takes
     *       a sleeper off                         a searcher that there is not     IdleSet.repair()
     *     4 the sleeper's state is changed        a sleeper that is not unparked   IdleSet.repair()
     *
     * It is mended by the next of: a call from outside that queues something, a worker before it sleeps, the Monitor at
     * least once a second. For inline runs, which have no queue, the list is that of Spawner.inline(), and leads to an
     * executor.
     *
     * A cut between a compare-and-set and the next call is not possible: both errors strike where a frame, or an
     * object, is made, and what a VarHandle calls after its effect needs less stack than what it has called before.
     */

    /** Tasks that have the right to a queue entry and got none, linked by {@code next}. Guarded by this object. */
    @Nullable
    QueueNode cutOff;

    /** Whether {@link #cutOff} may hold something. */
    volatile boolean damaged;

    /**
     * Queues a task that was woken while it was idle. Any thread; takes no lock. If it throws, the task is not queued.
     */
    abstract void enqueue(Task<?> task);

    /** Queues a task that has yielded in a poll by a runner that has no queue. */
    void yielded(Task<?> task) {
        enqueue(task);
    }

    /** Tells whether a dump of its pool shows the tasks of this host. */
    boolean isPool() {
        return true;
    }

    /** Runs a task whose {@link Task#run} was called. */
    abstract void run(Task<?> task);

    /** Is notified of a task that has failed without an observer of its outcome. Called by the runner. */
    abstract void failedUnobserved(Task<?> task, Throwable failure);

    /** Puts right what errors of the machine have cut off. */
    void repairIfDamaged() {
        if (damaged) {
            queueCutOff();
        }
    }

    /** Gives what is on the list its queue entries. */
    final void queueCutOff() {
        QueueNode node;
        synchronized (this) {
            node = cutOff;
            cutOff = null;
            damaged = false;
        }
        while (node != null) {
            QueueNode next = node.next;
            try {
                node.next = null;
                requeue(node);
            } catch (StackOverflowError | OutOfMemoryError cut) {
                synchronized (this) { // puts back what is left; no calls here
                    node.next = next;
                    QueueNode last = node;
                    while (last.next != null) {
                        last = last.next;
                    }
                    last.next = cutOff;
                    cutOff = node;
                    damaged = true;
                }
                return;
            }
            node = next;
        }
    }

    /** Queues something that was on the list. */
    void requeue(QueueNode node) {
        enqueue((Task<?>) node);
    }
}
