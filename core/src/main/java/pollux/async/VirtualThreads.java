package pollux.async;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import org.jspecify.annotations.Nullable;

/** Makes virtual threads where the JDK has them (21 and newer). */
final class VirtualThreads {

    /** A handle of {@code ofVirtual().unstarted(Runnable)}, null before JDK 21. */
    private static final @Nullable MethodHandle UNSTARTED = unstartedHandle();

    private VirtualThreads() {}

    static Thread unstarted(Runnable code) {
        if (UNSTARTED == null) {
            throw new UnsupportedOperationException("virtual threads need JDK 21 or newer, this is " + Runtime.version()
                    + "; compile the block and use Async.async instead");
        }
        try {
            return (Thread) UNSTARTED.invokeExact(code);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
    }

    private static @Nullable MethodHandle unstartedHandle() {
        try {
            MethodHandles.Lookup lookup = MethodHandles.publicLookup();
            Class<?> builder = Thread.class.getMethod("ofVirtual").getReturnType();
            Object factory = lookup.findStatic(Thread.class, "ofVirtual", MethodType.methodType(builder))
                    .invoke();
            MethodHandle unstarted =
                    lookup.findVirtual(builder, "unstarted", MethodType.methodType(Thread.class, Runnable.class));
            return unstarted.bindTo(factory);
        } catch (Throwable olderJdk) {
            return null;
        }
    }
}
