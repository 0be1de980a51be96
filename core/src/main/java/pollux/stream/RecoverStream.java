package pollux.stream;

import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import pollux.future.AwaitTree;
import pollux.future.Context;
import pollux.future.Ending;
import pollux.future.RawFuture;

/** {@link AsyncStream#recover}. */
final class RecoverStream<T> extends OperatorStream<T> {

    /*
     * A stream that reconnects for ever is written as a function that recovers with itself. So when the function
     * answers with a recover() that was not polled yet, its source and its function are taken over: no stream is left
     * behind per attempt, and the stack does not grow.
     */

    private OwnedStream<T> current;

    /** Null once it was used. */
    private @Nullable Function<? super Throwable, ? extends AsyncStream<? extends T>> function;

    private boolean polled;

    RecoverStream(AsyncStream<T> source, Function<? super Throwable, ? extends AsyncStream<? extends T>> function) {
        this.current = new OwnedStream<>(source);
        this.function = Objects.requireNonNull(function, "function");
    }

    @Override
    @Nullable
    Object produce(Context cx) {
        polled = true;
        while (true) {
            try {
                return RawFuture.pollStep(current, cx);
            } catch (Throwable failure) {
                if (function == null) {
                    throw failure;
                }
                goOn(present(function.apply(failure), "the function of recover() returned null instead of a stream"));
            }
        }
    }

    @SuppressWarnings("unchecked") // only reads items, and every item of a stream of a subtype is a T
    private void goOn(AsyncStream<? extends T> next) {
        if (next instanceof RecoverStream<?> again && !again.polled) {
            current = (OwnedStream<T>) again.current;
            function = (Function<? super Throwable, ? extends AsyncStream<? extends T>>) again.function;
            again.polled = true;
        } else {
            current = new OwnedStream<>(next);
            function = null;
        }
    }

    @Override
    boolean isPartDecided() {
        return current.hasDecided();
    }

    @Override
    void giveUp(Ending ending) {
        current.giveUp(ending);
    }

    @Override
    void describeParts(AwaitTree sketch) {
        sketch.awaits(current);
    }

    @Override
    public String toString() {
        return "AsyncStream.recover(" + current + ")";
    }
}
