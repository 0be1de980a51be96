package pollux.future;

import org.jspecify.annotations.Nullable;

/** A future whose next answer the test decides; counts polls and cancels; its clean-up may be suspended. */
final class Step<T> extends RawFuture<T> {

    private @Nullable Object answer = PENDING;
    private @Nullable Throwable failure;
    private boolean releasesAtOnce = true;
    private @Nullable Waker waker;
    int polls;
    int cancels;

    /** Makes cancel() answer false; the clean-up ends when the step is made ready or failed. */
    Step<T> withSuspendedCleanUp() {
        releasesAtOnce = false;
        return this;
    }

    void ready(@Nullable T value) {
        answer = value;
        wake();
    }

    void fail(Throwable with) {
        failure = with;
        wake();
    }

    void wake() {
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
