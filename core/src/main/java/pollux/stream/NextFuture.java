package pollux.stream;

import org.jspecify.annotations.Nullable;
import pollux.future.AwaitTree;
import pollux.future.Context;
import pollux.future.Inspectable;
import pollux.future.RawFuture;
import pollux.internal.trace.Ended;

/** {@link AsyncStream#next}. */
final class NextFuture<T> extends RawFuture<@Nullable T> implements Inspectable {

    private final AsyncStream<T> borrowed;
    private boolean ended;

    NextFuture(AsyncStream<T> borrowed) {
        this.borrowed = borrowed;
    }

    @Override
    public @Nullable Object pollRaw(Context cx) {
        if (ended) {
            throw Ended.future(this);
        }
        ended = true; // stays so if the poll throws
        Object answer = RawStream.pollAny(borrowed, cx);
        ended = answer != PENDING;
        return answer;
    }

    @Override
    public boolean cancel() {
        ended = true; // the stream stays with its owner
        return true;
    }

    @Override
    public void describe(AwaitTree sketch) {
        sketch.name("AsyncStream.next").awaits(borrowed);
    }

    @Override
    public String toString() {
        return borrowed + ".next()";
    }
}
