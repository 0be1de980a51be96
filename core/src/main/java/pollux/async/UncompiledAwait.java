package pollux.async;

import java.lang.StackWalker.StackFrame;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import pollux.executor.OutsideWork;
import pollux.future.Context;
import pollux.future.Ending;
import pollux.future.Failures;
import pollux.future.Future;
import pollux.future.RawFuture;
import pollux.future.Services;
import pollux.future.Waker;
import pollux.internal.memory.VarHandles;
import pollux.internal.trace.AwaitedAt;

/** What an await does where it was not compiled: parks a virtual thread, and explains itself on any other. */
final class UncompiledAwait {

    /** {@code Thread.isVirtual}, null before JDK 21. */
    private static final @Nullable MethodHandle IS_VIRTUAL = isVirtualHandle();

    /** A frame whose source is known, and is not Java. */
    private static final Pattern NOT_JAVA = Pattern.compile("\\([^:)]+\\.(?!java:)\\w+:\\d+\\)$");

    private UncompiledAwait() {}

    /** Waits for a future on a virtual thread. */
    @SuppressWarnings({"unchecked", "NullAway"}) // a raw answer that is not PENDING is a T
    static <T extends @Nullable Object> T awaitUncompiled(Future<T> future) {
        if (!onVirtualThread()) {
            throw notCompiled("Async.await", ", or call it on a virtual thread");
        }
        return (T) park(future, false);
    }

    /** Waits for the next item of a loop on a virtual thread. */
    static boolean awaitPlainIteration(Future<Boolean> advance) {
        if (onVirtualThread()) {
            return Boolean.TRUE.equals(park(advance, false));
        }
        if (!isCompiledOrJdk()) {
            throw new IllegalStateException(notCompiled("Async.await", ", or call it on a virtual thread")
                            .getMessage()
                    + ". If it was compiled, each(…) is used as a plain Iterable there, which cannot await");
        }
        throw new IllegalStateException("each(…) is used as a plain Iterable or Iterator in " + caller()
                + ", which cannot await its items. Write for (T item : each(…)) in a compiled block, and declare what holds"
                + " each(…) before that as AsyncIterable");
    }

