package pollux.stream;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;
import pollux.future.AwaitTree;
import pollux.future.Context;
import pollux.future.Ending;
import pollux.future.RawFuture;

/** {@link AsyncStreams#concat}. */
final class ConcatStream<T> extends OperatorStream<T> {

    /** The stream under way, and behind it those that have not been polled. */
    private final ArrayDeque<OwnedStream<T>> sources = new ArrayDeque<>();

    ConcatStream(Iterable<? extends AsyncStream<? extends T>> streams) {
        for (AsyncStream<? extends T> stream : streams) {
            sources.add(new OwnedStream<>(stream));
        }
    }

    @Override
    @Nullable
    Object produce(Context cx) {
        OwnedStream<T> first = sources.peek();
        while (first != null) {
            Object item = RawFuture.pollStep(first, cx);
            if (item != null) {
                return item;
            }
            sources.remove();
            first = sources.peek();
        }
        return null;
    }

    @Override
    boolean isExhausted(Context cx) {
        OwnedStream<T> first = sources.peek();
        return first == null || sources.size() == 1 && first.pollEnd(cx);
    }

    @Override
    boolean isPartDecided() {
        OwnedStream<T> first = sources.peek();
        return first != null && first.hasDecided();
    }

    @Override
    void giveUp(Ending ending) {
        sources.forEach(source -> source.giveUp(ending));
    }

    @Override
    void describeParts(AwaitTree sketch) {
        sketch.count("streams left", sources.size()).awaits(sources.peek());
    }

    @Override
    public String toString() {
        return "AsyncStreams.concat(" + sources.size() + " streams left)";
    }
}
