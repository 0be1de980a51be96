package pollux.stream;

import java.util.Objects;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import pollux.future.Context;

/** {@link AsyncStream#scan}. */
final class ScanStream<T, R> extends UnaryStream<T, R> {

    private final BiFunction<? super R, ? super T, ? extends R> function;
    private R result;
    private boolean started;

    ScanStream(AsyncStream<T> source, R seed, BiFunction<? super R, ? super T, ? extends R> function) {
        super(source);
        this.result = Objects.requireNonNull(seed, "seed");
        this.function = Objects.requireNonNull(function, "function");
    }

    @Override
    @Nullable
    @SuppressWarnings("unchecked") // a source answers with its items
    Object produce(Context cx) {
        if (!started) {
            started = true;
            return result;
        }
        Object item = source.pollRaw(cx);
        if (item == null || item == PENDING) {
            return item;
        }
        result =
                present(function.apply(result, (T) item), "the function of scan() returned null; items are never null");
        return result;
    }

    @Override
    boolean isExhausted(Context cx) {
        return started && source.pollEnd(cx);
    }

    @Override
    public String toString() {
        return "AsyncStream.scan(" + function + ")";
    }
}
