package pollux.executor;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import pollux.internal.memory.VarHandles;

/** The place where one worker sleeps, and its entry in the {@link IdleSet}. */
final class Parker {

    /*
     *     from      event                     to         by
     *     AWAKE     about to sleep            PARKED     the worker
     *     PARKED    waits in the driver       DRIVING    the worker
     *     PARKED    there is work             NOTIFIED   the thread that took it off the stack of sleepers; counts it as searching
     *     PARKED    look at your timers       AWAKE      any thread; it stays on the stack
     *     PARKED    its own deadline, or no reason       AWAKE   the worker; it stays on the stack
     *     NOTIFIED  woken                     AWAKE      the worker, which is a searcher now
     *
     * DRIVING is left as PARKED is; it tells that the driver has to be woken, not the thread.
     * A worker that is awake and still on the stack is a ghost: who takes it off finds it not PARKED and takes the
     * next.
     */

    private static final int AWAKE = 0;
    private static final int PARKED = 1;
    private static final int DRIVING = 2;
    private static final int NOTIFIED = 3;

    private static final VarHandle STATE = VarHandles.handle(MethodHandles.lookup(), "state", int.class);

    final int index;

    /** The link of the stack of sleepers, as the {@link IdleSet} writes it. */
    int below;

    /**
     * Whether this is on the stack of sleepers; set by the worker before it pushes, cleared by the thread that takes it
     * off.
     */
    volatile boolean listed;

    private final Platform platform;
    private volatile @Nullable Thread thread;
    private volatile int state;

    /** Where the worker waits; written before the state becomes DRIVING. */
    private @Nullable Driver driver;

    Parker(int index, Platform platform) {
        this.index = index;
        this.platform = platform;
    }

    /** Tells whose place this is. Called by the worker as it starts. */
    void occupy(Thread worker) {
        thread = worker;
    }

    boolean isOccupiedBy(Thread candidate) {
        return thread == candidate;
    }

    /** From now on a wake-up is not lost. Worker only. */
    void prepare() {
        state = PARKED;
    }

    /**
     * Sleeps, unless it was notified since {@link #prepare}. May return for no reason. Worker only.
     *
     * @param nanos how long at most; not at all if 0
     * @param seat the driver to wait in, which the worker has taken; null to park
     * @return true if this worker was counted as a searcher
     */
    boolean sleep(long nanos, @Nullable Driver seat) {
        Thread.interrupted(); // an interrupt that a task has left behind would end every sleep at once
        if (nanos > 0 && state == PARKED) {
            if (seat == null) {
                platform.park(this, nanos);
            } else {
                driver = seat;
                if (STATE.compareAndSet(this, PARKED, DRIVING)) {
                    seat.await(nanos);
                }
            }
            Thread.interrupted();
        }
        return (int) STATE.getAndSet(this, AWAKE) == NOTIFIED;
    }

    /** Wakes a sleeper as a searcher; false if it is not asleep. */
    boolean notifySearcher() {
        return wake(NOTIFIED);
    }

    /** Wakes a sleeper to look around. */
    void nudge() {
        wake(AWAKE);
    }

    /** Wakes a sleeper, also one whose wake-up was cut off between the change of its state and the unpark. */
    void rouse() {
        nudge();
        Thread sleeper = thread;
        Driver waitsIn = driver;
        if (sleeper != null) {
            platform.unpark(sleeper);
        }
        if (waitsIn != null) {
            waitsIn.wakeUp();
        }
    }

    /** Tells whether the worker is about to sleep, or sleeps. */
    boolean isAsleep() {
        int now = state;
        return now == PARKED || now == DRIVING;
    }

    /** Returns where the worker is at the moment. */
    StackTraceElement[] stack() {
        Thread worker = thread;
        return worker == null ? new StackTraceElement[0] : worker.getStackTrace();
    }

    void interrupt() {
        Thread worker = thread;
        if (worker != null) {
            worker.interrupt();
        }
    }

    private boolean wake(int as) {
        int asleep = (int) STATE.compareAndExchange(this, PARKED, as);
        if (asleep == PARKED) {
            Thread sleeper = thread;
            if (sleeper != null) {
                platform.unpark(sleeper);
            }
            return true;
        }
        if (asleep == DRIVING && STATE.compareAndSet(this, DRIVING, as)) {
            Objects.requireNonNull(driver).wakeUp();
            return true;
        }
        return false;
    }
}
