package pollux.executor;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;
import pollux.future.Services;
import pollux.internal.memory.MachineErrors;
import pollux.internal.memory.VarHandles;
import pollux.internal.queue.QueueNode;

/** What a task needs of its executor, from any thread: queues for hops 4 and 5, and a receiver of failures. */
abstract class TaskHost {

    /*
     * Errors of the machine. A caller of wake() or spawn() may run out of stack, or of memory, at any call in here. Up
     * to the change of the task's state nothing has happened, and the caller gets the error. From then on a queue entry
     * is owed, so the error is caught, and the catch block leaves the task in `owed`:
     *
     *     step                                    what a cut leaves                mended by
     *     1 NOTIFIED is set, or a spawn counted   a task without its entry         `owed`
     *     2 it is put into a queue                nothing, or a complete entry     MpscQueue, StealQueue, the slot
     *     3 IdleSet counts a searcher, takes
     *       a sleeper off                         a searcher that there is not     IdleSet.repair(); the task is in its
     *                                                                              queue, and not in `owed`
     *     4 the sleeper's state is changed        a sleeper that is not unparked   IdleSet.repair()
     *
     * It is mended by the next of: a call from outside that queues something, a worker before it sleeps, the Monitor at
     * least once a second. For inline runs, which have no queue, `owed` is that of Spawner.inline(), and leads to an
     * executor.
     *
     * The catch blocks call nothing and take no lock. There may be too little stack left for either: the interpreter
     * makes room for a lock in the frame, and looks for the end of the stack as it does so. So they write into the
     * first free place, and two threads that do so within the same few instructions take the same one; the later one
     * wins. That, and more cuts than there are places before a repair, is what may still be lost.
     *
     * A cut between a compare-and-set and the next call is not possible: both errors strike where a frame, or an
     * object, is made, and a VarHandle calls nothing after the effect of an access that returns a primitive type. One
     * that returns a reference casts it, which is a call (VarHandleGuards); so getAndSet and compareAndExchange of
     * references have no place in steps 1 to 4.
     */

    /** What each task of this host finds around it, under services of its own. Set once, while the host is made. */
    Services services = Services.NONE;

    static {
        MachineErrors.lookedUp(StackOverflowError.class, OutOfMemoryError.class);
    }

    private static final VarHandle REPAIRING =
            VarHandles.handle(MethodHandles.lookup(), TaskHost.class, "repairing", boolean.class);

    /** How many places {@link #owed} has. */
    static final int OWED = 512;

    /** Tasks that have the right to a queue entry and got none. Written by any thread; emptied by who repairs. */
    final @Nullable QueueNode[] owed = new QueueNode[OWED];

    /** Whether {@link #owed} may hold something; set after the place is taken ↔ cleared before the places are read. */
    volatile boolean damaged;

    @SuppressWarnings("unused") // through REPAIRING
    private volatile boolean repairing;

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

    /** Is notified of each task that fails, before those who join it. Called by the runner. */
    void failed(Task<?> task, Throwable failure) {}

    /** Is notified of a task that has failed without an observer of its outcome. Called by the runner. */
    abstract void failedUnobserved(Task<?> task, Throwable failure);

    /** Puts right what errors of the machine have cut off. */
    void repairIfDamaged() {
        if (damaged) {
            queueOwed();
        }
    }

    /** Gives what is owed its queue entries. One thread at a time; others, and calls from inside, leave it to that. */
    final void queueOwed() {
        if (repairing || !REPAIRING.compareAndSet(this, false, true)) {
            return;
        }
        try {
            damaged = false;
            for (int i = 0; i < OWED; i++) {
                QueueNode node = owed[i];
                if (node != null) {
                    requeue(node); // if it throws, the node stays where it is
                    owed[i] = null;
                }
            }
        } catch (StackOverflowError | OutOfMemoryError cut) {
            damaged = true; // the next one goes on
        } finally {
            repairing = false;
        }
    }

    /** Queues something that was owed an entry. */
    void requeue(QueueNode node) {
        enqueue((Task<?>) node);
    }
}
