package pollux.future;

import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** All of any number of futures, in the order given: {@link Futures#joinAll}. */
final class JoinAllFuture<T extends @Nullable Object> extends CombinatorFuture<List<T>> {

    private final FutureSet<T> unfinished = new FutureSet<>();
    private final @Nullable Object[] values;

    /** Whether each future has ended with its value. */
    private boolean complete;

    JoinAllFuture(Collection<? extends Future<? extends T>> futures) {
        int i = 0;
        for (Future<? extends T> future : futures) {
            unfinished.add(future, i++);
        }
        unfinished.complete();
        values = new @Nullable Object[i];
    }

    @Override
    @Nullable
    Object decide(Context cx) {
        while (!unfinished.isEmpty()) {
            Object answer = unfinished.pollAnyRaw(cx);
            if (answer == PENDING) {
                return PENDING;
            }
            values[unfinished.endedTag()] = answer;
        }
        complete = true;
        return values;
    }

    @Override
    void giveUp(Ending ending) {
        unfinished.cancelAll(ending);
        if (!complete) {
            for (Object value : values) {
                ending.dropValue(value);
            }
        }
    }

    @Override
    boolean isPartDecided() {
        return unfinished.areAllDecided();
    }

    @Override
    Object conclude(@Nullable Object decided) {
        return Collections.unmodifiableList(Arrays.asList(values));
    }

    @Override
    void describeParts(AwaitTree sketch) {
        sketch.name("Futures.joinAll").count("of", values.length).count("unfinished", unfinished.size());
        unfinished.describeParts(sketch);
    }

    @Override
    public String toString() {
        return "Futures.joinAll(" + unfinished.size() + " of " + values.length + " unfinished)";
    }
}
