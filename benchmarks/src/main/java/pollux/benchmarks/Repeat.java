package pollux.benchmarks;

import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import pollux.future.Context;
import pollux.future.Future;
import pollux.future.RawFuture;

/** A task that awaits one fresh future after the other, does something with each value, and then arrives. */
final class Repeat<T> extends RawFuture<Void> {

    private final Supplier<? extends Future<? extends T>> next;
    private final Consumer<? super T> then;
    private final Tally tally;
    private int left;
    private @Nullable Future<? extends T> awaited;

    Repeat(int times, Supplier<? extends Future<? extends T>> next, Consumer<? super T> then, Tally tally) {
        this.left = times;
        this.next = next;
        this.then = then;
        this.tally = tally;
    }

    @Override
    @SuppressWarnings("unchecked") // the value of a Future<T>
    public @Nullable Object pollRaw(Context cx) {
        for (; left > 0; left--) {
            Future<? extends T> current = awaited;
            if (current == null) {
                current = next.get();
            }
            Object value = RawFuture.pollAny(current, cx);
            if (value == PENDING) {
                awaited = current;
                return PENDING;
            }
            awaited = null;
            then.accept((T) value);
        }
        tally.arrive(1);
        return null;
    }
}
