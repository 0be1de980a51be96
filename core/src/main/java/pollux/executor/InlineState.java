package pollux.executor;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import pollux.internal.memory.VarHandles;

/** The state word of an {@link InlinePoll}, and the only code that writes it. */
abstract class InlineState extends InlineRunnable {

    /*
     *     DORMANT   not begun, or run by another thread: a wake does nothing
     *     IDLE      waits for a wake
     *     RUNNING   being polled, or about to be: exactly one thread has it in hand or in its queue
     *     WOKEN     the same, and woken since
     *     OVER      ended
     *
     * Transitions, each one atomic read-modify-write but `expect` and the last two:
     *
     *     from                  event       to          who does what next
     *     DORMANT               begin       RUNNING     the caller polls
     *     DORMANT               expect      RUNNING     the caller polls later: begin finds it RUNNING, or WOKEN
     *     IDLE                  wake        RUNNING     the waker polls, here and now or after the poll that its thread is in
     *     RUNNING, WOKEN        wake        WOKEN       nothing; its runner polls once more
     *     RUNNING               pending     IDLE        nothing
     *     RUNNING, WOKEN        yield       the same    the poller hands it over to an executor, which polls again
     *     WOKEN                 pending     RUNNING     the poller polls again, behind what its thread has queued
     *     DORMANT, OVER         wake        the same    nothing
     *     RUNNING, WOKEN        end         OVER        nothing
     *
     * What a waker wrote before it came is seen by the poll that follows: either the waker polls itself, or its WOKEN
     * is read by the one who does.
     *
     * A wake of a DORMANT run does not write, so a wake before the beginning has to be published by a volatile write of
     * the waker's own; only the subclass can, since no other thread knows the run yet. A run that is handed to other
     * threads before it begins is expected first: then each wake is a read-modify-write, and none is lost. `expect` is
     * a plain write, with a fence behind it for a thread that finds the run by a data race.
     */
    private static final int DORMANT = 0;
    private static final int IDLE = 1;
    private static final int RUNNING = 2;
    private static final int WOKEN = 3;
    private static final int OVER = 4;

    private static final VarHandle WORD = VarHandles.handle(MethodHandles.lookup(), "word", int.class);

    private volatile int word;

    /** Makes a dormant run. */
    InlineState() {}

    /** Begins, unless that was expected; called once. */
    final void toBegun() {
        if (word == DORMANT) {
            WORD.getAndSet(this, RUNNING);
        }
    }

    /** Makes wakes count from now on. Called before another thread can know of this. */
    final void toExpected() {
        WORD.set(this, RUNNING);
        VarHandle.storeStoreFence();
    }

    /**
     * Notes a wake-up.
     *
     * @return true if the caller must run it
     */
    final boolean toWoken() {
        while (true) {
            int now = word;
            if (now == DORMANT || now == OVER) {
                return false;
            }
            if (WORD.compareAndSet(this, now, now == IDLE ? RUNNING : WOKEN)) {
                return now == IDLE;
            }
        }
    }

    /**
     * Notes a pending poll.
     *
     * @return false if it was woken meanwhile, and the caller has to poll again
     */
    final boolean toIdle() {
        if (WORD.compareAndSet(this, RUNNING, IDLE)) {
            return true;
        }
        WORD.getAndSet(this, RUNNING); // reads the latest WOKEN
        return false;
    }

    /** Tells whether it waits to be woken. */
    final boolean isIdle() {
        return word == IDLE;
    }

    @Override
    final boolean isOver() {
        return word == OVER;
    }

    /** Ends. */
    final void toOver() {
        WORD.setRelease(this, OVER); // a wake in between finds nothing to do
    }
}
