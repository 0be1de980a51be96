package pollux.stream;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import pollux.future.AwaitTree;
import pollux.future.Context;
import pollux.future.Future;
import pollux.future.RawFuture;
import pollux.time.Timers;

/**
 * The time that an operator lets go by before it answers with what it holds.
 *
 * <p>The clock is read by each question, not only when a timer is due: a source that spends the whole budget of each
 * poll leaves none for the timer.
 */
final class Countdown {

    private final Duration length;
    private long deadline;
    private boolean running;

    /** The wake-up; null until an operator waits for it. */
    private @Nullable Future<Void> timer;

    Countdown(Duration length) {
        this.length = Objects.requireNonNull(length, "duration");
    }

    boolean isRunning() {
        return running;
    }

    /** Begins anew. */
    void start(Context cx) {
        stop();
        running = true;
        deadline = Timers.deadline(cx, length);
    }

    /** Tells whether it has run out, and arranges a wake-up if not. False if it was not started. */
    boolean pollOver(Context cx) {
        if (!running) {
            return false;
        }
        if (deadline - Timers.deadline(cx, Duration.ZERO) > 0) {
            Future<Void> polled = timer == null ? Timers.sleepUntil(deadline) : timer;
            timer = null; // stays so if the poll throws
            if (RawFuture.pollAny(polled, cx) == RawFuture.PENDING) {
                timer = polled;
                return false;
            }
        }
        stop();
        return true;
    }

    /** Says for what the operator waits. Called by any thread. */
    void describe(AwaitTree sketch) {
        sketch.awaits(timer);
    }

    /** Withdraws the timer. */
    @SuppressWarnings("CheckReturnValue") // a sleep is released at once
    void stop() {
        running = false;
        Future<Void> withdrawn = timer;
        timer = null;
        if (withdrawn != null) {
            withdrawn.cancel();
        }
    }
}
