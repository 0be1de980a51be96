package pollux.stream;

import org.jspecify.annotations.Nullable;
import pollux.future.AwaitTree;
import pollux.future.Context;
import pollux.future.Failures;
import pollux.future.RawFuture;

/** {@link AsyncStream#skip}. */
final class SkipStream<T> extends UnaryStream<T, T> {

    private long left;

    SkipStream(AsyncStream<T> source, long count) {
        super(source);
        if (count < 0) {
            throw new IllegalArgumentException("skip(" + count + "): the number of items must not be negative");
        }
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
            Failures.dropValue(cx.services(), skipped);
        }
        return source.pollRaw(cx);
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
