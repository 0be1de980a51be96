package pollux.benchmarks;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** Virtual threads, by method handles looked up once, so that this module compiles for and runs on JDK 17 too. */
final class Virtual {

    private static final @Nullable MethodHandle START =
            find(Thread.class, "startVirtualThread", MethodType.methodType(Thread.class, Runnable.class));
    private static final @Nullable MethodHandle EXECUTOR =
            find(Executors.class, "newVirtualThreadPerTaskExecutor", MethodType.methodType(ExecutorService.class));

    private Virtual() {}

    /** Tells whether this JDK has virtual threads. */
    static boolean available() {
        return START != null;
    }

    static Thread start(Runnable body) {
        try {
            return (Thread) handle(START).invokeExact(body);
        } catch (Throwable thrown) {
            throw new IllegalStateException("cannot start a virtual thread", thrown);
        }
    }

    static ExecutorService perTaskExecutor() {
        try {
            return (ExecutorService) handle(EXECUTOR).invokeExact();
        } catch (Throwable thrown) {
            throw new IllegalStateException("cannot make an executor of virtual threads", thrown);
        }
    }

    private static MethodHandle handle(@Nullable MethodHandle handle) {
        if (handle == null) {
            throw new UnsupportedOperationException(
                    "virtual threads need JDK 21; leave out the methods virtualThreads");
        }
        return handle;
    }

    private static @Nullable MethodHandle find(Class<?> owner, String name, MethodType type) {
        try {
            return MethodHandles.lookup().findStatic(owner, name, type);
        } catch (NoSuchMethodException | IllegalAccessException absent) {
            return null;
        }
    }
}