    /** Tells whether the caller is in a class that was woven, or in one of the JDK, which never is. */
    private static boolean isCompiledOrJdk() {
        return StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE)
                .walk(frames -> frames.filter(f -> !isAwaitPoint(f)).findFirst())
                .map(StackFrame::getDeclaringClass)
                .filter(type -> type.getModule() == Object.class.getModule() || isWoven(type))
                .isPresent();
    }

    private static boolean isWoven(Class<?> type) {
        try {
            return Arrays.stream(type.getDeclaredMethods())
                    .anyMatch(m -> m.isSynthetic() && m.getName().endsWith("$async"));
        } catch (LinkageError | SecurityException unknown) {
            return false;
        }
    }

    /** Waits for a future on a virtual thread, as asked for by name. */
    @SuppressWarnings({"unchecked", "NullAway"}) // a raw answer that is not PENDING is a T
    static <T extends @Nullable Object> T block(Future<T> future, String call) {
        if (!onVirtualThread()) {
            throw new IllegalStateException(call + " in " + caller() + " was called on a platform thread, which it"
                    + " would hold up. Use await in a compiled block, or Pollux.blockOn outside of all tasks");
        }
        return (T) park(future, true);
    }

    /** Sees a clean-up through on a virtual thread; an interrupt changes nothing and stays set. */
    static void finish(Future<Void> cleanUp, String call) {
        boolean interrupted = Thread.interrupted();
        try {
            block(cleanUp, call);
        } catch (CancellationException afterwards) {
            // an interrupt while it waited; a clean-up is polled to its end all the same
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
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

    /**
     * Parks until the future has ended. Throws if the thread is interrupted, when the clean-up is done.
     *
     * @param keeps whether the thread is still interrupted then. Where the interrupt is the cancellation of a block on
     *     its virtual thread, its finally blocks have to await
     */
    private static @Nullable Object park(Future<?> future, boolean keeps) {
        try {
            return parkUntilReady(future, keeps);
        } catch (Throwable failure) {
            AwaitedAt.block(failure);
            throw failure;
        }
    }

    private static @Nullable Object parkUntilReady(Future<?> future, boolean keeps) {
        ParkedWaker waker = new ParkedWaker(Thread.currentThread());
        Services services = VirtualFuture.currentServices();
        Context cx = new Context(waker, services);
        boolean interrupted = Thread.interrupted();
        try {
            if (interrupted && !RawFuture.hasDecided(future)) {
                interrupted = keeps;
                throw cancelled(
                        future, cx, waker); // also if the future is ready: a loop of ready awaits would never end
            }
            while (true) {
                Object answer = RawFuture.pollAny(future, cx);
                if (answer != RawFuture.PENDING) {
                    return answer;
                }
                while (true) {
                    if (interrupted && !RawFuture.hasDecided(future)) {
                        interrupted = keeps;
                        throw cancelled(future, cx, waker);
                    }
                    if (waker.takeWake()) {
                        break;
                    }
                    interrupted |= waker.park();
                }
                cx.begin(waker, services);
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt(); // ready wins, and the next await sees the interrupt
            }
        }
    }

    /** An interrupt is this thread's form of cancellation: sees the clean-up through, then throws at the await. */
    private static CancellationException cancelled(Future<?> future, Context cx, ParkedWaker waker) {
        boolean again = false;
        try {
            Future<?> cleaning = Ending.cancel(future);
            while (cleaning != null) {
                cx.begin(waker, cx.services());
                Object answer = RawFuture.pollAny(cleaning, cx);
                if (answer != RawFuture.PENDING) {
                    Failures.dropValue(cx.services(), answer);
                    break;
                }
                while (!waker.takeWake()) {
                    again |= waker.park();
                }
            }
        } catch (CancellationException own) {
            return own;
        } catch (Throwable failure) {
            Failures.dropOfCleanUp(cx.services(), future, failure);
        } finally {
            if (again) {
                Thread.currentThread().interrupt();
            }
        }
        return new CancellationException("interrupted at an await");
    }

    /**
     * The first frame outside of the await points themselves, which are methods of Pollux called await, emit or next,
     * and of the calls that Groovy makes to get there.
     */
    private static String caller() {
        Optional<StackFrame> frame = StackWalker.getInstance()
                .walk(frames -> frames.filter(f -> !isAwaitPoint(f)).findFirst());
        return frame.map(f -> f.toStackTraceElement().toString()).orElse("unknown code");
    }

    private static boolean isAwaitPoint(StackFrame frame) {
        String type = frame.getClassName();
        return type.equals("pollux.async.UncompiledAwait")
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

    /**
     * Unparks one thread. The flag is set before the unpark and looked at before each park, so no wake is lost.
     *
     * <pre>
     *     state    event                         to
     *     RUNNING  wake()                        WOKEN
     *     WOKEN    takeWake()                    RUNNING
     *     RUNNING  park()                        PARKED   the thread no longer counts as running
     *     PARKED   wake()                        WOKEN    it counts again, before the waker goes on
     *     PARKED   an interrupt, or for nothing  RUNNING  it counts again
     * </pre>
     */
    private static final class ParkedWaker implements Waker {

        private static final int RUNNING = 0;
        private static final int WOKEN = 1;
        private static final int PARKED = 2;

        private static final VarHandle STATE =
                VarHandles.handle(MethodHandles.lookup(), ParkedWaker.class, "state", int.class);

        private final Thread thread;
        private final @Nullable OutsideWork work;

        @SuppressWarnings("unused") // through STATE
        private volatile int state;

        ParkedWaker(Thread thread) {
            this.thread = thread;
            VirtualFuture<?> run = VirtualFuture.here();
            work = run == null ? null : run.waitsBy(this);
        }

        /** Exchanges even if the flag is set: what this waker wrote is to be seen by the next poll as well. */
        @Override
        public void wake() {
            if ((int) STATE.getAndSet(this, WOKEN) == PARKED && work != null) {
                work.begin();
            }
            LockSupport.unpark(thread);
        }

        boolean takeWake() {
            return (int) STATE.getAndSet(this, RUNNING) == WOKEN;
        }

        /** Parks; true if the thread was interrupted, which clears its flag. */
        boolean park() {
            if (!Thread.currentThread().isInterrupted() && STATE.compareAndSet(this, RUNNING, PARKED)) {
                if (work != null) {
                    work.end();
                }
                LockSupport.park(this);
                if (STATE.compareAndSet(this, PARKED, RUNNING) && work != null) {
                    work.begin();
                }
            }
            return Thread.interrupted();
        }
    }
}
