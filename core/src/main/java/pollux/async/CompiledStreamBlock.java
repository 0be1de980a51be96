package pollux.async;

import pollux.future.Future;

/**
 * What the compiler makes of a lambda that is a {@link StreamBlock}. For compiled code; not to be implemented by hand.
 *
 * @param <T> the type of the items
 */
@FunctionalInterface
public interface CompiledStreamBlock<T> extends StreamBlock<T> {

    /**
     * Makes a fresh run that has not started.
     *
     * @param out takes the items
     * @return the state machine; it ends with null
     */
    Future<Void> start(Emitter<T> out);

    /** Runs the block on a virtual thread that calls it directly. */
    @Override
    @SuppressWarnings("FunctionalInterfaceMethodChanged") // the same code, compiled
    default void run(Emitter<T> out) {
        UncompiledAwait.awaitUncompiled(start(out));
    }
}
