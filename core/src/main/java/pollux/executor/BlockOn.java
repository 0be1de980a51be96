package pollux.executor;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import pollux.future.Context;
import pollux.future.Ending;
import pollux.future.Future;
import pollux.future.RawFuture;
import pollux.future.Services;
import pollux.future.Waker;
import pollux.internal.thread.ManagedParking;
import pollux.internal.trace.AwaitedAt;

/**
 * The way from blocking code into a future: polls it on the calling thread, and parks that thread in between. For
 * platform threads of one's own, for {@code main} and for virtual threads.
 *
 * <p>Not for threads that poll: a worker that blocks may be the very one that its future waits for. There every method
 * here throws {@link IllegalStateException}.
 */
public final class BlockOn {

    private BlockOn() {}

    /**
     * Polls a future until it ends, parking the calling thread while it is pending.
     *
     * <p><b>Cancellation:</b> interrupting the thread cancels the future and sees its clean-up through; then this
     * method throws {@link CancellationException} with the thread's interrupted flag set. A future that is ready
     * without waiting ends normally even if the flag was set before, and the flag stays as it was; so does a future
     * whose outcome {@linkplain RawFuture#hasDecided() is decided} when the interrupt comes.
     *
     * @param <T> the type of the value
     * @param future the future; it belongs to this call from now on
     * @return its value, which may be null; its failure is thrown as it is, checked or not
     * @throws IllegalStateException on a worker of a pool or inside a poll
     * @throws CancellationException if the thread was interrupted before the future ended
     */
    public static <T extends @Nullable Object> T blockOn(Future<T> future) {
        return blockOn(future, Services.NONE);
    }

    /**
     * Polls a future until it ends, with services around it: the timers and the spawner of a pool, for instance. See
     * {@link #blockOn(Future)}.
     *
     * @param <T> the type of the value
     * @param future the future; it belongs to this call from now on
     * @param services what the future finds around it
     * @return its value, which may be null; its failure is thrown as it is, checked or not
     * @throws IllegalStateException on a worker of a pool or inside a poll
     * @throws CancellationException if the thread was interrupted before the future ended
     */
    @SuppressWarnings({"unchecked", "NullAway"}) // the future answered with it, so it is a T
    public static <T extends @Nullable Object> T blockOn(Future<T> future, Services services) {
        Objects.requireNonNull(future, "future");
        return (T) enter(future, null, services);
    }

    /**
     * Waits for a task that belongs to this call, and parks the calling thread meanwhile.
     *
     * <p><b>Cancellation:</b> interrupting the thread cancels the task and waits until it has ended, clean-up included;
     * then this method throws {@link CancellationException} with the thread's interrupted flag set. If the task ends in
     * another way all the same, so does this call, with the flag set.
     *
     * @param <T> the type of the value
     * @param task the task
     * @param services what the wait finds around it
     * @return its value, which may be null; its failure is thrown as it is, checked or not
     * @throws IllegalStateException on a worker of a pool or inside a poll
     * @throws CancellationException if the task was cancelled
     */
    @SuppressWarnings({"unchecked", "NullAway"}) // the task ended with it, so it is a T
    public static <T extends @Nullable Object> T blockOn(JoinHandle<T> task, Services services) {
        try {
            refuseOnPollingThread("blockOn");
        } catch (IllegalStateException refused) {
            task.cancel(); // it belongs to this call
            throw refused;
        }
        return (T) enter(task.join(), task, services);
    }

    private static @Nullable Object enter(Future<?> future, @Nullable JoinHandle<?> task, Services services) {
        Objects.requireNonNull(services, "services");
        refuseOnPollingThread("blockOn");
        Trampoline thread = Trampoline.enter();
        Sleeper sleeper = new Sleeper(Thread.currentThread());
        Context cx = new Context(sleeper, services);
        thread.polls(cx, services.get(Spawner.KEY));
        try {
            return run(future, task, services, sleeper, cx);
        } catch (Throwable failure) {
            AwaitedAt.block(failure);
            throw failure;
        } finally {
            sleeper.thread = null;
            if (sleeper.interrupted) {
                Thread.currentThread().interrupt();
            }
            thread.leave();
        }
    }

    /** Throws if the current thread is one that must not wait. */
    static void refuseOnPollingThread(String call) {
        if (Trampoline.isPolling()) {
            throw new IllegalStateException(
                    call + " would block " + Thread.currentThread().getName()
                            + ", a thread that polls tasks, maybe the one it waits for; await the future instead, or call "
                            + call
                            + " from spawnBlocking");
        }
    }

    /** Polls to the end; an interrupt cancels the task if there is one, and else the future. */
    private static @Nullable Object run(
            Future<?> future, @Nullable JoinHandle<?> task, Services services, Sleeper sleeper, Context cx) {
        while (true) {
            cx.begin(sleeper, services);
            Object answer = RawFuture.pollAny(future, cx);
            if (answer != RawFuture.PENDING) {
                return answer;
            }
            while (true) {
                if (sleeper.interrupted && task == null && !RawFuture.hasDecided(future)) {
                    cleanUp(future, services, sleeper, cx);
                    throw new CancellationException("blockOn was interrupted, and its future was cancelled");
                }
                if (sleeper.takeWake()) {
                    break;
                }
                if (sleeper.park() && task != null) {
                    task.cancel();
                }
            }
        }
    }

    /** Cancels the future, and polls it on if its clean-up is suspended; further interrupts change nothing. */
    private static void cleanUp(Future<?> future, Services services, Sleeper sleeper, Context cx) {
        Ending ending = Ending.cancelled();
        ending.giveUp(future);
        while (true) {
            cx.begin(sleeper, services);
            if (ending.cleanUp(cx)) {
                return;
            }
            while (!sleeper.takeWake()) {
                sleeper.park();
            }
        }
    }

    /** The waker of one call: a flag and a thread to unpark. */
    private static final class Sleeper implements Waker {

        private static final VarHandle WOKEN;

        static {
            try {
                WOKEN = MethodHandles.lookup().findVarHandle(Sleeper.class, "woken", boolean.class);
            } catch (ReflectiveOperationException e) {
                throw new ExceptionInInitializerError(e);
            }
        }

        /** Null when the call has returned, so that a kept waker keeps no thread alive. */
        private volatile @Nullable Thread thread;

        @SuppressWarnings("unused") // through WOKEN
        private volatile boolean woken;

        /** Of the thread itself: whether an interrupt was seen, and is to be set again when the call returns. */
        boolean interrupted;

        Sleeper(Thread thread) {
            this.thread = thread;
        }

        /** Exchanges even if the flag is set: what this waker wrote is to be seen by the next poll as well. */
        @Override
        public void wake() {
            if (!(boolean) WOKEN.getAndSet(this, true)) {
                LockSupport.unpark(thread);
            }
        }

        /** Parks the thread; true if this is the first interrupt. */
        boolean park() {
            ManagedParking.park(this, Long.MAX_VALUE, this::isWoken);
            if (!Thread.interrupted() || interrupted) {
                return false;
            }
            interrupted = true;
            return true;
        }

        boolean isWoken() {
            return woken;
        }

        boolean takeWake() {
            return (boolean) WOKEN.getAndSet(this, false);
        }

        @Override
        public String toString() {
            return "BlockOn[" + thread + "]";
        }
    }
}
