package pollux.stream;

import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import pollux.future.CleanUp;
import pollux.future.Context;

/** {@link AsyncStream#recover}. */
final class RecoverStream<T> extends OperatorStream<T> {

    private Pull<T> current;

    /** Null once it was used. */
    private @Nullable Function<? super Throwable, ? extends AsyncStream<? extends T>> function;

    RecoverStream(AsyncStream<T> source, Function<? super Throwable, ? extends AsyncStream<? extends T>> function) {
        this.current = new Pull<>(source);
        this.function = Objects.requireNonNull(function, "function");
    }

    @Override
    @Nullable
    Object produce(Context cx) {
        try {
            return current.pollRaw(cx);
        } catch (Throwable failure) {
            if (function == null) {
                throw failure;
            }
            current = new Pull<>(
                    present(function.apply(failure), "the function of recover() returned null instead of a stream"));
            function = null;
        }
        return current.pollRaw(cx);
    }

    @Override
    void giveUp(CleanUp remains) {
        current.giveUp(remains);
    }

    @Override
    public String toString() {
        return "AsyncStream.recover(" + current + ")";
    }
}
