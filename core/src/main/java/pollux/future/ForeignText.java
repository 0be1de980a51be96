package pollux.future;

import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.FutureTask;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import pollux.internal.thread.DaemonThreads;

/**
 * What {@code toString} of an object of users says, on a thread that may be lost to it: it may wait for a lock, or for
 * ever.
 */
final class ForeignText {

    /** How long a call may wait or block. */
    private static final long PATIENCE_MILLIS = 200;

    /** How many times that long a call may take that computes, or that the machine does not get to. */
    private static final int PATIENCES = 25;

    /** How many calls may be stuck at one time; further objects are shown by their class. */
    private static final int STUCK_CALLS = 4;

    /** Calls that were given up and have not returned. */
    private static final AtomicInteger STUCK = new AtomicInteger();

    private ForeignText() {}

    /** Started by the first dump that meets such an object; the threads end when they have been idle. */
    private static final class Threads {
        static final ExecutorService CALLERS = new ThreadPoolExecutor(
                0,
                Integer.MAX_VALUE,
                1,
                TimeUnit.SECONDS,
                new SynchronousQueue<>(),
                code -> DaemonThreads.thread(code, "pollux-dump"));
    }

    /** One call; the later of its end and of giving it up takes it off the stuck ones again. */
    private static final class Call implements Callable<String> {

        private final Object subject;
        private final AtomicBoolean oneIsOver = new AtomicBoolean();
        private volatile @Nullable Thread on;

        Call(Object subject) {
            this.subject = subject;
        }

        @Override
        public String call() {
            on = Thread.currentThread();
            try {
                return subject.toString();
            } finally {
                on = null;
                if (!oneIsOver.compareAndSet(false, true)) {
                    STUCK.decrementAndGet();
                }
            }
        }

        void giveUp() {
            STUCK.incrementAndGet();
            if (!oneIsOver.compareAndSet(false, true)) {
                STUCK.decrementAndGet();
            }
        }

        /** A call that has not begun, or has just ended, does not wait. */
        boolean waits() {
            Thread thread = on;
            return thread != null && thread.getState() != Thread.State.RUNNABLE;
        }
    }

    /** Returns the text, or the class and why there is no more. Throws what {@code toString} throws. */
    static String of(Object subject) {
        Class<?> type = subject.getClass();
        if (isOurs(type) || !saysMore(type)) {
            return subject.toString();
        }
        if (STUCK.get() >= STUCK_CALLS) {
            return stuck(type);
        }
        Call call = new Call(subject);
        FutureTask<String> text = new FutureTask<>(call);
        Threads.CALLERS.execute(text);
        for (int i = 1; ; i++) {
            try {
                return text.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
            } catch (TimeoutException late) {
                if (call.waits() || i == PATIENCES) {
                    call.giveUp();
                    return stuck(type);
                }
            } catch (ExecutionException thrown) {
                throw Failures.rethrow(Objects.requireNonNullElse(thrown.getCause(), thrown));
            } catch (InterruptedException e) {
                call.giveUp();
                Thread.currentThread().interrupt();
                return type.getName();
            }
        }
    }

    private static String stuck(Class<?> type) {
        return type.getName() + " (its toString does not return)";
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
