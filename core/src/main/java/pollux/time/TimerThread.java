package pollux.time;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import pollux.future.Failures;
import pollux.future.Waker;
import pollux.internal.memory.SufficientStack;
import pollux.internal.thread.DaemonThreads;
import pollux.internal.thread.ThreadOverride;
import pollux.internal.timer.TimerWheel;

/** {@link Timers#fallback()}: a wheel under a lock, and a thread while there is something to wait for. */
final class TimerThread implements TimerService {

    static final TimerThread SHARED = new TimerThread(Duration.ofSeconds(5));

    /** What simulations put in place of {@link #SHARED}. */
    static final ThreadOverride<TimerService> FALLBACK = new ThreadOverride<>();

    /** Returns the timers of what is not polled by an executor. */
    static TimerService fallback() {
        TimerService own = FALLBACK.get();
        return own == null ? SHARED : own;
    }

    /*
     * Everything is guarded by `lock`, which is held for a few instructions and never while a waker is called. The
     * thread that files an entry that is due before `wakesAt` unparks the thread. The thread parks outside the lock; an
     * unpark that comes before the park makes the park return at once, so none is lost. It leaves only after having
     * seen, under the lock, that the wheel is empty, and takes its name off in the same critical section: the next
     * registration starts another one.
     *
     * Tasks register and cancel at any depth of their stack. Its end inside the critical section would leave the lock
     * taken, and with it all timers of the process; so both look for sufficient stack first.
     */

    /** For {@link SufficientStack}: locking, the wheel, the start of a thread and unlocking are some 20 deep. */
    static final int LOCKED_FRAMES = 128;

    private final ReentrantLock lock;
    private final TimeSource clock = TimeSource.system();
    private final TimerWheel wheel = new TimerWheel(clock.nanoTime());
    private final long idleNanos;
    private @Nullable Thread thread;
    private long wakesAt;

    TimerThread(Duration idle) {
        this(idle, new ReentrantLock());
    }

    /** For tests of the end of the stack, which bring a lock of their own. */
    TimerThread(Duration idle, ReentrantLock lock) {
        this.lock = lock;
        this.idleNanos = idle.toNanos();
    }

    @Override
    public TimeSource timeSource() {
        return clock;
    }

    @Override
    public Registration register(long deadlineNanos, Waker waker) {
        Entry entry = new Entry(deadlineNanos, waker);
        Thread sleeper = null;
        SufficientStack.ensure(LOCKED_FRAMES);
        lock.lock();
        try {
            if (thread == null) {
                wakesAt = clock.nanoTime();
                thread = start();
            } else if (deadlineNanos - wakesAt < 0) {
                wakesAt = deadlineNanos;
                sleeper = thread;
            }
            wheel.add(entry);
        } finally {
            lock.unlock();
        }
        LockSupport.unpark(sleeper);
        return entry;
    }

    /** Returns the thread that drives the timers now, for tests. */
    @Nullable
    Thread thread() {
        lock.lock();
        try {
            return thread;
        } finally {
            lock.unlock();
        }
    }

    private Thread start() {
        Thread started = DaemonThreads.serviceThread(this::drive, "pollux-timer");
        started.start();
        return started;
    }

    private void drive() {
        TimerWheel.Entry[] batch = new TimerWheel.Entry[TimerWheel.BATCH];
        Waker[] wakers = new Waker[TimerWheel.BATCH];
        boolean idle = false;
        while (true) {
            int count;
            long parkNanos = 0;
            lock.lock();
            try {
                long now = clock.nanoTime();
                count = wheel.advance(now, batch);
                for (int i = 0; i < count; i++) {
                    wakers[i] = ((Entry) batch[i]).waker;
                }
                Arrays.fill(batch, 0, count, null);
                if (count > 0) {
                    idle = false;
                } else if (!wheel.isEmpty()) {
                    idle = false;
                    wakesAt = wheel.nextDeadline();
                    // not longer: timers may be cancelled meanwhile, and those must not keep the thread
                    parkNanos = Math.min(wakesAt - now, idleNanos);
                } else if (!idle) {
                    idle = true;
                    wakesAt = now + idleNanos;
                    parkNanos = idleNanos;
                } else if (wakesAt - now <= 0) {
                    thread = null;
                    return;
                } else {
                    parkNanos = wakesAt - now;
                }
            } finally {
                lock.unlock();
            }
            for (int i = 0; i < count; i++) {
                wake(wakers[i]);
            }
            Arrays.fill(wakers, 0, count, null);
            if (parkNanos > 0) {
                Thread.interrupted(); // an inline task may have left it set, and park would return at once for ever
                LockSupport.parkNanos(this, parkNanos);
            }
        }
    }

    private static void wake(Waker waker) {
        try {
            waker.wake();
        } catch (Throwable failure) {
            Failures.report(
                    "a waker threw on the timer thread: " + waker.getClass().getName(), failure);
        }
    }

    /** One registration. */
    private final class Entry extends TimerWheel.Entry implements Registration {

        private Waker waker;

        Entry(long deadlineNanos, Waker waker) {
            super(deadlineNanos);
            this.waker = waker;
        }

        @Override
        public void cancel() {
            SufficientStack.ensure(LOCKED_FRAMES);
            lock.lock();
            try {
                wheel.remove(this);
                waker = Waker.noop(); // a registration that is kept must not keep a task alive
            } finally {
                lock.unlock();
            }
        }
    }
}
