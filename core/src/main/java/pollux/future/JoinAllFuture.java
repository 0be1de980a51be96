package pollux.future;

import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import pollux.internal.trace.Ended;

/** All of any number of futures, in the order given: {@link Futures#joinAll}. */
final class JoinAllFuture<T extends @Nullable Object> extends CombinatorFuture<List<T>> {

    private final FutureSet<T> unfinished = new FutureSet<>();
    private final @Nullable Object[] values;
    private boolean isChecked;

    JoinAllFuture(Collection<? extends Future<? extends T>> futures) {
        int i = 0;
        for (Future<? extends T> future : futures) {
            unfinished.add(future, i++);
        }
        values = new @Nullable Object[i];
    }

    @Override
    @Nullable
    Object decide(Context cx) {
        while (!unfinished.isEmpty()) {
            Object answer = unfinished.pollAnyRaw(cx);
            if (answer == PENDING) {
                if (!isChecked) {
                    checkEachOnce(); // here, since what is ready at once says so by itself
                }
                return PENDING;
            }
            values[unfinished.endedTag()] = answer;
        }
        return values;
    }

    private void checkEachOnce() {
        isChecked = true;
        Future<?> repeated = unfinished.takeRepeated();
        if (repeated != null) {
            throw Ended.twice(repeated);
        }
    }

    @Override
    void giveUp(Ending ending) {
        unfinished.cancelAll(ending);
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
