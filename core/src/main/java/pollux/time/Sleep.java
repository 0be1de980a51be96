package pollux.time;

import org.jspecify.annotations.Nullable;
import pollux.future.Awaiting;
import pollux.future.Context;
import pollux.future.RawFuture;
import pollux.future.Sketch;

/** {@link Timers#sleep} and {@link Timers#sleepUntil}. */
final class Sleep extends RawFuture<Void> implements Awaiting {

    private final boolean relative;

    /** A delay from the first poll, or a deadline. */
    private final long nanos;

    private @Nullable Alarm alarm;
    private boolean ended;

    private Sleep(boolean relative, long nanos) {
        this.relative = relative;
        this.nanos = nanos;
    }

    static Sleep after(long delayNanos) {
        return new Sleep(true, delayNanos);
    }

    static Sleep until(long deadlineNanos) {
        return new Sleep(false, deadlineNanos);
    }

    @Override
    public @Nullable Object pollRaw(Context cx) {
        if (ended) {
            throw new IllegalStateException("polled after its end: " + this);
        }
        Alarm set = alarm;
        if (set == null) {
            set = Alarm.in(cx);
            set.set(relative ? set.now() + nanos : nanos);
            alarm = set;
        }
        if (cx.mustYield()) {
            return PENDING;
        }
        if (!set.isDue()) {
            ended = true; // stays so if the driver refuses
            set.await(cx);
            ended = false;
            return PENDING;
        }
        ended = true;
        set.clear();
        cx.spend();
        return null;
    }

    @Override
    public boolean cancel() {
        ended = true;
        if (alarm != null) {
            alarm.clear();
        }
        return true;
    }

    @Override
    public void describe(Sketch sketch) {
        Alarm set = alarm;
        sketch.name("Timers.sleep");
        if (set == null) {
            sketch.note("not polled yet");
        } else {
            sketch.time("left", set.left());
        }
    }

    @Override
    public String toString() {
        return relative ? "Timers.sleep(" + nanos + " ns)" : "Timers.sleepUntil(" + nanos + ")";
    }
}
