package pollux.stream;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import pollux.future.AwaitTree;
import pollux.future.Context;
import pollux.future.Ending;
import pollux.future.Future;
import pollux.future.RawFuture;
import pollux.time.Timers;

/** {@link AsyncStream#throttle}. */
final class ThrottleStream<T> extends OperatorStream<T> {

    private final OwnedStream<T> source;
    private final Duration spacing;
    private @Nullable Future<Void> pause;

    ThrottleStream(AsyncStream<T> source, Duration spacing) {
        this.source = new OwnedStream<>(source);
        this.spacing = Objects.requireNonNull(spacing, "spacing");
    }

    @Override
    @Nullable
    Object produce(Context cx) {
        Future<Void> polled = pause;
        if (polled != null) {
            pause = null; // stays so if the poll throws
            if (RawFuture.pollAny(polled, cx) == PENDING) {
                pause = polled;
                return PENDING;
            }
        }
        Object item = source.pollRaw(cx);
        if (item != null && item != PENDING) {
            // counted from now, not from the poll that finds out
            pause = Timers.sleepUntil(Timers.deadline(cx, spacing));
        }
        return item;
    }

    @Override
    boolean isPartDecided() {
        return source.hasDecided();
    }

    @Override
    void giveUp(Ending ending) {
        if (pause != null) {
            ending.giveUp(pause);
        }
        source.giveUp(ending);
    }

    @Override
    void describeParts(AwaitTree sketch) {
        sketch.awaits(pause).awaits(source);
    }

    @Override
    public String toString() {
        return "AsyncStream.throttle(" + spacing + ")";
    }
}
