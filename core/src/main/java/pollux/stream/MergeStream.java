package pollux.stream;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import pollux.future.AwaitTree;
import pollux.future.Context;
import pollux.future.Ending;
import pollux.future.FutureSet;
import pollux.internal.trace.Ended;

/** {@link AsyncStreams#merge}. */
final class MergeStream<T> extends OperatorStream<T> {

    /*
     * Each source is a child of the set, which polls the woken ones in the order of their wakes. A source that yielded
     * an item goes to the end of that queue, so a busy one cannot keep the others back.
     */

    private final List<OwnedStream<T>> sources = new ArrayList<>();
    private final FutureSet<T> unfinished = FutureSet.ofDistinct();

    /** Stands among the streams twice; null if none does. Only one of its two wakers would be woken. */
    private @Nullable AsyncStream<?> repeated;

    MergeStream(Iterable<? extends AsyncStream<? extends T>> streams) {
        Set<AsyncStream<?>> distinct = Collections.newSetFromMap(new IdentityHashMap<>());
        for (AsyncStream<? extends T> stream : streams) {
            if (!distinct.add(stream) && stream instanceof RawStream) { // a foreign one may have no state
                repeated = stream;
            }
            OwnedStream<T> source = new OwnedStream<>(stream);
            unfinished.add(source, sources.size());
            sources.add(source);
        }
    }

    @Override
    @Nullable
    Object produce(Context cx) {
        if (repeated != null) {
            throw Ended.mergedTwice(repeated);
        }
        while (!unfinished.isEmpty()) {
            Object item = unfinished.pollAnyRaw(cx);
            if (item == PENDING) {
                return PENDING;
            }
            if (item != null) {
                int source = unfinished.endedTag();
                unfinished.add(sources.get(source), source);
                return item;
            }
        }
        return null;
    }

    @Override
    boolean isExhausted(Context cx) {
        return unfinished.isEmpty();
    }

    @Override
    boolean isPartDecided() {
        return unfinished.isAnyDecided();
    }

    @Override
    void giveUp(Ending ending) {
        sources.forEach(source -> source.giveUp(ending));
    }

    @Override
    void describeParts(AwaitTree sketch) {
        sketch.awaits(unfinished);
    }

    @Override
    public String toString() {
        return "AsyncStreams.merge(" + unfinished.size() + " of " + sources.size() + " unfinished)";
    }
}
