package pollux.doubles;

import org.jspecify.annotations.Nullable;
import pollux.future.Context;
import pollux.future.Failures;
import pollux.future.RawFuture;
import pollux.future.Waker;

/** A future whose end the test decides; counts polls and cancels; its clean-up may be suspended. */
public final class HandFuture<T> extends RawFuture<T> {

    private @Nullable Object answer = PENDING;
    private @Nullable Throwable failure;
    private boolean releasesAtOnce = true;
    private @Nullable Waker waker;
    public int polls;
    public int cancels;

    public HandFuture<T> withSuspendedCleanUp() {
        releasesAtOnce = false;
        return this;
    }

    public void ready(@Nullable T value) {
        answer = value;
        wake();
    }

    public void fail(Throwable with) {
        failure = with;
        wake();
    }

    public void wake() {
        if (waker != null) {
            waker.wake();
        }
    }

    @Override
    public @Nullable Object pollRaw(Context cx) {
        polls++;
        waker = cx.waker();
        if (failure != null) {
            throw Failures.rethrow(failure);
        }
        return answer;
    }

    @Override
    public boolean cancel() {
        cancels++;
        return releasesAtOnce;
    }
}
