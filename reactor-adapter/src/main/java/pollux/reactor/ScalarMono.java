package pollux.reactor;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.reactive.spi.ScalarFuture;
import reactor.core.Exceptions;
import reactor.core.publisher.Mono;

/**
 * The value of a {@code Mono} that can be called for it ({@code error}, {@code fromCallable} and its kin), without a
 * subscription: as Reactor's own {@code flatMap} does.
 */
final class ScalarMono<T> extends ScalarFuture<Callable<? extends T>, T> {

    private static final Class<?> JUST = Mono.just(0).getClass();

    /** False if an assembly hook has put something else in its place. */
    private static final boolean JUST_IS_KNOWN = JUST.getSimpleName().equals("MonoJust");

    private ScalarMono(Callable<? extends T> mono) {
        super(mono);
    }

    /** The future of a mono that can be called: a constant, if it is {@code just}. */
    static <T> Future<T> of(Callable<? extends T> mono) {
        if (JUST_IS_KNOWN && mono.getClass() == JUST) {
            try {
                return Futures.ready(mono.call());
            } catch (Exception impossible) {
                throw new AssertionError(impossible);
            }
        }
        return new ScalarMono<>(mono);
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
