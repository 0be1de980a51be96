package pollux.stream;

import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import pollux.future.AwaitTree;
import pollux.future.Context;
import pollux.future.Ending;
import pollux.future.Future;
import pollux.future.RawFuture;

/** {@link AsyncStream#then}. */
final class ThenStream<S, T> extends OperatorStream<T> {

    private final OwnedStream<S> source;
    private final Function<? super S, ? extends Future<? extends T>> function;
    private @Nullable Future<? extends T> running;

    ThenStream(AsyncStream<S> source, Function<? super S, ? extends Future<? extends T>> function) {
        this.source = new OwnedStream<>(source);
        this.function = Objects.requireNonNull(function, "function");
    }

    @Override
    @Nullable
    @SuppressWarnings("unchecked") // a source answers with its items
    Object produce(Context cx) {
        Future<? extends T> polled = running;
        if (polled == null) {
            Object item = source.pollRaw(cx);
            if (item == null || item == PENDING) {
                return item;
            }
            polled = present(function.apply((S) item), "the function of then() returned null instead of a future");
        }
        running = null; // stays so if the poll throws
        Object answer = RawFuture.pollAny(polled, cx);
        if (answer == PENDING) {
            running = polled;
            return PENDING;
        }
        return present(answer, "a future of then() ended with null; items are never null, use forEachAsync()");
    }

    @Override
    boolean isExhausted(Context cx) {
        return running == null && source.pollEnd(cx);
    }

    @Override
    boolean isPartDecided() {
        return RawFuture.hasDecided(running) || source.hasDecided();
    }

    @Override
    void giveUp(Ending ending) {
        if (running != null) {
            ending.giveUp(running);
        }
        source.giveUp(ending);
    }

    @Override
    void describeParts(AwaitTree sketch) {
        sketch.awaits(running).awaits(source);
    }

    @Override
    public String toString() {
        return "AsyncStream.then(" + function + ")";
    }
}
