package pollux.executor;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** All tasks of one pool that have not ended, so that closing reaches also those that nobody will ever wake. */
final class TaskRegistry {

    /*
     * Stripes by task id. Each is a list through Task.older, from the newest task to the oldest:
     *
     *     head ──older──▶ t9 ──older──▶ t5 (ended) ──older──▶ t1
     *
     * Spawning pushes with one compareAndSet and takes no lock. Ended tasks stay in the list until a sweep, except for the
     * newest one, which is what a short-lived task usually is. A sweep walks a stripe when more than LAZY of its tasks, and
     * more than half of them, have ended: constant cost per task.
     *
     * Links behind the head are written by the holder of `sweeping` only. It is tried, never waited for, by tasks that end;
     * only close() waits for it. Unlinked tasks lose their link, so that a handle which is kept keeps no other task.
     *
     * Closing against spawning: a spawner counts itself in, then reads `closed`; close() sets `closed`, then looks at the
     * counts. So a task is either counted before the pool may be found empty, or turned away. And it is pushed before its
     * spawner reads `closed` again, so close() finds it in the list or the spawner cancels it.
     */

    private static final int LAZY = 64;

    private static final VarHandle HEAD;

    static {
        try {
            HEAD = MethodHandles.lookup().findVarHandle(Stripe.class, "head", Task.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Stripe[] stripes;
    private volatile boolean closed;

    /** Makes an empty registry; {@code stripes} is a power of two. */
    TaskRegistry(int stripes) {
        this.stripes = new Stripe[stripes];
        for (int i = 0; i < stripes; i++) {
            this.stripes[i] = new Stripe();
        }
    }

    /**
     * Takes in a new task. If the answer is true the caller queues the task and then asks {@link #isClosed} once more.
     *
     * @return false if the registry is closed; the caller then looks whether {@link #isEmpty}
     */
    boolean admit(Task<?> task) {
        Stripe stripe = stripe(task);
        stripe.live.incrementAndGet();
        if (closed) {
            stripe.live.decrementAndGet();
            return false;
        }
        stripe.push(task);
        return true;
    }

    /** Forgets a task that is ending. */
    void leave(Task<?> task) {
        Stripe stripe = stripe(task);
        stripe.drop(task);
        stripe.live.decrementAndGet();
    }

    /** Lets no more tasks in. */
    void close() {
        closed = true;
    }

    boolean isClosed() {
        return closed;
    }

    /** Tells whether no task is left; once true after {@link #close} it stays true, but for spawners about to be turned away. */
    boolean isEmpty() {
        for (Stripe stripe : stripes) {
            if (stripe.live.get() != 0) {
                return false;
            }
        }
        return true;
    }

    long size() {
        long size = 0;
        for (Stripe stripe : stripes) {
            size += stripe.live.get();
        }
        return size;
    }

    /** Cancels every task, newest first. */
    void cancelAll() {
        for (Stripe stripe : stripes) {
            stripe.cancelAll();
        }
    }

    private Stripe stripe(Task<?> task) {
        return stripes[(int) task.id() & stripes.length - 1];
    }

    /** One list. */
    private static final class Stripe {

        final AtomicLong live = new AtomicLong();
        private final AtomicInteger ended = new AtomicInteger();
        private final AtomicBoolean sweeping = new AtomicBoolean();
        private volatile @Nullable Task<?> head;

        void push(Task<?> task) {
            Task<?> older;
            do {
                older = head;
                task.older = older;
            } while (!HEAD.compareAndSet(this, older, task));
        }

        void drop(Task<?> task) {
            if (!sweeping.compareAndSet(false, true)) {
                ended.incrementAndGet();
                return;
            }
            try {
                if (!popHead(task) && ended.incrementAndGet() > Math.max(LAZY, live.get() >> 1)) {
                    sweep();
                }
            } finally {
                sweeping.set(false);
            }
        }

        void cancelAll() {
            while (!sweeping.compareAndSet(false, true)) {
                Thread.onSpinWait();
            }
            try {
                for (Task<?> task = head; task != null; task = task.older) {
                    task.cancel();
                }
            } finally {
                sweeping.set(false);
            }
        }

        private boolean popHead(Task<?> task) {
            if (head == task && HEAD.compareAndSet(this, task, task.older)) {
                task.older = null;
                return true;
            }
            return false;
        }

        private void sweep() {
            int removed = 0;
            Task<?> first = head;
            while (first != null && first.hasEnded() && popHead(first)) {
                removed++;
                first = head;
            }
            for (Task<?> kept = first; kept != null && kept.older != null; ) {
                Task<?> next = kept.older;
                if (next.hasEnded()) {
                    kept.older = next.older;
                    next.older = null;
                    removed++;
                } else {
                    kept = next;
                }
            }
            ended.addAndGet(-removed);
        }
    }
}
