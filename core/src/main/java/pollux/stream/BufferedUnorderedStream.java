package pollux.stream;

import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import pollux.future.AwaitTree;
import pollux.future.Context;
import pollux.future.Ending;
import pollux.future.Future;
import pollux.future.FutureSet;
import pollux.future.RawFuture;

/** {@link AsyncStream#bufferedUnordered}. */
final class BufferedUnorderedStream<S, T> extends OperatorStream<T> {

    private final OwnedStream<S> source;
    private final Function<? super S, ? extends Future<? extends T>> function;
    private final int concurrency;
    private final FutureSet<T> running = new FutureSet<>();

    BufferedUnorderedStream(
            AsyncStream<S> source, int concurrency, Function<? super S, ? extends Future<? extends T>> function) {
        if (concurrency < 1) {
            throw new IllegalArgumentException(
                    "bufferedUnordered(" + concurrency + "): at least one future has to run");
        }
        this.source = new OwnedStream<>(source);
        this.function = Objects.requireNonNull(function, "function");
        this.concurrency = concurrency;
    }

    @Override
    @Nullable
    @SuppressWarnings("unchecked") // a source answers with its items
    Object produce(Context cx) {
        while (!source.isOver() && running.size() < concurrency) {
            Object item = RawFuture.pollStep(source, cx);
            if (item == PENDING) {
                break;
            }
            if (item != null) {
                Future<? extends T> started = present(
                        function.apply((S) item),
                        "the function of bufferedUnordered() returned null instead of a future");
                running.add(started, 0);
            }
        }
        if (running.isEmpty()) {
            return source.isOver() ? null : PENDING;
        }
        return present(running.pollAnyRaw(cx), "a future of bufferedUnordered() ended with null; items are never null");
    }

    @Override
    boolean isExhausted(Context cx) {
        return running.isEmpty() && source.pollEnd(cx);
    }

    @Override
    boolean isPartDecided() {
        return running.isAnyDecided();
    }

    @Override
    void giveUp(Ending ending) {
        running.cancelAll(ending);
        source.giveUp(ending);
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
        return "AsyncStream.bufferedUnordered(" + running.size() + " of " + concurrency + " running)";
    }
}
