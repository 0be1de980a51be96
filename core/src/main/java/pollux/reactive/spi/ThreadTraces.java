package pollux.reactive.spi;

import org.jspecify.annotations.Nullable;

/**
 * What one job of a lane may leave on its thread and the next job must not find: the interrupt flag and the context
 * class loader.
 *
 * <p>A job begins without an interrupt. At the end the thread gets back the interrupts that it had or was left with,
 * since it may belong to others, who see to them: a worker of a pool of ours clears them. Thread-locals are left alone:
 * the JDK has no way to find them.
 */
final class ThreadTraces {

    private final Thread thread = Thread.currentThread();
    private final @Nullable ClassLoader loader = thread.getContextClassLoader();
    private boolean interrupted = Thread.interrupted();

    /** Called after each job. */
    void clear() {
        interrupted |= Thread.interrupted();
        if (thread.getContextClassLoader() != loader) {
            thread.setContextClassLoader(loader);
        }
    }

    /** Called once, at the end. */
    void restore() {
        if (interrupted) {
            thread.interrupt();
        }
    }
}
