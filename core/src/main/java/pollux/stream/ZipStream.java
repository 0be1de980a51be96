package pollux.stream;

import java.util.Objects;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import pollux.future.AwaitTree;
import pollux.future.Context;
import pollux.future.Ending;

/** {@link AsyncStreams#zip}. */
final class ZipStream<A, B, T> extends OperatorStream<T> {

    private final OwnedStream<A> left;
    private final OwnedStream<B> right;
    private final BiFunction<? super A, ? super B, ? extends T> combiner;

    /** The item that waits for its partner, or PENDING. */
    private @Nullable Object leftItem = PENDING;

    private @Nullable Object rightItem = PENDING;

    ZipStream(
            AsyncStream<? extends A> left,
            AsyncStream<? extends B> right,
            BiFunction<? super A, ? super B, ? extends T> combiner) {
        this.left = new OwnedStream<>(left);
        this.right = new OwnedStream<>(right);
        this.combiner = Objects.requireNonNull(combiner, "combiner");
    }

    @Override
    @Nullable
    @SuppressWarnings("unchecked") // a source answers with its items
    Object produce(Context cx) {
        if (leftItem == PENDING) {
            leftItem = left.pollRaw(cx);
        }
        if (rightItem == PENDING && leftItem != null) {
            rightItem = right.pollRaw(cx);
        }
        if (leftItem == null || rightItem == null) {
            return null;
        }
        if (leftItem == PENDING || rightItem == PENDING) {
            return PENDING;
        }
        A a = (A) leftItem;
        B b = (B) rightItem;
        leftItem = PENDING;
        rightItem = PENDING;
        return present(combiner.apply(a, b), "the function of zip() returned null; items are never null");
    }

    @Override
    boolean isPartDecided() {
        return leftItem != PENDING && right.hasDecided()
                || rightItem != PENDING && left.hasDecided()
                || left.hasDecided() && right.hasDecided();
    }

    @Override
    void giveUp(Ending ending) {
        left.giveUp(ending);
        right.giveUp(ending);
        if (leftItem != PENDING) {
            ending.dropValue(leftItem);
        }
        if (rightItem != PENDING) {
            ending.dropValue(rightItem);
        }
    }

    @Override
    void describeParts(AwaitTree sketch) {
        sketch.awaits(left).awaits(right);
    }

    @Override
    public String toString() {
        return "AsyncStreams.zip(" + left + ", " + right + ")";
    }
}
