package pollux.future;

import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import pollux.internal.thread.DaemonThreads;

/**
 * What {@code toString} of an object of users says, on a thread that may be lost to it: it may wait for a lock, or for
 * ever.
 */
final class ForeignText {

    private static final long PATIENCE_MILLIS = 200;

    /** How many calls may be stuck at one time; further objects are shown by their class. */
    private static final int THREADS = 4;

    private ForeignText() {}

    /** Started by the first dump that meets such an object; the threads end when they have been idle. */
    private static final class Threads {
        static final ExecutorService CALLERS = new ThreadPoolExecutor(
                0,
                THREADS,
                1,
                TimeUnit.SECONDS,
                new SynchronousQueue<>(),
                code -> DaemonThreads.thread(code, "pollux-dump"));
    }

    /** Returns the text, or the class and why there is no more. Throws what {@code toString} throws. */
    static String of(Object subject) {
        Class<?> type = subject.getClass();
        if (isOurs(type) || !saysMore(type)) {
            return subject.toString();
        }
        try {
            return Threads.CALLERS.submit(subject::toString).get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException | RejectedExecutionException blocked) {
            return type.getName() + " (its toString does not return)";
        } catch (ExecutionException thrown) {
            throw Failures.rethrow(Objects.requireNonNullElse(thrown.getCause(), thrown));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return type.getName();
        }
    }

    private static boolean isOurs(Class<?> type) {
        return type.getPackageName().startsWith("pollux.future") || type.getClassLoader() == null;
    }

    private static boolean saysMore(Class<?> type) {
        try {
            return type.getMethod("toString").getDeclaringClass() != Object.class;
        } catch (ReflectiveOperationException | LinkageError unknown) {
            return true;
        }
    }
}
