package pollux.future;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * All of a few futures: {@link Futures#join}.
 *
 * <p>Polls every unfinished part at each wake-up, starting one further each time so that none is favoured when the
 * budget runs out. That beats a waker per part as long as the parts are few; {@link JoinAllFuture} is for many.
 */
final class JoinFuture<T extends @Nullable Object> extends CombinatorFuture<T> {

    /** Makes the value of all parts' values. */
    @FunctionalInterface
    interface Combiner<T extends @Nullable Object> {
        @Nullable
        T combine(@Nullable Object[] values);
    }

    private final @Nullable Future<?>[] parts; // null once it has ended
    private final @Nullable Object[] values;
    private final Combiner<? extends T> combiner;

    private int unfinished;
    private int first;

    JoinFuture(Combiner<? extends T> combiner, Future<?>... parts) {
        this.combiner = Objects.requireNonNull(combiner, "combiner");
        this.parts = parts;
        for (int i = 0; i < parts.length; i++) {
            Objects.requireNonNull(parts[i], "part " + (i + 1) + " of the join");
        }
        this.values = new @Nullable Object[parts.length];
        this.unfinished = parts.length;
    }

    @Override
    @Nullable
    Object decide(Context cx) {
        int n = parts.length;
        int start = first;
        first = (start + 1) % n;
        for (int k = 0; k < n; k++) {
            int i = (start + k) % n;
            Future<?> part = parts[i];
            if (part == null) {
                continue;
            }
            if (cx.mustYield()) {
                first = i; // it had no turn, and is the first to have one
                return PENDING;
            }
            parts[i] = null; // stays so if the poll throws
            Object answer = RawFuture.pollAny(part, cx);
            if (answer == PENDING) {
                parts[i] = part;
            } else {
                values[i] = answer;
                unfinished--;
            }
        }
        return unfinished == 0 ? values : PENDING;
    }

    @Override
    void giveUp(Ending ending) {
        for (int i = 0; i < parts.length; i++) {
            Future<?> part = parts[i];
            if (part != null) {
                parts[i] = null;
                ending.giveUp(part);
            }
        }
        if (unfinished > 0) { // else they are the outcome
            for (Object value : values) {
                ending.dropValue(value);
            }
        }
    }

    @Override
    boolean isPartDecided() {
        for (Future<?> part : parts) {
            if (part != null && !hasDecided(part)) {
                return false;
            }
        }
        return true;
    }

    @Override
    @Nullable
    Object conclude(@Nullable Object decided) {
        return combiner.combine(values);
    }

    @Override
    void describeParts(AwaitTree sketch) {
        sketch.name("Futures.join of " + parts.length);
        for (Future<?> part : parts) {
            sketch.awaits(part);
        }
    }

    @Override
    public String toString() {
        return "Futures.join(" + unfinished + " of " + parts.length + " unfinished)";
    }
}
