package pollux.time;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import pollux.future.AwaitTree;
import pollux.future.Context;
import pollux.future.Ending;
import pollux.future.Future;
import pollux.future.Inspectable;
import pollux.future.RawFuture;
import pollux.internal.trace.AwaitedAt;

/** {@link Timers#timeout}. */
final class Timeout<T extends @Nullable Object> extends RawFuture<T> implements Inspectable {

    /** How many of the futures that the source waits for, one in the other, a message names. */
    private static final int NAMED = 3;

    /** What a name may have in it, and a message of one line may not. */
    private static final Pattern NOT_IN_A_LINE = Pattern.compile("[\\p{Cntrl}\\u2028\\u2029]+");

    private final Duration limit;

    /** Null when it has ended or was given up. */
    private @Nullable Future<T> source;

    /** The clock that the deadline is on; null before the first poll. */
    private @Nullable TimerService driver;

    private long deadline;

    /** Null until something has to be waited for. */
    private @Nullable Sleep sleep;

    /** Set when the limit has passed while the source had spent the budget: it may be ready, and is asked once more. */
    private boolean lastLook;

    /** Set when this has ended, or its source was given up. */
    private @Nullable Ending ending;

    Timeout(Duration limit, Future<T> source) {
        this.limit = limit;
        this.source = source;
    }

    @Override
    public @Nullable Object pollRaw(Context cx) {
        if (ending != null) {
            return ending.poll(cx, this);
        }
        Future<T> polled = Objects.requireNonNull(source);
        if (driver == null) {
            Object constant = RawFuture.peek(polled);
            if (constant != PENDING) { // never pending: it needs no clock
                RawFuture.taken(polled);
                source = null;
                ending = Ending.over();
                return constant;
            }
            driver = Sleep.driver(cx);
            deadline = driver.timeSource().nanoTime() + Sleep.nanos(limit);
        }
        source = null; // stays so if the poll throws
        boolean hadBudget = cx.hasBudget();
        Object answer;
        try {
            answer = RawFuture.pollAny(polled, cx);
        } catch (Throwable failure) {
            end(Ending.over());
            throw failure;
        }
        if (answer != PENDING) {
            end(Ending.over());
            return answer;
        }
        source = polled;
        Ending reached;
        // the clock is not subject to the budget: it has to tick although the source has spent everything
        try {
            if (sleep == null) {
                sleep = Sleep.until(deadline);
            }
            if (sleep.start(cx) > 0) {
                sleep.await(cx);
                return PENDING;
            }
            if (hasDecided(polled)) {
                return PENDING; // its outcome came in time; those that lost are still cleaning up
            }
            if (!lastLook && cx.mustYield()) {
                lastLook = hadBudget;
                return PENDING;
            }
            reached = end(Ending.ofFailure(new TimeoutException(late(polled))));
        } catch (Throwable failure) {
            reached = end(Ending.ofFailure(failure)); // the driver is shut down
        }
        return reached.poll(cx, this);
    }

    @Override
    public boolean cancel() {
        Ending decided = ending;
        return (decided == null ? end(Ending.cancelled()) : decided).answerCancel();
    }

    @Override
    public boolean hasDecided() {
        return ending == null ? hasDecided(source) : ending.hasDecided();
    }

    @Override
    public void describe(AwaitTree sketch) {
        TimerService clock = driver;
        sketch.name("Timers.timeout").time("limit", Sleep.nanos(limit));
        if (clock != null && ending == null) {
            sketch.time("left", deadline - clock.timeSource().nanoTime()).wokenBy();
        }
        sketch.awaits(source).awaits(ending);
    }

    @Override
    public String toString() {
        return "Timers.timeout(" + limit + ")";
    }

    /** Names what was not ready, what that waited for, and who awaited it, in one line; never throws. */
    private String late(Future<T> polled) {
        StringBuilder text = new StringBuilder("not ready within ").append(limit);
        AwaitTree sketch = AwaitTree.of(polled);
        text.append(": ").append(sketch.name());
        for (int depth = 0; depth < NAMED && !sketch.parts().isEmpty(); depth++) {
            sketch = sketch.parts().get(0);
            text.append(depth == 0 ? ", which awaits " : ", ").append(sketch.name());
        }
        StackTraceElement here = AwaitedAt.here();
        String line = NOT_IN_A_LINE.matcher(text).replaceAll(" ");
        return here == null ? line : line + "; awaited at " + here;
    }

    /** Gives up the clock, and the source if it has not ended. */
    private Ending end(Ending decided) {
        ending = decided;
        if (sleep != null) {
            sleep.clear();
        }
        if (source != null) {
            decided.giveUp(source);
            source = null;
        }
        return decided;
    }
}
