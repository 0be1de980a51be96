package pollux.async;

import java.lang.StackWalker.StackFrame;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import pollux.future.CleanUp;
import pollux.future.Context;
import pollux.future.Future;
import pollux.future.RawFuture;
import pollux.future.Services;
import pollux.future.Waker;
import pollux.internal.trace.AwaitedAt;

/** What an await does where it was not compiled: parks a virtual thread, and explains itself on any other. */
final class Parking {

    /** {@code Thread.isVirtual}, null before JDK 21. */
    private static final @Nullable MethodHandle IS_VIRTUAL = isVirtualHandle();

    /** A frame whose source is known, and is not Java. */
    private static final Pattern NOT_JAVA = Pattern.compile("\\([^:)]+\\.(?!java:)\\w+:\\d+\\)$");

    private Parking() {}

    /** Waits for a future on a virtual thread. */
    @SuppressWarnings("unchecked") // a raw answer that is not PENDING is a T
    static <T> @Nullable T awaitUncompiled(Future<T> future) {
        if (!onVirtualThread()) {
            throw notCompiled("Async.await", ", or call it on a virtual thread");
        }
        return (T) park(future);
    }

    /** Waits for a future on a virtual thread, as asked for by name. */
    @SuppressWarnings("unchecked") // a raw answer that is not PENDING is a T
    static <T> @Nullable T block(Future<T> future, String call) {
        if (!onVirtualThread()) {
            throw new IllegalStateException(call + " in " + caller() + " was called on a platform thread, which it"
                    + " would hold up. Use await in a compiled block, or Pollux.blockOn outside of all tasks");
        }
        return (T) park(future);
    }

    static IllegalStateException notCompiled(String method, String otherwise) {
        String caller = caller();
        String wayOut = NOT_JAVA.matcher(caller).find()
                ? "It compiles Java only: write this block in Java"
                : "Add pollux-async-compiler to annotationProcessorPaths (Maven), annotationProcessor (Gradle) or"
                        + " --processor-path (javac; JDK 23+ needs this or -proc:full)";
        return new IllegalStateException(
                method + " in " + caller + " was not compiled by Pollux. " + wayOut + otherwise);
    }

    static boolean onVirtualThread() {
        if (IS_VIRTUAL == null) {
            return false;
        }
        try {
            return (boolean) IS_VIRTUAL.invokeExact(Thread.currentThread());
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
    }

    private static @Nullable Object park(Future<?> future) {
        try {
            return parkUntilReady(future);
        } catch (Throwable failure) {
            AwaitedAt.block(failure);
            throw failure;
        }
    }

    private static @Nullable Object parkUntilReady(Future<?> future) {
        ParkedWaker waker = new ParkedWaker(Thread.currentThread());
        Services services = VirtualFuture.currentServices();
        Context cx = new Context(waker, services);
        if (Thread.interrupted()) {
            throw cancelled(future, cx, waker); // also if the future is ready: a loop of ready awaits would never end
        }
        Object answer = RawFuture.pollAny(future, cx);
        while (answer == RawFuture.PENDING) {
            if (!waker.parkUntilWoken()) {
                throw cancelled(future, cx, waker);
            }
            cx.begin(waker, services);
            answer = RawFuture.pollAny(future, cx);
        }
        return answer;
    }

    /** An interrupt is this thread's form of cancellation: sees the clean-up through, then throws at the await. */
    private static CancellationException cancelled(Future<?> future, Context cx, ParkedWaker waker) {
        CancellationException cancelled = new CancellationException("interrupted at an await");
        if (!CleanUp.cancelQuietly(future)) {
            try {
                do {
                    cx.begin(waker, cx.services());
                } while (RawFuture.pollAny(future, cx) == RawFuture.PENDING && waker.parkUninterruptibly());
            } catch (CancellationException own) {
                return own;
            } catch (Throwable failure) {
                cancelled.addSuppressed(failure);
            }
        }
        return cancelled;
    }

    /**
     * The first frame outside of the await points themselves, which are methods of Pollux called await, emit or next, and of
     * the calls that Groovy makes to get there.
     */
    private static String caller() {
        Optional<StackFrame> frame = StackWalker.getInstance()
                .walk(frames -> frames.filter(f -> !isAwaitPoint(f)).findFirst());
        return frame.map(f -> f.toStackTraceElement().toString()).orElse("unknown code");
    }

    private static boolean isAwaitPoint(StackFrame frame) {
        String type = frame.getClassName();
        return type.equals("pollux.async.Parking")
                || type.startsWith("org.codehaus.groovy.")
                || type.startsWith("pollux.")
                        && switch (frame.getMethodName()) {
                            case "await", "block", "emit", "hasNext", "next", "close" -> true;
                            default -> false;
                        };
    }

    private static @Nullable MethodHandle isVirtualHandle() {
        try {
            return MethodHandles.publicLookup()
                    .findVirtual(Thread.class, "isVirtual", MethodType.methodType(boolean.class));
        } catch (ReflectiveOperationException olderJdk) {
            return null;
        }
    }

    /** Unparks one thread. The flag is set before the unpark and looked at after each park, so no wake is lost. */
    private static final class ParkedWaker implements Waker {

        private final Thread thread;
        private volatile boolean woken;

        ParkedWaker(Thread thread) {
            this.thread = thread;
        }

        @Override
        public void wake() {
            woken = true;
            LockSupport.unpark(thread);
        }

        /** Returns false if the thread was interrupted first. */
        boolean parkUntilWoken() {
            while (!woken) {
                if (Thread.interrupted()) {
                    return false;
                }
                LockSupport.park(this);
            }
            woken = false;
            return true;
        }

        boolean parkUninterruptibly() {
            boolean interrupted = false;
            while (!parkUntilWoken()) {
                interrupted = true;
            }
            if (interrupted) {
                thread.interrupt();
            }
            return true;
        }
    }
}
