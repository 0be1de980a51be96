package pollux.reactor;

import org.jspecify.annotations.Nullable;
import pollux.future.Context;
import pollux.future.Failures;
import pollux.future.RawFuture;
import reactor.core.Exceptions;
import reactor.core.Fuseable;

/** The value of {@code Mono.just}, {@code empty} or {@code error}, without a subscription. */
final class ScalarFuture<T> extends RawFuture<T> {

    private Fuseable.@Nullable ScalarCallable<? extends T> source;

    ScalarFuture(Fuseable.ScalarCallable<? extends T> source) {
        this.source = source;
    }

    @Override
    public @Nullable Object pollRaw(Context cx) {
        if (cx.mustYield()) {
            return PENDING;
        }
        Fuseable.ScalarCallable<? extends T> scalar = source;
        if (scalar == null) {
            throw new IllegalStateException("polled after its end: " + this);
        }
        source = null;
        cx.spend();
        try {
            return scalar.call();
        } catch (Throwable failure) {
            throw Failures.rethrow(Exceptions.unwrap(failure));
        }
    }

    @Override
    public String toString() {
        return "ScalarFuture[" + (source == null ? "ended" : source) + "]";
    }
}
