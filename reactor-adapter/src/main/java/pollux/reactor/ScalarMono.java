package pollux.reactor;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import pollux.reactive.spi.ScalarFuture;
import reactor.core.Exceptions;
import reactor.core.Fuseable;

/**
 * The value of a {@code Mono} that can be called for it ({@code just}, {@code empty}, {@code error},
 * {@code fromCallable} and its kin), without a subscription: as Reactor's own {@code flatMap} does.
 */
final class ScalarMono<T> extends ScalarFuture<Callable<? extends T>, T> {

    ScalarMono(Callable<? extends T> mono) {
        super(mono, mono instanceof Fuseable.ScalarCallable<?>);
    }

    @Override
    protected @Nullable T call(Callable<? extends T> mono) throws Throwable {
        try {
            return mono.call();
        } catch (Throwable failure) {
            throw Exceptions.unwrap(failure);
        }
    }
}
