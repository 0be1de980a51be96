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
class BufferedStream<S, T> extends OperatorStream<T> {

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

    /** The first number that has failed, if any has. */
    private int failedAt;

    private final String name;

    BufferedStream(
            String name,
            AsyncStream<S> source,
            int concurrency,
            Function<? super S, ? extends Future<? extends T>> function) {
        if (concurrency < 1) {
            throw new IllegalArgumentException(name + "(" + concurrency + "): at least one future has to run");
        }
        this.name = name;
        this.source = new OwnedStream<>(source);
        this.function = Objects.requireNonNull(function, "function");
        this.concurrency = concurrency;
        this.results = new @Nullable Object[8];
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
                results[running.endedTag() & results.length - 1] =
                        present(result, "a future of " + name + "() ended with null; items are never null");
            } catch (Throwable failure) {
                fail(running.endedTag(), failure);
            }
            onEnded(running.endedTag());
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
            reserve();
            begin((S) item, next);
            next++;
        } catch (Throwable failure) {
            reserve();
            fail(next++, failure);
        }
        return false;
    }

    /** Takes one more item; may throw instead. */
    void begin(S item, int number) {
        start(item, number);
    }

    /** Hears that the future of a number has ended, and that its result is kept. */
    void onEnded(int number) {}

    /** Runs the future of an item; throws if there is none. */
    final void start(S item, int number) {
        running.add(
                present(function.apply(item), "the function of " + name + "() returned null instead of a future"),
                number);
    }

    /** Puts a failure in the place of a value. */
    final void fail(int number, Throwable failure) {
        results[number & results.length - 1] = new Failed(failure);
        if (!failed || number - failedAt < 0) {
            failedAt = number;
        }
        failed = true;
    }

    /** Tells whether the result of a number is not asked for any more. */
    final boolean isBehindFailure(int number) {
        return failed && number - failedAt > 0;
    }

    /** Makes room for one more number in the ring. */
    private void reserve() {
        if (next - first < results.length) {
            return;
        }
        @Nullable Object[] larger = new @Nullable Object[2 * results.length];
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
            Object result = results[number & results.length - 1];
            if (result instanceof Failed waiting) {
                ending.report(waiting.failure);
            } else {
                ending.dropValue(result);
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
        return "AsyncStream." + name + "(" + running.size() + " of " + concurrency + " running)";
    }

    /** What takes the place of a value. */
    private record Failed(Throwable failure) {}
}
