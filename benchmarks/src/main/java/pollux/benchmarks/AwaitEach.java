package pollux.benchmarks;

import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import pollux.future.Context;
import pollux.future.Future;
import pollux.future.RawFuture;

/** A task that awaits so many futures one after the other, each made when its turn comes, and brings their sum. */
final class AwaitEach extends RawFuture<Void> {

    private final int awaits;
    private final IntFunction<Future<Integer>> source;
    private final Tally tally;
    private @Nullable Future<Integer> awaited;
    private int done;
    private long sum;

    AwaitEach(int awaits, IntFunction<Future<Integer>> source, Tally tally) {
        this.awaits = awaits;
        this.source = source;
        this.tally = tally;
    }

    @Override
    public @Nullable Object pollRaw(Context cx) {
        for (; done < awaits; done++) {
            if (awaited == null) {
                awaited = source.apply(done);
            }
            Object value = RawFuture.pollAny(awaited, cx);
            if (value == PENDING) {
                return PENDING;
            }
            awaited = null;
            sum += (Integer) value;
        }
        tally.arrive(sum);
        return null;
    }
}
