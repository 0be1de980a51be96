package pollux.stream;

import org.jspecify.annotations.Nullable;
import pollux.future.AwaitTree;
import pollux.future.Context;

/** {@link AsyncStream#take}. */
final class TakeStream<T> extends UnaryStream<T, T> {

    private long left;

    TakeStream(AsyncStream<T> source, long count) {
        super(source);
        if (count < 0) {
            throw new IllegalArgumentException("take(" + count + "): the number of items must not be negative");
        }
        this.left = count;
    }

    @Override
    @Nullable
    Object produce(Context cx) {
        if (left == 0) {
            return null;
        }
        Object item = source.pollRaw(cx);
        if (item != PENDING) {
            left--;
        }
        return item;
    }

    @Override
    boolean isExhausted(Context cx) {
        return left == 0 || source.pollEnd(cx);
    }

    @Override
    void describeParts(AwaitTree sketch) {
        sketch.count("left", left).awaits(source);
    }

    @Override
    public String toString() {
        return "AsyncStream.take(" + left + " left)";
    }
}
