package pollux.async;

import org.jspecify.annotations.Nullable;
import pollux.future.Future;

/**
 * What the compiler makes of a lambda that is an {@link AsyncBlock}. For compiled code; not to be implemented by hand.
 *
 * @param <T> the type of the result
 */
@FunctionalInterface
public interface CompiledBlock<T extends @Nullable Object> extends AsyncBlock<T> {

    /**
     * Makes a fresh run that has not started.
     *
     * @return the state machine
     */
    @Override
    Future<T> start();

    /** Runs the block on a virtual thread that calls it directly. */
    @Override
    @SuppressWarnings("FunctionalInterfaceMethodChanged") // the same code, compiled
    default T run() {
        return UncompiledAwait.awaitUncompiled(start());
    }
}
