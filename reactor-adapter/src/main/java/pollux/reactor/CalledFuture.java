package pollux.reactor;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import pollux.future.Context;
import pollux.future.Failures;
import pollux.future.RawFuture;
import reactor.core.Exceptions;
import reactor.core.Fuseable;

/**
 * The value of a {@code Mono} that can be called for it ({@code just}, {@code empty}, {@code error}, {@code fromCallable} and its kin),
 * without a subscription: as Reactor's own {@code flatMap} does.
 *
 * <p>A constant is no work, so it spends no budget, as {@code Futures.ready} does not.
 */
final class CalledFuture<T> extends RawFuture<T> {

    private @Nullable Callable<? extends T> source; // null once called

    CalledFuture(Callable<? extends T> source) {
        this.source = source;
    }

    @Override
    public @Nullable Object pollRaw(Context cx) {
        Callable<? extends T> called = source;
        if (called == null) {
            throw new IllegalStateException("polled after its end: " + this);
        }
        if (!(called instanceof Fuseable.ScalarCallable<?>)) {
            if (cx.mustYield()) {
                return PENDING;
            }
            cx.spend();
        }
        source = null;
        try {
            return called.call();
        } catch (Throwable failure) {
            throw Failures.rethrow(Exceptions.unwrap(failure));
        }
    }

    @Override
    public boolean cancel() {
        source = null;
        return true;
    }

    @Override
    public String toString() {
        return "CalledFuture[" + (source == null ? "ended" : source) + "]";
    }
}
