package pollux.internal.thread;

import java.security.AccessController;
import java.security.PrivilegedAction;
import java.util.function.Supplier;

/** Threads that keep nothing of the thread that creates them, so that a shared pool keeps no application alive. */
public final class DaemonThreads {

    /** Until JDK 24 each thread kept the protection domains, and so the class loaders, of all callers on the stack. */
    private static final boolean CAPTURES_THE_STACK = Runtime.version().feature() < 24;

    private DaemonThreads() {}

    /**
     * Makes, but does not start, a daemon thread.
     *
     * @param body what it runs
     * @param name its name
     * @return the thread, without a context class loader and without inherited thread-locals
     */
    public static Thread thread(Runnable body, String name) {
        Thread thread = make(() -> new Thread(null, body, name, 0, false));
        thread.setContextClassLoader(null);
        return thread;
    }

    /**
     * Makes, but does not start, a daemon thread that wakes others and runs no code of users.
     *
     * @param body what it runs
     * @param name its name
     * @return the thread, as {@link #thread} makes it
     */
    public static Thread serviceThread(Runnable body, String name) {
        Thread thread = make(() -> new ServiceThread(body, name));
        thread.setContextClassLoader(null);
        return thread;
    }

    /**
     * Makes, but does not start, a daemon thread of a class of its own.
     *
     * @param <T> the class
     * @param constructor makes the thread
     * @return the thread
     */
    public static <T extends Thread> T make(Supplier<T> constructor) {
        T thread = CAPTURES_THE_STACK ? Stackless.make(constructor) : constructor.get();
        thread.setDaemon(true);
        return thread;
    }

    /** Apart, because the JDK will take away what it needs. */
    private static final class Stackless {

        @SuppressWarnings("removal") // where it is gone, this is not reached
        static <T extends Thread> T make(Supplier<T> constructor) {
            return AccessController.doPrivileged((PrivilegedAction<T>) constructor::get);
        }
    }
}
