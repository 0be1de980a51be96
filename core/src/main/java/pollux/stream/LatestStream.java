package pollux.stream;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import pollux.future.AwaitTree;
import pollux.future.Context;
import pollux.future.Ending;
import pollux.future.Failures;
import pollux.future.RawFuture;

/** {@link AsyncStream#debounce} and {@link AsyncStream#sample}: the latest item, when a time has gone by. */
final class LatestStream<T> extends UnaryStream<T, T> {

    private final String name;
    private final Countdown countdown;

    /** Whether each item begins the time anew. */
    private final boolean restarts;

    private @Nullable Object latest;

    /** The failure of the source, while the item before it leaves. */
    private @Nullable Throwable late;

    LatestStream(String name, AsyncStream<T> source, Duration time, boolean restarts) {
        super(source);
        this.name = name;
        this.countdown = new Countdown(time);
        this.restarts = restarts;
    }

    @Override
    @Nullable
    Object produce(Context cx) {
        while (!source.isOver()) {
            Object item;
            try {
                item = RawFuture.pollStep(source, cx);
            } catch (Throwable failure) {
                late = failure;
                break;
            }
            if (item == PENDING) {
                return countdown.pollOver(cx) ? takeLatest() : PENDING;
            }
            if (item != null) {
                Failures.dropValue(cx.services(), latest);
                latest = item;
                if (restarts || !countdown.isRunning()) {
                    countdown.start(cx);
                }
            }
        }
        countdown.stop();
        if (latest != null) {
            return takeLatest();
        }
        if (late != null) {
            Throwable due = late;
            late = null;
            throw Failures.rethrow(due);
        }
        return null;
    }

    private @Nullable Object takeLatest() {
        Object taken = latest;
        latest = null;
        return taken;
    }

    @Override
    boolean isExhausted(Context cx) {
        return latest == null && late == null && source.pollEnd(cx);
    }

    @Override
    void giveUp(Ending ending) {
        countdown.stop();
        source.giveUp(ending);
        ending.dropValue(takeLatest());
        if (late != null) {
            ending.report(late);
        }
    }

    @Override
    void describeParts(AwaitTree sketch) {
        sketch.count("held", latest == null ? 0 : 1);
        countdown.describe(sketch);
        sketch.awaits(source);
    }

    @Override
    public String toString() {
        return "AsyncStream." + name + "(" + (latest == null ? "nothing" : "an item") + " held)";
    }
}
