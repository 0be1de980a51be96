package pollux.executor;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import pollux.future.Failures;
import pollux.future.Waker;
import pollux.internal.memory.VarHandles;
import pollux.internal.timer.TimerWheel;
import pollux.time.TimeSource;
import pollux.time.TimerService;
import pollux.time.Timers;

/** The timers that one worker drives, between polls and by the time it parks. Any thread may register with it. */
final class TimerShard implements TimerService {

    /*
     * The wheel belongs to the holder of `tending`, which is tried and never waited for. Who does not get it leaves its
     * timer in the inbox: a timer with a waker is to be filed, one without is to be taken out. Each holder empties the
     * inbox after it has let go of the wheel, if there is something in it by then, so nothing is left behind:
     *
     *     holder:  release `tending`, then look into the inbox       other:  put into the inbox, then try `tending`
     *
     * No thread holds the wheel while a waker runs.
     *
     * `populated` lets the owner pass by without the clock and the lock while there is no timer, which is most turns.
     * The holder of `tending` writes it (release) when the wheel becomes empty or stops being so; fireDue reads it
     * (acquire). A stale "empty" is harmless: it is the answer of a moment before the timer was filed, which needs no
     * step of the owner, and register() makes the owner look again afterwards, by `wakeOwner`. The look before
     * parking, nanosToNext, takes the lock and is exact.
     */

    private static final VarHandle POPULATED =
            VarHandles.handle(MethodHandles.lookup(), TimerShard.class, "populated", boolean.class);
    private static final VarHandle TENDING =
            VarHandles.handle(MethodHandles.lookup(), TimerShard.class, "tending", boolean.class);
    private static final VarHandle WAKER = VarHandles.handle(MethodHandles.lookup(), Timer.class, "waker", Waker.class);

    private static final Waker[] NONE = {};

    private final TimeSource clock;
    private final Runnable wakeOwner;
    private final ConcurrentLinkedQueue<Timer> inbox = new ConcurrentLinkedQueue<>();
    private final TimerWheel wheel;
    private final TimerWheel.Entry[] batch = new TimerWheel.Entry[TimerWheel.BATCH];
    private volatile boolean closed;
    private boolean populated;

    /** Taken by {@link #tryTend}. Given back by an assignment, which needs no stack: a call might be cut off. */
    @SuppressWarnings("unused") // through TENDING
    private volatile boolean tending;

    /**
     * Makes the timers of one worker.
     *
     * @param clock the time
     * @param wakeOwner makes the owner look at {@link #nanosToNext} again if it is parked; does nothing on its own
     *     thread
     */
    TimerShard(TimeSource clock, Runnable wakeOwner) {
        this.clock = clock;
        this.wakeOwner = wakeOwner;
        this.wheel = new TimerWheel(clock.nanoTime());
    }

    @Override
    public TimeSource timeSource() {
        return clock;
    }

    @Override
    public Registration register(long deadlineNanos, Waker waker) {
        Timer timer = new Timer(deadlineNanos, Objects.requireNonNull(waker, "waker"));
        hand(timer);
        if (closed) {
            timer.cancel();
            throw new RejectedExecutionException(
                    "the pool of these timers is closed, nothing would wake the waiting task; "
                            + "sleep within the lifetime of the pool");
        }
        wakeOwner.run();
        return timer;
    }

    /** Wakes everything that is due. Returns whether anything was. */
    boolean fireDue() {
        if (!(boolean) POPULATED.getAcquire(this)) {
            return false;
        }
        long now = clock.nanoTime();
        boolean fired = false;
        while (tryTend()) {
            Waker[] due;
            try {
                emptyInbox();
                int count = wheel.isEmpty() ? 0 : wheel.advance(now, batch);
                due = count == 0 ? NONE : new Waker[count];
                for (int i = 0; i < count; i++) {
                    due[i] = (Timer) batch[i];
                }
                Arrays.fill(batch, 0, count, null);
                notePopulated();
            } finally {
                tending = false;
            }
            wakeAll(due);
            fired |= due.length > 0;
            if (due.length < batch.length && inbox.isEmpty()) {
                break;
            }
        }
        return fired;
    }

    /**
     * Returns how long the owner may park: 0 if something is due, {@link Long#MAX_VALUE} if there is nothing to wait
     * for.
     */
    long nanosToNext() {
        while (tryTend()) {
            long nanos;
            try {
                emptyInbox();
                nanos = wheel.isEmpty() ? Long.MAX_VALUE : Math.max(0, wheel.nextDeadline() - clock.nanoTime());
            } finally {
                tending = false;
            }
            if (inbox.isEmpty()) {
                return nanos;
            }
        }
        return 0; // another thread registers; look again
    }

    /** Lets no more timers in. Those that are left fire on time, but from the fallback timers. */
    void close() {
        closed = true;
        while (!tryTend()) {
            Thread.onSpinWait();
        }
        try {
            emptyInbox();
            // far in the future everything is due
            long end = clock.nanoTime() + Long.MAX_VALUE / 2;
            int count;
            do {
                count = wheel.advance(end, batch);
                for (int i = 0; i < count; i++) {
                    Timer timer = (Timer) batch[i];
                    if (timer.waker != null) {
                        Timers.fallback().register(fallbackDeadline(timer), timer);
                    }
                }
                Arrays.fill(batch, 0, count, null);
            } while (count == batch.length);
        } finally {
            tending = false;
        }
    }

    private long fallbackDeadline(Timer timer) {
        return timer.deadline()
                - clock.nanoTime()
                + Timers.fallback().timeSource().nanoTime();
    }

    private boolean tryTend() {
        return TENDING.compareAndSet(this, false, true);
    }

    private void hand(Timer timer) {
        if (tryTend()) {
            try {
                file(timer);
            } finally {
                tending = false;
            }
        } else {
            inbox.add(timer);
        }
        while (!inbox.isEmpty() && tryTend()) {
            try {
                emptyInbox();
            } finally {
                tending = false;
            }
        }
    }

    private void emptyInbox() {
        for (Timer timer = inbox.poll(); timer != null; timer = inbox.poll()) {
            file(timer);
        }
    }

    private void file(Timer timer) {
        if (timer.waker == null) {
            wheel.remove(timer);
        } else if (!timer.isFiled()) {
            wheel.add(timer);
        }
        notePopulated();
    }

    /** The holder of `tending`, after a change of the wheel. */
    private void notePopulated() {
        boolean now = !wheel.isEmpty();
        if (populated != now) {
            POPULATED.setRelease(this, now);
        }
    }

    private static void wakeAll(Waker[] due) {
        for (Waker waker : due) {
            try {
                waker.wake();
            } catch (Throwable failure) {
                Failures.report("a waker threw, woken by a timer", failure);
            }
        }
    }

    /** One registration. It is a waker as well, which wakes the registered one unless that was withdrawn. */
    private final class Timer extends TimerWheel.Entry implements Registration, Waker {

        volatile @Nullable Waker waker;

        Timer(long deadline, Waker waker) {
            super(deadline);
            this.waker = waker;
        }

        @Override
        public void wake() {
            Waker due = (Waker) WAKER.getAndSet(this, null);
            if (due != null) {
                due.wake();
            }
        }

        @Override
        public void cancel() {
            if (WAKER.getAndSet(this, null) != null) {
                hand(this);
            }
        }
    }
}
