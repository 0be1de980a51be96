package pollux.stream;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import pollux.future.AwaitTree;
import pollux.future.Context;
import pollux.future.Ending;
import pollux.future.Future;
import pollux.future.RawFuture;

/** {@link AsyncStreams#once}. */
final class OnceStream<T> extends OperatorStream<T> {

    private @Nullable Future<? extends T> future;

    OnceStream(Future<? extends T> future) {
        this.future = Objects.requireNonNull(future, "future");
    }

    @Override
    @Nullable
    Object produce(Context cx) {
        Future<? extends T> polled = future;
        if (polled == null) {
            return null;
        }
        future = null; // stays so if the poll throws
        Object answer = RawFuture.pollAny(polled, cx);
        if (answer == PENDING) {
            future = polled;
        }
        return answer;
    }

    @Override
    boolean isExhausted(Context cx) {
        return future == null;
    }

    @Override
    boolean isPartDecided() {
        return RawFuture.hasDecided(future);
    }

    @Override
    void giveUp(Ending ending) {
        if (future != null) {
            ending.giveUp(future);
        }
    }

    @Override
    void describeParts(AwaitTree sketch) {
        sketch.awaits(future);
    }

    @Override
    public String toString() {
        return "AsyncStreams.once(" + future + ")";
    }
}
