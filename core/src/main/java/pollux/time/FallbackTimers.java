package pollux.time;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/** Which timers {@link Timers#fallback()} means: one thread of the JVM for all, but where a simulation brings its own. */
final class FallbackTimers {

    /*
     * A list instead of a thread-local: looking a thread-local up leaves an entry on every thread that ever asks, and the list is
     * empty but for the moments in which a simulation runs.
     */

    private static final VarHandle NEWEST;

    static {
        try {
            NEWEST = MethodHandles.lookup().findStaticVarHandle(FallbackTimers.class, "newest", FallbackTimers.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private static volatile @Nullable FallbackTimers newest;

    private final Thread thread = Thread.currentThread();
    private final TimerDriver driver;
    private @Nullable FallbackTimers older;
    private volatile boolean over;

    private FallbackTimers(TimerDriver driver) {
        this.driver = driver;
    }

    static TimerDriver ofThisThread() {
        for (FallbackTimers at = newest; at != null; at = at.older) {
            if (at.thread == Thread.currentThread() && !at.over) {
                return at.driver;
            }
        }
        return TimerThread.SHARED;
    }

    static Runnable replace(TimerDriver driver) {
        FallbackTimers added = new FallbackTimers(driver);
        do {
            added.older = newest;
        } while (!NEWEST.compareAndSet(added.older, added)); // publishes what is written above
        return added::end;
    }

    /** What is over leaves the list as soon as nothing newer is in front of it. */
    private void end() {
        over = true;
        for (FallbackTimers first = newest; first != null && first.over; first = newest) {
            NEWEST.compareAndSet(first, first.older);
        }
    }
}
