package pollux.benchmarks;

import org.jspecify.annotations.Nullable;
import pollux.future.Context;
import pollux.future.RawFuture;
import pollux.stream.AsyncStream;
import pollux.stream.RawStream;

/**
 * A task that takes every item of a stream and brings their sum: what {@code for (int item : each(stream))} compiles
 * to.
 */
final class TakeAll extends RawFuture<Void> {

    private final AsyncStream<Integer> stream;
    private final Tally tally;
    private long sum;

    TakeAll(AsyncStream<Integer> stream, Tally tally) {
        this.stream = stream;
        this.tally = tally;
    }

    @Override
    public @Nullable Object pollRaw(Context cx) {
        while (true) {
            Object item = RawStream.pollAny(stream, cx);
            if (item == PENDING) {
                return PENDING;
            }
            if (item == null) {
                tally.end(sum);
                return null;
            }
            sum += (Integer) item;
        }
    }
}
