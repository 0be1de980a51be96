package pollux.stream;

import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import pollux.future.AwaitTree;
import pollux.future.Context;
import pollux.future.Ending;
import pollux.future.Failures;
import pollux.future.Future;
import pollux.future.FutureSet;
import pollux.future.RawFuture;

/** {@link AsyncStream#buffered}. */
final class BufferedStream<S, T> extends OperatorStream<T> {

    /*
     * Futures are numbered in the order of their items. `results` is a ring over the numbers from `first` to `next`:
     * null while the future runs, then its value or its failure. Only the result of `first` leaves, so at most
     * `concurrency` numbers are in the ring, whether running or done.
     *
     * What the source or the function throws takes the next number, like the failure of a future in its place. After
     * the first failure nothing more is started, since nothing behind it will be asked for.
     */

    private final OwnedStream<S> source;
    private final Function<? super S, ? extends Future<? extends T>> function;
    private final int concurrency;
    private final FutureSet<T> running = new FutureSet<>();
    private @Nullable Object[] results;
    private int first;
    private int next;
    private boolean failed;

    BufferedStream(
            AsyncStream<S> source, int concurrency, Function<? super S, ? extends Future<? extends T>> function) {
        if (concurrency < 1) {
            throw new IllegalArgumentException("buffered(" + concurrency + "): at least one future has to run");
        }
        this.source = new OwnedStream<>(source);
        this.function = Objects.requireNonNull(function, "function");
        this.concurrency = concurrency;
        this.results = new Object[8];
    }

    @Override
    @Nullable
    Object produce(Context cx) {
        boolean sourcePending = false;
        while (true) {
            while (!sourcePending && !failed && !source.isOver() && next - first < concurrency) {
                sourcePending = startNext(cx);
            }
            if (first == next) {
                return source.isOver() ? null : PENDING;
            }
            int slot = first & results.length - 1;
            Object result = results[slot];
            if (result != null) {
                results[slot] = null;
                first++;
                if (result instanceof Failed failed) {
                    throw Failures.rethrow(failed.failure);
                }
                return result;
            }
            try {
                result = running.pollAnyRaw(cx);
                if (result == PENDING) {
                    return PENDING;
                }
                result = present(result, "a future of buffered() ended with null; items are never null");
            } catch (Throwable failure) {
                result = new Failed(failure);
                failed = true;
            }
            results[running.endedTag() & results.length - 1] = result;
        }
    }

    /** Starts the future of one more item; returns true if the source is pending. */
    @SuppressWarnings("unchecked") // a source answers with its items
    private boolean startNext(Context cx) {
        try {
            Object item = RawFuture.pollStep(source, cx);
            if (item == null || item == PENDING) {
                return item == PENDING;
            }
            Future<? extends T> started =
                    present(function.apply((S) item), "the function of buffered() returned null instead of a future");
            reserve();
            running.add(started, next++);
        } catch (Throwable failure) {
            reserve();
            results[next++ & results.length - 1] = new Failed(failure);
            failed = true;
        }
        return false;
    }

    /** Makes room for one more number in the ring. */
    private void reserve() {
        if (next - first < results.length) {
            return;
        }
        Object[] larger = new Object[2 * results.length];
        for (int number = first; number != next; number++) {
            larger[number & larger.length - 1] = results[number & results.length - 1];
        }
        results = larger;
    }

    @Override
    boolean isExhausted(Context cx) {
        return first == next && source.pollEnd(cx);
    }

    @Override
    boolean isPartDecided() {
        return running.isAnyDecided() || source.hasDecided();
    }

    @Override
    void giveUp(Ending ending) {
        running.cancelAll(ending);
        source.giveUp(ending);
        for (int number = first; number != next; number++) {
            if (results[number & results.length - 1] instanceof Failed waiting) {
                ending.report(waiting.failure);
            }
        }
    }

    @Override
    void describeParts(AwaitTree sketch) {
        sketch.count("running", running.size())
                .count("of", concurrency)
                .awaits(source)
                .awaits(running);
    }

    @Override
    public String toString() {
        return "AsyncStream.buffered(" + running.size() + " of " + concurrency + " running)";
    }

    /** What takes the place of a value. */
    private record Failed(Throwable failure) {}
}
