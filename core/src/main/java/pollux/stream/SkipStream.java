package pollux.stream;

import org.jspecify.annotations.Nullable;
import pollux.future.AwaitTree;
import pollux.future.Context;
import pollux.future.Ending;
import pollux.future.RawFuture;

/** {@link AsyncStream#skip}. */
final class SkipStream<T> extends OperatorStream<T> {

    private final OwnedStream<T> source;
    private long left;

    SkipStream(AsyncStream<T> source, long count) {
        if (count < 0) {
            throw new IllegalArgumentException("skip(" + count + "): the number of items must not be negative");
        }
        this.source = new OwnedStream<>(source);
        this.left = count;
    }

    @Override
    @Nullable
    Object produce(Context cx) {
        while (left > 0) {
            Object skipped = RawFuture.pollStep(source, cx);
            if (skipped == null || skipped == PENDING) {
                return skipped;
            }
            left--;
        }
        return source.pollRaw(cx);
    }

    @Override
    boolean isExhausted(Context cx) {
        return source.pollEnd(cx);
    }

    @Override
    boolean isPartDecided() {
        return source.hasDecided();
    }

    @Override
    void giveUp(Ending ending) {
        source.giveUp(ending);
    }

    @Override
    void describeParts(AwaitTree sketch) {
        sketch.count("to skip", left).awaits(source);
    }

    @Override
    public String toString() {
        return "AsyncStream.skip(" + left + " left)";
    }
}
