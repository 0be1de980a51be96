package pollux.benchmarks;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import org.jspecify.annotations.Nullable;

/**
 * The JDK's own continuations, which virtual threads are made of. They are no public API: JDK 21 or newer, and {@code
 * --add-exports java.base/jdk.internal.vm=ALL-UNNAMED}.
 */
final class Continuations {

    private static final @Nullable MethodHandle NEW;
    private static final @Nullable MethodHandle RUN;
    private static final @Nullable MethodHandle YIELD;
    private static final @Nullable Object SCOPE;

    static {
        MethodHandle make = null;
        MethodHandle run = null;
        MethodHandle suspend = null;
        Object scope = null;
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            Class<?> type = Class.forName("jdk.internal.vm.Continuation");
            Class<?> scopeType = Class.forName("jdk.internal.vm.ContinuationScope");
            scope = lookup.findConstructor(scopeType, MethodType.methodType(void.class, String.class))
                    .invoke("benchmarks");
            make = lookup.findConstructor(type, MethodType.methodType(void.class, scopeType, Runnable.class))
                    .bindTo(scope)
                    .asType(MethodType.methodType(Object.class, Runnable.class));
            run = lookup.findVirtual(type, "run", MethodType.methodType(void.class))
                    .asType(MethodType.methodType(void.class, Object.class));
            suspend = lookup.findStatic(type, "yield", MethodType.methodType(boolean.class, scopeType))
                    .bindTo(scope);
        } catch (ClassNotFoundException | NoSuchMethodException | IllegalAccessException absent) {
            make = null;
        } catch (Throwable failure) {
            throw new ExceptionInInitializerError(failure);
        }
        NEW = make;
        RUN = run;
        YIELD = suspend;
        SCOPE = scope;
    }

    private Continuations() {}

    /** Tells whether this JDK has continuations and was told to open them. */
    static boolean available() {
        return NEW != null && SCOPE != null;
    }

    /** One run of a body; each call of resume goes on to the next suspension. */
    static final class Run {

        private final Object continuation;

        Run(Object continuation) {
            this.continuation = continuation;
        }

        void resume() {
            try {
                RUN.invokeExact(continuation);
            } catch (Throwable failure) {
                throw new IllegalStateException("the body of a continuation failed", failure);
            }
        }
    }

    static Run run(Runnable body) {
        if (!available()) {
            throw new UnsupportedOperationException("continuations need JDK 21 and"
                    + " --add-exports java.base/jdk.internal.vm=ALL-UNNAMED; leave out the methods continuation");
        }
        try {
            return new Run((Object) NEW.invokeExact(body));
        } catch (Throwable failure) {
            throw new IllegalStateException("cannot make a continuation", failure);
        }
    }

    /** Suspends the body that runs on this thread. */
    static void suspend() {
        try {
            boolean unused = (boolean) YIELD.invokeExact();
        } catch (Throwable failure) {
            throw new IllegalStateException("cannot suspend", failure);
        }
    }
}
