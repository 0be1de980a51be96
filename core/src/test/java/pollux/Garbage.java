package pollux;

import java.lang.ref.Reference;
import java.lang.reflect.Method;

/** What is allocated, and what nothing may refer to any more. */
public final class Garbage {

    private Garbage() {}

    /** Returns how many bytes the current thread has allocated. */
    public static long allocated() {
        try { // the module of core does not read the one of these classes
            Object threads = Class.forName("java.lang.management.ManagementFactory")
                    .getMethod("getThreadMXBean")
                    .invoke(null);
            Method bytes =
                    Class.forName("com.sun.management.ThreadMXBean").getMethod("getThreadAllocatedBytes", long.class);
            return (long) bytes.invoke(threads, Thread.currentThread().getId());
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    /**
     * Lets the collector run until all of it is gone; the time limit of the test, which interrupts, makes that a
     * failure.
     */
    public static void awaitCollected(Reference<?>... garbage) {
        for (Reference<?> each : garbage) {
            while (!each.refersTo(null)) {
                if (Thread.interrupted()) {
                    throw new AssertionError("still referred to: " + each.get());
                }
                System.gc();
            }
        }
    }
}
