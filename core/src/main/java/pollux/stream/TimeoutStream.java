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

/** {@link AsyncStream#timeout}: each answer of the source is a future with a time limit. */
final class TimeoutStream<T> extends UnaryStream<T, T> {

    private final Duration limit;

    /** The limited wait for one answer; null between two of them. Giving it up leaves the source as it is. */
    private @Nullable Future<T> running;

    TimeoutStream(AsyncStream<T> source, Duration limit) {
        super(source);
        this.limit = Objects.requireNonNull(limit, "limit");
    }

    @Override
    @Nullable
    Object produce(Context cx) {
        Future<T> polled = running == null ? Timers.timeout(limit, source) : running;
        running = null; // stays so if the poll throws
        Object answer = RawFuture.pollAny(polled, cx);
        if (answer == PENDING) {
            running = polled;
        }
        return answer;
    }

    @Override
    void giveUp(Ending ending) {
        if (running != null) {
            ending.giveUp(running);
        }
        source.giveUp(ending);
    }

    @Override
    void describeParts(AwaitTree sketch) {
        sketch.awaits(running == null ? source : running);
    }

    @Override
    public String toString() {
        return "AsyncStream.timeout(" + limit + ")";
    }
}
