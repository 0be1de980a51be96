package pollux.executor;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import org.jspecify.annotations.Nullable;

/**
 * A number of its own for each of the first threads of the process: what is kept at such a place of an array belongs to
 * that thread for ever. Numbers of threads are unique and not used again. Before JDK 19 a subclass of Thread can change
 * them, so no thread has a place there.
 */
final class ThreadPlace {

    private static final @Nullable MethodHandle THREAD_ID = threadId();

    /** How many places there are. */
    static final int COUNT = THREAD_ID == null ? 0 : 1024;

    private ThreadPlace() {}

    /** The place of the current thread; -1 if it has none. */
    static int of(Thread thread) {
        MethodHandle threadId = THREAD_ID;
        if (threadId == null) {
            return -1;
        }
        try {
            long id = (long) threadId.invokeExact(thread);
            return id < COUNT ? (int) id : -1;
        } catch (RuntimeException | Error failure) {
            throw failure;
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
    }

    /** {@code Thread.threadId()}, which is final; null before JDK 19. */
    private static @Nullable MethodHandle threadId() {
        try {
            return MethodHandles.lookup().findVirtual(Thread.class, "threadId", MethodType.methodType(long.class));
        } catch (ReflectiveOperationException absent) {
            return null;
        }
    }
}
