package pollux.future;

import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** {@link Future#then}. */
final class ThenFuture<S extends @Nullable Object, T extends @Nullable Object> extends ChainFuture<S, T> {

    private final Function<? super S, ? extends Future<? extends T>> function;

    ThenFuture(Future<S> source, Function<? super S, ? extends Future<? extends T>> function) {
        super(source);
        this.function = function;
    }

    @Override
    Object onValue(S value) {
        return new Next(Objects.requireNonNull(function.apply(value), "the function of then() returned null"));
    }

    @Override
    @Nullable
    Object onFailure(Throwable failure) throws Throwable {
        throw failure;
    }

    @Override
    public String toString() {
        return "Future.then(" + function + ")";
    }
}
