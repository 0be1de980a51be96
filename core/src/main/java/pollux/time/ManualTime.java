package pollux.time;

import java.time.Duration;
import java.util.Objects;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import pollux.future.Waker;
import pollux.internal.memory.SufficientStack;

/**
 * Time that passes only when told so: for tests and simulations.
 *
 * <p>Put it into the services of a task, under {@link TimerService#KEY}, and every sleep, timeout and interval in it
 * obeys. Timers are exact to the nanosecond and fire in the order of their deadlines; those of one deadline in the
 * order in which they were registered. Thread-safe.
 */
public final class ManualTime implements TimeSource, TimerService {

    /** For {@link SufficientStack}: tasks register and cancel at any depth of their stack. */
    static final int LOCKED_FRAMES = 128;

    private final ReentrantLock lock;
    private final TreeSet<Timer> timers = new TreeSet<>(Timer::order);

    /** Written under the lock. */
    private volatile long now;

    /** Where all calls of {@link #advance} together lead to; ahead of {@link #now} while one is under way. */
    private long target;

    private long registrations;

    /** Makes a clock that stands at 0. */
    public ManualTime() {
        this(0);
    }

    /**
     * Makes a clock that stands at a given reading.
     *
     * @param nanoTime the first reading, any number
     */
    public ManualTime(long nanoTime) {
        this(nanoTime, new ReentrantLock());
    }

    /** For tests of the end of the stack, which bring a lock of their own. */
    ManualTime(long nanoTime, ReentrantLock lock) {
        this.lock = lock;
        now = nanoTime;
        target = nanoTime;
    }

    @Override
    public TimeSource timeSource() {
        return this;
    }

    @Override
    public long nanoTime() {
        return now;
    }

    /**
     * Lets time pass and wakes what becomes due, on this thread, with no lock held. The clock stands at each deadline
     * while its waker is called; timers that are registered meanwhile fire too, if they are due within the same step.
     * Several callers add up.
     *
     * @param step how much; at most about 146 years at once
     * @throws IllegalArgumentException if the step is negative
     */
    public void advance(Duration step) {
        if (step.isNegative()) {
            throw new IllegalArgumentException("time does not go back: " + step);
        }
        lock.lock();
        try {
            target += Sleep.nanos(step);
        } finally {
            lock.unlock();
        }
        Timer due;
        while ((due = nextDue()) != null) {
            due.waker.wake();
        }
    }

    /**
     * Lets time pass up to the next timer, and wakes it and all others of the same deadline.
     *
     * @return false, and time stands still, if there is no timer
     */
    public boolean advanceToNext() {
        long step;
        lock.lock();
        try {
            if (timers.isEmpty()) {
                return false;
            }
            step = timers.first().deadline - now;
        } finally {
            lock.unlock();
        }
        advance(Duration.ofNanos(Math.max(0, step)));
        return true;
    }

    /**
     * Puts the clock back to 0 and forgets all timers, without waking any task: for the next of many short simulations.
     */
    public void reset() {
        lock.lock();
        try {
            timers.clear();
            now = 0;
            target = 0;
            registrations = 0;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Counts the timers that wait.
     *
     * @return how many registrations have neither fired nor been cancelled
     */
    public int pendingTimers() {
        lock.lock();
        try {
            return timers.size();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Registration register(long deadlineNanos, Waker waker) {
        Objects.requireNonNull(waker, "waker");
        Timer timer;
        SufficientStack.ensure(LOCKED_FRAMES);
        lock.lock();
        try {
            timer = new Timer(deadlineNanos, registrations++, waker);
            if (deadlineNanos - now > 0) {
                timers.add(timer);
                return timer;
            }
        } finally {
            lock.unlock();
        }
        waker.wake();
        return timer;
    }

    @Override
    public String toString() {
        return "ManualTime[" + nanoTime() + " ns, " + pendingTimers() + " timers]";
    }

    /** Moves the clock to the next timer within {@link #target} and takes it out, or moves the clock to the target. */
    private @Nullable Timer nextDue() {
        lock.lock();
        try {
            if (timers.isEmpty() || timers.first().deadline - target > 0) {
                now = target;
                return null;
            }
            Timer due = timers.pollFirst();
            now = due.deadline;
            return due;
        } finally {
            lock.unlock();
        }
    }

    /** One registration. */
    private final class Timer implements Registration {

        private final long deadline;
        private final long number;
        private final Waker waker;

        Timer(long deadline, long number, Waker waker) {
            this.deadline = deadline;
            this.number = number;
            this.waker = waker;
        }

        @Override
        public void cancel() {
            SufficientStack.ensure(LOCKED_FRAMES);
            lock.lock();
            try {
                timers.remove(this);
            } finally {
                lock.unlock();
            }
        }

        static int order(Timer one, Timer other) {
            long between = one.deadline - other.deadline;
            return between != 0 ? Long.signum(between) : Long.compare(one.number, other.number);
        }
    }
}
