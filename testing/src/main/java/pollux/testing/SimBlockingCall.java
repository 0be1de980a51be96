package pollux.testing;

import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileLockInterruptionException;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import pollux.executor.CurrentTask;
import pollux.future.Context;
import pollux.future.Failures;
import pollux.future.RawFuture;
import pollux.future.Services;
import pollux.future.Waker;

/** A call of {@link World#spawnBlocking}, and the future that waits for it. */
final class SimBlockingCall<T extends @Nullable Object> extends RawFuture<T> implements Runnable {

    /*
     * The call is one step of the world. A cancellation that comes before that step finds the call queued, and removes
     * it, or it finds the call running, as the world chooses: then the step comes all the same, on an interrupted
     * thread, and the task ends behind it. So no call runs after its handle has ended.
     */

    private final Predicate<Runnable> removal;
    private final Services around;
    private @Nullable Callable<T> call;
    private @Nullable Waker waker;
    private @Nullable Object value;
    private @Nullable Throwable failure;
    private boolean cancelled;
    private boolean returned;
    private boolean taken;

    /**
     * Makes a call that is still to be queued.
     *
     * @param around what it finds around it
     * @param call the code
     * @param removal removes it from the queue, or answers false
     */
    SimBlockingCall(Services around, Callable<T> call, Predicate<Runnable> removal) {
        this.around = around;
        this.call = call;
        this.removal = removal;
    }

    /** The step. */
    @Override
    public void run() {
        Callable<T> code = call;
        call = null;
        if (code == null) {
            return;
        }
        if (cancelled) {
            Thread.currentThread().interrupt();
        }
        try {
            value = CurrentTask.call(around, code);
        } catch (Throwable thrown) {
            failure = thrown;
        }
        if (cancelled) {
            Thread.interrupted(); // the interrupt was meant for this call
        }
        returned = true;
        if (waker != null) {
            waker.wake();
        }
    }

    @Override
    public @Nullable Object pollRaw(Context cx) {
        if (taken) {
            throw new IllegalStateException("polled after its end: a blocking call ends once");
        }
        if (cx.mustYield()) {
            return PENDING;
        }
        if (!returned) {
            waker = cx.waker();
            return PENDING;
        }
        taken = true;
        cx.spend();
        if (cancelled && (failure == null || isAnswer(failure))) {
            Failures.dropValue(cx.services(), value);
            throw cancellation();
        }
        if (failure != null) {
            throw Failures.rethrow(failure);
        }
        return value;
    }

    /** As for calls of a pool: the code for those is in a package that core does not export. */
    private static boolean isAnswer(Throwable thrown) {
        return thrown instanceof CancellationException
                || thrown instanceof InterruptedException
                || thrown instanceof InterruptedIOException && !(thrown instanceof SocketTimeoutException)
                || thrown instanceof ClosedByInterruptException
                || thrown instanceof FileLockInterruptionException;
    }

    private CancellationException cancellation() {
        if (failure instanceof CancellationException own) {
            return own;
        }
        CancellationException made = new CancellationException("the blocking call was cancelled");
        if (failure != null) {
            made.initCause(failure);
            for (Throwable suppressed : failure.getSuppressed()) { // a resource that failed to close
                made.addSuppressed(suppressed);
            }
        }
        return made;
    }

    @Override
    public boolean hasDecided() {
        return returned && !cancelled && !taken;
    }

    @Override
    public boolean cancel() {
        cancelled = true;
        if (call != null && removal.test(this)) {
            call = null;
            return true;
        }
        return false; // the next poll tells what has become of it
    }

    @Override
    public String toString() {
        return "BlockingCall[" + (returned ? "done" : "queued") + "]";
    }
}
