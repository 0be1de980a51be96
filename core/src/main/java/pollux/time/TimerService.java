package pollux.time;

import pollux.future.Services;
import pollux.future.Waker;

/**
 * The timer service of a task: wakes wakers at deadlines.
 *
 * <p>An executor puts its own into the {@linkplain pollux.future.Context#services services} of its tasks; where there
 * is none (a future that is polled by hand, an inline task) sleeps use {@link Timers#fallback()}.
 */
public interface TimerService {

    /** The key under which a task finds its timers. */
    Services.Key<TimerService> KEY = new Services.Key<>("timers");

    /**
     * Returns the clock that deadlines are measured with.
     *
     * @return the clock
     */
    TimeSource timeSource();

    /**
     * Arranges one wake-up. May be called from any thread; does not block.
     *
     * @param deadlineNanos when, on the clock of {@link #timeSource()}; a past deadline wakes at once or very soon
     * @param waker what to wake; may be woken later than the deadline, never earlier
     * @return the registration
     * @throws java.util.concurrent.RejectedExecutionException if the driver is shut down
     */
    Registration register(long deadlineNanos, Waker waker);

    /** One arranged wake-up. */
    interface Registration {

        /** Withdraws the wake-up and releases the waker. May be called from any thread, and after the wake-up. */
        void cancel();
    }
}
