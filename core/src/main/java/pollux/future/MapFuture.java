package pollux.future;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** {@link Future#map}. */
final class MapFuture<S extends @Nullable Object, T extends @Nullable Object> extends ChainFuture<S, T> {

    private final Function<? super S, ? extends @Nullable T> function;

    MapFuture(Future<S> source, Function<? super S, ? extends @Nullable T> function) {
        super(source);
        this.function = function;
    }

    @Override
    @Nullable
    Object onValue(S value) {
        return function.apply(value);
    }

    @Override
    @Nullable
    Object onFailure(Throwable failure) throws Throwable {
        throw failure;
    }

    @Override
    public String toString() {
        return "Future.map(" + function + ")";
    }
}
