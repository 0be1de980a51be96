package pollux.future;

import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** {@link Future#recover}. */
final class RecoverFuture<T extends @Nullable Object> extends ChainFuture<T, T> {

    private final Function<? super Throwable, ? extends Future<? extends T>> function;

    RecoverFuture(Future<T> source, Function<? super Throwable, ? extends Future<? extends T>> function) {
        super(source);
        this.function = function;
    }

    @Override
    @Nullable
    Object onValue(T value) {
        return value;
    }

    @Override
    Object onFailure(Throwable failure) {
        return new Next(Objects.requireNonNull(function.apply(failure), "the function of recover() returned null"));
    }

    @Override
    public String toString() {
        return "Future.recover(" + function + ")";
    }
}
