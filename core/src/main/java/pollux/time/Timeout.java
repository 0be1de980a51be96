package pollux.time;

import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import pollux.future.Awaiting;
import pollux.future.CleanUp;
import pollux.future.Context;
import pollux.future.Failures;
import pollux.future.Future;
import pollux.future.RawFuture;
import pollux.future.Sketch;
import pollux.internal.trace.AwaitedAt;

/** {@link Timers#timeout}. */
final class Timeout<T> extends RawFuture<T> implements Awaiting {

    /** How many of the futures that the source waits for, one in the other, a message names. */
    private static final int NAMED = 3;

    private final Duration limit;
    private final CleanUp cleanUp = new CleanUp();

    /** Null when it has ended or was given up. */
    private @Nullable Future<T> source;

    /** The clock that the deadline is on; null before the first poll. */
    private @Nullable TimerDriver driver;

    private long deadline;

    /** Null until something has to be waited for. */
    private @Nullable Sleep sleep;

    /** What to end with as soon as the clean-up is done; set when the source is given up. */
    private @Nullable Throwable outcome;

    Timeout(Duration limit, Future<T> source) {
        this.limit = limit;
        this.source = source;
    }

    @Override
    public @Nullable Object pollRaw(Context cx) {
        Future<T> polled = source;
        if (polled == null) {
            return finish(cx);
        }
        if (driver == null) {
            driver = Sleep.driver(cx);
            deadline = driver.timeSource().nanoTime() + Sleep.nanos(limit);
        }
        source = null; // stays so if the poll throws
        Object answer;
        try {
            answer = RawFuture.pollAny(polled, cx);
        } catch (Throwable failure) {
            withdraw();
            throw failure;
        }
        if (answer != PENDING) {
            withdraw();
            return answer;
        }
        // the clock is not subject to the budget: it has to tick although the source has spent everything
        try {
            if (sleep == null) {
                sleep = Sleep.until(deadline);
            }
            if (sleep.start(cx) > 0) {
                sleep.await(cx);
                source = polled;
                return PENDING;
            }
            outcome = new TimeoutException(late(polled));
        } catch (Throwable failure) {
            outcome = failure; // the driver is shut down
        }
        withdraw();
        cleanUp.cancel(polled);
        return finish(cx);
    }

    @Override
    public boolean cancel() {
        withdraw();
        if (source != null) {
            cleanUp.cancel(source);
            source = null;
        }
        outcome = cleanUp.isDone() ? null : new CancellationException("the timeout was cancelled");
        return outcome == null;
    }

    @Override
    public void describe(Sketch sketch) {
        TimerDriver clock = driver;
        sketch.name("Timers.timeout").time("limit", Sleep.nanos(limit));
        if (clock != null && outcome == null) {
            sketch.time("left", deadline - clock.timeSource().nanoTime()).wokenBy();
        }
        sketch.awaits(source);
        if (!cleanUp.isDone()) {
            sketch.awaits(cleanUp);
        }
    }

    @Override
    public String toString() {
        return "Timers.timeout(" + limit + ")";
    }

    /** Names what was not ready, what that waited for, and who awaited it; never throws. */
    private String late(Future<T> polled) {
        StringBuilder text = new StringBuilder("not ready within ").append(limit);
        Sketch sketch = Sketch.of(polled);
        text.append(": ").append(sketch.name());
        for (int depth = 0; depth < NAMED && !sketch.parts().isEmpty(); depth++) {
            sketch = sketch.parts().get(0);
            text.append(depth == 0 ? ", which awaits " : ", ").append(sketch.name());
        }
        StackTraceElement here = AwaitedAt.here();
        return here == null ? text.toString() : text + "; awaited at " + here;
    }

    private void withdraw() {
        if (sleep != null) {
            sleep.clear();
        }
    }

    private @Nullable Object finish(Context cx) {
        Throwable ending = outcome;
        if (ending == null) {
            throw new IllegalStateException("polled after its end: " + this);
        }
        if (!cleanUp.poll(cx)) {
            return PENDING;
        }
        outcome = null;
        throw Failures.rethrow(ending);
    }
}
