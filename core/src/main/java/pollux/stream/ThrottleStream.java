package pollux.stream;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import pollux.future.AwaitTree;
import pollux.future.Context;
import pollux.future.Ending;

/** {@link AsyncStream#throttle}. */
final class ThrottleStream<T> extends OperatorStream<T> {

    private final OwnedStream<T> source;
    private final Duration spacing;
    private final Countdown pause;

    ThrottleStream(AsyncStream<T> source, Duration spacing) {
        this.source = new OwnedStream<>(source);
        this.spacing = Objects.requireNonNull(spacing, "spacing");
        this.pause = new Countdown(spacing);
    }

    @Override
    @Nullable
    Object produce(Context cx) {
        if (pause.isRunning() && !pause.pollOver(cx)) {
            return PENDING;
        }
        Object item = source.pollRaw(cx);
        if (item != null && item != PENDING) {
            pause.start(cx); // counted from now, not from the poll that finds out
        }
        return item;
    }

    @Override
    boolean isPartDecided() {
        return source.hasDecided();
    }

    @Override
    void giveUp(Ending ending) {
        pause.stop();
        source.giveUp(ending);
    }

    @Override
    void describeParts(AwaitTree sketch) {
        pause.describe(sketch);
        sketch.awaits(source);
    }

    @Override
    public String toString() {
        return "AsyncStream.throttle(" + spacing + ")";
    }
}
