package pollux.concurrency;

import org.jspecify.annotations.Nullable;
import pollux.future.Context;
import pollux.future.Future;
import pollux.future.RawFuture;
import pollux.future.Services;
import pollux.future.Waker;

/**
 * A future and its waker: polled once, and again only if it was woken. One that is pending and not woken is stuck for
 * ever.
 */
public final class Party implements Runnable, Waker {

    private final Future<?> future;
    private final Context cx = new Context(this, Services.NONE);
    private volatile boolean woken = true;
    private @Nullable Object answer = RawFuture.PENDING;

    /** Makes one that has not polled yet. */
    public Party(Future<?> future) {
        this.future = future;
    }

    @Override
    public void wake() {
        woken = true;
    }

    @Override
    public void run() {
        while (isRunnable()) {
            woken = false;
            cx.begin(this, Services.NONE);
            try {
                answer = RawFuture.pollAny(future, cx);
            } catch (RuntimeException failure) {
                answer = failure;
            } finally {
                cx.end();
            }
        }
    }

    boolean isRunnable() {
        return woken && !hasEnded();
    }

    /** Tells whether the future has ended. For one thread at a time, as is {@link #run}. */
    public boolean hasEnded() {
        return answer != RawFuture.PENDING;
    }

    /** Returns the value, or the exception, or PENDING. */
    public @Nullable Object answer() {
        return answer;
    }
}
