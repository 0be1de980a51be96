package pollux.executor;

import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import pollux.future.Context;
import pollux.future.Failures;
import pollux.future.RawFuture;
import pollux.future.Waker;

/**
 * A future that is never ready and whose clean-up is suspended until the test lets it end, with a value or a failure.
 * May be released by any thread.
 */
public final class Loser<T> extends RawFuture<T> {

    private final CountDownLatch polled = new CountDownLatch(1);
    private final CountDownLatch cancelled = new CountDownLatch(1);
    private volatile @Nullable Waker waker;
    private volatile @Nullable Object answer = PENDING;
    private volatile @Nullable Throwable failure;
    private volatile int polls;
    private volatile boolean toldItsEnd;
    private volatile int cancels;

    /** Makes one that was not polled. */
    public Loser() {}

    /** Ends the clean-up. */
    public void release() {
        end(null, null);
    }

    /** Ends the clean-up with a failure. */
    public void fail(Throwable with) {
        end(null, with);
    }

    private void end(@Nullable Object value, @Nullable Throwable thrown) {
        failure = thrown;
        answer = value;
        Waker waiting = waker;
        if (waiting != null) {
            waiting.wake();
        }
    }

    /** Waits until it was polled. */
    public Loser<T> awaitPolled() throws InterruptedException {
        polled.await();
        return this;
    }

    /** Waits until it was cancelled. */
    public Loser<T> awaitCancelled() throws InterruptedException {
        cancelled.await();
        return this;
    }

    /** Returns how often it was cancelled. */
    public int cancels() {
        return cancels;
    }

    /** Tells whether its clean-up was polled to the end. */
    public boolean hasToldItsEnd() {
        return toldItsEnd;
    }

    /** Returns how often it was polled. */
    public int polls() {
        return polls;
    }

    @Override
    @SuppressWarnings("NonAtomicOperationOnVolatileField") // polled by one thread at a time
    public @Nullable Object pollRaw(Context cx) {
        polls = polls + 1;
        waker = cx.waker();
        polled.countDown();
        Object reached = answer;
        if (reached != PENDING) {
            toldItsEnd = true;
        }
        if (reached != PENDING && failure != null) {
            throw Failures.rethrow(failure);
        }
        return reached;
    }

    @Override
    @SuppressWarnings("NonAtomicOperationOnVolatileField") // as above
    public boolean cancel() {
        cancels = cancels + 1;
        cancelled.countDown();
        return false;
    }

    @Override
    public String toString() {
        return "Loser";
    }
}
