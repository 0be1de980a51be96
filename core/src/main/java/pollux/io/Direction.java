package pollux.io;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectionKey;
import org.jspecify.annotations.Nullable;
import pollux.future.Waker;
import pollux.internal.memory.VarHandles;
import pollux.sync.AtomicWaker;

/** Hop 3 for one direction of a socket: whether it is worth trying, and whom to wake when it is again. */
final class Direction {

    /*
     * The selector reports a socket for as long as it is ready, not once. Taking the interest back and giving it again
     * for every wait would cost two system calls each; so it stays, and is taken back only where it would keep a
     * selection from waiting:
     *
     *     ready   interest   event                                          becomes
     *     true    off        made; the first try needs no report
     *     true    any        a try finds nothing, or less than it asked for   ready = false                      (poller)
     *     false   off        a task waits                                     interest on, selector told         (poller)
     *     false   on         reported                                         ready = true, the waiter is woken  (driver)
     *     true    on         reported to a waiting task: not tried yet        interest off                       (driver)
     *     true    on         reported to one that looks only                  nothing: its task is about to run
     *
     * Hence no selector spins: each report to a selection that waits changes something, so it cannot come twice. A
     * direction that is ready nearly always (writing, connecting) loses its interest with the first report already.
     *
     * No wake-up is lost. The waiter registers its waker before it looks at `ready` again (AtomicWaker), and:
     *
     *     poller:  ready = false, then read the interest          driver:  interest off, then read `ready`, on again if it is false
     *
     * so one of the two turns the interest on again, and the selector reports what has been there all the time.
     *
     * `owner` is the future that waits or is about to; a second one is refused instead of taking the first one's waker
     * away.
     */

    private static final VarHandle OWNER = VarHandles.handle(MethodHandles.lookup(), "owner", Object.class);

    private final Socket socket;
    private final int ops;
    private final boolean once;
    private final AtomicWaker waker = new AtomicWaker();
    private volatile boolean ready = true;
    private volatile @Nullable Object owner;

    /**
     * Makes a direction.
     *
     * @param socket whose direction
     * @param ops what reports of the selector are for it
     * @param once whether each report takes the interest back
     */
    Direction(Socket socket, int ops, boolean once) {
        this.socket = socket;
        this.ops = ops;
        this.once = once;
    }

    // ------------------------------------------------------------------ the poller

    /** Makes a future the only one that uses this direction, until {@link #release}. */
    void claim(Object future) {
        Object present = owner;
        if (present != future && (present != null || !OWNER.compareAndSet(this, (Object) null, future))) {
            throw new IllegalStateException(future + " while " + owner + " is under way on the same " + socket
                    + "; await or cancel the first before the second");
        }
    }

    void release(Object future) {
        if (owner == future) {
            waker.clear();
            owner = null;
        }
    }

    boolean isReady() {
        return ready;
    }

    /** Notes that the next try would find nothing. */
    void exhausted() {
        ready = false;
        if (socket.isClosed()) {
            ready = true; // ↔ close(), which writes in the other order
        }
    }

    /**
     * Arranges a wake-up for when a try is worth it.
     *
     * @param op what to wait for
     * @return false if it is worth it already
     */
    boolean await(Waker waiter, int op) {
        waker.register(waiter);
        if (ready) {
            return false;
        }
        try {
            SelectionKey key = socket.key();
            if ((key.interestOps() & op) == 0) {
                key.interestOpsOr(op);
                socket.driver().flush();
            }
            return true;
        } catch (CancelledKeyException e) {
            socket.lose(); // without effect if it is closed, which is how keys are cancelled otherwise
            ready = true;
            return false;
        }
    }

    // ------------------------------------------------------------------ the driver, and the closing thread

    /**
     * Takes a report of the selector; answers whether a task may wait for it.
     *
     * @param waits whether the selection would have waited without the report
     */
    boolean reported(SelectionKey key, boolean waits) {
        if ((key.readyOps() & ops) == 0) {
            return false;
        }
        if (once) {
            key.interestOpsAnd(~ops);
            ready = true;
            return true;
        }
        if (!ready) {
            ready = true;
            return true;
        }
        if (waits) {
            int before = key.interestOpsAnd(~ops);
            if (!ready) {
                key.interestOpsOr(before & ops);
            }
        }
        return false;
    }

    void wake() {
        waker.wake();
    }

    /** Lets the waiting tasks find that the socket is closed. */
    void closed() {
        ready = true;
        waker.wake();
    }
}
