package pollux.reactive.spi;

import java.util.Objects;
import java.util.function.Supplier;
import pollux.future.Future;

/** Serves each subscriber from a future of its own. */
final class DeferredSource<T> implements FutureSource<T> {

    private final Supplier<? extends Future<? extends T>> supplier;

    DeferredSource(Supplier<? extends Future<? extends T>> supplier) {
        this.supplier = Objects.requireNonNull(supplier, "supplier");
    }

    @Override
    public Future<? extends T> next() {
        return Objects.requireNonNull(supplier.get(), "the supplier returned null instead of a future");
    }
}
