package pollux.stream;

import org.jspecify.annotations.Nullable;
import pollux.future.AwaitTree;
import pollux.future.Context;
import pollux.future.Ending;

/** {@link AsyncStream#take}. */
final class TakeStream<T> extends OperatorStream<T> {

    private final OwnedStream<T> source;
    private long left;

    TakeStream(AsyncStream<T> source, long count) {
        if (count < 0) {
            throw new IllegalArgumentException("take(" + count + "): the number of items must not be negative");
        }
        this.source = new OwnedStream<>(source);
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
    boolean isPartDecided() {
        return source.hasDecided();
    }

    @Override
    void giveUp(Ending ending) {
        source.giveUp(ending);
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
