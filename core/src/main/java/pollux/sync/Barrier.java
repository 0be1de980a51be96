package pollux.sync;

import org.jspecify.annotations.Nullable;
import pollux.future.AwaitTree;
import pollux.future.Context;
import pollux.future.Future;
import pollux.future.Inspectable;
import pollux.internal.checks.CheckReturnValue;

/**
 * A place where a fixed number of tasks wait for each other; when the last one arrives all go on, and it can be used
 * again.
 *
 * <p>May be used from any thread; nothing blocks. After {@code tokio::sync::Barrier}.
 */
public final class Barrier {

    /*
     * All under the lock. A round ends when its last party arrives; a waiter of an earlier round than the present one
     * is free to go, whether or not it has been woken yet.
     */

    private static final class Node extends Waiter {
        final long round;

        Node(long round) {
            this.round = round;
        }
    }

    private final int parties;
    private final Object lock = new Object();
    private final WaiterList<Node> waiters = new WaiterList<>();
    private int arrived;
    private long round;

    /**
     * Makes a barrier.
     *
     * @param parties how many tasks wait for each other, at least 1
     * @throws IllegalArgumentException if {@code parties} is less than 1
     */
    public Barrier(int parties) {
        if (parties < 1) {
            throw new IllegalArgumentException(
                    "a barrier for " + parties + " parties makes no sense; it needs at least 1");
        }
        this.parties = parties;
    }

    /**
     * Arrives, with the first poll, and waits for the others.
     *
     * <p><b>Cancellation:</b> the arrival is taken back, as long as the others have not arrived.
     *
     * @return a future of true for the one that arrived last, of false for the others
     */
    @CheckReturnValue
    public Future<Boolean> arrive() {
        return new Arrive(this);
    }

    @Override
    public String toString() {
        synchronized (lock) {
            return "Barrier[" + arrived + " of " + parties + " have arrived]";
        }
    }

    private static final class Arrive extends LeafFuture<Boolean> implements Inspectable {

        private final Barrier barrier;
        private @Nullable Node node;

        Arrive(Barrier barrier) {
            this.barrier = barrier;
        }

        @Override
        public @Nullable Object pollRaw(Context cx) {
            if (mustYield(cx)) {
                return PENDING;
            }
            boolean last = node == null;
            long upTo;
            synchronized (barrier.lock) {
                if (node == null) {
                    barrier.arrived++;
                    if (barrier.arrived < barrier.parties) {
                        node = new Node(barrier.round);
                        node.waker = cx.waker();
                        barrier.waiters.add(node);
                        return PENDING;
                    }
                    barrier.arrived = 0;
                    barrier.round++;
                } else if (node.round == barrier.round) {
                    node.waker = cx.waker();
                    return PENDING;
                }
                upTo = barrier.waiters.lastPosition();
            }
            end(cx);
            if (last) {
                barrier.waiters.wakeUpTo(upTo, barrier.lock);
            }
            return last;
        }

        @Override
        void leave() {
            if (node != null) {
                synchronized (barrier.lock) {
                    barrier.waiters.remove(node);
                    node.waker = null;
                    if (node.round == barrier.round) {
                        barrier.arrived--;
                    }
                }
            }
        }

        @Override
        public void describe(AwaitTree sketch) {
            sketch.name(toString()).count("arrived", barrier.arrived).count("parties", barrier.parties);
        }

        @Override
        public String toString() {
            return "Barrier.arrive()";
        }
    }
}
