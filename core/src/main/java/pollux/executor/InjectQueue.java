package pollux.executor;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;
import pollux.internal.memory.VarHandles;
import pollux.internal.queue.MpscQueue;
import pollux.internal.queue.StealQueue;

/**
 * Hop 5, from outside: the tasks that were queued by threads other than the workers, or overflowed from a worker's
 * ring.
 */
final class InjectQueue {

    /*
     * Stripes, so that threads that spawn at the same time do not meet on one tail. A thread always uses the same
     * stripe, so its tasks stay in order. Any number of threads add, without a lock and without waiting. A worker takes
     * from a stripe if it gets the right to; if another worker has it, that one takes care of the stripe: a worker that
     * leaves something behind wakes one more worker, see Worker.
     */

    private static final class Stripe {
        final MpscQueue<Task<?>> tasks = new MpscQueue<>();

        /** Taken by {@link #tryTake}. Given back by an assignment, which needs no stack: a call might be cut off. */
        @SuppressWarnings("unused") // through TAKEN
        volatile boolean taken;

        boolean tryTake() {
            return TAKEN.compareAndSet(this, false, true);
        }
    }

    private static final VarHandle TAKEN =
            VarHandles.handle(MethodHandles.lookup(), Stripe.class, "taken", boolean.class);

    private final Stripe[] stripes;

    /** Makes an empty queue; {@code stripes} is a power of two. */
    InjectQueue(int stripes) {
        this.stripes = new Stripe[stripes];
        for (int i = 0; i < stripes; i++) {
            this.stripes[i] = new Stripe();
        }
    }

    /** Adds a task at the end. Any thread. */
    void add(Task<?> task) {
        stripes[(int) Thread.currentThread().getId() & stripes.length - 1].tasks.add(task);
    }

    /**
     * Takes one task.
     *
     * @param start where to look first, so that no stripe is served before the others all the time
     */
    @Nullable
    Task<?> take(int start) {
        return take(start, null, 0);
    }

    /**
     * Takes one task to run at once, and more of the same stripe into a worker's own ring.
     *
     * @param start where to look first
     * @param ring where the others go; the caller owns it
     * @param more how many others at most
     */
    @Nullable
    Task<?> take(int start, @Nullable StealQueue<Task<?>> ring, int more) {
        for (int i = 0; i < stripes.length; i++) {
            Stripe stripe = stripes[start + i & stripes.length - 1];
            if (stripe.tasks.isEmpty() || !stripe.tryTake()) {
                continue;
            }
            try {
                Task<?> first = stripe.tasks.poll();
                if (first != null) {
                    for (int left = more; left > 0 && ring != null; left--) {
                        Task<?> task = stripe.tasks.poll();
                        if (task == null) {
                            break;
                        }
                        ring.push(task);
                    }
                    return first;
                }
            } finally {
                stripe.taken = false;
            }
        }
        return null;
    }

    /** Counts the tasks, except in stripes that another worker is draining. The caller wakes a worker afterwards. */
    int size() {
        int size = 0;
        for (Stripe stripe : stripes) {
            if (stripe.tryTake()) {
                try {
                    size += stripe.tasks.size();
                } finally {
                    stripe.taken = false;
                }
            }
        }
        return size;
    }

    boolean isEmpty() {
        for (Stripe stripe : stripes) {
            if (!stripe.tasks.isEmpty()) {
                return false;
            }
        }
        return true;
    }
}
