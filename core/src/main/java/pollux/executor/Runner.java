package pollux.executor;

import pollux.future.Context;
import pollux.future.Services;
import pollux.future.Waker;

/**
 * Who polls tasks, one at a time: the context of its polls, and where tasks go afterwards. Belongs to one thread at a
 * time.
 */
abstract class Runner {

    final Context cx = new Context(this::yielding);

    private boolean sameBudget;
    private boolean yielded;

    /** Whether a part of what is polled has yielded, and this runner has to know it. */
    boolean partYielded;

    /** Queues a task that was woken while it was polled, behind all others. */
    abstract void queueAtBack(Task<?> task);

    /** Queues a task that has yielded, behind all others and the timers. */
    abstract void queueBehindTimers(Task<?> task);

    /**
     * Queues a task that has yielded, behind all others and the timers, and the lock on its future with it: that saves
     * to release and to take it.
     *
     * @return false if nothing was done, because this runner has no such queue
     */
    boolean queueLocked(Task<?> task) {
        return false;
    }

    /** Sees to it that closing finds a task that is about to wait, or cancels it if this is closed already. */
    abstract void keep(Task<?> task);

    /** Forgets a task that is about to end, before any thread can see the end. */
    abstract void leave(Task<?> task);

    /** Takes a waker of a part of the task that yields; the whole does not. */
    abstract void defer(Waker part);

    /** Has the next poll do with what the one before has left of the budget. */
    final void keepBudget() {
        sameBudget = true;
    }

    /** Called before each poll, by the task or the run that is to be polled. */
    final void begin(Waker task, Services services) {
        yielded = false;
        partYielded = false; // that of a task concerns no run that is polled after it
        if (sameBudget) {
            sameBudget = false;
            cx.beginWithin(task, services);
        } else {
            cx.begin(task, services);
        }
    }

    /** Tells whether the task has yielded in its poll. */
    final boolean hasYielded() {
        return yielded;
    }

    /** Tells whether an inline run, or a part of it, has yielded in its poll. */
    final boolean hasAnyYielded() {
        return yielded || partYielded;
    }

    private void yielding(Waker waker) {
        if (cx.isPart()) {
            defer(waker);
        } else {
            yielded = true;
        }
    }
}
